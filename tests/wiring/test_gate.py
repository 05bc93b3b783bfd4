"""The gate of a partition: what may be committed, whatever happens around it."""

from hypothesis import given
from hypothesis import strategies as st

from agents.gate import Arrival, Gate


def test_the_first_record_of_a_partition_without_a_commit_is_taken_wherever_it_stands() -> None:
    gate = Gate()
    assert gate.arrive(17) is Arrival.NEXT
    assert gate.expected == 18


def test_nothing_is_committable_before_something_is_acknowledged() -> None:
    gate = Gate(expected=5, done=5, committed=5)
    gate.arrive(5)
    assert gate.committable() is None


def test_what_is_acknowledged_is_committable_until_it_is_committed() -> None:
    gate = Gate(expected=5, done=5, committed=5)
    gate.arrive(5)
    gate.acknowledge(5)
    assert gate.committable() == 6
    gate.committed = 6
    assert gate.committable() is None


def test_a_record_that_was_taken_already_is_left() -> None:
    gate = Gate(expected=5)
    gate.arrive(5)
    assert gate.arrive(5) is Arrival.SEEN
    assert gate.arrive(4) is Arrival.SEEN


def test_a_missing_record_is_read_again_and_what_follows_it_waits() -> None:
    gate = Gate(expected=5)
    assert gate.arrive(6) is Arrival.HOLE
    assert gate.expected == 5
    assert gate.arrive(7) is Arrival.SEEN
    assert gate.arrive(5) is Arrival.NEXT
    assert gate.arrive(6) is Arrival.NEXT
    assert gate.arrive(7) is Arrival.NEXT


def test_a_hole_that_is_there_again_is_a_transactions_marker_and_is_passed() -> None:
    gate = Gate(expected=5)
    assert gate.arrive(6) is Arrival.HOLE
    assert gate.arrive(6) is Arrival.NEXT
    assert gate.expected == 7


@given(
    st.lists(st.integers(0, 30), max_size=200),
    st.integers(0, 5),
)
def test_the_gate_never_opens_over_a_record_that_did_not_pass_it(
    arrivals: list[int], committed: int
) -> None:
    """Offsets arrive in any order; what is done was taken, each once, in ascending order."""
    gate = Gate(expected=committed, done=committed, committed=committed)
    taken: list[int] = []
    for offset in arrivals:
        if gate.arrive(offset) is Arrival.NEXT:
            taken.append(offset)
            gate.acknowledge(offset)
    assert taken == sorted(set(taken))
    assert gate.done == (taken[-1] + 1 if taken else committed)
