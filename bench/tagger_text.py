"""What the tagger learns from, as text and spans: labelled corpora; and chance.

Chance is a generator of our own (Knuth's MMIX constants), so that no library changes the outcome.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

TYPES = {"PERS": "PER", "PER": "PER", "LOC": "LOC", "ORG": "ORG"}
FEWEST_LOWER = 6
T = TypeVar("T")

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line of text and its names (code points, end excluded, type)."""

    text: str
    spans: tuple[Span, ...]
    language: str
    source: str


class Chance:
    """Numbers by chance, the same on every machine and for ever."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, limit: int) -> int:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) * limit >> 31

    def of(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def happens(self, percent: int) -> bool:
        return self.below(100) < percent

    def shuffle(self, things: list[T]) -> None:
        for i in range(len(things) - 1, 0, -1):
            j = self.below(i + 1)
            things[i], things[j] = things[j], things[i]


def sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Yield the (token, tag) sentences of a CoNLL file; lines without a token are passed over."""
    sentence: list[tuple[str, str]] = []
    for line in path.read_text("utf-8").split("\n"):
        fields = line.split()
        if not fields:
            if sentence and line == "":
                yield sentence
                sentence = []
        elif len(fields) > 1:
            sentence.append((fields[-2], fields[-1]))
    if sentence:
        yield sentence


def joined(sentence: Sequence[tuple[str, str]], language: str, source: str) -> Labelled:
    """Return a sentence as text, tokens apart by a space."""
    spans: list[tuple[int, int, str]] = []
    pieces = []
    at = 0
    before = "O"
    for token, tag in sentence:
        prefix, _, label = tag.partition("-")
        kind = TYPES.get(label, "")
        begin, end = at, at + len(token)
        if language == "ar" and any(map(str.isalpha, token)):
            # Signs that the corpus has left on a word are no part of the name.
            begin += len(token) - len(token.lstrip("([{\"'،«"))
            end -= len(token) - len(token.rstrip(")]},\"'،:.»"))
        if kind and (prefix == "B" or before != kind):
            spans.append((begin, end, kind))
        elif kind:
            spans[-1] = (spans[-1][0], end, kind)
        before = kind or "O"
        pieces.append(token)
        at += len(token) + 1
    return Labelled(" ".join(pieces), tuple(spans), language, source)


def read_corpus(path: Path, language: str, source: str) -> list[Labelled]:
    """Return a corpus as lines; the quotes of wiki markup are left out."""
    lines = []
    for sentence in sentences(path):
        kept = [(t, g) for t, g in sentence if t not in {"''", "'", "'''", "``"}] or sentence
        lines.append(joined(kept, language, source))
    return lines


def is_prose(line: Labelled) -> bool:
    """Say whether a line reads like a sentence: at least six words in lower case, most no name.

    Half of WikiANN are entries of lists and headings; learning from them, the tagger would expect
    a name in every other word.
    """
    words = re.findall(r"\w+", line.text)
    named = sum(len(re.findall(r"\w+", line.text[a:b])) for a, b, _ in line.spans)
    return sum(map(str.islower, words)) >= FEWEST_LOWER and 2 * named <= len(words)
