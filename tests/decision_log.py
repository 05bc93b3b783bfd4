"""The log of decisions in memory, with the reader of it."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.decisions import LogRecord
from agents.delivery import Send


@dataclass
class Entry:
    """A record of the log."""

    offset: int
    value: bytes | None
    headers: Any


@dataclass
class Log:
    """One partition of the log topic; `begin` is the first offset that retention has left."""

    entries: list[Entry] = field(default_factory=list)
    begin: int = 0
    reads: list[int] = field(default_factory=list)
    """Where each reading began."""
    batch: int = 3

    def append(self, *sends: Send) -> None:
        for send in sends:
            self.entries.append(Entry(len(self.entries), send.value, tuple(send.headers)))

    def extend(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.entries.append(Entry(len(self.entries), entry.value, entry.headers))

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:  # noqa: ARG002  (a LogReader)
        return self.begin, len(self.entries)

    async def pick(self, topic: str, partition: int, offsets: Iterable[int]) -> dict[int, bytes]:
        raise AssertionError(f"{topic}/{partition}: all of {list(offsets)} are at hand")

    async def read(
        self,
        topic: str,  # noqa: ARG002  (a LogReader)
        partition: int,  # noqa: ARG002  (a LogReader)
        offset: int,
    ) -> AsyncIterator[Sequence[LogRecord]]:
        begin = max(offset, self.begin)
        self.reads.append(begin)
        for first in range(begin, len(self.entries), self.batch):
            yield self.entries[first : first + self.batch]
