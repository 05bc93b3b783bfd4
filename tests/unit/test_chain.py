"""The index of the window by identities: what was put in is found again, the newest first."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.chain import FIRST_HEADS, LONGEST_WALK, Chain


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


@given(st.lists(st.lists(st.integers(0, 5), max_size=9), max_size=9), st.integers(1, 10))
def test_a_chain_takes_many_as_it_takes_one_after_the_other(
    runs: list[list[int]], limit: int
) -> None:
    together, in_turn = Chain(limit), Chain(limit)
    for run in runs:
        together.add_all(run)
        for identity in run:
            in_turn.add(identity)
    for identity in range(1, 6):
        assert list(together.find(identity)) == list(in_turn.find(identity))


def test_a_chain_that_takes_many_doubles_before_its_ring_goes_round() -> None:
    limit = 3 * FIRST_HEADS
    together, in_turn = Chain(limit), Chain(limit)
    identities = [1 + number % 700 for number in range(limit + 100)]
    together.add_all(identities)
    for identity in identities:
        in_turn.add(identity)
    assert together.heads == in_turn.heads
    assert together.older == in_turn.older


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
