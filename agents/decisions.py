"""Reading a partition of a log topic from an offset to its end, outside any consumer group."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

EMPTY_FETCH_MS = 200
AT_ONCE = 500
"""Records handed out before the event loop gets its turn; a fetch may bring many thousands."""


class LogRecord(Protocol):
    """What a reader gives of each record."""

    offset: int
    value: bytes | None
    headers: Any


class LogReader(Protocol):
    """Reads what is in one partition of a topic."""

    def read(self, topic: str, partition: int, offset: int) -> AsyncIterator[LogRecord]:
        """Yield the records from `offset` to the end as it is now."""
        ...


class KafkaLogReader:
    """A reader on a broker; a consumer of its own for each read, so nothing is left open."""

    def __init__(self, connection: dict[str, Any]) -> None:
        self.connection = connection

    async def read(self, topic: str, partition: int, offset: int) -> AsyncIterator[LogRecord]:
        """Yield the records from `offset` (or the earliest kept) to the end as it is now."""
        tp = TopicPartition(topic, partition)
        consumer = AIOKafkaConsumer(
            **self.connection,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=EMPTY_FETCH_MS // 2,
        )
        await consumer.start()
        try:
            consumer.assign([tp])
            end = (await consumer.end_offsets([tp]))[tp]
            position = max(offset, (await consumer.beginning_offsets([tp]))[tp])
            consumer.seek(tp, position)
            # The embedded broker's answer for the end is too low by a batch; the high watermark
            # that comes with fetched records is right on every broker.
            while True:
                fetched = await consumer.getmany(tp, timeout_ms=EMPTY_FETCH_MS, max_records=AT_ONCE)
                for record in fetched.get(tp, ()):
                    position = record.offset + 1
                    yield record
                # What is fetched already comes without a wait.
                await asyncio.sleep(0)
                position = max(position, await consumer.position(tp))
                if not fetched and position >= max(end, consumer.highwater(tp) or 0):
                    return
        finally:
            await consumer.stop()
