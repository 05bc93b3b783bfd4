"""The indexes of the window: what was put in is found again, however large they grow."""

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.postings import (
    AT_ONCE,
    FIRST_ROWS,
    FULLNESS,
    ONE_TRIPLE,
    WAYS,
    Postings,
)
from pipeline.sketch import TRIPLES_INDEXED, Codes


def hashes(*numbers: int) -> Codes:
    return np.array(numbers, np.uint32)


def test_an_article_is_found_under_each_of_its_hashes() -> None:
    postings = Postings()
    postings.add(1, hashes(7, 70_000, 4_000_000_000))
    postings.add(2, hashes(7, 9))
    assert sorted(postings.find(hashes(7, 70_000, 8)).tolist()) == [1, 1, 2]


def test_nothing_is_found_under_no_hashes() -> None:
    postings = Postings()
    postings.add(1, hashes())
    assert postings.find(hashes()).tolist() == []


def test_a_hash_that_everybody_has_keeps_its_newest_articles() -> None:
    postings = Postings()
    for serial in range(1, 101):
        postings.add(serial, hashes(5))
    newest = list(range(101 - ONE_TRIPLE, 101))
    assert sorted(postings.find(hashes(5)).tolist()) == newest


def test_a_full_row_gives_up_its_oldest_place() -> None:
    postings = Postings()
    of_one_row = [FIRST_ROWS * number for number in range(1, WAYS + 2)]
    for serial, number in enumerate(of_one_row, 1):
        postings.add(serial, hashes(number))
    assert postings.find(hashes(of_one_row[0])).tolist() == []
    assert postings.find(hashes(*of_one_row[1:])).tolist() == list(range(2, WAYS + 2))


def test_growth_loses_at_most_one_posting_in_fifteen() -> None:
    postings, chance = Postings(), np.random.default_rng(5)
    put = [chance.integers(1, 1 << 32, 24, dtype=np.uint32) for _ in range(20_000)]
    for serial, one in enumerate(put, 1):
        postings.grow(serial)
        postings.add(serial, one)
    assert postings.rows > 2 * FIRST_ROWS
    found = sum(
        int(np.count_nonzero(postings.find(one) == serial)) for serial, one in enumerate(put, 1)
    )
    assert found >= 14 / 15 * 24 * len(put)


@given(st.integers(0, 60_000), st.lists(st.integers(0, 30_000), max_size=4))
def test_the_size_follows_from_the_number_of_articles_alone(
    articles: int, steps: list[int]
) -> None:
    grown = Postings()
    for number in sorted(step for step in steps if step < articles):
        grown.grow(number)
    grown.grow(articles)
    made = Postings()
    made.grow(articles)
    assert (grown.rows, grown.level) == (made.rows, made.level)
    places = TRIPLES_INDEXED * articles
    assert places / FULLNESS - WAYS <= made.rows * WAYS
    assert made.rows * WAYS <= max(FIRST_ROWS * WAYS, (places + 24 * AT_ONCE) / FULLNESS)


# Hashes that crowd into three rows, so that each article gives up places of others.
CROWDED = st.lists(
    st.sets(
        st.builds(lambda row, turn: row + turn * (FIRST_ROWS << 4), st.integers(1, 3),
                  st.integers(0, 9)),
        max_size=5,
    ),
    max_size=60,
)  # fmt: skip


def put_in(postings: Postings, articles: list[set[int]], first: int = 1) -> Postings:
    """Put articles in one after the other, their numbers from `first` on."""
    for serial, numbers in enumerate(articles, first):
        postings.add(serial, hashes(*sorted(numbers)))
    return postings


def of_row(turn: int) -> int:
    """Return one of many hashes that lie in the same row, however large the table."""
    return turn * (FIRST_ROWS << 4)


def test_a_crowded_triple_changes_nothing_in_the_order_of_the_others() -> None:
    articles = [{of_row(1)}, *[{of_row(2)}] * (ONE_TRIPLE + 1)]
    others = [{of_row(turn)} for turn in range(3, 3 + WAYS - ONE_TRIPLE)]
    postings = put_in(Postings(), [*articles, *others[:-1]])
    assert postings.find(hashes(of_row(1))).tolist() == [1]
    put_in(postings, others[-1:], first=50)
    assert postings.find(hashes(of_row(1))).tolist() == []
    assert sorted(postings.find(hashes(of_row(2))).tolist()) == list(range(3, 3 + ONE_TRIPLE))


def test_what_does_not_count_takes_no_place_of_its_own_triple() -> None:
    others = [{of_row(turn)} for turn in range(3, 3 + WAYS - ONE_TRIPLE)]
    postings = put_in(Postings(), [*others, *[{of_row(1)}] * ONE_TRIPLE])
    postings.add(100, hashes(of_row(1), of_row(2)))
    assert len(postings.find(hashes(of_row(1)))) == ONE_TRIPLE
    assert postings.find(hashes(of_row(3))).tolist() == []


def test_of_two_hashes_of_an_article_in_one_row_the_last_counts_whatever_was_there() -> None:
    one, other = FIRST_ROWS, 2 * FIRST_ROWS
    for crowd in (0, ONE_TRIPLE):
        postings = put_in(Postings(), [{one}] * crowd)
        postings.add(100, hashes(one, other))
        assert 100 not in postings.find(hashes(one))
        assert postings.find(hashes(other)).tolist() == [100]


@given(CROWDED)
def test_articles_put_in_together_take_the_places_that_they_take_in_turn(
    articles: list[set[int]],
) -> None:
    together, in_turn = Postings(), put_in(Postings(), articles)
    pairs = [(n, one) for n, numbers in enumerate(articles, 1) for one in sorted(numbers)]
    together.add_all(hashes(*(n for n, _ in pairs)), hashes(*(one for _, one in pairs)))
    rows = slice(together.rows)
    assert np.array_equal(together.tags[rows], in_turn.tags[rows])
    assert np.array_equal(together.serials[rows], in_turn.serials[rows])


@settings(deadline=None)
@given(CROWDED, st.data())
def test_what_is_found_of_the_newest_articles_depends_on_no_older_one(
    articles: list[set[int]], data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, len(articles) + 1))
    growth = data.draw(st.integers(0, len(articles)))
    # The table grows while they are put in, after as many articles in both.
    whole, tail = put_in(Postings(), articles[: first - 1]), Postings()
    for serial, numbers in enumerate(articles[first - 1 :], first):
        for postings in (whole, tail):
            if serial > growth:
                postings.grow(9_000)
            postings.add(serial, hashes(*sorted(numbers)))
    for number in {one for numbers in articles for one in numbers}:
        found = whole.find(hashes(number))
        assert sorted(found[found >= first]) == sorted(tail.find(hashes(number)))


def test_serial_numbers_go_round() -> None:
    postings = Postings()
    postings.add((1 << 32) + 5, hashes(3))
    assert postings.find(hashes(3)).tolist() == [5]


@given(st.lists(st.sets(st.integers(1, 40), max_size=6), max_size=30))
def test_the_index_agrees_with_a_plain_one(articles: list[set[int]]) -> None:
    postings, plain = Postings(), defaultdict[int, list[int]](list)
    for serial, numbers in enumerate(articles, 1):
        postings.add(serial, hashes(*sorted(numbers)))
        for number in numbers:
            plain[number].append(serial)
    for number in range(1, 41):
        assert sorted(postings.find(hashes(number)).tolist()) == plain[number][-ONE_TRIPLE:]
