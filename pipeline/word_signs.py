"""What a word shows of being part of a name: its letters, its shape, the lists that hold it.

Each sign is hashed to a row of the weights of `pipeline.names_model`. A word counts where it
stands, beside it (one word before or after) and near it (two). No sign depends on the text
around the word, so that all of them are summed once a word and kept.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zlib import crc32

from pipeline.folding import fold
from pipeline.tokens import LINE_END

ROWS = 1 << 19
"""How many rows the weights of single words have; a power of two."""
OFFSETS = (-2, -1, 0, 1, 2)
LONGEST = 48
"""Of a longer word the rest is not looked at."""
LONGEST_AFFIX = 4
FEWEST_LETTERS = 3
"""A shorter rest is no evidence that the letters before it are particles."""

ARABIC = re.compile("[\u0620-\u06d3]")
PARTICLES = re.compile(r"^([وف]?)([بكل]?)(ال|)(?=\w{3})")
LAM_LAM = re.compile(r"^([وف]?)لل(?=\w{3})")
OPENING = frozenset("([{«“‘„\"'")
CLOSING = frozenset(")]}»”’")
STOPS = frozenset(".!?؟…")
COMMAS = frozenset(",;:،؛")

END, LOWER, CAPITAL, CAPITALS, INITIAL, MIXED, NUMBER, COMMA = range(8)
STOP, OPEN, CLOSE, SIGN, POSSESSIVE, ARABIC_WORD, WITH_ARTICLE, OTHER = range(8, 16)
"""Kinds of words; with what the lists know of it a word is one of 64 classes."""
LISTED = 16

NameFlags = Callable[[str], int]
"""What lists of people's names say of a folded word: bits 0-1 how common it is as a given name,
2-3 as a surname, 4 whether it is in a dictionary of names."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of a word: rows by offset, its class, and the hash of its folded form."""

    rows: tuple[tuple[int, ...], ...]
    kind: int
    key: int


def signs_of(piece: str, flags_of: NameFlags) -> Signs:
    """Return the signs of a token as `pipeline.tokens` gives it."""
    if piece.startswith(LINE_END):
        return hashed(END, "\n", ["line end"], ["line end"], ["line end"])
    word = piece.rstrip()[:LONGEST]
    folded = fold(word)
    if ARABIC.match(folded):
        return arabic_signs(folded, flags_of)
    return other_signs(word, folded, flags_of)


def hashed(kind: int, folded: str, here: list[str], beside: list[str], near: list[str]) -> Signs:
    """Return signs by name as rows of the weights."""
    rows = []
    for offset, names in zip(OFFSETS, (near, beside, here, beside, near), strict=True):
        seed = 0x9E3779B1 * (offset + 3) & 0xFFFFFFFF
        rows.append(tuple(crc32(name.encode("utf-8", "replace"), seed) % ROWS for name in names))
    return Signs(tuple(rows), kind, crc32(folded.encode("utf-8", "replace")))


def listed(flags: int) -> int:
    """Return what lists of names say of a word, in four steps."""
    given, surname = flags & 3, flags >> 2 & 3
    if given >= 2:
        return 3 if surname >= 2 else 2
    return 1 if flags else 0


def affixes(word: str, tag: str) -> Iterator[str]:
    """Yield the first and last letters of a word."""
    for length in range(1, min(LONGEST_AFFIX, len(word)) + 1):
        yield f"{tag}p {word[:length]}"
        yield f"{tag}s {word[-length:]}"


def arabic_signs(folded: str, flags_of: NameFlags) -> Signs:
    """Return the signs of a word in Arabic letters, with and without its particles."""
    particles, stem = without_particles(folded)
    flags, stem_flags = flags_of(folded), flags_of(stem)
    with_article = particles.endswith("ال")
    here = [
        "bias",
        f"w {folded}",
        f"t {stem}",
        f"tc {particles} {stem}",
        f"c {particles}",
        f"l {min(len(stem), 8)} {with_article:d}",
        f"f {flags}",
        f"tf {stem_flags} {particles}",
        *affixes(folded, ""),
    ]
    if particles:
        here += affixes(stem, "t")
    beside = [
        f"w {folded}",
        f"t {stem}",
        f"c {particles}",
        f"s {folded[-3:]}",
        f"p {stem[:3]}",
        f"f {flags}",
        f"tf {stem_flags}",
    ]
    near = [f"w {folded}", f"t {stem}", f"tf {stem_flags}"]
    kind = WITH_ARTICLE if with_article else ARABIC_WORD
    kind += LISTED * max(listed(flags), listed(stem_flags))
    return hashed(kind, folded, here, beside, near)


def without_particles(folded: str) -> tuple[str, str]:
    """Return the letters before an Arabic word that may be particles and the article, and the rest.

    The article that ل has swallowed is given back (للعراق: لال and عراق). Both parts are for
    evidence only: the letters may as well be the word's own (وليد).
    """
    lam = LAM_LAM.match(folded)
    if lam:
        return f"{lam[1]}لال", folded[lam.end() :]
    found = PARTICLES.match(folded)
    if found is None:
        return "", folded
    return found[0], folded[found.end() :]


def other_signs(word: str, folded: str, flags_of: NameFlags) -> Signs:
    """Return the signs of a word in other letters, a number or a sign."""
    shape = shape_of(word)
    flags = flags_of(folded)
    here = ["bias", f"w {folded}", f"h {shape}", f"hf {shape[:2]} {flags}"]
    beside = [f"w {folded}", f"h {shape}", f"hf {shape[:2]} {flags}"]
    near = [f"w {folded}", f"h {shape[:2]}"]
    if word[:1].isalpha():
        here += [
            f"W {word}",
            f"f {flags}",
            f"l {min(len(word), 10)} {shape[:2]}",
            f"hs {shape[:2]} {folded[-3:]}",
            *affixes(folded, ""),
        ]
        beside += [f"s {folded[-3:]}", f"W {word}"]
        parts = folded.split()
        if len(parts) > 1:
            here += [f"a {parts[0]}", f"z {parts[-1]}", f"zf {flags_of(parts[-1])}"]
    return hashed(kind_of(word, shape) + LISTED * listed(flags), folded, here, beside, near)


def shape_of(word: str) -> str:
    """Return a word with X for capitals, x for other letters and 9 for digits, runs shortened."""
    letters = [
        "X" if c.isupper() else "9" if c.isdigit() else "x" if c.isalpha() else c for c in word
    ]
    short: list[str] = []
    for letter in letters:
        if short[-2:] != [letter, letter]:
            short.append(letter)
    return "".join(short)[:10]


def kind_of(word: str, shape: str) -> int:
    """Return the kind of a word that is not in Arabic letters."""
    first = shape[:1]
    if first == "X":
        if shape in {"X.", "X.X.", "X.X.X."} and len(word) == 2:
            return INITIAL
        if shape.strip("X.-&") == "":
            return CAPITALS if len(word) > 1 else INITIAL
        return CAPITAL if shape in {"Xx", "Xxx"} else MIXED
    if first == "x":
        return LOWER if shape.strip("x") == "" else MIXED
    if first == "9":
        return NUMBER
    if word in {"'s", "’s"}:
        return POSSESSIVE
    for kind, characters in ((COMMA, COMMAS), (STOP, STOPS), (OPEN, OPENING), (CLOSE, CLOSING)):
        if first in characters:
            return kind
    return SIGN if first else OTHER
