"""The statistical tagger: tokens that are the text, loops that agree, names of whole tokens."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tagger_learning import Learner, Reader
from bench.tagger_text import Chance, Labelled, sentences
from pipeline.decoding import NEVER, best_tags
from pipeline.folding import fold
from pipeline.gazetteer import Name, build_gazetteer
from pipeline.loops import COMPILED, JOINT_BITS, LANES, TAGS, Weights, spans_of
from pipeline.mentions import choose
from pipeline.names_model import FRAME, MOST_TOKENS, NamesModel, load_names_model
from pipeline.tokens import pieces_of, starts_of
from pipeline.word_signs import ROWS, name_key, without_particles

WORDS = st.sampled_from([
    "Mr. ", "U.S. ", "Kofi ", "Annan", "'s ", "AT&T ", "al-Sadr ", "O'Neill", "NATO ", "McKay ",
    "6-3 ", "1996-08-30 ", "( ", ")", ", ", ". ", "\n", " ", "\t", "\u00a0", "x" * 60, "²", "ǅ",
    "وقال ", "للعراق ", "والعراق ", "وليد ", "بغداد", "محمد ", "مُحَمَّد ",
    "\u0640", "\u200f", "😀", "",
])  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.characters(codec="utf-8")), max_size=30).map("".join)


def made_weights() -> Weights:
    """Give weights by chance, the same each time."""
    chance = np.random.default_rng(20_261_125)
    known = {name_key(fold(name)) for name in ("محمد", "Annan", "Kofi", "وليد", "وليده")}
    names = np.array(sorted(known), np.uint32)
    transitions = chance.integers(-500, 500, (len(TAGS), len(TAGS))).astype(np.int16)
    transitions[0, 2] = NEVER
    return Weights(
        words=chance.integers(-127, 128, (ROWS, LANES)).astype(np.int8),
        joint=chance.integers(-127, 128, (1 << JOINT_BITS, LANES)).astype(np.int8),
        transitions=transitions,
        names=names,
        flags=np.arange(1, len(names) + 1, dtype=np.uint8),
    )


WEIGHTS = made_weights()
SLOW = NamesModel(WEIGHTS, fast=False)
FAST = NamesModel(WEIGHTS)
GAZETTEER = build_gazetteer([
    Name("country:IQ", "LOC", "Iraq", "العراق", ("Iraq", "العراق"), country="IQ"),
    Name("org:nato", "ORG", "NATO", "الناتو", ("NATO",)),
])  # fmt: skip


@given(TEXTS)
def test_tokens_joined_are_the_text(text: str) -> None:
    pieces = pieces_of(text)
    assert "".join(pieces) == text
    assert starts_of(pieces)[-1] == len(text)
    assert all("\n" not in piece or piece.startswith("\n") for piece in pieces)


def test_tokens_are_words_with_their_dots_and_signs_apart() -> None:
    text = "Mr. Smith's U.S. aide, John F. O'Neill-Ray (AT&T), won 6-3.\nقالت «رويترز»"
    assert [piece.rstrip(" ") for piece in pieces_of(text)] == [
        "Mr.", "Smith", "'s", "U.S.", "aide", ",", "John", "F.", "O'Neill-Ray", "(", "AT&T", ")",
        ",", "won", "6-3", ".", "\n", "قالت", "«", "رويترز", "»",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "particles", "stem"),
    [
        ("بغداد", "ب", "غداد"),
        ("والعراق", "وال", "عراق"),
        ("للعراق", "لال", "عراق"),
        ("وللعراق", "ولال", "عراق"),
        ("وليد", "و", "ليد"),
        ("علي", "", "علي"),
        ("الله", "", "الله"),
    ],
)
def test_particles_are_looked_for_where_three_letters_are_left(
    word: str, particles: str, stem: str
) -> None:
    assert without_particles(word) == (particles, stem)


@pytest.mark.skipif(not COMPILED, reason="pipeline/kernel.c is not compiled here")
@given(TEXTS)
def test_the_compiled_loops_give_the_answers_of_those_in_python(text: str) -> None:
    mentions = choose(GAZETTEER.find(text))
    one, other = FAST.read(text, mentions), SLOW.read(text, mentions)
    assert one.scores.tolist() == other.scores.tolist()
    assert (one.found, one.spots) == (other.found, other.spots)


@given(TEXTS)
def test_names_are_whole_tokens_in_order_within_a_line(text: str) -> None:
    end = 0
    starts = set(starts_of(pieces_of(text)))
    for name in SLOW.read(text).found:
        assert end <= name.start < name.end <= len(text)
        assert name.start in starts
        assert "\n" not in text[name.start : name.end]
        end = name.end


def test_the_best_tags_are_the_best_of_all() -> None:
    chance = np.random.default_rng(7)
    for _ in range(20):
        scores = chance.integers(-50, 50, (4, 3)).astype(np.int16)
        transitions = chance.integers(-30, 30, (3, 3)).astype(np.int16)

        def worth(
            path: tuple[int, ...], s: np.ndarray = scores, t: np.ndarray = transitions
        ) -> int:
            steps = zip((0, *path), (*path, 0), strict=True)
            return int(sum(t[a, b] for a, b in steps) + sum(s[i, p] for i, p in enumerate(path)))

        paths = [tuple(map(int, p)) for p in np.ndindex(3, 3, 3, 3)]
        assert worth(tuple(best_tags(scores, transitions))) == max(map(worth, paths))


def test_a_span_begins_anew_where_the_type_changes() -> None:
    scores = np.zeros((6, LANES), np.int16)
    scores[:, 1:] = 5
    scores[2, 2] = 3
    assert spans_of(bytes([0, 1, 2, 4, 3, 3]), scores) == [
        (1, 2, 1, 3),
        (3, 3, 3, 5),
        (4, 4, 3, 5),
        (5, 5, 3, 5),
    ]


def test_what_was_learnt_is_found_again() -> None:
    """Two kinds of sentences are enough to tell a speaker from a town."""
    lines = []
    for speaker, town in (("Anbar", "Velm"), ("Korin", "Tasso"), ("Melda", "Orbek")):
        text = f"{speaker} said he lives in {town} ."
        at = text.index(town)
        spans = ((0, len(speaker), "PER"), (at, at + len(town), "LOC"))
        lines.append(Labelled(text, spans, "en", "test"))
    reader = Reader(build_gazetteer([]), lambda _: 0)
    lessons = [reader.lesson(line) for line in lines]
    learner = Learner(margin=2, left_out=0)
    for _ in range(10):
        for lesson in lessons:
            learner.learn(lesson, 1)
    weights, transitions = learner.average()
    model = NamesModel(
        Weights(
            words=np.clip(16 * weights[:ROWS] // learner.step, -127, 127).astype(np.int8),
            joint=np.clip(16 * weights[ROWS:] // learner.step, -127, 127).astype(np.int8),
            transitions=np.maximum(16 * transitions // learner.step, NEVER).astype(np.int16),
            names=np.zeros(0, np.uint32),
            flags=np.zeros(0, np.uint8),
        )
    )
    found = model.read("Zubin said he lives in Quara .").found
    assert [(name.start, name.end, name.type) for name in found] == [
        (0, 5, "PER"),
        (23, 28, "LOC"),
    ]


def test_chance_is_the_same_for_ever() -> None:
    chance = Chance(1)
    assert [chance.below(1000) for _ in range(5)] == [423, 509, 648, 382, 795]


def test_a_corpus_line_without_a_token_does_not_end_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "some.conll"
    file.write_text("Rana B-PERS\n O\nspoke O\n\nHere O\n", "utf-8")
    assert list(sentences(file)) == [[("Rana", "B-PERS"), ("spoke", "O")], [("Here", "O")]]


def test_no_more_than_so_many_tokens_are_read() -> None:
    reading = load_names_model().read("Baghdad " * (MOST_TOKENS + 50))
    assert len(reading.scores) == MOST_TOKENS + FRAME
    assert all(name.end <= MOST_TOKENS * len("Baghdad ") for name in reading.found)


def test_the_shipped_model_finds_names_that_no_list_holds() -> None:
    model = load_names_model()
    english = "Trade Minister Petra Lindqvist told reporters in Vienna that she would resign."
    arabic = "وأكد حازم الطويرقي أن المباحثات مستمرة"
    assert [english[n.start : n.end] for n in model.read(english).found if n.type == "PER"] == [
        "Petra Lindqvist"
    ]
    assert [arabic[n.start : n.end] for n in model.read(arabic).found if n.type == "PER"] == [
        "حازم الطويرقي"
    ]
