"""Faust with barq's acknowledgement: a consumer with gates and a stream that reads in batches.

Three things of Faust 0.15.3 are replaced here, each measured or read in its source: four asyncio
tasks a record in the drain loop, acknowledgement in a `finally` (a record whose agent raised is
lost), and offset bookkeeping that can commit past a record in hand.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from typing import Any, cast

import faust
import structlog
from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, EventT, Message

from agents.gate import Arrival, Gate

log = structlog.get_logger()


FETCH_WAIT_MS = 50
"""How long the broker may keep an empty fetch open. Faust's 1,500 ms are a delay at every hop on
the embedded broker, which does not answer sooner when a record arrives."""


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread with a client that waits less for records to come."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        client = super()._create_worker_consumer(transport)
        client._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001  (Faust has it fixed)
        return client


class NewswireConsumer(driver.Consumer):
    """Faust's consumer, with one gate a partition in place of its lists of acknowledged offsets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.gates: dict[TP, Gate] = {}
        self.handed: dict[TP, int] = {}
        """The last offset of each partition that was handed to its stream's queue."""
        super().__init__(*args, **kwargs)

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish what is in hand, then forget the gates of what is taken away."""
        await super().on_partitions_revoked(revoked)
        for tp in revoked:
            self.gates.pop(tp, None)
            self.handed.pop(tp, None)

    async def perform_seek(self) -> None:
        """Go to the committed offsets, and expect the records there."""
        await super().perform_seek()
        for tp in self.assignment():
            # 0 and None both stand for "nothing committed" in Faust's bookkeeping.
            committed = self._committed_offset.get(tp) or None
            gate = self.gates.setdefault(tp, Gate())
            if gate.done is None:
                self.gates[tp] = Gate(expected=committed, done=committed, committed=committed)

    async def take(self, events: Iterable[EventT[Any]]) -> list[Message]:
        """Return the messages that come next in their partitions, and keep them as in hand."""
        taken: list[Message] = []
        generation = self.app.consumer_generation_id
        for event in events:
            message = event.message
            if message.generation_id != generation:
                continue
            gate = self.gates.setdefault(message.tp, Gate())
            arrival = gate.arrive(message.offset)
            if arrival is Arrival.NEXT:
                message.tracked = True
                self._unacked_messages.add(message)
                taken.append(message)
            elif arrival is Arrival.HOLE and gate.expected is not None:
                log.warning(
                    "offsets are missing; reading them again",
                    topic=message.topic,
                    partition=message.partition,
                    expected=gate.expected,
                    came=message.offset,
                )
                await self.seek(message.tp, gate.expected)
        return taken

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Open the gates up to these messages: all they caused has been delivered."""
        for message in messages:
            message.acked = True
            self._unacked_messages.discard(message)
            if (gate := self.gates.get(message.tp)) is not None:
                gate.acknowledge(message.offset)
        if (waiting := self._waiting_for_ack) is not None and not waiting.done():
            waiting.set_result(None)

    async def standing(self) -> dict[TP, int]:
        """Return for each partition the offset before which nothing is left to do.

        With a record in hand that is the gate's; otherwise the position of the next fetch, which
        also lies behind offsets that hold no record, such as a transaction's markers.
        """
        result = {}
        for tp in self.assignment():
            gate = self.gates.get(tp, Gate())
            next_taken = gate.expected or 0
            in_hand = gate.done != gate.expected or self.handed.get(tp, -1) >= next_taken
            position = None if in_hand else await self.position(tp)
            result[tp] = (gate.done or 0) if position is None else position
        return result

    async def force_commit(
        self,
        topics: Any = None,  # noqa: ARG002  (all partitions are committed at once)
        start_new_transaction: bool = True,  # noqa: ARG002, FBT001, FBT002  (Faust's signature)
    ) -> bool:
        """Commit what the gates have opened; what the broker refuses stays to be committed."""
        assigned = self.assignment()
        offsets = {
            tp: offset
            for tp, gate in self.gates.items()
            if tp in assigned and (offset := gate.committable()) is not None
        }
        if not offsets or not await self._commit(offsets):
            return False
        for tp, offset in offsets.items():
            if (gate := self.gates.get(tp)) is not None:
                gate.committed = offset
            self._committed_offset[tp] = offset
        return True

    async def _wait_next_records(
        self,
        timeout: float,  # noqa: ASYNC109  (Faust's signature)
    ) -> tuple[Mapping[TP, list[Any]] | None, set[TP] | None]:
        # Faust sleeps a whole second when every partition's queue is under pressure.
        if self.flow_active and not self._get_active_partitions():
            await asyncio.sleep(0.01)
            return {}, set()
        return await super()._wait_next_records(timeout)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Hand fetched records to their streams, one awaited call a record and no tasks."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                async with aclosing(self.getmany(timeout=1.0)) as fetched:  # type: ignore[type-var]
                    async for _, message in fetched:
                        if not self.flow_active:
                            break
                        self.handed[message.tp] = message.offset
                        await self.callback(message)
                await asyncio.sleep(0)
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.transport.app.should_stop:
                raise


class NewswireTransport(driver.Transport):
    """Faust's aiokafka transport with barq's consumer."""

    Consumer = NewswireConsumer


class BatchStream(faust.Stream[bytes]):
    """A stream that yields lists of messages and acknowledges nothing by itself."""

    async def batches(self, limit: int) -> AsyncIterator[list[Message]]:
        """Yield up to `limit` messages at a time, in order within each partition."""
        self._finalized = True
        await self.maybe_start()
        queue = cast("Any", self.channel).queue
        consumer = cast("NewswireConsumer", self.app.consumer)
        while not self.should_stop:
            try:
                events: list[EventT[Any]] = [await queue.get()]
                while len(events) < limit and not queue.empty():
                    events.append(queue.get_nowait())
            except StopAsyncIteration:  # Faust ends streams so when it stops their agent
                return
            if not self.app.flow_control.is_active():
                continue
            if messages := await consumer.take(events):
                yield messages
                await asyncio.sleep(0)
