"""Names that no list holds: a linear model of the tags of a text's tokens, in whole numbers.

The score of a tag at a token is the sum of weights of signs: what the word, two words before and
two after show by themselves (`pipeline.word_signs`, summed once a word and kept), and what words
show together (`pipeline.loops`). The tags of a text are those of the greatest sum of scores and
transitions (`pipeline.decoding`). Weights are small integers, so that every machine gives the same
answer. `bench/train_tagger.py` makes them: an averaged structured perceptron (Collins 2002).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO

import numpy as np

from pipeline.folding import fold
from pipeline.loops import COMPILED, LANES, TAGS, Array, Fast, Loops, Slow, Weights
from pipeline.mentions import Mention
from pipeline.tokens import LINE_END, pieces_of, starts_of
from pipeline.word_signs import LONGEST, OFFSETS

WEIGHTS = "names_model.npz"
TYPES = ("", "PER", "PER", "LOC", "LOC", "ORG", "ORG")
MOST_TOKENS = 6_000
"""Names are looked for in so much of an article."""
FRAME = 3
"""So many line ends are put around an article."""
MOST_WORDS = 1 << 17
"""So many words are kept with their scores (a dozen MB); then keeping begins anew."""


KNOWN = {"LOC": 1, "PER": 4, "ORG": 6, "MISC": 8}
"""What a gazetteer says of a token: of which type a name begins there; one more inside of it."""
DOUBTFUL_PLACE = 3
DOUBTFUL = 0.7
"""A place below this confidence is known as a doubtful one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name that the model sees: its span (code points, end excluded) and its type.

    `margin` is by how much the weakest of its tokens is a name rather than none.
    """

    start: int
    end: int
    type: str
    margin: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model sees: names in order, and the scores of tags at tokens.

    `spots` are the tokens of each mention that it was told of: the first, and the one after the
    last.
    """

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

    def __init__(self, weights: Weights, *, fast: bool = COMPILED) -> None:
        self.loops: Loops = Fast(weights) if fast else Slow(weights)
        self.known = Numbers(self.keep)
        room = MOST_WORDS + MOST_TOKENS + FRAME
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


@cache
def load_names_model() -> NamesModel:
    """Return the model that ships with barq; it takes a tenth of a second to load, once."""
    packed = resources.files("pipeline").joinpath("data", WEIGHTS).read_bytes()
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return NamesModel(Weights(**{name: arrays[name] for name in arrays.files}))
