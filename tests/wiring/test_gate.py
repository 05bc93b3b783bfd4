"""The gate of a partition: what may be committed, whatever happens around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gate import Gate, Hole, OutOfTurn
from agents.inbox import Record
from tests.records import record


def run(*offsets: int) -> list[Record]:
    return [record(offset) for offset in offsets]


def admitted(gate: Gate, *offsets: int, reread: bool = True) -> list[int]:
    return [record.offset for record in gate.admit(run(*offsets), reread=reread)]


def test_nothing_is_committable_before_something_is_acknowledged() -> None:
    gate = Gate.at(5, committed=5)
    admitted(gate, 5)
    assert gate.committable() is None


def test_where_nothing_was_committed_the_start_is_committable() -> None:
    assert Gate.at(5, committed=None).committable() == 5


def test_what_is_acknowledged_is_committable_until_it_is_committed() -> None:
    gate = Gate.at(5, committed=5)
    admitted(gate, 5)
    gate.acknowledge(5, 5)
    assert gate.committable() == 6
    gate.committed = 6
    assert gate.committable() is None


def test_nothing_is_acknowledged_before_what_comes_first() -> None:
    gate = Gate.at(5, committed=5)
    admitted(gate, 5, 6)
    admitted(gate, 7)
    with pytest.raises(OutOfTurn, match="7 was acknowledged while 5 is still in hand"):
        gate.acknowledge(7, 7)
    assert gate.committable() is None
    gate.acknowledge(5, 6)
    gate.acknowledge(7, 7)
    assert gate.committable() == 8


def test_what_was_admitted_before_is_left_out() -> None:
    gate = Gate.at(5, committed=5)
    assert admitted(gate, 5, 6) == [5, 6]
    assert admitted(gate, 4, 5) == []
    assert admitted(gate, 5, 6, 7) == [7]


def test_a_run_that_begins_too_late_is_a_hole_and_nothing_of_it_is_taken() -> None:
    gate = Gate.at(5, committed=None)
    with pytest.raises(Hole):
        admitted(gate, 6, 7)
    assert gate.expected == 5
    assert admitted(gate, 5, 6, 7) == [5, 6, 7]


def test_a_hole_that_is_there_again_holds_no_records_and_is_passed() -> None:
    gate = Gate.at(5, committed=5)
    with pytest.raises(Hole):
        admitted(gate, 6)
    assert admitted(gate, 6) == [6]
    with pytest.raises(Hole):
        admitted(gate, 8)


def test_a_hole_that_has_grown_when_it_is_read_again_is_read_once_more() -> None:
    gate = Gate.at(5, committed=5)
    for came in (6, 8):
        with pytest.raises(Hole):
            admitted(gate, came)
    assert admitted(gate, 8, 9) == [8, 9]


def test_a_hole_is_not_believed_by_what_was_fetched_before_it_was_sought() -> None:
    gate = Gate.at(5, committed=5)
    for _ in range(2):
        with pytest.raises(Hole):
            admitted(gate, 6, reread=False)
    assert admitted(gate, 5, 6, reread=False) == [5, 6]


def test_what_is_missing_inside_a_run_was_never_a_record() -> None:
    gate = Gate.at(5, committed=5)
    assert admitted(gate, 5, 7, 9) == [5, 7, 9]
    assert gate.expected == 10


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=100),
    st.integers(0, 5),
)
def test_the_gate_never_opens_over_a_record_that_was_not_admitted(
    fetches: list[tuple[int, int]], committed: int
) -> None:
    """Runs arrive from anywhere; each record is admitted once, in order, and none is passed over.

    A hole is answered as the consumer does: by reading again from what is expected.
    """
    gate = Gate.at(committed, committed)
    taken: list[int] = []
    for start, length in fetches:
        wanted = range(start, start + length)
        try:
            new = admitted(gate, *wanted, reread=False)
        except Hole:
            new = admitted(gate, *range(gate.expected, start + length))
        taken += new
        if new:
            gate.acknowledge(new[0], new[-1])
    assert taken == list(range(committed, committed + len(taken)))
    assert gate.done == committed + len(taken)
