"""Vocabularies: the words of which short lines of one kind are made, whatever their order.

A pattern knows a phrase; a vocabulary knows “Share this story with a friend” and every other line
that is made of its words alone, if one of them tells what the line is. Its file `words-name.txt`
holds words between spaces; those of a line that begins with `!` are the telling ones.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.patterns import entries, normal_form

JOINING = "words-joining"
TELLING = "!"
MOST_STEMMED = 10_000
NUMBER = re.compile(r"[\d.,:]+[^\W\d_]{0,3}")
"""A number, a date in figures, or either with its unit or suffix."""

# What stands before or behind an Arabic, Persian or Kurdish word in its folded form: articles,
# prepositions, endings of imperatives and plurals, pronouns. Longer ones come first.
FIRST_ARABIC = "\u0600"
PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")
SUFFIXES = (
    "هكانمان", "هكهمان", "هكان", "هكه", "ونا", "وها", "وني", "وه", "مان", "تان", "هاي", "وا", "نا",
    "ها", "هم", "كم", "ون", "ين", "ات", "ه", "ي", "ك", "ا",
)  # fmt: skip
SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The folded words of a kind of lines, and those among them that tell the kind."""

    words: frozenset[str]
    telling: frozenset[str]

    def spells(self, words: Sequence[str]) -> bool:
        """Return whether a line is made of these words and numbers, one of them telling."""
        return all(self.knows(word) for word in words) and any(self.tells(word) for word in words)

    def knows(self, word: str) -> bool:
        """Return whether a folded word is one of these, or a number."""
        return word in self.words or is_number(word) or not self.words.isdisjoint(stems(word))

    def tells(self, word: str) -> bool:
        """Return whether a folded word tells the kind of its line."""
        return word in self.telling or not self.telling.isdisjoint(stems(word))


@lru_cache(MOST_STEMMED)
def stems(word: str) -> tuple[str, ...]:
    """Return what is left of a word in Arabic script without what may be joined to it."""
    if not word or word[0] < FIRST_ARABIC:
        return ()
    begun = [word, *(word.removeprefix(each) for each in PREFIXES if word.startswith(each))]
    ended = [one.removesuffix(each) for one in begun for each in SUFFIXES if one.endswith(each)]
    return tuple(one for one in [*begun[1:], *ended] if len(one) >= SHORTEST_STEM)


def is_number(word: str) -> bool:
    """Return whether a folded word is a number, alone or with its unit: 3, 1.2k, 12th."""
    return word[:1].isdecimal() and NUMBER.fullmatch(word) is not None


def read_vocabulary(name: str, lists: Mapping[str, str]) -> Vocabulary:
    """Return the vocabulary of the list `words-name`, with the words that join others."""
    telling: set[str] = set()
    joining = frozenset(folded_words(lists.get(JOINING, "")))
    words = set(joining)
    for line in entries(lists.get(f"words-{name}", "")):
        found = folded_words(line)
        words.update(found)
        if line.startswith(TELLING):
            telling.update(set(found) - joining)
    return Vocabulary(frozenset(words), frozenset(telling))


def folded_words(text: str) -> list[str]:
    """Return the words of a list as they stand in the normal form of a line."""
    return normal_form(" ".join(entries(text))).replace("|", " ").split()
