"""The hot loops of the model of names: in C (`kernel.c`), and the same in Python and numpy.

Where barq was installed without a compiler the slow ones give the same answers. `JOINT` and what
is done with it stand in both.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.decoding import best_tags
from pipeline.word_signs import END, GOLDEN, OFFSETS, SALT, signs_of

try:
    from pipeline import kernel
except ImportError:  # no compiler where barq was installed
    kernel = None  # type: ignore[assignment]

COMPILED = kernel is not None
Array = npt.NDArray[Any]

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
LANES = 8
"""One more than there are tags: rows of eight are added at once."""
JOINT_BITS = 17
NO_NAME = 30_000
"""The score of no name at a line end: above all others together."""
KIND, KEY, PLACE = 0, 5, 10
"""Where the columns of a token's class, its word and its known name begin in the joint signs:
for two tokens before it to two after it, of known names for one before to one after."""
JOINT = (
    (KIND + 1, KIND + 2, KIND + 3),
    (KIND, KIND + 1, KIND + 2),
    (KIND + 2, KIND + 3, KIND + 4),
    (KEY + 1, KIND + 2, KIND + 3),
    (KIND + 1, KIND + 2, KEY + 3),
    (KEY + 1, KEY + 2, KEY + 2),
    (KEY + 2, KEY + 3, KEY + 3),
    (KEY + 1, KIND + 2, KEY + 3),
    (KEY, KEY + 1, KIND + 2),
    (PLACE, PLACE + 1, PLACE + 2),
    (PLACE + 1, KIND + 2, KIND + 3),
    (KEY + 1, PLACE + 1, KIND + 2),
    (PLACE + 1, KIND + 2, KEY + 3),
    (KEY + 2, PLACE + 1, PLACE + 2),
)
"""The signs of words together: three columns each."""
FIRST, SECOND, THIRD = (np.array(column) for column in zip(*JOINT, strict=True))
PRIMES = (np.uint32(GOLDEN), np.uint32(0xC2B2AE3D), np.uint32(0x27D4EB2F))
SALTS = (np.arange(len(JOINT), dtype=np.uint32) * np.uint32(SALT))[:, None]

Span = tuple[int, int, int, int]
"""A name: its first and last token, the tag that begins it, and the least margin of its tokens."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the model, and what lists of people's names say.

    `words` and `joint` have a row a sign and a lane a tag; `transitions[p, q]` is for tag q after
    tag p; a name whose `name_key` is `names[i]` (sorted) has the flags `flags[i]`.
    """

    words: Array
    joint: Array
    transitions: Array
    names: Array
    flags: Array


class Loops(Protocol):
    """The hot loops: the scores of a word by itself and of tokens, and the names in scores."""

    def sum_word(self, word: str, folded: str, sums: Array) -> tuple[int, int]:
        """Write the sums of a word's signs, offsets by lanes; return its class and its key."""

    def score_tokens(
        self, numbers: list[int], places: Array, sums: Array, kinds: Array, keys: Array
    ) -> Array:
        """Return the scores of tokens, tokens by lanes; kept words have `sums`, `kinds`, `keys`."""

    def spans(self, scores: Array) -> list[Span]:
        """Return the names among the best tags."""


class Fast:
    """The loops in C."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def sum_word(self, word: str, folded: str, sums: Array) -> tuple[int, int]:
        """Do what `Loops` says."""
        held = self.weights
        return kernel.sum_word(word, folded, held.words, held.names, held.flags, sums)

    def score_tokens(
        self, numbers: list[int], places: Array, sums: Array, kinds: Array, keys: Array
    ) -> Array:
        """Do what `Loops` says."""
        scores = np.empty((len(numbers), LANES), np.int16)
        kernel.score_tokens(numbers, places, sums, kinds, keys, self.weights.joint, scores)
        return scores

    def spans(self, scores: Array) -> list[Span]:
        """Do what `Loops` says."""
        tags = kernel.best_tags(scores, self.weights.transitions)
        return kernel.spans_of(tags, scores)


class Slow:
    """The loops in Python and numpy."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.listed: dict[int, int] = dict(
            zip(weights.names.tolist(), weights.flags.tolist(), strict=True)
        )

    def flags_of(self, key: int) -> int:
        """Return what the lists of names say of a word by its key."""
        return self.listed.get(key, 0)

    def sum_word(self, word: str, folded: str, sums: Array) -> tuple[int, int]:
        """Do what `Loops` says."""
        signs = signs_of(word, folded, self.flags_of)
        for offset, rows in enumerate(signs.rows):
            sums[offset] = self.weights.words[list(rows)].sum(axis=0, dtype=np.int16)
        return signs.kind, signs.key

    def score_tokens(
        self, numbers: list[int], places: Array, sums: Array, kinds: Array, keys: Array
    ) -> Array:
        """Do what `Loops` says."""
        words = np.array(numbers, np.intp)
        rows = joint_rows(kinds[words], keys[words], places)
        scores: Array = self.weights.joint[rows].sum(axis=0, dtype=np.int16)
        for index, offset in enumerate(OFFSETS):
            # sums[n, i] is what word n says of the token that stands OFFSETS[i] away from it.
            source = slice(max(0, -offset), len(numbers) - max(0, offset))
            target = slice(max(0, offset), len(numbers) - max(0, -offset))
            scores[target] += sums[words[source], index]
        scores[kinds[words] == END, 0] = NO_NAME
        return scores

    def spans(self, scores: Array) -> list[Span]:
        """Do what `Loops` says."""
        return spans_of(best_tags(scores, self.weights.transitions), scores)


def joint_rows(kinds: Array, keys: Array, places: Array) -> Array:
    """Return the rows of the joint signs, signs by tokens."""
    columns = np.zeros((PLACE + 3, len(kinds)), np.uint32)
    for column, values in ((KIND, kinds), (KEY, keys)):
        columns[column, 2:] = values[:-2]
        columns[column + 1, 1:] = values[:-1]
        columns[column + 2] = values
        columns[column + 3, :-1] = values[1:]
        columns[column + 4, :-2] = values[2:]
    columns[PLACE, 1:] = places[:-1]
    columns[PLACE + 1] = places
    columns[PLACE + 2, :-1] = places[1:]
    mixed: Array = columns[FIRST] * PRIMES[0]
    mixed ^= columns[SECOND] * PRIMES[1] + SALTS
    mixed *= PRIMES[2]
    mixed ^= columns[THIRD] * PRIMES[1]
    mixed *= PRIMES[0]
    mixed >>= np.uint32(32 - JOINT_BITS)
    return mixed


def spans_of(tags: bytes, scores: Array) -> list[Span]:
    """Return the names among tags, in order."""
    spans: list[Span] = []
    first = -1
    least = 0
    for at, tag in enumerate(tags):
        if not tag:
            continue
        margin = int(scores[at, tag]) - int(scores[at, 0])
        begin = tag - 1 + tag % 2
        least = margin if first < 0 else min(least, margin)
        first = at if first < 0 else first
        if tags[at + 1 : at + 2] != bytes([begin + 1]):
            spans.append((first, at, begin, least))
            first = -1
    return spans
