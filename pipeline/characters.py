"""Characters of a text: NFC, and what no reader sees taken out or written in the usual way.

Stored text is NFC and not NFKC, which would rewrite what the newsroom wrote; folding for matching
lies in `pipeline.folding`. Tatweel and short vowels stay for the same reason.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

BREAKS = "\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029"
"""The line ends of `str.splitlines`, as part of a character class."""

CONTROLS = "\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f"
INVISIBLE = (
    "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e"
    "\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb"
)
"""Soft hyphen, zero width, bidi controls, fillers, byte order mark; joiners are treated apart."""

QUIET = "\\u200c\\u200d"
"""Zero-width non-joiner and joiner: letters of a word in some scripts, dirt elsewhere."""

EDGE = "".join(
    chr(point)
    for point in range(0x10000)
    if chr(point).isspace() or re.match(f"[{BREAKS}{CONTROLS}{INVISIBLE}{QUIET}]", chr(point))
)
"""What may not stand at the beginning or end of a paragraph, for `str.strip`."""

# A joiner is kept where it changes how letters are drawn: after a letter of Arabic, Syriac, N'Ko
# or an Indic, Tibetan, Khmer or Mongolian script that is followed by another, and inside emoji.
JOINING = (
    "\\u0620-\\u08ff\\u0900-\\u0dff\\u0f00-\\u0fff\\u1780-\\u18af\\ufb50-\\ufdff\\ufe70-\\ufefc"
)
EMOJI = "\\u2190-\\u2bff\\ufe0f\\U0001f000-\\U0001faff\\U000e0020-\\U000e007f"
LOST_JOINER = f"(?<![{JOINING}{EMOJI}])[{QUIET}]++|[{QUIET}]++(?![{JOINING}{EMOJI}])"

# Letters that were stored as the shapes of a typesetter. Those that stand for a phrase (U+FDF0 on)
# and the ornate brackets are written on purpose; what NFKC leaves alone is no shape of a letter.
SHAPES = "".join(
    chr(point)
    for point in (*range(0xFB50, 0xFD3E), *range(0xFD50, 0xFDF0), *range(0xFE70, 0xFEFD))
    if not unicodedata.is_normalized("NFKC", chr(point))
)

# A single space, no-break space or one of the thin spaces of typography is no dirt.
SPACES = " \\u00a0\\u2009\\u202f\\u3000"
DIRT = re.compile(
    f"[\\s{BREAKS}{CONTROLS}{INVISIBLE}]{{2,}}"
    f"|[^\\S{SPACES}]|[{BREAKS}{CONTROLS}{INVISIBLE}]"
    f"|{LOST_JOINER}|[{SHAPES}]+"
)
SPACE_RUNS = re.compile("[ \u00a0]{2,}")
# What is dirt although it counts as printable: fillers, the grapheme joiner, typesetter's shapes.
PRINTED_DIRT = re.compile(f"[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u3164\\uffa0{SHAPES}]")
GRAPHEME_JOINER = "\u034f"
MAY_BE_DIRT = (0xE1, 0xE3, 0xEF)
"""With what the other characters of `PRINTED_DIRT` begin in UTF-8."""
MOST_MARKS = 30
SAFE_LENGTH = 5_000
"""Characters up to which any run of marks is put in order in no time."""
MARK = "".join(chr(point) for point in range(0x20000) if unicodedata.combining(chr(point)))
IS_MARK = np.array([unicodedata.combining(chr(point)) > 0 for point in range(0x20000)])
MARKS = re.compile(f"[{MARK}]{{{MOST_MARKS + 1},}}")

MOST_EDITS = 1_000
"""Edits of one paragraph that are told one by one; with more, one edit covers the paragraph."""
ONLY_SPACE = re.compile(f"[\\s{BREAKS}]*")
HAS_SPACE = re.compile(f"[\\s{BREAKS}]")
HAS_CONTROL = re.compile(f"[{CONTROLS}]")
IS_SHAPE = re.compile(f"[{SHAPES}]")
SURROGATES = re.compile("[\ud800-\udfff]")


Change = tuple[int, int, str, str]
"""An edit as a plain tuple, which is made in a fifth of the time."""


class Edit(NamedTuple):
    """One change to an input text: the characters from `start` to `end` become `put`.

    Offsets are code points of the input. Edits of one text do not overlap and none is empty.
    """

    start: int
    end: int
    rule: str
    put: str = ""


def normal(text: str) -> str:
    """Return text in NFC. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.

    Of more than 30 combining marks in a row, as no language writes them, 30 stay (UAX 15, 13):
    putting them in order takes a time that grows with the square of their number.
    """
    if text.isascii():
        return text
    if len(text) > SAFE_LENGTH and marks_in(text) > MOST_MARKS:
        text = MARKS.sub(lambda run: run.group()[:MOST_MARKS], text)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = SURROGATES.sub("\ufffd", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def marks_in(text: str) -> int:
    """Return how many combining marks a text holds: far quicker than by an expression."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return int(np.count_nonzero(IS_MARK[np.minimum(points, len(IS_MARK) - 1)]))


def tidy(text: str) -> str:
    """Return NFC text of one paragraph without dirt: one space for a run of white space.

    Line ends inside it count as white space. The result is NFC and tidying it changes nothing.
    """
    dirt = dirt_of(text)
    if dirt is None:
        return text
    if dirt is SPACE_RUNS:
        return one_space(text).strip(EDGE)
    for _ in range(4):
        clean = normal(DIRT.sub(replaced, text)).strip(EDGE)
        if clean == text:
            return text
        text = clean
    return text


def one_space(text: str) -> str:
    """Return a text with one space for each run of spaces and no-break spaces."""
    if "\u00a0" in text:
        return SPACE_RUNS.sub(" ", text)
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def is_tidy(text: str) -> bool:
    """Return whether text holds no dirt; a few C loops tell for most texts."""
    dirt = dirt_of(text)
    return dirt is None or dirt.search(text) is None


def dirt_of(text: str) -> re.Pattern[str] | None:
    """Return the cheapest expression that finds the dirt of a text; None if it has none."""
    spaced = text.replace("\u00a0", " ")
    if not spaced.isprintable():
        return DIRT
    if not text.isascii():
        # Bytes are looked through in no time; few scripts have one of these.
        encoded = text.encode("utf-8", "surrogatepass")
        one, other, last = MAY_BE_DIRT
        seen = one in encoded or other in encoded or last in encoded or GRAPHEME_JOINER in text
        if seen and PRINTED_DIRT.search(text):
            return DIRT
    return SPACE_RUNS if "  " in spaced else None


def replaced(dirt: re.Match[str]) -> str:
    """Return what stands in the text for a piece of dirt."""
    piece = dirt.group()
    if IS_SHAPE.match(piece):
        return unicodedata.normalize("NFKC", piece)
    return " " if HAS_SPACE.search(piece) else ""


def edits_of(source: str, start: int, end: int, tidied: str) -> Iterator[Edit]:
    """Yield the edits that turn `source[start:end]` into `tidied`, what `tidy` made of it.

    Where dirt hides dirt (a mark that composes with its letter once the invisible character between
    them is gone), or there is very much of it, one edit covers the whole paragraph.
    """
    expression = dirt_of(source[start:end]) or DIRT
    edits = [
        Edit(dirt.start(), dirt.end(), rule_of(dirt.group()), replaced(dirt))
        for dirt in islice(expression.finditer(source, start, end), MOST_EDITS)
    ]
    if applied(source, start, end, edits) == tidied:
        yield from edits
    else:
        spaces = "".join(source[start:end].split()) == "".join(tidied.split())
        yield Edit(start, end, "spacing" if spaces else "invisible-character", tidied)


def place_of(edits: Sequence[Edit], start: int, offset: int) -> int:
    """Return where in the input the character stands that is at `offset` of an edited text.

    `start` is where that text begins in the input. A character that was put in stands where that
    edit begins.
    """
    place = start + offset
    for edit in edits:
        if edit.start > place:
            break
        if place < edit.start + len(edit.put):
            return edit.start
        place += (edit.end - edit.start) - len(edit.put)
    return place


def applied(source: str, start: int, end: int, edits: list[Edit]) -> str:
    """Return `source[start:end]` with its edits made."""
    pieces = []
    for edit in edits:
        pieces += [source[start : edit.start], edit.put]
        start = edit.end
    return "".join([*pieces, source[start:end]])


def rule_of(piece: str) -> str:
    """Return the name of the rule that a piece of dirt falls under."""
    if ONLY_SPACE.fullmatch(piece):
        return "spacing"
    if IS_SHAPE.match(piece):
        return "presentation-form"
    return "control-character" if HAS_CONTROL.search(piece) else "invisible-character"
