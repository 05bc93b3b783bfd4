"""The learning of the tagger's weights: an averaged structured perceptron in whole numbers.

Collins, "Discriminative Training Methods for Hidden Markov Models" (2002). Tags that are not the
gold ones get a handicap in training (a margin), and of the signs of a token some are left out
by chance, so that none is relied on alone. Whole numbers and chance of our own: the
outcome is the same on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.tagger_text import Chance, Labelled
from pipeline.decoding import NEVER, best_tags
from pipeline.folding import fold
from pipeline.gazetteer import Gazetteer
from pipeline.loops import JOINT_BITS, LANES, TAGS, joint_rows
from pipeline.mentions import choose
from pipeline.names_model import framed, places_of, spots_of
from pipeline.tokens import LINE_END
from pipeline.word_signs import LONGEST, OFFSETS, ROWS, NameFlags, Signs, signs_of

ALL_ROWS = ROWS + (1 << JOINT_BITS)
TAG_COUNT = len(TAGS)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text as the learner sees it: the rows of all its tokens, and the gold tags.

    `starts` says where the rows of each token begin.
    """

    rows: np.ndarray
    starts: np.ndarray
    gold: np.ndarray


class Reader:
    """Turns labelled texts into lessons, with what the gazetteer knows of them."""

    def __init__(self, gazetteer: Gazetteer, flags_of: NameFlags) -> None:
        self.gazetteer = gazetteer
        self.flags_of = flags_of
        self.known: dict[str, Signs] = {}

    def signs(self, piece: str) -> Signs:
        if piece not in self.known:
            word = piece.rstrip()[:LONGEST] or LINE_END
            folded = fold(word) if word != LINE_END else word
            self.known[piece] = signs_of(word, folded, self.flags_of)
        return self.known[piece]

    def lesson(self, line: Labelled) -> Lesson:
        pieces, starts = framed(line.text)
        signs = [self.signs(piece) for piece in pieces]
        mentions = choose(self.gazetteer.find(line.text))
        kinds = np.array([s.kind for s in signs], np.uint32)
        keys = np.array([s.key for s in signs], np.uint32)
        places = places_of(mentions, spots_of(mentions, starts), len(pieces))
        joint = (joint_rows(kinds, keys, places) + np.uint32(ROWS)).T
        rows: list[int] = []
        begins = []
        for at in range(len(pieces)):
            begins.append(len(rows))
            for index, offset in enumerate(OFFSETS):
                if 0 <= at + offset < len(signs):
                    # What stands at +1 speaks of this token as of the one before it.
                    rows.extend(signs[at + offset].rows[len(OFFSETS) - 1 - index])
            rows.extend(joint[at].tolist())
        gold = gold_tags(line, pieces, starts)
        return Lesson(np.array(rows, np.int32), np.array(begins, np.int64), gold)


def gold_tags(line: Labelled, pieces: Sequence[str], starts: Sequence[int]) -> np.ndarray:
    """Return the tag of each token."""
    tags = np.zeros(len(pieces), np.int64)
    for start, end, kind in line.spans:
        begin = TAGS.index(f"B-{kind}")
        inside = [i for i in range(len(pieces)) if start <= starts[i] < end]
        if not inside:  # a name that our tokens do not part from its neighbours
            inside = [i for i in range(len(pieces)) if starts[i] < end and start < starts[i + 1]][
                :1
            ]
        tags[inside] = begin + 1
        tags[inside[:1]] = begin
    return tags


def first_transitions() -> np.ndarray:
    """Return transitions that know only what cannot be: going on with a name of another type."""
    transitions = np.zeros((TAG_COUNT, TAG_COUNT), np.int64)
    for tag in range(2, TAG_COUNT, 2):
        transitions[:, tag] = NEVER
        transitions[[tag - 1, tag], tag] = 0
    return transitions


class Learner:
    """Weights in the making."""

    def __init__(self, margin: int, left_out: int) -> None:
        self.weights = np.zeros((ALL_ROWS, LANES), np.int32)
        self.sums = np.zeros((ALL_ROWS, LANES), np.int64)
        self.transitions = first_transitions()
        self.transition_sums = np.zeros_like(self.transitions)
        self.step = 1
        self.margin = margin
        self.left_out = left_out

    def learn(self, lesson: Lesson, salt: int) -> bool:
        """Correct the weights by one lesson; say whether there was anything to correct."""
        values = self.weights[lesson.rows]
        kept = None
        if self.left_out:
            mixed = (lesson.rows.astype(np.uint32) ^ np.uint32(salt)) * np.uint32(0x9E3779B1)
            mixed ^= np.arange(len(mixed), dtype=np.uint32) * np.uint32(0x85EBCA6B)
            mixed *= np.uint32(0xC2B2AE3D)
            kept = (mixed >> np.uint32(16)) % np.uint32(100) >= self.left_out
            values *= kept[:, None]
        scores = np.add.reduceat(values, lesson.starts, axis=0)[:, :TAG_COUNT]
        gold = lesson.gold
        scores += self.margin
        scores[np.arange(len(gold)), gold] -= self.margin
        tags = np.frombuffer(best_tags(scores, self.transitions), np.uint8).astype(np.int64)
        self.step += 1
        wrong = np.flatnonzero(tags != gold)
        if not len(wrong):
            return False
        ends = np.append(lesson.starts[1:], len(lesson.rows))
        for at in wrong.tolist():
            span = slice(int(lesson.starts[at]), int(ends[at]))
            rows = lesson.rows[span]
            if kept is not None:
                rows = rows[kept[span]]
            for tag, change in ((gold[at], 1), (tags[at], -1)):
                np.add.at(self.weights[:, tag], rows, change)
                np.add.at(self.sums[:, tag], rows, change * self.step)
        for path, change in ((gold, 1), (tags, -1)):
            np.add.at(self.transitions, (path[:-1], path[1:]), change)
            np.add.at(self.transition_sums, (path[:-1], path[1:]), change * self.step)
        return True

    def average(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean of all weights so far, times the number of steps."""
        weights = self.weights.astype(np.int64) * self.step - self.sums
        return weights, self.transitions * self.step - self.transition_sums


def learn_all(
    lessons: list[Lesson], rounds: int, margin: int, left_out: int, chance: Chance
) -> Learner:
    """Return what is learnt from the lessons, in another order each round."""
    learner = Learner(margin, left_out)
    order = list(range(len(lessons)))
    for number in range(rounds):
        chance.shuffle(order)
        corrected = sum(learner.learn(lessons[i], chance.below(1 << 31)) for i in order)
        print(f"round {number + 1}: {corrected} of {len(order)} corrected", flush=True)
    return learner
