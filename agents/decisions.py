"""Reading a partition of a log topic from an offset to its end, outside any consumer group."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

EMPTY_FETCH_MS = 200
FETCH_BYTES = 4 << 20
"""A million entries are some hundred fetches, each of which is waited for."""
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


class KafkaLogReader:
    """A reader on a broker; a consumer of its own for each read, so nothing is left open."""

    def __init__(self, connection: dict[str, Any]) -> None:
        self.connection = connection

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            **self.connection,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=EMPTY_FETCH_MS // 2,
            max_partition_fetch_bytes=FETCH_BYTES,
        )
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Return the first offset that is kept, and about where the partition ends."""
        tp = TopicPartition(topic, partition)
        async with self._consumer() as consumer:
            begin = (await consumer.beginning_offsets([tp]))[tp]
            return begin, (await consumer.end_offsets([tp]))[tp]

    async def read(
        self, topic: str, partition: int, offset: int
    ) -> AsyncIterator[Sequence[LogRecord]]:
        """Yield the records from `offset` (or the earliest kept) to the end as it is now."""
        tp = TopicPartition(topic, partition)
        async with self._consumer() as consumer:
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
