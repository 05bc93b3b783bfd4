"""Records as the client hands them to an agent."""

from collections.abc import Sequence

from agents.inbox import Record

SENT_MS = 1_700_000_000_000


def record(
    offset: int,
    value: bytes | None = b"{}",
    *,
    topic: str = "news.raw",
    partition: int = 0,
    key: bytes | None = b"k",
    headers: Sequence[tuple[str, bytes]] = (),
) -> Record:
    """Return a record as it is read from a topic."""
    return Record(
        topic=topic,
        partition=partition,
        offset=offset,
        timestamp=SENT_MS,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=-1,
        serialized_value_size=-1,
        headers=headers,
    )
