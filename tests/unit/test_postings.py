"""The indexes of the window: what was put in is found again, however large they grow."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.postings import (
    FIRST_HEADS,
    FIRST_ROWS,
    FULLNESS,
    LONGEST_WALK,
    ONE_TRIPLE,
    WAYS,
    Chain,
    Postings,
)
from pipeline.sketch import Codes


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
        postings.add(serial, one)
    assert postings.rows > 2 * FIRST_ROWS
    assert postings.count <= postings.rows * WAYS * FULLNESS
    found = sum(
        int(np.count_nonzero(postings.find(one) == serial)) for serial, one in enumerate(put, 1)
    )
    assert found >= 14 / 15 * 24 * len(put)


def test_an_index_of_constant_size_does_not_grow() -> None:
    postings, chance = Postings(), np.random.default_rng(6)
    for serial in range(1, 15_001):
        postings.add(serial, chance.integers(1, 1 << 32, 24, dtype=np.uint32))
        if serial > 1000:
            postings.forget(24)
    assert postings.rows == FIRST_ROWS


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


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 10))
def test_a_chain_finds_the_newest_articles_of_an_identity(
    identities: list[int], limit: int
) -> None:
    chain = Chain(limit)
    for identity in identities:
        chain.add(identity)
    remembered = [(n, i) for n, i in enumerate(identities, 1) if n > len(identities) - limit]
    for identity in range(1, 6):
        expected = [serial for serial, one in reversed(remembered) if one == identity]
        assert list(chain.find(identity)) == expected


@given(st.lists(st.integers(0, 9), min_size=6, max_size=6), st.integers(2, 4))
def test_a_chain_keeps_its_order_when_it_doubles(pattern: list[int], doublings: int) -> None:
    chain, identities = Chain(1 << 20), []
    for number in range(FIRST_HEADS << doublings):
        # Multiples of the first size meet in one bucket until the chain has doubled.
        identities.append(pattern[number % 6] * FIRST_HEADS * (1 + number % 7))
        chain.add(identities[-1])
    for identity in sorted({*identities} - {0}):
        newest = [n for n in range(len(identities), 0, -1) if identities[n - 1] == identity]
        assert list(chain.find(identity)) == newest[:LONGEST_WALK]


def test_a_chain_without_any_identity_grows() -> None:
    chain = Chain(1 << 20)
    for _ in range(3 * FIRST_HEADS):
        chain.add(0)
    chain.add(7)
    assert list(chain.find(7)) == [3 * FIRST_HEADS + 1]
