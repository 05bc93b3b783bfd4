"""Delivery: every record confirmed and in order, or an error that acknowledges nothing."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from agents.delivery import Delivery, DeliveryFailed, Send


class Broker:
    """A producer in memory that fails the attempts it is told to."""

    def __init__(self, failing: set[int]) -> None:
        self.failing = failing
        self.attempts = 0
        self.log: list[tuple[str, bytes | None]] = []

    async def send(
        self,
        topic: str,
        key: bytes | None,  # noqa: ARG002
        value: bytes | None,
        partition: int | None,  # noqa: ARG002
        timestamp: float | None,  # noqa: ARG002
        headers: Any,  # noqa: ARG002
    ) -> Awaitable[Any]:
        self.attempts += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.attempts in self.failing:
            future.set_exception(ConnectionError("the broker went away"))
        else:
            self.log.append((topic, value))
            future.set_result(None)
        return future


def sends(*values: bytes, topic: str = "clean") -> list[Send]:
    return [Send(topic, b"ar", value, []) for value in values]


def test_all_records_are_sent_once_when_the_broker_confirms_them() -> None:
    broker = Broker(set())
    asyncio.run(Delivery(broker, 5).deliver(sends(b"1", b"2")))
    assert broker.log == [("clean", b"1"), ("clean", b"2")]


def test_what_follows_a_failed_record_is_sent_again_after_it_so_that_order_holds() -> None:
    broker = Broker({2})
    delivery = Delivery(broker, 5)
    asyncio.run(delivery.deliver(sends(b"1", b"2", b"3")))
    assert [value for _, value in broker.log] == [b"1", b"3", b"2", b"3"]
    assert delivery.retries == 1


def test_a_topic_that_confirmed_everything_is_not_sent_again() -> None:
    broker = Broker({1})
    batch = [*sends(b"1"), *sends(b"x", topic="dead")]
    asyncio.run(Delivery(broker, 5).deliver(batch))
    assert broker.log == [("dead", b"x"), ("clean", b"1")]


def test_a_broker_that_stays_away_ends_in_an_error_that_counts_what_is_missing() -> None:
    broker = Broker(set(range(1000)))
    with pytest.raises(DeliveryFailed, match=r"2 records were not confirmed within 0\.3 s"):
        asyncio.run(Delivery(broker, 0.3).deliver(sends(b"1", b"2")))


def test_a_broker_that_never_answers_ends_in_the_same_error() -> None:
    class Silent(Broker):
        async def send(self, *args: Any) -> Awaitable[Any]:  # noqa: ARG002
            return asyncio.get_running_loop().create_future()

    with pytest.raises(DeliveryFailed):
        asyncio.run(Delivery(Silent(set()), 0.2).deliver(sends(b"1")))
