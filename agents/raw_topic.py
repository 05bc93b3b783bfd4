"""A producer for the raw topic, as the feeder uses it, and what its errors mean."""

from typing import Protocol

from kafka.errors import (
    InvalidRecordError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from agents.clients import BrokerMissing, admin, make_producer
from agents.settings import Settings

CLOSING_SECONDS = 5.0

ONE_RECORD_WRONG = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)
"""Errors by which the broker refuses one record; any other means that it takes none."""


class Confirmation(Protocol):
    """What the producer promises for one record."""

    is_done: bool

    def get(self, timeout: float | None = None) -> object:
        """Return when the record is confirmed, or raise why it is not."""
        ...


class Producer(Protocol):
    """The part of kafka-python's producer that feeding needs."""

    def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> Confirmation:
        """Enqueue a record. Raises KafkaError if it is too large or no broker answers."""
        ...

    def close(self, timeout: float | None = None) -> None:
        """Send what is enqueued and end the connection."""
        ...


def connected_producer(settings: Settings) -> Producer:
    """Return a producer for a raw topic that is there. Raises BrokerMissing."""
    topic = settings.topics.name("raw")
    # A producer would wait a minute for a topic that does not exist.
    with admin(settings) as client:
        if topic not in client.list_topics():
            raise BrokerMissing(f"There is no topic {topic}: run `barq topics create`.")
    producer: Producer = make_producer(settings)
    return producer


def close(producer: Producer) -> None:
    """Close a producer, also one whose broker does not answer."""
    try:
        producer.close(timeout=CLOSING_SECONDS)
    except KafkaError:
        # Its __del__ would try, wait and fail again.
        producer._closed = True  # type: ignore[attr-defined]  # noqa: SLF001


def sentence_of(error: BaseException) -> str:
    """Return an error as a sentence."""
    if isinstance(error, MessageSizeTooLargeError | RecordListTooLargeError):
        return (
            "the broker refuses it as too large; shorten it, or raise max.message.bytes of the "
            "raw topic."
        )
    return f"{str(error).rstrip('.')}."
