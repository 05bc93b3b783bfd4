"""Sending with proof: `deliver` returns when the broker has confirmed every record, in order."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias
from zlib import crc32

import structlog

log = structlog.get_logger()

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0

Headers: TypeAlias = list[tuple[str, bytes]]


class Send(NamedTuple):
    """One record on its way to a topic; `partition` None lets the key decide."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int | None = None


Place: TypeAlias = tuple[str, int]
"""A topic and one of its partitions."""


class Batch(Protocol):
    """A batch of records for one partition, as the client builds it."""

    def append(
        self, *, timestamp: int | None, key: bytes | None, value: bytes | None, headers: Headers
    ) -> Any:
        """Add a record; None if there is no room for it."""
        ...

    def close(self) -> None:
        """Take no more records, so that it is sent without waiting for any."""
        ...


class Producer(Protocol):
    """The part of aiokafka's producer that delivery needs."""

    async def partitions_for(self, topic: str) -> Collection[int]:
        """Return the partitions of a topic."""
        ...

    def create_batch(self) -> Batch:
        """Return an empty batch."""
        ...

    async def send_batch(self, batch: Any, topic: str, *, partition: int) -> Awaitable[Any]:
        """Enqueue a batch and return the future of its confirmation."""
        ...


class DeliveryFailed(Exception):
    """The broker did not confirm in time; nothing that caused these records may be acknowledged."""


class Delivery:
    """Delivers records through a producer within `timeout` seconds, retries included.

    `producer` is called when there is something to deliver, for a worker's producer exists only
    once the worker runs.
    """

    def __init__(self, producer: Callable[[], Producer], timeout: float) -> None:
        self.producer = producer
        self.timeout = timeout
        self.retries = 0

    async def deliver(self, sends: Sequence[Send]) -> None:
        """Return when every record is confirmed. Raises DeliveryFailed after the timeout.

        What failed is sent again with all that followed it in its partition, so that the last copy
        of each record is in order there.
        """
        deadline = asyncio.get_running_loop().time() + self.timeout
        pause = FIRST_PAUSE
        left = sends
        while left:
            left, error = await self._attempt(left, deadline)
            if not left:
                return
            if asyncio.get_running_loop().time() + pause >= deadline:
                raise DeliveryFailed(
                    f"{len(left)} records were not confirmed within {self.timeout:g} s: {error!r}"
                )
            self.retries += 1
            log.warning("delivery failed; trying again", records=len(left), error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _attempt(
        self, sends: Sequence[Send], deadline: float
    ) -> tuple[Sequence[Send], BaseException | None]:
        """Send each record once; return those not known to be confirmed, and why."""
        unconfirmed: list[Send] = list(sends)
        try:
            async with asyncio.timeout_at(deadline):
                placed = await self._placed(sends)
                ends = await asyncio.gather(
                    *(self._send(place, bound) for place, bound in placed.items())
                )
        except Exception as error:  # noqa: BLE001  (whatever failed, these are not confirmed)
            return unconfirmed, error
        left = [send for unsent, _ in ends for send in unsent]
        return left, next((error for _, error in ends if error is not None), None)

    async def _placed(self, sends: Sequence[Send]) -> dict[Place, list[Send]]:
        """Return the records by the partition that they go to, in order within each."""
        producer = self.producer()
        counts: dict[str, int] = {}
        placed: dict[Place, list[Send]] = {}
        for send in sends:
            topic, partition = send.topic, send.partition
            if partition is None:
                if (count := counts.get(topic)) is None:
                    count = counts[topic] = len(await producer.partitions_for(topic))
                partition = partition_of(send.key or send.value or b"", count)
            if (bound := placed.get((topic, partition))) is None:
                placed[topic, partition] = [send]
            else:
                bound.append(send)
        return placed

    async def _send(
        self, place: Place, sends: Sequence[Send]
    ) -> tuple[Sequence[Send], BaseException | None]:
        """Send records to one partition; return those from the first unconfirmed on, and why."""
        producer = self.producer()
        topic, partition = place
        waiting: list[tuple[int, Awaitable[Any]]] = []
        why: BaseException | None = None
        start = 0
        try:
            while start < len(sends):
                batch = producer.create_batch()
                end = fill(batch, sends, start)
                sent = await producer.send_batch(batch, topic, partition=partition)
                waiting.append((start, sent))
                start = end
        except Exception as error:  # noqa: BLE001  (whatever failed, it was not sent)
            why = error
        results = await asyncio.gather(*(sent for _, sent in waiting), return_exceptions=True)
        for (number, _), result in zip(waiting, results, strict=True):
            if isinstance(result, BaseException):
                return sends[number:], result
        return sends[start:], why


def fill(batch: Batch, sends: Sequence[Send], start: int) -> int:
    """Put records into a batch from `start` on; return where the next batch begins.

    A batch takes its first record whatever its size.
    """
    for number in range(start, len(sends)):
        _, key, value, headers, _ = sends[number]
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            return number
    batch.close()
    return len(sends)


def partition_of(key: bytes, count: int) -> int:
    """Return the partition of a key among `count`: CRC-32 of it, as librdkafka's `consistent`.

    All that write to barq's topics but `raw` do it here, so a key is always in one partition.
    """
    return crc32(key) % count
