"""Reading topics from their beginning to their end as it is now, outside any consumer group."""

import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError
from kafka.protocol.consumer import OffsetSpec

from agents.clients import BrokerMissing, admin, consumer, make_consumer
from agents.settings import Settings

Bounds = dict[TopicPartition, tuple[int, int]]
"""Of each partition the first offset kept, and the offset of the next record to come."""

POLL_MS = 500
ENDS_SECONDS = 10.0
PATIENCE_SECONDS = 30.0
"""Time without a record, with some still to come, after which a broker counts as stuck."""
FETCH_BYTES = 8 * 1024 * 1024
"""Bytes that one answer of the broker may hold; a larger single record comes alone."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it lies in a topic; `timestamp` is in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]

    @property
    def place(self) -> str:
        """Where it lies: `topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


class BoundsReader:
    """Asks where partitions begin and end, and is right about it on the embedded broker too.

    Tansu 0.6.0 answers a question for the latest offset with that behind the *first* record of
    the last batch, and gives it a timestamp, which Apache Kafka never does. There the end is taken
    from the high watermark of a fetch, which is right on both.
    """

    def __init__(self, settings: Settings) -> None:
        """Prepare; a connection is made only if a fetch is needed."""
        self.settings = settings
        self._fetcher: Any = None

    def close(self) -> None:
        """End the connection if there is one; a later reading makes a new one."""
        fetcher, self._fetcher = self._fetcher, None
        if fetcher is not None:
            with suppress(KafkaError):
                fetcher.close(autocommit=False)

    def read(self, client: Any, places: Collection[TopicPartition]) -> Bounds:
        """Return the bounds of partitions, asked through an admin client."""
        if not places:
            return {}
        begins = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
        latest = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        ends = {place: int(latest[place].offset) for place in places}
        doubted = {place: ends[place] for place in places if latest[place].timestamp >= 0}
        ends |= self._high_watermarks(doubted)
        return {place: (int(begins[place].offset), ends[place]) for place in places}

    def _high_watermarks(self, at_least: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Return the high watermarks of partitions by fetching from the offsets given."""
        if not at_least:
            return {}
        if self._fetcher is None:
            # In an incremental session the broker would leave out partitions without news.
            self._fetcher = make_consumer(
                self.settings, enable_incremental_fetch_sessions=False, fetch_max_wait_ms=1
            )
        fetcher = self._fetcher
        fetcher.unsubscribe()  # forgets the watermarks of an earlier reading
        fetcher.assign(list(at_least))
        for place, offset in at_least.items():
            fetcher.seek(place, offset)
        deadline = time.monotonic() + ENDS_SECONDS
        while any(fetcher.highwater(place) is None for place in at_least):
            if time.monotonic() > deadline:
                raise BrokerMissing("The broker does not say where topics end: look at its log.")
            fetcher.poll(timeout_ms=20)
        return {
            place: max(offset, int(fetcher.highwater(place))) for place, offset in at_least.items()
        }


def partitions_of(client: Any, topics: Iterable[str]) -> list[TopicPartition]:
    """Return the partitions of those of the topics that exist, in order."""
    described = client.describe_topics(sorted(set(topics)))
    return sorted(
        TopicPartition(topic["name"], partition["partition_index"])
        for topic in described
        if topic["error_code"] == 0
        for partition in topic["partitions"]
    )


def bounds_of(settings: Settings, topics: Iterable[str]) -> Bounds:
    """Return the bounds of all partitions of the topics that exist. Raises BrokerMissing."""
    with admin(settings) as client, closing(BoundsReader(settings)) as reader:
        return reader.read(client, partitions_of(client, topics))


def scan(settings: Settings, topics: Iterable[str]) -> Iterator[Record]:
    """Yield every record of the topics up to their ends as they are when the scan starts.

    Records of one partition come in order. Topics that do not exist have none. Memory stays
    bounded by one answer of the broker. Raises BrokerMissing.
    """
    bounds = bounds_of(settings, topics)
    with consumer(settings, fetch_max_bytes=FETCH_BYTES) as client:
        yield from read_between(client, bounds)


def fetch(settings: Settings, topic: str, partition: int, offset: int) -> Record | None:
    """Return one record, or None if there is none at this place. Raises BrokerMissing."""
    place = TopicPartition(topic, partition)
    begin, end = bounds_of(settings, [topic]).get(place, (0, 0))
    if not begin <= offset < end:
        return None
    with consumer(settings, fetch_max_bytes=FETCH_BYTES, max_poll_records=1) as client:
        first = next(read_between(client, {place: (offset, end)}), None)
    return first if first is not None and first.offset == offset else None


def read_between(client: Any, bounds: Bounds) -> Iterator[Record]:
    """Yield the records within the bounds through a consumer of our own."""
    left = {place: end for place, (begin, end) in bounds.items() if begin < end}
    if not left:
        return
    client.assign(list(left))
    client.resume(*left)  # a partition that an earlier reading paused is paused still
    for place in left:
        client.seek(place, bounds[place][0])
    heard = time.monotonic()
    while left:
        fetched = client.poll(timeout_ms=POLL_MS)
        for place, found in fetched.items():
            for record in found:
                if place in left and record.offset < left[place]:
                    yield to_record(record)
        # The position also passes over offsets without records, such as a transaction's marks.
        done = [place for place, end in left.items() if client.position(place) >= end]
        for place in done:
            del left[place]
            client.pause(place)
        if fetched or done:
            heard = time.monotonic()
        elif time.monotonic() - heard > PATIENCE_SECONDS:
            place = min(left)
            raise BrokerMissing(
                f"{place.topic}/{place.partition} gave no record for {PATIENCE_SECONDS:g} s with "
                f"some still to come before offset {left[place]}: look at the broker's log."
            )


def to_record(record: Any) -> Record:
    """Return kafka-python's record as ours."""
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        key=record.key,
        value=record.value,
        headers=list(record.headers or ()),
    )
