"""Paragraphs of a text and their places in it, with hard-wrapped lines put together again.

Wire services wrap at a fixed width; a phrase that runs over the wrap is one phrase.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.characters import EDGE, is_tidy, tidy

WIDEST_WRAP = 100
"""No service wraps at more characters; a text with a longer line is not hard-wrapped."""
NARROWEST_WRAP = 40
FULL = 0.6
"""A wrapped line is at least this part of the widest one; what is shorter ended on purpose."""
INDENT = "  "
STOPS = frozenset(".!?:\u061f\u06d4\"\u201d\u00bb\u060c")


class Paragraph(NamedTuple):
    """A paragraph: its place in the NFC input (code points) and its tidied text.

    Neither begins nor ends with white space or an invisible character; the text is not empty and
    holds no line end. `breaks` are the places of the line ends, with the white space around them,
    for which one space stands in the text; () if other characters of the input were changed, too.
    """

    start: int
    end: int
    text: str
    breaks: tuple[tuple[int, int], ...] = ()


class Line(NamedTuple):
    """A line that is not blank, its place without the white space around it, what precedes it."""

    start: int
    end: int
    indent: str
    after_blank: bool


def split_paragraphs(source: str) -> list[Paragraph]:
    """Return the paragraphs of an NFC text in order."""
    lines = split_lines(source)
    breaks = [0, *wrap_breaks(source, lines), len(lines)]
    paragraphs = []
    for first, last in pairwise(breaks):
        if first < last and (paragraph := joined(source, lines[first:last])).text:
            paragraphs.append(paragraph)
    return paragraphs


def joined(source: str, lines: Sequence[Line]) -> Paragraph:
    """Return the paragraph that the lines make up."""
    start, end = lines[0].start, lines[-1].end
    if len(lines) == 1:
        return Paragraph(start, end, tidy(source[start:end]))
    text = " ".join([source[line.start : line.end] for line in lines])
    if not is_tidy(text):
        return Paragraph(start, end, tidy(source[start:end]))
    places = pairwise(lines)
    return Paragraph(start, end, text, tuple((one.end, other.start) for one, other in places))


def split_lines(source: str) -> list[Line]:
    """Return the lines that are not blank."""
    lines = []
    position = 0
    after_blank = False
    for raw in source.splitlines(keepends=True):
        begun = raw.lstrip(EDGE)
        if begun:
            start = position + len(raw) - len(begun)
            end = start + len(begun.rstrip(EDGE))
            lines.append(Line(start, end, source[position:start], after_blank))
        after_blank = not begun
        position += len(raw)
    return lines


def wrap_breaks(source: str, lines: Sequence[Line]) -> Sequence[int]:
    """Return the numbers of the lines, from the second on, that begin a paragraph."""
    every = range(1, len(lines))
    width = max((line.end - line.start for line in lines), default=0)
    if not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return every
    if any(line.indent.startswith(INDENT) for line in lines[1:]):
        begun = [number for number in every if begins_indented(lines, number, width)]
        return begun if go_on(source, lines, begun) else every
    if any(line.after_blank for line in lines[1:]):
        return blocks(source, lines, width)
    return every


def begins_indented(lines: Sequence[Line], number: int, width: int) -> bool:
    """Return whether a line begins a paragraph where first lines are indented.

    The first line of a text is short where the dateline was taken off it.
    """
    line, before = lines[number], lines[number - 1]
    short = before.end - before.start < FULL * width and number > 1
    return bool(line.indent) or line.after_blank or short


def blocks(source: str, lines: Sequence[Line], width: int) -> Sequence[int]:
    """Return which lines begin a paragraph where blank lines stand between paragraphs.

    Lines are taken for wrapped if, inside blocks, at least two breaks and three of four stand
    where the next word would not have fitted.
    """
    inside = [number for number in range(1, len(lines)) if not lines[number].after_blank]
    full = [number for number in inside if overflows(source, lines, number, width)]
    if len(full) < 2 or len(full) < 0.75 * len(inside):
        return range(1, len(lines))
    wrapped = set(full)
    return [number for number in range(1, len(lines)) if number not in wrapped]


def go_on(source: str, lines: Sequence[Line], begun: Sequence[int]) -> bool:
    """Return whether sentences go on over the line ends that begin no paragraph, most of them.

    Paragraphs among which some lines are indented end with a full stop each.
    """
    inside = set(range(1, len(lines))).difference(begun)
    ended = sum(source[lines[number - 1].end - 1] in STOPS for number in inside)
    return ended <= len(inside) / 2


def overflows(source: str, lines: Sequence[Line], number: int, width: int) -> bool:
    """Return whether the first word of a line would not have fitted on the line before."""
    before, line = lines[number - 1], lines[number]
    word = source[line.start : line.end].split(None, 1)[0]
    return (before.end - before.start) + 1 + len(word) > width and not line.indent
