"""Reading a partition outside any consumer group: a log from an offset on, or single records."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

log = structlog.get_logger()

EMPTY_FETCH_MS = 200
FETCH_BYTES = 4 << 20
"""A million entries are some hundred fetches, each of which is waited for."""
PAUSE_SECONDS = 0.5
PICK_WAIT_MS = 5
"""The embedded broker lets every fetch wait so long; what is picked is there already."""
PICKED_BYTES = 65_536
"""Fetched for one record that is read alone; the broker gives at least one batch."""
AT_ONCE = 500
"""Records handed out before the event loop gets its turn; a fetch may bring many thousands."""


class LogRecord(Protocol):
    """What a reader gives of each record."""

    offset: int
    value: bytes | None
    headers: Any


class LogReader(Protocol):
    """Reads what is in one partition of a topic."""

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Return the first offset that is kept, and about where the partition ends."""
        ...

    def read(self, topic: str, partition: int, offset: int) -> AsyncIterator[Sequence[LogRecord]]:
        """Yield the records from `offset` to the end as it is now, in batches."""
        ...

    async def pick(self, topic: str, partition: int, offsets: Iterable[int]) -> dict[int, bytes]:
        """Return the values of those records that are still kept, by offset."""
        ...


class KafkaLogReader:
    """A reader on a broker; a consumer of its own for each read, so nothing is left open."""

    def __init__(self, connection: dict[str, Any], patience: float) -> None:
        """`patience` is how many seconds `pick` waits for a broker that is away."""
        self.connection = connection
        self.patience = patience

    @asynccontextmanager
    async def _consumer(self, fetch_bytes: int, wait_ms: int) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            **self.connection,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=wait_ms,
            max_partition_fetch_bytes=fetch_bytes,
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Return the first offset that is kept, and about where the partition ends."""
        tp = TopicPartition(topic, partition)
        async with self._consumer(FETCH_BYTES, EMPTY_FETCH_MS // 2) as consumer:
            begin = (await consumer.beginning_offsets([tp]))[tp]
            return begin, (await consumer.end_offsets([tp]))[tp]

    async def read(
        self, topic: str, partition: int, offset: int
    ) -> AsyncIterator[Sequence[LogRecord]]:
        """Yield the records from `offset` (or the earliest kept) to the end as it is now."""
        tp = TopicPartition(topic, partition)
        async with self._consumer(FETCH_BYTES, EMPTY_FETCH_MS // 2) as consumer:
            consumer.assign([tp])
            end = (await consumer.end_offsets([tp]))[tp]
            position = max(offset, (await consumer.beginning_offsets([tp]))[tp])
            consumer.seek(tp, position)
            # The embedded broker's answer for the end is too low by a batch; the high watermark
            # that comes with fetched records is right on every broker.
            while True:
                fetched = await consumer.getmany(tp, timeout_ms=EMPTY_FETCH_MS, max_records=AT_ONCE)
                if records := fetched.get(tp):
                    position = records[-1].offset + 1
                    yield records
                # What is fetched already comes without a wait.
                await asyncio.sleep(0)
                position = max(position, await consumer.position(tp))
                if not fetched and position >= max(end, consumer.highwater(tp) or 0):
                    return

    async def pick(self, topic: str, partition: int, offsets: Iterable[int]) -> dict[int, bytes]:
        """Return the values of those records that are still kept, by offset.

        Raises KafkaError or TimeoutError if the broker stays away.
        """
        wanted = sorted(offsets)
        found: dict[int, bytes] = {}
        async with asyncio.timeout(self.patience):
            while True:
                try:
                    await self._pick(TopicPartition(topic, partition), wanted, found)
                except KafkaError as error:
                    log.warning("a record cannot be read again yet", error=repr(error))
                    await asyncio.sleep(PAUSE_SECONDS)
                else:
                    return found

    async def _pick(self, tp: TopicPartition, wanted: list[int], found: dict[int, bytes]) -> None:
        """Read the wanted records in order, each that is found out of the list."""
        async with self._consumer(PICKED_BYTES, PICK_WAIT_MS) as consumer:
            consumer.assign([tp])
            begin = (await consumer.beginning_offsets([tp]))[tp]
            while wanted:
                offset = wanted[0]
                if offset >= begin:
                    value = await self._value_at(consumer, tp, offset)
                    if value is not None:
                        found[offset] = value
                del wanted[0]

    async def _value_at(self, consumer: Any, tp: TopicPartition, offset: int) -> bytes | None:
        """Return the value of the record at an offset, None where there is none any more."""
        consumer.seek(tp, offset)
        while True:
            fetched = await consumer.getmany(tp, timeout_ms=EMPTY_FETCH_MS, max_records=1)
            for record in fetched.get(tp, ()):
                return record.value if record.offset == offset else None
            end = consumer.highwater(tp)  # None until a fetch has come back
            if await consumer.position(tp) != offset or (end is not None and offset >= end):
                return None
