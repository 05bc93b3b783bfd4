"""A galley: a text set for matching, as folded words with one space between, and the way back.

Queries and articles are set by the same function, so that both sides agree on what a word is.
"""

import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.folding import REMOVED, fold

Points: TypeAlias = npt.NDArray[np.uint32]

UNSEEN, GONE, SPACE, APOSTROPHE = 0, 1, ord(" "), ord("'")
TATWEEL = "\u0640"
OPEN = '"“”„«»‹›_'
"""What may stand between the words of a phrase besides white space and dashes: quotation marks
and the low line of hashtags. They set a word off without parting it from its neighbour."""

# What each code point is set as: a folded letter, SPACE for all that parts words, APOSTROPHE, or
# GONE; UNSEEN until it comes. A memo of a pure function: numpy looks a whole text up at once,
# ten times faster than str.translate.
SET_AS: Points = np.zeros(0x110000, "<u4")


@dataclass(frozen=True, slots=True)
class Galley:
    """A set text.

    `text` is the original and `title_length` the offset of the line end behind its title (-1 for
    a text without title). `line` is the folded words, each with one space before and behind it;
    `places[i]` is the offset in `text` of what `line[i + 1]` was made from.
    """

    text: str
    title_length: int
    line: str
    places: npt.NDArray[np.intp]

    def origin(self, at: int) -> int:
        """Return the offset in `text` of `line[at]`; behind the last word, the text's length."""
        return int(self.places[at - 1]) if at <= len(self.places) else len(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of `line[start:end]`, with the marks of its last letter."""
        return self.origin(start), self.origin(end)

    def in_title(self, start: int) -> bool:
        """Say whether the word that begins at `line[start]` stands in the title."""
        return self.origin(start) < self.title_length

    def gap(self, at: int) -> str | None:
        """Return what stands between two words beyond what a phrase may span: "" if nothing.

        `at` is the place of the space in `line`. None: one word is the title's, one the body's.
        """
        start, end = self.span(at, at + 1)
        if start <= self.title_length < end:
            return None
        return "".join(c for c in fold(self.text[start:end]) if c not in OPEN and c not in " '")

    def spaces(self) -> list[int]:
        """Return the places of the spaces in `line`, in order."""
        points = np.frombuffer(self.line.encode("utf-32-le"), "<u4")
        places: list[int] = (points == SPACE).nonzero()[0].tolist()
        return places


def set_galley(text: str, title_length: int = -1) -> Galley:
    """Set a text for matching.

    A word is a run of letters, digits and marks, with apostrophes inside it; all else parts
    words. A tatweel between Arabic letters is nothing, but one that joins a clitic to a foreign
    word (الـBBC) parts them.
    """
    if not text:
        return Galley(text, title_length, " ", np.empty(0, np.intp))
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    types = SET_AS[points]
    least = types.min()
    if least == UNSEEN:
        learn(points[types == UNSEEN])
        types = SET_AS[points]
        least = types.min()
    if TATWEEL in text:
        joints = (points[:-1] == ord(TATWEEL)) & (types[1:] > APOSTROPHE) & ~arabic(points[1:])
        types[:-1][joints] = SPACE
    kept = None
    if least == GONE:
        kept = (types != GONE).nonzero()[0]
        types = types[kept]
    line, shown = composed(types)
    if "'" in line:
        line, shown = composed(bare_edges(types))
    places = shown if kept is None else kept[shown]
    return Galley(text, title_length, line, places)


def composed(types: Points) -> tuple[str, npt.NDArray[np.intp]]:
    """Return the line of types that are letters or parting, and the places of its characters.

    Of everything between two words the first character stays and becomes the space.
    """
    letters = types > SPACE
    shown = letters.copy()
    shown[1:] |= letters[:-1]
    places = shown.nonzero()[0]
    words = types[places].tobytes().decode("utf-32-le")
    return (f" {words}" if words.endswith(" ") or not words else f" {words} "), places


def bare_edges(types: Points) -> Points:
    """Return the types with each apostrophe that does not stand inside a word as a space."""
    letters = types > APOSTROPHE
    inside = np.zeros_like(letters)
    inside[1:-1] = letters[:-2] & letters[2:]
    return np.where((types == APOSTROPHE) & ~inside, np.uint32(SPACE), types)


def learn(points: Points) -> None:
    """Fill in what code points are set as."""
    for point in np.unique(points).tolist():
        SET_AS[point] = type_of(chr(point))


def type_of(character: str) -> int:
    """Return what one character is set as."""
    if REMOVED.match(character):
        return GONE
    folded = fold(character)
    if folded == "'":
        return APOSTROPHE
    word = folded.isalnum() or unicodedata.category(folded)[0] == "M"
    return ord(folded) if word else SPACE


def arabic(points: Points) -> npt.NDArray[np.bool_]:
    """Say of each code point whether it is of an Arabic block."""
    basic = (points >= 0x600) & (points <= 0x8FF)
    return basic | ((points >= 0xFB50) & (points <= 0xFEFF))
