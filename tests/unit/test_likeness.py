"""Whether two texts are copies, by kinds of items; each case names the rule that it keeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.likeness import Likeness, compare, is_copy, resemblance, swaps, worth_a_look
from pipeline.sketch import WORDS_KEPT, Sketch, pack, read, sketch

HOUR = 3600.0
LONG = Likeness(
    jaccard=0.6,
    containment=0.75,
    smaller=150,
    larger=160,
    unshared=37.0,
    title_shared=0.2,
    title_swapped=4,
    title_same=False,
    figures=5,
    figures_swapped=0,
    headlined=False,
)
SHORT = replace(LONG, smaller=30, larger=32, unshared=7.0)


def titled(alike: Likeness) -> Likeness:
    return replace(alike, title_shared=1.0, title_swapped=0, title_same=True)


REWORDED = replace(titled(LONG), jaccard=0.25, containment=0.4, unshared=90.0)
RETITLED = replace(
    LONG,
    jaccard=0.25,
    containment=0.55,
    smaller=100,
    larger=150,
    unshared=45.0,
    title_shared=0.0,
    title_swapped=6,
)


@pytest.mark.parametrize(
    ("what", "alike", "hours", "copied"),
    [
        ("most of a long text under another title", LONG, 1, True),
        (
            "another sum in a like headline",
            replace(LONG, headlined=True, title_shared=0.6),
            1,
            False,
        ),
        ("another sum in quite another headline", replace(LONG, headlined=True), 1, True),
        ("the same a day later", LONG, 24, False),
        ("nearly all of it a day later", replace(LONG, jaccard=0.7), 24, True),
        ("a quarter, another title", replace(LONG, jaccard=0.25, containment=0.4), 1, False),
        (
            "a daily section: a quarter, same title, next day",
            titled(replace(LONG, jaccard=0.25, containment=0.4)),
            24,
            False,
        ),
        (
            "no titles, a third",
            replace(LONG, jaccard=0.36, containment=0.5, title_shared=None),
            1,
            True,
        ),
        ("a quarter of the words replaced, same title", REWORDED, 1, True),
        ("the same the next day", REWORDED, 24, False),
        ("the same in a few lines", replace(REWORDED, smaller=20, unshared=12.0), 1, False),
        (
            "a quarter of the words replaced, a word of the title besides",
            replace(REWORDED, title_shared=0.9, title_swapped=1, title_same=False),
            1,
            False,
        ),
        (
            "a forecast under the same title with half of its figures swapped",
            replace(REWORDED, figures=7, figures_swapped=4, smaller=80, unshared=48.0),
            1,
            False,
        ),
        ("reworded and cut, quite another title", RETITLED, 1, True),
        ("a template: some words of the title", replace(RETITLED, title_shared=0.4), 1, False),
        ("reworded, not cut, another title", replace(RETITLED, larger=110), 1, False),
        (
            "reworded, not cut, more of it left",
            replace(RETITLED, larger=110, jaccard=0.46, containment=0.65),
            1,
            True,
        ),
        (
            "the same with other figures",
            replace(RETITLED, figures=6, figures_swapped=4),
            1,
            False,
        ),
        (
            "a text cut to a third, another title, two days later",
            replace(LONG, jaccard=0.33, containment=1.0, smaller=50, unshared=0.0),
            48,
            True,
        ),
        ("a short item under another title", SHORT, 1, False),
        ("a short item under the same title", titled(SHORT), 1, True),
        (
            "a dividend: same words, one name in the title swapped",
            replace(SHORT, jaccard=0.8, title_shared=0.8, title_swapped=1),
            1,
            False,
        ),
        ("a short item without titles", replace(SHORT, title_shared=None), 1, False),
        (
            "the same short item without titles",
            replace(SHORT, title_shared=None, jaccard=0.9),
            1,
            True,
        ),
        (
            "a short report with one figure swapped",
            titled(replace(SHORT, jaccard=0.85, unshared=3.0, figures_swapped=1)),
            1,
            False,
        ),
        (
            "a table with half of its figures swapped",
            titled(replace(LONG, unshared=30.0, figures=16, figures_swapped=8)),
            1,
            False,
        ),
        (
            "a long text with many edits, one of them a figure",
            replace(LONG, unshared=37.0, figures=8, figures_swapped=1),
            1,
            True,
        ),
    ],
)
def test_items_are_copies(what: str, alike: Likeness, hours: float, *, copied: bool) -> None:
    assert is_copy(alike, hours * HOUR) is copied, what


def of(text: str, title: str = "") -> Sketch:
    return sketch(read(title, text))


WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(30)] + ["7", "12.5"]), max_size=120)


@given(WORDS, WORDS)
def test_likeness_is_symmetric(one: list[str], other: list[str]) -> None:
    left, right = of(" ".join(one), " ".join(one[:5])), of(" ".join(other), " ".join(other[:5]))
    assert compare(left, right) == compare(right, left)
    assert resemblance(left, right) == resemblance(right, left)


@given(WORDS, WORDS)
def test_a_packed_sketch_is_worth_a_look_where_it_compares(
    one: list[str], other: list[str]
) -> None:
    left, right = of(" ".join(one)), of(" ".join(other))
    assert worth_a_look(left, pack(right)) is (compare(left, right) is not None)


@given(WORDS.filter(lambda words: len(words) >= 3))
def test_a_text_is_wholly_like_itself(words: list[str]) -> None:
    alike = compare(of(" ".join(words)), of(" ".join(words)))
    assert alike is not None
    assert (alike.jaccard, alike.containment, alike.unshared) == (1.0, 1.0, 0.0)


def test_a_cut_text_is_contained() -> None:
    words = [f"word{number}" for number in range(300)]
    alike = compare(of(" ".join(words)), of(" ".join(words[:100])))
    assert alike is not None
    assert alike.containment == 1.0
    assert (alike.smaller, alike.larger) == (98, 298)


def test_strangers_and_empty_texts_are_not_worth_a_look() -> None:
    assert compare(of("a quiet day in the harbour"), of("the court sat late on monday")) is None
    assert compare(of(""), of("")) is None
    assert resemblance(of(""), of("")) == 0.0


def test_figures_on_both_sides_are_swapped_and_figures_on_one_are_not() -> None:
    assert swaps(frozenset({1, 2, 3}), frozenset({1, 2, 4})) == (3, 1)
    assert swaps(frozenset({1, 2, 3}), frozenset({1, 2})) == (2, 0)


@pytest.mark.parametrize(
    ("titles", "headlined"),
    [
        (("A yard gets 304 million", "A yard gets 310 million"), True),
        (("A yard gets 304 million", "A yard gets a contract"), False),
        (("A yard gets 304 million", "304 million for a yard"), False),
        (("A yard gets 304 million", "Five years of work for a yard: 77"), False),
    ],
)
def test_titles_are_held_together_by_the_figures_of_their_texts(
    titles: tuple[str, str], *, headlined: bool
) -> None:
    one, other = (
        of(f"The ministry gave the yard a contract over {sum_} million to mend its ships", title)
        for sum_, title in zip(("304", "310"), titles, strict=True)
    )
    alike = compare(one, other)
    assert alike is not None
    assert alike.headlined is headlined


def test_full_sets_are_compared_where_both_are_complete() -> None:
    full = frozenset(range(WORDS_KEPT))
    more = frozenset(range(WORDS_KEPT - 4)) | {100, 101, 102}
    assert swaps(full, more) == (12, 0)
