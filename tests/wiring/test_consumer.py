"""The consumer under Faust: what it commits, beside what Faust's own would commit.

Where a test runs on both, Faust's consumer is expected to fail: each is a defect of 0.15.3 that
loses records, and the day it passes barq may lean on Faust there.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import faust
import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from agents.gate import OutOfTurn
from agents.inbox import Record, Run
from agents.stream import COMMIT_PATIENCE_SECONDS, CommitsRefused, NewswireConsumer
from tests.records import record

RAW = TP("news.raw", 0)


class Thread:
    """Stands for the consumer's thread: an assignment, commits that may be refused, seeks."""

    def __init__(self) -> None:
        self.begins = 0
        self.at: int | None = None
        self.committed: dict[TP, int] = {}
        self.refuses = False
        self.sought: list[tuple[TP, int]] = []

    def assignment(self) -> set[TP]:
        return {RAW}

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        if not self.refuses:
            self.committed |= offsets
        return not self.refuses

    async def seek_to_committed(self) -> Mapping[TP, int | None]:
        return {RAW: self.committed.get(RAW)}

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        return dict.fromkeys(partitions, self.begins)

    async def position(self, tp: TP) -> int:
        return self.committed[tp] if self.at is None else self.at

    def seek(self, tp: TP, offset: int) -> None:
        self.sought.append((tp, offset))
        self.at = offset


class FaustDesk:
    """Faust's consumer, driven as its conductor and its streams drive it."""

    def __init__(self, kind: type[Any] = driver.Consumer) -> None:
        self.app = faust.App("test", broker="kafka://127.0.0.1:1", autodiscover=False)
        # Its producer is flushed before a commit; none is connected here.
        cast("Any", self.app.producer).flush = nothing
        cast("Any", self.app.topics)._acking_topics.add(RAW.topic)
        transport = driver.Transport([], self.app)
        self.consumer: Any = kind(transport, nothing, nothing, nothing)
        self.consumer._thread.thread_loop.close()
        self.thread = Thread()
        self.consumer._thread = self.thread
        self.taken: dict[int, Any] = {}

    async def start(self, committed: int | None) -> None:
        if committed is not None:
            self.thread.committed[RAW] = committed
        await self.consumer.perform_seek()

    async def fetched(self, *offsets: int) -> None:
        for offset in offsets:
            read = self.consumer._read_offset[RAW]
            if read is not None and offset - read > 1:
                await self.consumer._add_gap(RAW, read + 1, offset)
            self.consumer._read_offset[RAW] = offset
            self.taken[offset] = message = ConsumerMessage(
                *RAW, offset, 1.0, 0, [], b"", b"", b"", tp=RAW, generation_id=0
            )
            self.consumer.track_message(message)

    async def done(self, *offsets: int) -> None:
        for offset in offsets:
            self.consumer.ack(self.taken[offset])

    async def commit(self) -> int | None:
        await self.consumer.commit()
        return self.thread.committed.get(RAW)


class NewswireDesk(FaustDesk):
    """barq's consumer, driven as its fetcher and its runner drive it."""

    def __init__(self) -> None:
        super().__init__(NewswireConsumer)
        self.batches: list[list[Record]] = []

    async def fetched(self, *offsets: int) -> None:
        run = Run(RAW, [record(offset) for offset in offsets], self.consumer.epochs[RAW])
        if batch := self.consumer.admit([run]):
            self.batches.append(batch)
        await self.consumer.seek_again()

    async def done(self, *offsets: int) -> None:
        """Acknowledge the batches that hold only these; the others are still in hand."""
        for batch in list(self.batches):
            if {one.offset for one in batch} <= set(offsets):
                try:
                    self.consumer.acknowledge(batch)
                except OutOfTurn:
                    continue
                self.batches.remove(batch)


async def nothing(*_: Any, **__: Any) -> None:
    """Do nothing, as a callback."""


BOTH = pytest.mark.parametrize(
    "desk",
    [
        pytest.param(FaustDesk, marks=pytest.mark.xfail(strict=True, raises=AssertionError)),
        NewswireDesk,
    ],
)


@BOTH
def test_a_first_record_that_is_still_in_hand_is_not_committed_over(desk: type[FaustDesk]) -> None:
    """Faust compares the head of its list with `> 1` (faust-streaming issue 606)."""

    async def run() -> None:
        one = desk()
        await one.start(committed=5)
        await one.fetched(5)
        await one.fetched(6, 7, 8)
        await one.done(6, 7, 8)
        assert await one.commit() == 5

    asyncio.run(run())


@BOTH
def test_without_a_commit_a_first_record_in_hand_is_not_committed_over(
    desk: type[FaustDesk],
) -> None:
    """Faust does not look at the head of its list where nothing was committed before."""

    async def run() -> None:
        one = desk()
        await one.start(committed=None)
        await one.fetched(0, 1, 2)
        await one.fetched(3, 4)
        await one.done(3, 4)
        assert (await one.commit() or 0) == 0

    asyncio.run(run())


@BOTH
def test_the_record_behind_missing_offsets_is_not_committed_before_it_is_done(
    desk: type[FaustDesk],
) -> None:
    """Faust counts that record to the gap before it (`_add_gap`, `offset_to + 1`)."""

    async def run() -> None:
        one = desk()
        await one.start(committed=5)
        await one.fetched(5, 6)
        await one.fetched(10)
        await one.fetched(10)  # read again, as the gate asks where offsets are missing
        await one.fetched(11)
        await one.done(5, 6)
        await one.done(11)
        committed = await one.commit()
        assert committed is not None
        assert committed <= 10

    asyncio.run(run())


@BOTH
def test_a_refused_commit_is_made_later_though_nothing_new_is_done(desk: type[FaustDesk]) -> None:
    """Faust notes the offset as committed in any case (faust-streaming issue 316)."""

    async def run() -> None:
        one = desk()
        await one.start(committed=5)
        await one.fetched(5, 6)
        await one.done(5, 6)
        one.thread.refuses = True
        await one.commit()
        one.thread.refuses = False
        assert await one.commit() == 7

    asyncio.run(run())


@BOTH
def test_an_agents_failure_acknowledges_nothing(desk: type[FaustDesk]) -> None:
    """Faust's stream acknowledges in a `finally`, whatever became of the record."""

    async def run() -> None:
        one = desk()
        await one.start(committed=5)
        await one.fetched(5)
        if isinstance(one, NewswireDesk):
            one.consumer.release(one.batches[0])
        else:
            await failing_agent(one)
        await one.consumer.on_task_error(RuntimeError("the agent failed"))
        assert one.thread.committed[RAW] == 5

    asyncio.run(run())


async def failing_agent(desk: FaustDesk) -> None:
    """Run Faust's stream over the record in hand with a body that raises."""
    desk.app.consumer = desk.consumer
    desk.app.flow_control.resume()
    stream = desk.app.channel().stream()

    async def body() -> None:
        async for _ in stream.events():
            raise RuntimeError

    agent = asyncio.create_task(body())
    await asyncio.sleep(0.05)  # it subscribes first
    message = desk.taken[5]
    message.incref()
    queue = cast("Any", stream.channel).queue
    await queue.put(faust.Event(desk.app, b"", b"", None, message))
    with pytest.raises(RuntimeError):
        await agent
    await stream.stop()


@pytest.mark.parametrize("committed", [None, 5])
def test_a_fetch_that_spans_a_rebalance_loses_nothing(committed: int | None) -> None:
    """It may bring the first records after the rebalance, or some from behind them."""

    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed)
        start = committed or 0
        behind = Run(RAW, [record(start + 3)], one.consumer.epochs[RAW])
        first = Run(RAW, [record(start), record(start + 1)], one.consumer.epochs[RAW])
        await one.consumer.on_partitions_revoked({RAW})
        assert one.consumer.admit([first]) == []
        await one.consumer.perform_seek()
        assert one.consumer.admit([behind]) == []
        await one.consumer.seek_again()
        assert one.thread.sought == [(RAW, start)]
        assert len(one.consumer.admit([first])) == 2
        await one.fetched(start + 2, start + 3)
        assert [len(batch) for batch in one.batches] == [2]

    asyncio.run(run())


def test_missing_offsets_are_sought_once_and_what_was_fetched_before_that_is_left() -> None:
    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        behind = Run(RAW, [record(9)], one.consumer.epochs[RAW])
        await one.fetched(8)
        assert one.thread.sought == [(RAW, 5)]
        assert one.consumer.admit([behind]) == []
        await one.consumer.seek_again()
        assert one.thread.sought == [(RAW, 5)]
        await one.fetched(5, 6, 7, 8, 9)
        assert [one.offset for one in one.batches[0]] == [5, 6, 7, 8, 9]

    asyncio.run(run())


def test_without_a_commit_a_partition_is_read_from_its_beginning_and_no_later() -> None:
    async def run() -> None:
        one = NewswireDesk()
        one.thread.begins = 3
        await one.start(committed=None)
        await one.fetched(5, 6)
        assert one.batches == []
        assert one.thread.sought == [(RAW, 3)]
        assert await one.commit() == 3

    asyncio.run(run())


def test_a_partition_that_was_taken_away_is_not_sought() -> None:
    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        one.consumer.admit([Run(RAW, [record(8)], 0)])
        await one.consumer.on_partitions_revoked({RAW})
        await one.consumer.seek_again()
        assert one.thread.sought == []

    asyncio.run(run())


def test_a_revocation_waits_for_the_batch_in_hand_and_commits_it() -> None:
    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        await one.fetched(5, 6)
        waiting = asyncio.create_task(one.consumer.wait_empty())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await one.done(5, 6)
        await waiting
        assert one.thread.committed[RAW] == 7

    asyncio.run(run())


def test_a_batch_that_was_given_up_holds_nobody_up_and_is_not_committed() -> None:
    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        await one.fetched(5)
        one.consumer.release(one.batches[0])
        await one.consumer.wait_empty()
        assert one.thread.committed[RAW] == 5

    asyncio.run(run())


def test_commits_that_are_refused_for_too_long_end_the_worker() -> None:
    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        await one.fetched(5)
        await one.done(5)
        one.thread.refuses = True
        await one.commit()
        assert one.consumer.refused_since is not None
        one.consumer.refused_since -= COMMIT_PATIENCE_SECONDS + 1
        with pytest.raises(CommitsRefused):
            await one.commit()

    asyncio.run(run())


def test_a_worker_stands_where_its_gate_does_while_it_has_records_in_hand() -> None:
    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        assert await one.consumer.standing() == {RAW: 5}
        await one.fetched(5, 6)
        one.thread.at = 7
        assert await one.consumer.standing() == {RAW: 5}
        await one.done(5, 6)
        assert await one.consumer.standing() == {RAW: 7}
        one.consumer.inbox("news.raw").put(Run(RAW, [record(7)], 0))
        one.thread.at = 8
        assert await one.consumer.standing() == {RAW: 7}

    asyncio.run(run())


def test_the_last_records_that_went_missing_on_the_way_are_read_again() -> None:
    """Nothing comes behind them that would show the hole, and the client has passed them."""

    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        one.thread.at = 8
        assert await one.consumer.standing() == {RAW: 5}
        await one.consumer.seek_again()
        assert one.thread.sought == [(RAW, 5)]
        await one.fetched(5, 6, 7)
        await one.done(5, 6, 7)
        one.thread.at = 8
        assert await one.consumer.standing() == {RAW: 8}
        assert len(one.thread.sought) == 1

    asyncio.run(run())


def test_offsets_that_hold_no_record_at_the_end_are_read_again_once_and_done() -> None:
    async def run() -> None:
        one = NewswireDesk()
        await one.start(committed=5)
        for stands in (5, 6):
            one.thread.at = 6
            assert await one.consumer.standing() == {RAW: stands}
            await one.consumer.seek_again()
        assert one.thread.sought == [(RAW, 5)]

    asyncio.run(run())


def test_what_a_fetch_brings_before_the_partition_has_its_gate_is_read_again() -> None:
    async def run() -> None:
        one = NewswireDesk()
        assert one.consumer.admit([Run(RAW, [record(5)], 0)]) == []
        await one.consumer.seek_again()
        await one.start(committed=5)
        await one.consumer.seek_again()
        assert one.thread.sought == [(RAW, 5)]

    asyncio.run(run())
