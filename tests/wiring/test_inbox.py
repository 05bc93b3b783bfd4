"""The inbox of a topic: order, its bounds, and what is left out of it."""

import asyncio

from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from agents.inbox import Inbox, Run
from tests.records import record

ONE, TWO = TP("news.raw", 0), TP("news.raw", 1)


def run(tp: TP, *offsets: int) -> Run:
    return Run(tp, [record(offset, partition=tp.partition) for offset in offsets], 0)


def taken(inbox: Inbox, limit: int) -> list[tuple[int, int]]:
    runs = asyncio.run(inbox.take(limit))
    return [(run.tp.partition, one.offset) for run in runs for one in run.records]


def test_records_are_taken_in_order_and_no_more_than_asked_for() -> None:
    inbox = Inbox(10)
    inbox.put(run(ONE, 1, 2, 3))
    inbox.put(run(TWO, 7))
    assert taken(inbox, 2) == [(0, 1), (0, 2)]
    assert taken(inbox, 5) == [(0, 3), (1, 7)]


def test_whoever_fetches_waits_until_there_is_room_again() -> None:
    async def scenario() -> None:
        inbox = Inbox(2)
        await inbox.room()
        inbox.put(run(ONE, 1, 2, 3))
        waiting = asyncio.create_task(inbox.room())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await inbox.take(2)
        await waiting

    asyncio.run(scenario())


def test_an_agent_waits_until_something_arrives() -> None:
    async def scenario() -> None:
        inbox = Inbox(2)
        waiting = asyncio.create_task(inbox.take(5))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        inbox.put(run(ONE, 1))
        assert [one.records[0].offset for one in await waiting] == [1]

    asyncio.run(scenario())


def test_what_is_forgotten_of_a_partition_makes_room_and_leaves_the_others() -> None:
    inbox = Inbox(3)
    inbox.put(run(ONE, 1, 2))
    inbox.put(run(TWO, 7))
    assert inbox.holds(ONE)
    inbox.forget({ONE})
    assert not inbox.holds(ONE)
    assert inbox.size == 1
    assert taken(inbox, 5) == [(1, 7)]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.integers(1, 7))
def test_nothing_is_lost_or_repeated_however_it_is_taken(lengths: list[int], limit: int) -> None:
    inbox = Inbox(10)
    fed = []
    for number, length in enumerate(lengths):
        tp = TWO if number % 2 else ONE
        offsets = range(100 * number, 100 * number + length)
        inbox.put(run(tp, *offsets))
        fed += [(tp.partition, offset) for offset in offsets]
    came: list[tuple[int, int]] = []
    while inbox.size:
        some = taken(inbox, limit)
        assert 0 < len(some) <= limit
        came += some
    assert came == fed
