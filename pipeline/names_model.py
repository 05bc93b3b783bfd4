"""Names that no list holds: a linear model of the tags of a text's tokens, in whole numbers.

The score of a tag at a token is the sum of weights of signs: what the word, two words before and
two after show by themselves (`pipeline.word_signs`, summed once a word and kept), and what words
show together (`JOINT`). The tags of a text are those of the greatest sum of scores and transitions
(`pipeline.decoding`). Weights are small integers, so that every machine gives the same answer.
`bench/train_tagger.py` makes them: an averaged structured perceptron (Collins 2002).

The three hot loops are in C (`kernel.c`); where it is not compiled, the same in Python and numpy
(`Slow`) gives the same answers at a hundredth of the speed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.decoding import best_tags
from pipeline.folding import fold
from pipeline.mentions import Mention
from pipeline.tokens import LINE_END, pieces_of, starts_of
from pipeline.word_signs import END, GOLDEN, LONGEST, OFFSETS, SALT, signs_of

try:
    from pipeline import kernel
except ImportError:  # no compiler where barq was installed
    kernel = None  # type: ignore[assignment]

Array = npt.NDArray[Any]

WEIGHTS = "names_model.npz"
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
TYPES = ("", "PER", "PER", "LOC", "LOC", "ORG", "ORG")
LANES = 8
"""One more than there are tags: rows of eight are added at once."""
JOINT_BITS = 17
NO_NAME = 30_000
"""The score of no name at a line end: above all others together."""
MOST_TOKENS = 6_000
"""Names are looked for in so much of an article."""
MOST_WORDS = 1 << 17
"""So many words are kept with their scores (a dozen MB); then keeping begins anew."""

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

KNOWN = {"LOC": 1, "PER": 4, "ORG": 6, "MISC": 8}
"""What a gazetteer says of a token: of which type a name begins there; one more inside of it."""
DOUBTFUL_PLACE = 3
DOUBTFUL = 0.7
"""A place below this confidence is known as a doubtful one."""


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


@dataclass(frozen=True, slots=True)
class Found:
    """A name that the model sees: its span (code points, end excluded), its type, and by how
    much the weakest of its tokens is a name rather than none."""

    start: int
    end: int
    type: str
    margin: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model sees: names in order, the scores of tags at tokens, and the tokens of each
    mention that it was told of (the first, and the one after the last)."""

    found: list[Found]
    scores: Array
    spots: list[tuple[int, int]]

    def doubt(self, mention: int) -> int:
        """Return by how much the model would rather have no name at a mention than any name."""
        first, last = self.spots[mention]
        scores = self.scores[first:last].astype(np.int32)
        if not len(scores):
            return 0
        return int((scores[:, 0] - scores[:, 1 : len(TAGS)].max(axis=1)).min())

    def preference(self, mention: int, kind: str, other: str) -> int:
        """Return by how much the model would rather have a mention of one type than of another."""
        first, last = self.spots[mention]
        begin, instead = TAGS.index(f"B-{kind}"), TAGS.index(f"B-{other}")
        scores = self.scores[first:last].astype(np.int32)
        if not len(scores):
            return 0
        first_token = scores[0, begin] - scores[0, instead]
        rest = scores[1:, begin + 1] - scores[1:, instead + 1]
        return int(first_token + rest.sum())


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
        self.back = np.zeros((MOST_TOKENS + 3, len(TAGS)), np.uint8)

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
        tags = kernel.best_tags(scores, self.weights.transitions, self.back)
        return kernel.spans_of(tags, scores)


class Slow:
    """The loops in Python and numpy."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.listed = dict(zip(weights.names.tolist(), weights.flags.tolist(), strict=True))

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


class Numbers(dict[str, int]):
    """Numbers of words; `keep` gives one to a word that has none."""

    def __init__(self, keep: Callable[[str], int]) -> None:
        super().__init__()
        self.keep = keep

    def __missing__(self, piece: str) -> int:
        number = self[piece] = self.keep(piece)
        return number


class NamesModel:
    """The model, ready to find names. It keeps the scores of words it has met, nothing else."""

    def __init__(self, weights: Weights, *, fast: bool = kernel is not None) -> None:
        self.loops: Loops = Fast(weights) if fast else Slow(weights)
        self.known = Numbers(self.keep)
        room = MOST_WORDS + MOST_TOKENS
        self.sums = np.zeros((room, len(OFFSETS), LANES), np.int16)
        self.kinds = np.zeros(room, np.uint32)
        self.keys = np.zeros(room, np.uint32)

    def words_of(self, pieces: Sequence[str]) -> list[int]:
        """Return the numbers of tokens among the kept words."""
        if len(self.known) > MOST_WORDS:
            self.known.clear()
        return list(map(self.known.__getitem__, pieces))

    def keep(self, piece: str) -> int:
        """Sum the scores of a token that was not met before, and return its number."""
        number = len(self.known)
        # What is all space is no part of a name, as a line end is none.
        word = piece.rstrip()[:LONGEST] or LINE_END
        folded = fold(word) if word != LINE_END else word
        kind, key = self.loops.sum_word(word, folded, self.sums[number])
        self.kinds[number] = kind
        self.keys[number] = key
        return number

    def read(self, text: str, mentions: Sequence[Mention] = ()) -> Reading:
        """Return what the model sees in a text, given what a gazetteer knows of it.

        Names are of whole tokens, in order, and none goes over a line end.
        """
        pieces, starts = framed(text)
        spots = spots_of(mentions, starts)
        places = places_of(mentions, spots, len(pieces))
        numbers = self.words_of(pieces)
        scores = self.loops.score_tokens(numbers, places, self.sums, self.kinds, self.keys)
        found = [
            Found(starts[first], starts[last] + len(pieces[last].rstrip()), TYPES[tag], margin)
            for first, last, tag, margin in self.loops.spans(scores)
        ]
        return Reading(found, scores, spots)


def framed(text: str) -> tuple[list[str], list[int]]:
    """Return the tokens of a text between line ends of its own, and where each begins."""
    pieces = [LINE_END, *pieces_of(text)[:MOST_TOKENS], LINE_END, LINE_END]
    return pieces, starts_of(pieces, -len(LINE_END))


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
    mixed = columns[FIRST] * PRIMES[0]
    mixed ^= columns[SECOND] * PRIMES[1] + SALTS
    mixed *= PRIMES[2]
    mixed ^= columns[THIRD] * PRIMES[1]
    mixed *= PRIMES[0]
    mixed >>= np.uint32(32 - JOINT_BITS)
    return mixed


def spots_of(mentions: Sequence[Mention], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the tokens of each mention: the first, and the one after the last."""
    return [
        (bisect_right(starts, mention.start) - 1, bisect_left(starts, mention.end))
        for mention in mentions
    ]


def places_of(
    mentions: Sequence[Mention], spots: Sequence[tuple[int, int]], token_count: int
) -> Array:
    """Return for each token which known name begins there or goes on, 0 for none."""
    places = np.zeros(token_count, np.uint32)
    for mention, (first, last) in zip(mentions, spots, strict=True):
        if first >= token_count:  # beyond what the model reads
            break
        kind = KNOWN[mention.name.type]
        places[first + 1 : last] = kind + 1
        doubtful = kind == KNOWN["LOC"] and mention.confidence < DOUBTFUL
        places[first] = DOUBTFUL_PLACE if doubtful else kind
    return places


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


@cache
def load_names_model() -> NamesModel:
    """Return the model that ships with barq; it takes a tenth of a second to load, once."""
    packed = resources.files("pipeline").joinpath("data", WEIGHTS).read_bytes()
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return NamesModel(Weights(**{name: arrays[name] for name in arrays.files}))
