"""Folding: the form of a text in which names and words are compared, with the way back.

Folded text is for matching only and is never stored. Arabic: short vowels, tatweel and invisible
characters go, hamza carriers, alef and yeh forms become one letter, Persian and Urdu ones become
their Arabic twins, taa marbuta stays. Latin: lower case without accents. All digits become
ASCII, all apostrophes one, every dash a space. No word is changed beyond that
(no stemming: it destroys names).
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ARABIC_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ؤ": "و", "ئ": "ي", "ى": "ي", "ی": "ي", "ے": "ي", "ۍ": "ي", "ې": "ي",
    "ک": "ك", "ڪ": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ە": "ه", "ۃ": "ة",
}  # fmt: skip
APOSTROPHES = "\u2018\u2019\u201b\u02bc\u02bb\u2032\u00b4`\u05f3"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
NAMED = ARABIC_LETTERS | dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(DASHES, " ")
SINGLE_LATIN = {"ß": "s", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "ħ": "h", "ŧ": "t"}

# What disappears: Arabic marks and tatweel, Hebrew points, combining accents, and format
# characters (zero width, bidi controls, soft hyphen, byte order mark).
REMOVED = re.compile(
    "[\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u08d3-\u08ff\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0300-\u036f"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)


class FoldTable(dict[int, int]):
    """Code point to folded code point for `str.translate`; fills itself as characters appear."""

    def __missing__(self, point: int) -> int:
        folded = ord(fold_character(chr(point)))
        self[point] = folded
        return folded


def fold_character(character: str) -> str:
    """Return the one character that stands for `character` in folded text."""
    if character in NAMED:
        return NAMED[character]
    if character.isspace():
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    lower = character.lower()
    if lower in SINGLE_LATIN:
        return SINGLE_LATIN[lower]
    bare = REMOVED.sub("", unicodedata.normalize("NFKD", lower))
    bare = NAMED.get(bare, bare)
    # A character that stands for several (a ligature) keeps its place as itself: offsets count.
    return bare if len(bare) == 1 else lower[:1] or character


TABLE = FoldTable()
ASCII = bytes(TABLE[point] if point < 0x80 else point for point in range(0x100))
"""The same for the bytes of an ASCII text."""

SHORT = 60
"""Characters up to which `str.translate` is the faster way to fold."""
UNKNOWN, GONE = 0xFFFFFFFF, 0xFFFFFFFE
"""In the array: the folded form has not been asked for yet; the character is removed."""


class FoldArray:
    """The same table as an array, which folds a text at one go; fills itself, too."""

    def __init__(self) -> None:
        self.points = np.full(0x110000, UNKNOWN, dtype=np.uint32)

    def fold(self, text: str) -> str:
        """Return the folded form of a text."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        folded = self.points[points]
        if folded.max() >= GONE:
            if (folded == UNKNOWN).any():
                self.learn(points[folded == UNKNOWN])
                folded = self.points[points]
            folded = folded[folded != GONE]
        return folded.tobytes().decode("utf-32-le", "surrogatepass")

    def learn(self, points: npt.NDArray[np.uint32]) -> None:
        """Work out the folded forms of characters that are met for the first time."""
        for point in np.unique(points).tolist():
            removed = REMOVED.match(chr(point)) is not None
            self.points[point] = GONE if removed else TABLE[point]


ARRAY = FoldArray()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, where it stood in the original.

    `origin` has one more element than `text`, the original's length. It is None where nothing
    was removed, so that offsets are the same in both.
    """

    text: str
    origin: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of a folded one, with the marks that its last letter carries."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end]


def fold(text: str) -> str:
    """Return the folded form of a text, one character for each that is not removed."""
    if text.isascii():
        return text.encode().translate(ASCII).decode()
    if len(text) <= SHORT:
        return REMOVED.sub("", text).translate(TABLE)
    return ARRAY.fold(text)


def fold_with_origin(text: str) -> Folded:
    """Return the folded form of a text together with the way back to its offsets."""
    if REMOVED.search(text) is None:
        return Folded(text.translate(TABLE), None)
    kept: list[int] = []
    position = 0
    for gone in REMOVED.finditer(text):
        kept.extend(range(position, gone.start()))
        position = gone.end()
    kept.extend(range(position, len(text) + 1))
    return Folded(fold(text), tuple(kept))
