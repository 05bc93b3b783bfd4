"""Repetition inside one dispatch: whole bodies, parts and paragraphs that stand there twice.

The first copy stays. Copies may differ in spacing, punctuation, marks and invisible characters.
What is short and repeated on its own stays: refrains, table heads and list lines are part of a
story.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.folding import fold

BETWEEN = "\0"
"""Stands between texts that are folded at one go; it is no character of a tidied text."""
NO_LETTERS_BETWEEN = re.compile(f"[^\\w{BETWEEN}]+|_+")
ASCII_BETWEEN = bytes(byte for byte in range(1, 128) if not chr(byte).isalnum())
WORDS = re.compile(r"(?:[\W\d_]*+[^\W\d_]++){3}")
NO_LETTERS = re.compile(r"[\W_]+")

HEAD = 32
"""Characters of a paragraph that are compared first; only if they meet is it compared whole."""
HEAD_LETTERS = 10

PARAGRAPH = 50
"""Letters from which a paragraph that occurs again on its own is a copy, not a refrain."""
DOUBLED = 25
"""The same for a paragraph that stands right behind its first copy."""
MOST = 0.4
"""The part of a text that a run of short lines must make up to be its body again."""
SHORTEST_HALF = 30
SHORTEST_KEY = 25
"""Characters, and letters among them, from which one half of a paragraph is a copy of the other."""
FIRST_WORD = 8
CHUNK = 4_096
COPY_BEGINS = ((44, 56), (29, 37), (21, 28))
"""Where the second copy begins in a paragraph that says the same two, three or four times: between
which hundredths of it. Copies may differ a little in length."""


@dataclass(frozen=True, slots=True)
class Run:
    """Paragraphs `first` to `last` (inclusive) repeat those that begin at `earlier`."""

    first: int
    last: int
    earlier: int

    @property
    def count(self) -> int:
        """The number of its paragraphs."""
        return self.last - self.first + 1


def comparable(text: str) -> str:
    """Return what two copies of a paragraph have in common: folded letters and digits."""
    return NO_LETTERS.sub("", fold(text))


def find_copies(texts: Sequence[str]) -> dict[int, str]:
    """Return the paragraphs that repeat earlier ones, by number, with the rule of each.

    Rules: `repeated-passage` for several in a row, `repeated-paragraph` for one. The cost is linear
    in the length of the texts.
    """
    keys = comparison_keys(texts) if len(texts) > 1 else []
    earlier = aligned(keys)
    if not earlier:
        return {}
    runs = runs_of(earlier)
    twice = [run for run in runs if run.earlier == run.first - 1 and run.count == 1]
    doubling = len(twice) >= 3 or any(len(keys[run.first]) >= DOUBLED for run in twice)
    copies: dict[int, str] = {}
    for run in runs:
        if is_copy(run, keys, doubling=doubling):
            rule = "repeated-passage" if run.count > 1 else "repeated-paragraph"
            copies |= dict.fromkeys(range(run.first, run.last + 1), rule)
    for number in sorted(earlier):
        beside = number - 1 in copies and (number + 1 in copies or number + 1 == len(texts))
        if beside and number not in copies:
            copies[number] = "repeated-passage"
    return copies


def comparison_keys(texts: Sequence[str]) -> list[str]:
    """Return a key for each paragraph that may have a copy, "" for the others; [] if none may."""
    together = fold(BETWEEN.join([text[:HEAD] for text in texts]))
    if together.isascii():
        letters = together.encode().translate(None, ASCII_BETWEEN).decode()
    else:
        letters = NO_LETTERS_BETWEEN.sub("", together)
    heads = [head[:HEAD_LETTERS] for head in letters.split(BETWEEN)]
    if len(set(heads)) == len(heads):
        return []
    met = {head for head, count in Counter(heads).items() if count > 1}
    keys: dict[str, str] = {}
    found = []
    for text, head in zip(texts, heads, strict=True):
        if head in met and text not in keys:
            keys[text] = comparable(text)
        found.append(keys.get(text, ""))
    return found


def aligned(keys: Sequence[str]) -> dict[int, int]:
    """Return for each repeated paragraph an earlier copy, in step with its neighbour's if it can.

    A paragraph without a letter or digit (a rule of asterisks) is no copy of another.
    """
    first: dict[str, int] = {}
    earlier: dict[int, int] = {}
    for number, key in enumerate(keys):
        if not key:
            continue
        following = earlier.get(number - 1, number) + 1
        if following < number and keys[following] == key:
            earlier[number] = following
        elif key in first:
            doubled = keys[number - 1] == key
            earlier[number] = number - 1 if doubled else first[key]
        first.setdefault(key, number)
    return earlier


def runs_of(earlier: dict[int, int]) -> list[Run]:
    """Return the longest runs of repeated paragraphs in order."""
    runs: list[Run] = []
    for number, place in earlier.items():
        if runs and runs[-1].last == number - 1 and place == earlier[number - 1] + 1:
            runs[-1] = Run(runs[-1].first, number, runs[-1].earlier)
        else:
            runs.append(Run(number, number, place))
    return runs


def is_copy(run: Run, keys: Sequence[str], *, doubling: bool) -> bool:
    """Return whether a run is dirt and not a part of the story.

    `doubling`: other paragraphs of the text stand twice in a row, too.
    """
    longest = max(len(keys[number]) for number in range(run.first, run.last + 1))
    if run.count == 1 and run.earlier == run.first - 1:
        return doubling or longest >= DOUBLED
    if run.count == 1:
        return longest >= PARAGRAPH
    if longest >= DOUBLED:
        return True
    whole = run.earlier <= 1 and run.last == len(keys) - 1
    return whole or (run.count >= 3 and run.count >= MOST * len(keys))


def second_half(text: str) -> int | None:
    """Return where a paragraph ends that then says the same again, once or several times, or None.

    Copies are compared as paragraphs are. A rule of dashes or a chant of one word is no copy.
    """
    if len(text) < 2 * SHORTEST_HALF or not may_repeat(text):
        return None
    key = comparable(text)
    period = (key + key).find(key, 1)
    if period == len(key) or period < SHORTEST_KEY or len(key) % period:
        return None
    return end_of_letters(text, period) if WORDS.match(text[:SHORTEST_HALF]) else None


def may_repeat(text: str) -> bool:
    """Return whether a paragraph's first word stands again where a copy would begin."""
    word = text[:FIRST_WORD].split(None, 1)[0]
    size = len(text)
    if text.find(word, size // 5) < 0:
        return False
    for least, most in COPY_BEGINS:
        if text.find(word, least * size // 100, most * size // 100 + FIRST_WORD) >= 0:
            return True
    return False


def end_of_letters(text: str, count: int) -> int:
    """Return where the first `count` comparable characters end, with the punctuation behind."""
    start = 0
    while (letters := len(comparable(text[start : start + CHUNK]))) < count:
        count -= letters
        start += CHUNK
    for place in range(start, len(text)):
        character = text[place]
        if count > 0:
            count -= len(comparable(character))
        elif character.isspace() or comparable(character):
            return place
    return len(text)
