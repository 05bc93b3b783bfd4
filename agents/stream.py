"""Faust with barq's acknowledgement: a consumer with gates and a stream that reads in batches.

Faust 0.15.3 makes four asyncio tasks, an event and a queue entry of each record, acknowledges in a
`finally` (a record whose agent raised is lost) and can commit past a record in hand. Here what a
fetch brings goes to the agent as it is, and one integer a partition says what may be committed.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import faust
import structlog
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from agents.gate import Gate, Hole
from agents.inbox import Inbox, Record, Run

log = structlog.get_logger()


FETCH_SECONDS = 1.0
QUEUED_RECORDS = 1
"""An agent that has anything to take is not fetched for: what comes meanwhile waits in the client
and comes in one piece, so that a loaded stage works on whole batches."""
COMMIT_PATIENCE_SECONDS = 60.0
"""Time over which the broker may refuse commits before the worker ends; a rebalance or a pause of
the broker is shorter, and what was not committed is committed afterwards."""


class CommitsRefused(Exception):
    """The broker has refused every commit for a minute; another worker may be luckier."""


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread with a fetch wait of our own, and commits that may be refused."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        client = super()._create_worker_consumer(transport)
        client._fetch_max_wait_ms = transport.fetch_wait_ms  # noqa: SLF001  (Faust has it fixed)
        return client

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit; False if the broker refuses, as in a rebalance. Faust ends the worker then."""
        assigned = self.assignment()
        wanted = {
            TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(offset, "")
            for tp, offset in offsets.items()
            if tp in assigned
        }
        try:
            await self._ensure_consumer().commit(wanted)
        except KafkaError as error:
            log.warning("the broker refused a commit", error=repr(error))
            return False
        return len(wanted) == len(offsets)


class NewswireConsumer(driver.Consumer):
    """Faust's consumer, with one gate a partition in place of its lists of acknowledged offsets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.gates: dict[TP, Gate] = {}
        self.inboxes: dict[str, Inbox] = {}
        self.epochs: dict[TP, int] = defaultdict(int)
        """How often each partition was sought: what was fetched before proves no hole."""
        self.sought: set[TP] = set()
        """Partitions that are to be read again from where their gates stand."""
        self.passed: dict[TP, tuple[int, int]] = {}
        """For each partition what was expected, and the client's position behind it, when last
        sought for that: there is nothing in between if both come again."""
        self.in_hand = 0
        """Records that an agent has and that are not acknowledged."""
        self.settled = asyncio.Event()
        self.refused_since: float | None = None
        super().__init__(*args, **kwargs)

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def inbox(self, topic: str) -> Inbox:
        """Return where the records of a topic wait for their agent."""
        return self.inboxes.setdefault(topic, Inbox(QUEUED_RECORDS))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish what is in hand, then forget the gates of what is taken away."""
        await super().on_partitions_revoked(revoked)
        for inbox in self.inboxes.values():
            inbox.forget(revoked)
        for tp in revoked:
            self.gates.pop(tp, None)
            self.passed.pop(tp, None)
        self.sought -= revoked

    async def perform_seek(self) -> None:
        """Go to the committed offsets, and expect the records there."""
        await super().perform_seek()
        assigned = self.assignment()
        begins = await self.earliest_offsets(*assigned)
        for tp in assigned:
            # 0 and None both stand for "nothing committed" in Faust's bookkeeping.
            committed = self._committed_offset.get(tp) or None
            # Never left open: whatever came first would be taken for the beginning.
            start = begins[tp] if committed is None else committed
            self.gates.setdefault(tp, Gate.at(start, committed))

    async def _drain_messages(self, fetcher: Any) -> None:
        """Put what is fetched into the inboxes, a partition's records of one fetch at a time.

        Only this loop seeks, between two fetches: one that is under way would pass the place again.
        """
        try:
            while not (self.should_stop or fetcher.should_stop):
                for inbox in self.inboxes.values():
                    await inbox.room()
                await self.seek_again()
                epochs = dict(self.epochs)
                fetched, _ = await self._wait_next_records(FETCH_SECONDS)
                for place, records in (fetched or {}).items():
                    tp = TP(place.topic, place.partition)
                    if self.flow_active:
                        self.inbox(tp.topic).put(Run(tp, records, epochs.get(tp, 0)))
                    else:
                        self.sought.add(tp)
                await asyncio.sleep(0)
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.transport.app.should_stop:
                raise

    async def seek_again(self) -> None:
        """Go back to where the gates stand in the partitions that are to be read again."""
        # What has no gate yet waits for it.
        for tp in self.sought & self.gates.keys():
            self.sought.discard(tp)
            # Taken away just now: its next owner begins at the commit anyway.
            with suppress(IllegalStateError):
                await self.seek(tp, self.gates[tp].expected)

    def admit(self, runs: Iterable[Run]) -> list[Record]:
        """Return the records that come next in their partitions, and keep them as in hand."""
        admitted: list[Record] = []
        for tp, records, epoch in runs:
            # Without a gate the partition is on its way to another worker, or not yet here.
            if (gate := self.gates.get(tp)) is None:
                self.sought.add(tp)
                continue
            sought_before = gate.doubted is not None
            reread = epoch == self.epochs[tp]
            try:
                admitted += gate.admit(records, reread=reread)
            except Hole:
                if sought_before and not reread:
                    continue
                log.warning(
                    "offsets are missing; reading them again",
                    topic=tp.topic,
                    partition=tp.partition,
                    expected=gate.expected,
                    came=records[0].offset,
                )
                self.epochs[tp] += 1
                self.sought.add(tp)
        self.in_hand += len(admitted)
        return admitted

    def acknowledge(self, records: Sequence[Record]) -> None:
        """Open the gates up to these records: all they caused has been delivered.

        Raises OutOfTurn if earlier ones of their partitions are still in hand.
        """
        first: dict[tuple[str, int], int] = {}
        last: dict[tuple[str, int], int] = {}
        for record in records:
            place = record.topic, record.partition
            first.setdefault(place, record.offset)
            last[place] = record.offset
        for (topic, partition), offset in last.items():
            # A partition that was taken away meanwhile is its new owner's to acknowledge.
            if (gate := self.gates.get(TP(topic, partition))) is not None:
                gate.acknowledge(first[topic, partition], offset)
        self.release(records)

    def release(self, records: Sequence[Record]) -> None:
        """Note that nobody works on these records any more, acknowledged or given up."""
        self.in_hand -= len(records)
        if self.in_hand == 0:
            self.settled.set()

    async def wait_empty(self) -> None:
        """Wait until nothing is in hand, then commit."""
        while self.in_hand and not self.should_stop:
            self.settled.clear()
            # Ends sooner if the consumer is stopped or has crashed.
            await self.wait(cast("Any", self.settled))
        await self.commit_and_end_transactions()

    async def standing(self) -> dict[TP, int]:
        """Return for each partition the offset before which nothing is left to do.

        With a record in hand that is the gate's. Otherwise the client may have passed offsets that
        hold no record, such as a transaction's markers, or records that went missing on the way
        and that nothing behind them betrays: it reads them again, and what was passed twice in the
        same way is done.
        """
        result = {}
        for tp in self.assignment():
            if (gate := self.gates.get(tp)) is None:
                continue
            result[tp] = gate.done
            if gate.done != gate.expected or self.inbox(tp.topic).holds(tp):
                continue
            position = await self.position(tp)
            if position is not None and position > gate.expected:
                passed = (gate.expected, position)
                if self.passed.get(tp) == passed and tp not in self.sought:
                    result[tp] = position
                else:
                    self.passed[tp] = passed
                    self.sought.add(tp)
        return result

    async def force_commit(
        self,
        topics: Any = None,  # noqa: ARG002  (all partitions are committed at once)
        start_new_transaction: bool = True,  # noqa: ARG002, FBT001, FBT002  (Faust's signature)
    ) -> bool:
        """Commit what the gates have opened; what the broker refuses stays to be committed.

        Raises CommitsRefused when that has lasted too long.
        """
        assigned = self.assignment()
        offsets = {
            tp: offset
            for tp, gate in self.gates.items()
            if tp in assigned and (offset := gate.committable()) is not None
        }
        if not offsets:
            return False
        if not await self._commit(offsets):
            self.note_refusal()
            return False
        self.refused_since = None
        for tp, offset in offsets.items():
            if (gate := self.gates.get(tp)) is not None:
                gate.committed = offset
            self._committed_offset[tp] = offset
        return True

    def note_refusal(self) -> None:
        """Remember since when commits are refused. Raises CommitsRefused after too long."""
        now = time.monotonic()
        if self.refused_since is None:
            self.refused_since = now
        if now - self.refused_since > COMMIT_PATIENCE_SECONDS:
            raise CommitsRefused(
                f"the broker has refused every commit for {COMMIT_PATIENCE_SECONDS:g} s"
            )

    async def verify_all_partitions_active(self) -> None:
        """Nothing: barq's watchdog sees a partition that stands still, and ends the worker."""

    async def _wait_next_records(
        self,
        timeout: float,  # noqa: ASYNC109  (Faust's signature)
    ) -> tuple[Mapping[TP, list[Any]] | None, set[TP] | None]:
        # Faust sleeps a whole second while no partition is active.
        if self.flow_active and not self._get_active_partitions():
            await asyncio.sleep(0.01)
            return {}, set()
        return await super()._wait_next_records(timeout)


class NewswireTransport(driver.Transport):
    """Faust's aiokafka transport with barq's consumer."""

    Consumer = NewswireConsumer
    fetch_wait_ms = 500


class BatchStream(faust.Stream[bytes]):
    """A stream that yields lists of records and acknowledges nothing by itself."""

    async def batches(self, limit: int) -> AsyncIterator[list[Record]]:
        """Yield up to `limit` records at a time, in order within each partition.

        A batch is given up, not acknowledged, when its turn ends with an exception.
        """
        self._finalized = True
        await self.maybe_start()
        consumer = cast("NewswireConsumer", self.app.consumer)
        inbox = consumer.inbox(cast("Any", self.channel).get_topic_name())
        while not self.should_stop:
            runs = await inbox.take(limit)
            if not self.app.flow_control.is_active():
                consumer.sought.update(run.tp for run in runs)
                continue
            if records := consumer.admit(runs):
                yield records
                await asyncio.sleep(0)
