"""Names that no list holds: a linear model of the tags of a text's tokens, in whole numbers.

The score of a tag at a token is the sum of weights of signs: what the word, two words before and
two after show by themselves (`pipeline.word_signs`, summed once a word and kept), and what words
show together (`JOINT`). The tags of a line are those of the greatest sum of scores and
transitions (`pipeline.decoding`). Weights are small integers, so that every machine gives the
same answer. `bench/train_tagger.py` makes them: an averaged structured perceptron (Collins 2002).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.decoding import decode
from pipeline.folding import fold
from pipeline.gazetteer import NO_NAME
from pipeline.mentions import Mention
from pipeline.tokens import LINE_END, pieces_of, starts_of
from pipeline.word_signs import OFFSETS, signs_of

Array = npt.NDArray[Any]

WEIGHTS = "names_model.npz"
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
LANES = 8
"""One more than there are tags: rows of sixteen bytes are fetched fastest."""
JOINT_ROWS = 1 << 17
MOST_TOKENS = 6_000
"""Names are looked for in so much of an article; a tenth of a megabyte of new words takes 0.1 s."""
MOST_WORDS = 1 << 16
"""So many words are kept with their scores (5 MB); then keeping begins anew."""

KIND, KEY, PLACE = 0, 5, 10
"""Where the columns of a token's class, its word and its known name begin in the joint signs:
for two tokens before it to two after it, of known names one."""
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
SALT = (np.arange(len(JOINT), dtype=np.uint32) * np.uint32(0x85EBCA6B))[:, None]
PRIMES = (np.uint32(0x9E3779B1), np.uint32(0xC2B2AE3D), np.uint32(0x27D4EB2F))
SHIFT = np.uint32(32 - 17)

KNOWN = {"LOC": 1, "PER": 4, "ORG": 6, "MISC": 8}
"""What a gazetteer says of a token: of which type a name begins there; one more inside of it."""
DOUBTFUL_PLACE = 3
DOUBTFUL = 0.7
"""A place below this confidence is known as a doubtful one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the model, and what lists of people's names say.

    `words` and `joint` have a row a sign and a lane a tag; `transitions[p, q]` is for tag q after
    tag p; a folded name hashed to `names[i]` has the flags `flags[i]` of `word_signs`.
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

    def __init__(self, weights: Weights) -> None:
        self.weights = weights.words
        self.joint = weights.joint.astype(np.int16)
        self.transitions = weights.transitions.tolist()
        self.flags = dict(zip(weights.names.tolist(), weights.flags.tolist(), strict=True))
        self.known = Numbers(self.keep)
        self.rows = np.zeros((len(OFFSETS), MOST_WORDS + MOST_TOKENS, LANES), np.int16)
        self.kinds = np.zeros(MOST_WORDS + MOST_TOKENS, np.uint32)
        self.keys = np.zeros(MOST_WORDS + MOST_TOKENS, np.uint32)

    def flags_of(self, folded: str) -> int:
        """Return what the lists of names say of a folded word."""
        return self.flags.get(name_key(folded), 0)

    def words_of(self, pieces: Sequence[str]) -> list[int]:
        """Return the numbers of tokens among the kept words."""
        if len(self.known) > MOST_WORDS:
            self.known.clear()
        return list(map(self.known.__getitem__, pieces))

    def keep(self, piece: str) -> int:
        """Sum the scores of a token that was not met before, and return its number."""
        signs = signs_of(piece, self.flags_of)
        number = len(self.known)
        for offset, rows in enumerate(signs.rows):
            self.rows[offset, number] = self.weights[list(rows)].sum(axis=0, dtype=np.int16)
        self.kinds[number] = signs.kind
        self.keys[number] = signs.key
        return number

    def scores(self, words: list[int], places: Array) -> Array:
        """Return the score of each tag at each token, tokens by lanes."""
        numbers = np.array(words, np.intp)
        scores = self.rows[2].take(numbers, axis=0)
        # rows[d] is what a word says of the token that stands OFFSETS[d] away from it.
        scores[2:] += self.rows[4].take(numbers[:-2], axis=0)
        scores[1:] += self.rows[3].take(numbers[:-1], axis=0)
        scores[:-1] += self.rows[1].take(numbers[1:], axis=0)
        scores[:-2] += self.rows[0].take(numbers[2:], axis=0)
        rows = joint_rows(self.kinds.take(numbers), self.keys.take(numbers), places)
        scores += self.joint.take(rows, axis=0).sum(axis=0, dtype=np.int16)
        return scores

    def find(self, text: str, mentions: Sequence[Mention] = ()) -> list[Found]:
        """Return the names of a text, in order, given what a gazetteer knows of it.

        Each is of whole tokens, and none goes over a line end.
        """
        pieces, starts = framed(text)
        scores = self.scores(self.words_of(pieces), places_of(mentions, starts))
        return [
            Found(starts[first], starts[last] + len(pieces[last].rstrip()), kind, margin)
            for first, last, kind, margin in spans_of(decode(scores, self.transitions), scores)
        ]


def framed(text: str) -> tuple[list[str], list[int]]:
    """Return the tokens of a text between line ends of its own, and where each begins."""
    pieces = [LINE_END, *pieces_of(text)[:MOST_TOKENS], LINE_END, LINE_END]
    return pieces, starts_of(pieces, -len(LINE_END))


def name_key(folded: str) -> int:
    """Return the hash under which lists keep a name: taa marbuta and haa are one."""
    return crc32(folded.replace("ة", "ه").encode("utf-8", "replace"))


def joint_rows(kinds: Array, keys: Array, places: Array) -> Array:
    """Return the rows of the joint signs, signs by tokens."""
    count = len(kinds)
    columns = np.zeros((PLACE + 3, count), np.uint32)
    for column, values in ((KIND, kinds), (KEY, keys)):
        columns[column, 2:] = values[:-2]
        columns[column + 1, 1:] = values[:-1]
        columns[column + 2] = values
        columns[column + 3, :-1] = values[1:]
        columns[column + 4, :-2] = values[2:]
    columns[PLACE, 1:] = places[:-1]
    columns[PLACE + 1] = places
    columns[PLACE + 2, :-1] = places[1:]
    mixed = columns.take(FIRST, axis=0) * PRIMES[0]
    mixed ^= columns.take(SECOND, axis=0) * PRIMES[1] + SALT
    mixed *= PRIMES[2]
    mixed ^= columns.take(THIRD, axis=0) * PRIMES[1]
    mixed *= PRIMES[0]
    mixed >>= SHIFT
    return mixed


def places_of(mentions: Sequence[Mention], starts: Sequence[int]) -> Array:
    """Return for each token which known name begins there or goes on, 0 for none."""
    places = np.zeros(len(starts) - 1, np.uint32)
    if not mentions:
        return places
    firsts = np.searchsorted(starts, [mention.start for mention in mentions], side="right") - 1
    lasts = np.searchsorted(starts, [mention.end for mention in mentions])
    for mention, first, last in zip(mentions, firsts.tolist(), lasts.tolist(), strict=True):
        if mention.name.type == NO_NAME or first >= len(places):
            continue
        kind = KNOWN[mention.name.type]
        places[first + 1 : last] = kind + 1
        doubtful = kind == KNOWN["LOC"] and mention.confidence < DOUBTFUL
        places[first] = DOUBTFUL_PLACE if doubtful else kind
    return places


def spans_of(tags: Sequence[int], scores: Array) -> list[tuple[int, int, str, int]]:
    """Return the names among tags: first and last token, type, and the least margin over none."""
    spans = []
    first = 0
    for at, tag in enumerate(tags):
        if not tag:
            continue
        begins = tag % 2 == 1
        if begins:
            first = at
        goes_on = at + 1 < len(tags) and tags[at + 1] == tag + begins
        if not goes_on:
            own = [int(scores[i, tags[i]]) - int(scores[i, 0]) for i in range(first, at + 1)]
            spans.append((first, at, TAGS[tag][2:], min(own)))
    return spans


@cache
def load_names_model() -> NamesModel:
    """Return the model that ships with barq; it takes a tenth of a second to load, once."""
    packed = resources.files("pipeline").joinpath("data", WEIGHTS).read_bytes()
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return NamesModel(Weights(**{name: arrays[name] for name in arrays.files}))
