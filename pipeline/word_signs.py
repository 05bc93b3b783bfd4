"""What a word shows of being part of a name: its letters, its shape, the lists that hold it.

A sign is a number that says what it is about and the code points or counts that it is made of,
hashed (FNV-1a by whole code points) to a row of the weights of `pipeline.names_model`. A word
counts where it stands, beside it (one word before or after) and near it (two). No sign depends
on the text around the word, so that all of them are summed once a word and kept. What is here in
Python stands in `kernel.c` once more, with the same answers.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.tokens import LINE_END

ROW_BITS = 19
ROWS = 1 << ROW_BITS
"""How many rows the weights of single words have."""
OFFSETS = (-2, -1, 0, 1, 2)
LONGEST = 48
"""Of a longer word the rest is not looked at."""
LONGEST_SHAPE = 10
LONGEST_AFFIX = 4
FEWEST_LETTERS = 3
"""A shorter rest is no evidence that the letters before it are particles."""
MASK = 0xFFFFFFFF
BASIS, PRIME = 0x811C9DC5, 0x01000193
GOLDEN, SALT = 0x9E3779B1, 0x85EBCA6B

OPENING = frozenset("([{«“‘„\"'")
CLOSING = frozenset(")]}»”’")
STOPS = frozenset(".!?؟…")
COMMAS = frozenset(",;:،؛")

END, LOWER, CAPITAL, CAPITALS, INITIAL, MIXED, NUMBER, COMMA = range(8)
STOP, OPEN, CLOSE, SIGN, POSSESSIVE, ARABIC_WORD, WITH_ARTICLE = range(8, 15)
"""Kinds of words; with what the lists know of it a word is one of 64 classes."""
LISTED = 16

(NAME, BIAS, WORD, STEM, PARTICLES_AND_STEM, PARTICLES, LENGTH, FLAGS, STEM_FLAGS, LINE) = range(10)
PREFIX, SUFFIX, STEM_PREFIX, STEM_SUFFIX = 10, 20, 30, 40
"""The affixes of one letter; those of more letters follow."""
STEM_BEGIN, LAST_THREE, SHAPE, SHAPE_FLAGS, AS_WRITTEN, LENGTH_SHAPE = range(50, 56)
SHAPE_END, FIRST_PART, LAST_PART, LAST_PART_FLAGS, SHAPE_BEGIN = range(56, 61)
"""What signs are about."""

Sign = tuple[int, Sequence[int]]
NameFlags = Callable[[int], int]
"""What lists of people's names say of a word by its `name_key`: bits 0-1 how common it is as a
given name, 2-3 as a surname, 4 whether it is in a dictionary of names."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of a word: rows by offset, its class, and the hash of its folded form."""

    rows: tuple[tuple[int, ...], ...]
    kind: int
    key: int


def signs_of(word: str, folded: str, flags_of: NameFlags) -> Signs:
    """Return the signs of a word, given also as folded, or of a line end."""
    if word == LINE_END:
        return signs_by_offset(END, LINE_END, [(LINE, ())], [(LINE, ())], [(LINE, ())])
    word, folded = word[:LONGEST], folded[:LONGEST]
    if is_arabic(folded):
        return arabic_signs(folded, flags_of)
    return other_signs(word, folded, flags_of)


def is_arabic(folded: str) -> bool:
    """Say whether a word begins with an Arabic letter."""
    return "\u0620" <= folded[:1] <= "\u06d3"


def hashed(about: int, codes: Iterable[int]) -> int:
    """Return the hash of a sign."""
    value = (BASIS ^ about * GOLDEN) & MASK
    for code in codes:
        value = ((value ^ code) * PRIME) & MASK
    return value


def codes_of(text: str) -> list[int]:
    """Return the code points of a text."""
    return list(map(ord, text))


def name_key(folded: str) -> int:
    """Return the hash under which lists keep a name: taa marbuta and haa are one."""
    return hashed(NAME, codes_of(folded.replace("ة", "ه")))


def signs_by_offset(
    kind: int, folded: str, here: list[Sign], beside: list[Sign], near: list[Sign]
) -> Signs:
    """Return signs as rows of the weights."""
    rows = []
    for index, signs in enumerate((near, beside, here, beside, near)):
        salt = index * SALT & MASK
        rows.append(
            tuple(((hashed(*sign) ^ salt) * GOLDEN & MASK) >> (32 - ROW_BITS) for sign in signs)
        )
    return Signs(tuple(rows), kind, hashed(WORD, codes_of(folded)))


def listed(flags: int) -> int:
    """Return what lists of names say of a word, in four steps."""
    given, surname = flags & 3, flags >> 2 & 3
    if given >= 2:
        return 3 if surname >= 2 else 2
    return 1 if flags else 0


def affixes(codes: Sequence[int], prefix: int, suffix: int) -> Iterator[Sign]:
    """Yield the first and last letters of a word."""
    for length in range(1, min(LONGEST_AFFIX, len(codes)) + 1):
        yield prefix + length, codes[:length]
        yield suffix + length, codes[-length:]


def arabic_signs(folded: str, flags_of: NameFlags) -> Signs:
    """Return the signs of a word in Arabic letters, with and without its particles."""
    before, rest = without_particles(folded)
    word, particles, stem = codes_of(folded), codes_of(before), codes_of(rest)
    flags, stem_flags = flags_of(name_key(folded)), flags_of(name_key(rest))
    with_article = before.endswith("ال")
    here: list[Sign] = [
        (BIAS, ()),
        (WORD, word),
        (STEM, stem),
        (PARTICLES_AND_STEM, [*particles, 0, *stem]),
        (PARTICLES, particles),
        (LENGTH, [min(len(stem), 8), int(with_article)]),
        (FLAGS, [flags]),
        (STEM_FLAGS, [stem_flags, *particles]),
        *affixes(word, PREFIX, SUFFIX),
    ]
    if particles:
        here += affixes(stem, STEM_PREFIX, STEM_SUFFIX)
    beside: list[Sign] = [
        (WORD, word),
        (STEM, stem),
        (PARTICLES, particles),
        (LAST_THREE, word[-3:]),
        (STEM_BEGIN, stem[:3]),
        (FLAGS, [flags]),
        (STEM_FLAGS, [stem_flags]),
    ]
    near: list[Sign] = [(WORD, word), (STEM, stem), (STEM_FLAGS, [stem_flags])]
    kind = WITH_ARTICLE if with_article else ARABIC_WORD
    kind += LISTED * max(listed(flags), listed(stem_flags))
    return signs_by_offset(kind, folded, here, beside, near)


def without_particles(folded: str) -> tuple[str, str]:
    """Return the letters before an Arabic word that may be particles and the article, and the rest.

    The article that ل has swallowed is given back (للعراق: لال and عراق). Both parts are for
    evidence only: the letters may as well be the word's own (وليد).
    """
    at = 0
    most = len(folded) - FEWEST_LETTERS
    if at < most and folded[at] in "وف":
        at += 1
    if at + 1 < most and folded.startswith("لل", at):
        return folded[:at] + "لال", folded[at + 2 :]
    if at < most and folded[at] in "بكل":
        at += 1
    if at + 1 < most and folded.startswith("ال", at):
        at += 2
    return folded[:at], folded[at:]


def other_signs(word: str, folded: str, flags_of: NameFlags) -> Signs:
    """Return the signs of a word in other letters, a number or a sign."""
    outline = shape_of(word)
    codes, shape = codes_of(folded), codes_of(outline)
    flags = flags_of(name_key(folded))
    here: list[Sign] = [
        (BIAS, ()),
        (WORD, codes),
        (SHAPE, shape),
        (SHAPE_FLAGS, [flags, *shape[:2]]),
    ]
    beside: list[Sign] = here[1:]
    near: list[Sign] = [(WORD, codes), (SHAPE_BEGIN, shape[:2])]
    if word[:1].isalpha():
        beside = [*beside, (LAST_THREE, codes[-3:]), (AS_WRITTEN, codes_of(word))]
        here += [
            (AS_WRITTEN, codes_of(word)),
            (FLAGS, [flags]),
            (LENGTH_SHAPE, [min(len(word), 10), *shape[:2]]),
            (SHAPE_END, [*shape[:2], 0, *codes[-3:]]),
            *affixes(codes, PREFIX, SUFFIX),
        ]
        first, space, _ = folded.partition(" ")
        if space:
            last = folded.rpartition(" ")[2]
            here += [
                (FIRST_PART, codes_of(first)),
                (LAST_PART, codes_of(last)),
                (LAST_PART_FLAGS, [flags_of(name_key(last))]),
            ]
    kind = kind_of(word, outline) + LISTED * listed(flags)
    return signs_by_offset(kind, folded, here, beside, near)


def shape_of(word: str) -> str:
    """Return a word with X for capitals, x for other letters and 9 for digits, runs shortened."""
    shape = ""
    for c in word:
        letter = "X" if c.isupper() else "9" if c.isdigit() else "x" if c.isalpha() else c
        if not shape.endswith(letter * 2):
            shape += letter
        if len(shape) == LONGEST_SHAPE:
            break
    return shape


def kind_of(word: str, shape: str) -> int:
    """Return the kind of a word that is not in Arabic letters."""
    first = shape[:1]
    if first == "X":
        return kind_in_capitals(word, shape)
    if first == "x":
        return MIXED if shape.strip("x") else LOWER
    if first == "9":
        return NUMBER
    if word in {"'s", "’s"}:
        return POSSESSIVE
    signs = ((COMMA, COMMAS), (STOP, STOPS), (OPEN, OPENING), (CLOSE, CLOSING))
    return next((kind for kind, characters in signs if first in characters), SIGN)


def kind_in_capitals(word: str, shape: str) -> int:
    """Return the kind of a word that begins with a capital."""
    if len(word) == 1 or shape == "X.":
        return INITIAL
    if not shape.strip("X.-&"):
        return CAPITALS
    return CAPITAL if shape in {"Xx", "Xxx"} else MIXED
