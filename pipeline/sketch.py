"""A text as numbers: its words, its identity, and a small sketch by which copies are found.

The sketch keeps the lowest hashes of a text's word triples (a bottom-k sketch: Broder, "On the
resemblance and containment of documents", 1997), and beside them the words of the title and the
figures, which tell two items of one template apart. All of it is a function of the text alone.
"""

import struct
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.folding import REMOVED, fold_character

Codes: TypeAlias = NDArray[np.uint32]
Bytes: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.uint64]

TRIPLES_KEPT = 64
"""Triples a sketch keeps. On labelled copies 64 gave the F1 of 128; 56 took a stranger for one."""
TRIPLES_INDEXED = 24
"""The lowest of them, by which candidates are found. With 16 a copy cut to a third was missed."""
WORDS_KEPT = 16
"""Title words, and figures, that a sketch keeps."""
SHORT_WORDS = 40
"""A shorter text is only the same together with its title: two dividends often share all else."""
PERIOD = 1 << 16
"""Characters after which the powers repeat; a word across that border gets another hash."""

# What the table says about a character. Letters and digits are their folded code point plus LETTER.
UNSEEN, GONE, GAP, POINT, LETTER = 0, 1, 2, 3, 16
ALONE = 1 << 30
"""Set on characters of scripts without spaces: each of them counts as a word."""
ZERO, TEN = LETTER + ord("0"), 10
POINTS = ".,\u066b\u066c"
COPYISTS = {"ة": "ه", "'": ""}
"""What outlets write in two ways beyond what `pipeline.folding` folds: a taa marbuta without its
dots, an apostrophe or none. It is folded here only, where whole texts are compared."""
UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF),
    (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip

TABLE: Codes = np.zeros(0x110000, np.uint32)
"""Code point to code, filled as characters appear: a cache of `character_code`."""

BASE = 0x9E3779B97F4A7C15


def powers(base: int) -> Words:
    """Return the first PERIOD powers of an odd number, mod 2^64."""
    factors = np.full(PERIOD, base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


POWERS, INVERSES = powers(BASE), powers(pow(BASE, -1, 1 << 64))
# As arrays without dimensions, which numpy multiplies by sooner than by scalars.
FIRST, SECOND, THIRD, SPREAD, LOW_BITS = (
    np.array(number, np.uint64)
    for number in (
        0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0xBF58476D1CE4E5B9, 0xFFFF
    )
)  # fmt: skip

NUMERALS = """
one two three four five six seven eight nine ten eleven twelve hundred thousand
واحد اثنان اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة مئة مائة ألف
"""
"""Words that stand for figures in agency style, which spells small numbers out."""

HEADER = struct.Struct("<IIHBB")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of an article as hashes, in order; `figures` marks numbers among `text`."""

    title: Words
    text: Words
    figures: NDArray[np.bool_]
    raw: str
    """Title and text as they were read, for articles without a single word."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is remembered of a text in order to recognise its copies.

    `triples`: the lowest hashes of its word triples, ascending; every triple with a hash up to
    `ceiling` is among them. `total`: different triples in the text. `title`, `figures`: 16-bit
    hashes of title words and of numbers, the lowest WORDS_KEPT of each.
    """

    triples: tuple[int, ...]
    ceiling: int
    total: int
    title: frozenset[int]
    figures: frozenset[int]


def character_code(character: str) -> int:
    """Return what a character is in a text: gone, a gap, a point, or a letter's code."""
    if REMOVED.match(character):
        return GONE
    if character in POINTS:
        return POINT
    folded = fold_character(character)
    folded = COPYISTS.get(folded, folded)
    if not folded:
        return GONE
    # Vowel signs of Indic scripts are marks, not letters, and belong to their words.
    if not (folded.isalnum() or unicodedata.category(folded).startswith("M")):
        return GAP
    point = ord(folded)
    alone = any(low <= point <= high for low, high in UNSPACED)
    return LETTER + point + (ALONE if alone else 0)


def read(title: str, text: str) -> Reading:
    """Return the words of a title and a text, folded as `pipeline.folding.fold` and COPYISTS."""
    raw = f"{title}\n{text}"
    if raw.isascii():
        marks = raw.encode().translate(ASCII_CODES, ASCII_GONE)
        border = len(title) - title.count("'")
        codes: Codes | Bytes = np.frombuffer(marks, np.uint8)
    else:
        codes, border = wide_codes(raw, len(title))
    words, starts, digits = split(codes)
    first = int(starts.searchsorted(border))
    text_words = words[first:]
    figures = digits[starts[first:]] | IS_NUMERAL[text_words & LOW_BITS]
    return Reading(words[:first], text_words, figures, raw)


def wide_codes(raw: str, border: int) -> tuple[Codes, int]:
    """Return the codes of a text in any script, and where the border lies in them."""
    points = np.frombuffer(raw.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = TABLE.take(points)
    lowest = codes.min()
    if lowest == UNSEEN:
        for point in np.unique(points[codes == UNSEEN]).tolist():
            TABLE[point] = character_code(chr(point))
        codes = TABLE.take(points)
        lowest = codes.min()
    if lowest == GONE:
        kept = codes != GONE
        border = int(np.count_nonzero(kept[:border]))
        codes = codes[kept]
    return codes, border


def split(codes: Codes | Bytes) -> tuple[Words, NDArray[np.intp], NDArray[np.bool_]]:
    """Return the hash of each word, where it starts, and which characters are digits.

    A point or comma between digits belongs to its number. The hash is a polynomial over the
    characters, mod 2^64: sums of characters times rising powers, divided by the first power.
    """
    digits = codes - ZERO < TEN  # what lies below wraps round
    letters = codes >= LETTER
    points = codes[1:-1] == POINT
    points &= digits[:-2]
    points &= digits[2:]
    letters[1:-1] |= points
    begins = letters.copy()
    np.greater(letters[1:], letters[:-1], out=begins[1:])
    if codes.dtype != np.uint8 and codes.max() >= ALONE:
        alone = codes >= ALONE
        begins |= alone
        begins[1:] |= letters[1:] & alone[:-1]
    starts = begins.nonzero()[0]
    if not len(starts):
        return np.zeros(0, np.uint64), starts, digits
    rising = POWERS[: len(codes)] if len(codes) <= PERIOD else np.resize(POWERS, len(codes))
    weighed = rising * (codes * letters)
    return np.add.reduceat(weighed, starts) * INVERSES.take(starts & (PERIOD - 1)), starts, digits


def numeral_table() -> NDArray[np.bool_]:
    """Return which low 16 bits of a word's hash are those of a numeral."""
    table = np.zeros(1 << 16, np.bool_)
    codes = np.array([character_code(character) for character in NUMERALS], np.uint32)
    table[split(codes)[0] & LOW_BITS] = True
    return table


ASCII = [chr(point) for point in range(128)]
ASCII_GONE = bytes(ord(one) for one in ASCII if character_code(one) == GONE)
ASCII_CODES = bytes(character_code(one) for one in ASCII).ljust(256)
IS_NUMERAL = numeral_table()


def digest(*parts: bytes) -> int:
    """Return a 60-bit number for a sequence of byte strings: the largest that Python keeps small.

    Two of a million articles share one by chance once in two million windows.
    """
    lengths = struct.pack(f"<{len(parts)}Q", *map(len, parts))
    return int.from_bytes(blake2b(lengths + b"".join(parts), digest_size=8).digest()) >> 4


def identity(reading: Reading) -> int:
    """Return a 60-bit number that is the same for the same words, whatever their spelling.

    A text of fewer than SHORT_WORDS counts together with its title, and one without any word by
    its characters.
    """
    if len(reading.text) >= SHORT_WORDS:
        return digest(reading.text.tobytes())
    return digest(*whole_article(reading))


def edition(reading: Reading, text: int, version: str, status: str) -> int:
    """Return a 60-bit number for one edition of an article: its words, version and status.

    `text` is the identity of the reading.
    """
    marks = (version.encode("utf-8", "surrogatepass"), status.encode("utf-8", "surrogatepass"))
    return digest(reading.title.tobytes(), text.to_bytes(8), *marks)


def whole_article(reading: Reading) -> tuple[bytes, bytes]:
    """Return title and text as bytes that are the same for the same words."""
    if len(reading.text) or len(reading.title):
        return reading.title.tobytes(), reading.text.tobytes()
    return b"", reading.raw.encode("utf-8", "surrogatepass")


def sketch(reading: Reading) -> Sketch:
    """Return the sketch of an article; of its title alone where there is no text (a flash)."""
    words = reading.text if len(reading.text) else reading.title
    kept: tuple[int, ...] = ()
    total = 0
    if len(words) >= 3:
        mixed = words[:-2] * FIRST
        mixed += words[1:-1] * SECOND
        mixed += words[2:] * THIRD
        # One round of SplitMix64 (Steele, Lea, Flood, 2014) spreads them; the upper half is kept.
        mixed ^= mixed >> np.uint64(30)
        mixed *= SPREAD
        mixed >>= np.uint64(32)
        hashes = mixed.astype(np.uint32)
        hashes.sort()
        different = hashes[1:] != hashes[:-1]
        total = 1 + int(np.count_nonzero(different))
        if total <= len(different):
            hashes = hashes[np.concatenate(([True], different))]
        kept = tuple(hashes[:TRIPLES_KEPT].tolist())
    ceiling = kept[-1] if len(kept) < total else 0xFFFFFFFF
    figures = reading.text[reading.figures]
    return Sketch(kept, ceiling, total, lowest(reading.title), lowest(figures))


def lowest(words: Words) -> frozenset[int]:
    """Return the lowest WORDS_KEPT different 16-bit hashes of some words."""
    marks = {*(words * FIRST >> np.uint64(48)).tolist()}
    return frozenset(marks if len(marks) <= WORDS_KEPT else sorted(marks)[:WORDS_KEPT])


def title_marks(words: Iterable[str]) -> frozenset[int]:
    """Return the hashes by which these words are found in a sketch's title."""
    return frozenset(mark for word in words for mark in lowest(read(word, "").title))


def pack(sketch: Sketch) -> bytes:
    """Return a sketch as bytes, 12 + 4 a triple + 2 a title word or figure."""
    title, figures, triples = sketch.title, sketch.figures, sketch.triples
    head = HEADER.pack(sketch.total, sketch.ceiling, len(triples), len(title), len(figures))
    marks = (*sorted(title), *sorted(figures))
    return head + struct.pack(f"<{len(triples)}I{len(marks)}H", *triples, *marks)


def unpack(packed: bytes) -> Sketch:
    """Return the sketch in `packed`. Raises ValueError if the bytes hold none."""
    check_packed(packed)
    total, ceiling, triples, title, figures = HEADER.unpack_from(packed)
    kept = struct.unpack_from(f"<{triples}I", packed, HEADER.size)
    marks = struct.unpack_from(f"<{title + figures}H", packed, HEADER.size + 4 * triples)
    return Sketch(kept, ceiling, total, frozenset(marks[:title]), frozenset(marks[title:]))


def check_packed(packed: bytes) -> None:
    """Raise ValueError unless the header and the length of a packed sketch agree."""
    if len(packed) < HEADER.size:
        raise ValueError("a sketch has at least a header; these bytes are cut off")
    _, _, triples, title, figures = HEADER.unpack_from(packed)
    if len(packed) != HEADER.size + 4 * triples + 2 * (title + figures):
        raise ValueError("the sketch's header and length disagree; these bytes are damaged")


def triples_of(packed: bytes) -> tuple[int, tuple[int, ...]]:
    """Return the ceiling and the triples of a packed sketch, without unpacking the rest."""
    _, ceiling, triples, _, _ = HEADER.unpack_from(packed)
    return ceiling, struct.unpack_from(f"<{triples}I", packed, HEADER.size)


def indexed(packed: bytes) -> Codes:
    """Return the triples by which others find a packed sketch, without unpacking the rest."""
    triples = HEADER.unpack_from(packed)[2]
    return np.frombuffer(packed, "<u4", min(triples, TRIPLES_INDEXED), HEADER.size)
