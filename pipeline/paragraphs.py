"""Paragraphs of a text and their places in it, with hard-wrapped lines put together again.

Wire services wrap at a fixed width; a phrase that runs over the wrap is one phrase.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from typing import NamedTuple

from pipeline.characters import EDGE, is_tidy, tidy

WIDEST_WRAP = 100
"""No service wraps at more characters; a text with a longer line is not hard-wrapped."""
NARROWEST_WRAP = 40
FULL = 0.6
"""A wrapped line is at least this part of the widest one; what is shorter ended on purpose."""
MOST_LINES = 10_000
INDENT = 2
"""Spaces from which the first line of a paragraph is taken for indented."""
STOPS = frozenset('.!?:\u061f\u06d4"\u201d\u00bb\u060c')


class Paragraph(NamedTuple):
    """A paragraph: its place in the NFC input (code points) and its tidied text.

    Neither begins nor ends with white space or an invisible character; the text is not empty and
    holds no line end, but for a text of very many lines.

    `breaks` are the places of the line ends, with the white space around them,
    for which one space stands in the text; () if other characters of the input were changed, too.
    """

    start: int
    end: int
    text: str
    breaks: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Lines:
    """The lines of a text that are not blank, as columns: an object each would cost too much.

    `texts` are without the white space around them, `starts` their places in the input, `indents`
    the numbers of characters before them, `after_blank` says whether a blank line precedes them,
    `plain` whether all of them are printable ASCII.
    """

    texts: list[str]
    starts: list[int]
    indents: list[int]
    after_blank: list[bool]
    plain: bool

    def end(self, number: int) -> int:
        """Return where a line ends in the input."""
        return self.starts[number] + len(self.texts[number])


def split_paragraphs(source: str) -> list[Paragraph]:
    """Return the paragraphs of an NFC text in order.

    A text of more than `MOST_LINES` lines is no article; it is one paragraph, which holds its lines
    as they are but for the dirt inside them.
    """
    lines = split_lines(source)
    if len(lines.texts) > MOST_LINES:
        return [whole(lines)]
    breaks = [0, *wrap_breaks(lines), len(lines.texts)]
    paragraphs = []
    for first, last in pairwise(breaks):
        if first < last and (paragraph := joined(source, lines, first, last)).text:
            paragraphs.append(paragraph)
    return paragraphs


def whole(lines: Lines) -> Paragraph:
    """Return a text as one paragraph of many lines."""
    text = "\n".join(lines.texts)
    if not is_tidy(text.replace("\n", "")):
        text = "\n".join(filter(None, map(tidy, lines.texts)))
    return Paragraph(lines.starts[0], lines.end(-1), text)


def joined(source: str, lines: Lines, first: int, last: int) -> Paragraph:
    """Return the paragraph that the lines from `first` up to `last` (exclusive) make up."""
    start, end = lines.starts[first], lines.end(last - 1)
    if last - first == 1:
        text = lines.texts[first]
        return Paragraph(start, end, text if lines.plain and "  " not in text else tidy(text))
    texts, starts = lines.texts[first:last], lines.starts[first:last]
    text = " ".join(texts)
    if "  " in text or not (lines.plain or is_tidy(text)):
        return Paragraph(start, end, tidy(source[start:end]))
    sizes = map(len, texts)
    return Paragraph(
        start, end, text, tuple(zip(map(add, starts, sizes), starts[1:], strict=False))
    )


def split_lines(source: str) -> Lines:
    """Return the lines that are not blank."""
    # Of a text of printable ASCII only spaces can be stripped, which is the faster way.
    plain = source.isascii() and source.replace("\n", "").isprintable()
    edge = " " if plain else EDGE
    texts, starts, indents, after_blank = list[str](), list[int](), list[int](), list[bool]()
    position = 0
    blank = False
    for raw in source.split("\n") if plain else source.splitlines(keepends=True):
        begun = raw.lstrip(edge)
        size = len(raw)
        if begun:
            indent = size - len(begun)
            texts.append(begun.rstrip(edge))
            starts.append(position + indent)
            indents.append(indent)
            after_blank.append(blank)
            blank = False
        else:
            blank = True
        position += size + plain
    return Lines(texts, starts, indents, after_blank, plain)


def wrap_breaks(lines: Lines) -> Sequence[int]:
    """Return the numbers of the lines, from the second on, that begin a paragraph."""
    every = range(1, len(lines.texts))
    width = max(map(len, lines.texts), default=0)
    if not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return every
    if max(lines.indents[1:], default=0) >= INDENT:
        begun = begun_indented(lines, width)
        return begun if go_on(lines, begun) else every
    if any(lines.after_blank[1:]):
        return blocks(lines, width)
    return every


def begun_indented(lines: Lines, width: int) -> list[int]:
    """Return the lines that begin a paragraph where first lines are indented.

    The first line of a text is short where the dateline was taken off it.
    """
    short = FULL * width
    sizes = [width, width, *map(len, lines.texts[1:-1])]
    indents, blanks = lines.indents, lines.after_blank
    return [at for at in range(1, len(sizes)) if indents[at] or blanks[at] or sizes[at] < short]


def blocks(lines: Lines, width: int) -> Sequence[int]:
    """Return which lines begin a paragraph where blank lines stand between paragraphs.

    Lines are taken for wrapped if, inside blocks, at least two breaks and three of four stand
    where the next word would not have fitted.
    """
    inside = [number for number in range(1, len(lines.texts)) if not lines.after_blank[number]]
    full = [number for number in inside if overflows(lines, number, width)]
    if len(full) < 2 or len(full) < 0.75 * len(inside):
        return range(1, len(lines.texts))
    wrapped = set(full)
    return [number for number in range(1, len(lines.texts)) if number not in wrapped]


def go_on(lines: Lines, begun: Sequence[int]) -> bool:
    """Return whether sentences go on over the line ends that begin no paragraph, most of them.

    Paragraphs among which some lines are indented end with a full stop each.
    """
    texts = lines.texts
    inside = set(range(1, len(texts))).difference(begun)
    ended = [number for number in inside if texts[number - 1][-1] in STOPS]
    return len(ended) <= len(inside) / 2


def overflows(lines: Lines, number: int, width: int) -> bool:
    """Return whether the first word of a line would not have fitted on the line before."""
    if lines.indents[number]:
        return False
    word = lines.texts[number].split(None, 1)[0]
    return len(lines.texts[number - 1]) + 1 + len(word) > width
