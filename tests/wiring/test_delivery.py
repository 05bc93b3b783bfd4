"""Delivery: every record confirmed and in order, or an error that acknowledges nothing."""

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.delivery import Delivery, DeliveryFailed, Headers, Send, partition_of


@dataclass
class Batch:
    """A batch with room for a number of records."""

    room: int
    values: list[bytes | None] = field(default_factory=list)
    closed: bool = False

    def append(
        self,
        *,
        timestamp: int | None,  # noqa: ARG002
        key: bytes | None,  # noqa: ARG002
        value: bytes | None,
        headers: Headers,  # noqa: ARG002
    ) -> object | None:
        if len(self.values) == self.room:
            return None
        self.values.append(value)
        return self

    def close(self) -> None:
        self.closed = True


class Broker:
    """A producer in memory that fails the batches it is told to, counted from 1."""

    def __init__(self, failing: Collection[int] = (), room: int = 100, partitions: int = 1) -> None:
        self.failing = failing
        self.room = room
        self.partitions = partitions
        self.batches = 0
        self.log: list[tuple[str, int, bytes | None]] = []

    async def partitions_for(self, topic: str) -> Collection[int]:  # noqa: ARG002
        return range(self.partitions)

    def create_batch(self) -> Batch:
        return Batch(self.room)

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Awaitable[Any]:
        self.batches += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.batches in self.failing:
            future.set_exception(ConnectionError("the broker went away"))
        else:
            self.log += [(topic, partition, value) for value in batch.values]
            future.set_result(None)
        return future

    def values(self) -> list[bytes | None]:
        return [value for _, _, value in self.log]


def sends(*values: bytes, topic: str = "clean") -> list[Send]:
    return [Send(topic, b"ar", value, []) for value in values]


def deliver(broker: Broker, batch: Sequence[Send], timeout: float = 5) -> Delivery:
    delivery = Delivery(lambda: broker, timeout)
    asyncio.run(delivery.deliver(batch))
    return delivery


def test_all_records_are_sent_once_when_the_broker_confirms_them() -> None:
    broker = Broker()
    deliver(broker, sends(b"1", b"2"))
    assert broker.values() == [b"1", b"2"]


def test_records_of_one_partition_go_in_one_batch_as_long_as_there_is_room() -> None:
    broker = Broker(room=2)
    deliver(broker, sends(b"1", b"2", b"3"))
    assert broker.values() == [b"1", b"2", b"3"]
    assert broker.batches == 2


def test_what_follows_a_failed_batch_is_sent_again_after_it_so_that_order_holds() -> None:
    broker = Broker({2}, room=1)
    delivery = deliver(broker, sends(b"1", b"2", b"3"))
    assert broker.values() == [b"1", b"3", b"2", b"3"]
    assert delivery.retries == 1


def test_a_partition_that_confirmed_everything_is_not_sent_again() -> None:
    broker = Broker({1})
    deliver(broker, [*sends(b"1"), *sends(b"x", topic="dead")])
    assert broker.values() == [b"x", b"1"]


def test_a_broker_that_stays_away_ends_in_an_error_that_counts_what_is_missing() -> None:
    broker = Broker(range(1000))
    with pytest.raises(DeliveryFailed, match=r"2 records were not confirmed within 0\.3 s"):
        deliver(broker, sends(b"1", b"2"), 0.3)


def test_a_broker_that_never_answers_ends_in_the_same_error() -> None:
    class Silent(Broker):
        async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Awaitable[Any]:  # noqa: ARG002
            return asyncio.get_running_loop().create_future()

    with pytest.raises(DeliveryFailed):
        deliver(Silent(), sends(b"1"), 0.2)


def test_a_broker_that_takes_no_batch_ends_in_the_same_error() -> None:
    class Refusing(Broker):
        async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Awaitable[Any]:  # noqa: ARG002
            raise ConnectionError

    with pytest.raises(DeliveryFailed):
        deliver(Refusing(), sends(b"1"), 0.2)


def test_a_key_chooses_its_partition_as_librdkafkas_consistent_partitioner_does() -> None:
    """The numbers are CRC-32 (IEEE 802.3) by hand: of `123456789` it is cbf43926."""
    assert partition_of(b"123456789", 1 << 32) == 0xCBF43926
    broker = Broker(partitions=8)
    deliver(broker, sends(b"1"))
    assert broker.log == [("clean", partition_of(b"ar", 8), b"1")]


def test_a_given_partition_is_kept_and_a_record_without_key_goes_by_its_value() -> None:
    broker = Broker(partitions=8)
    deliver(broker, [Send("log", b"key", b"1", [], 5), Send("dead", None, b"2", [])])
    assert broker.log == [("log", 5, b"1"), ("dead", partition_of(b"2", 8), b"2")]


@given(
    st.lists(st.integers(0, 3), max_size=30),
    st.sets(st.integers(1, 12), max_size=6),
    st.integers(1, 4),
)
def test_the_last_copies_of_all_records_are_in_order_in_their_partition(
    places: list[int], failing: set[int], room: int
) -> None:
    broker = Broker(failing, room)
    batch = [Send("clean", None, b"%d" % n, [], place) for n, place in enumerate(places)]
    delivery = Delivery(lambda: broker, 60)

    async def run() -> None:
        # The pauses between attempts are no part of what is specified here.
        pending: Sequence[Send] = batch
        while pending:
            pending, _ = await delivery._attempt(pending, asyncio.get_running_loop().time() + 60)

    asyncio.run(run())
    for place in range(4):
        values = [value for _, where, value in broker.log if where == place]
        last = sorted(values, key=lambda value: len(values) - values[::-1].index(value))
        expected = [send.value for send in batch if send.partition == place]
        assert list(dict.fromkeys(last)) == expected
