"""What was fetched of a topic and waits for its agent: runs of records, in the order fetched."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from aiokafka import ConsumerRecord
from faust.types import TP

Record: TypeAlias = ConsumerRecord[bytes, bytes]
"""A record as the client gives it; its timestamp is in milliseconds since 1970."""


class Run(NamedTuple):
    """Records of one partition that came with one fetch; `epoch` counts the seeks before it."""

    tp: TP
    records: list[Record]
    epoch: int


class Inbox:
    """The runs of one topic, with room for about `limit` records."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._runs: deque[Run] = deque()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def put(self, run: Run) -> None:
        """Add a run at the end; whoever fetches asks for `room` before it fetches more."""
        self._runs.append(run)
        self.size += len(run.records)
        self._note()

    async def room(self) -> None:
        """Wait until there is room for more."""
        await self._room.wait()

    async def take(self, limit: int) -> list[Run]:
        """Wait for runs, and return those that wait, up to `limit` records in all."""
        await self._arrived.wait()
        taken: list[Run] = []
        left = limit
        while self._runs and left > 0:
            run = self._runs.popleft()
            if len(run.records) > left:
                self._runs.appendleft(run._replace(records=run.records[left:]))
                run = run._replace(records=run.records[:left])
            taken.append(run)
            left -= len(run.records)
        self.size -= limit - left
        self._note()
        return taken

    def holds(self, tp: TP) -> bool:
        """Return whether records of a partition wait here."""
        return any(run.tp == tp for run in self._runs)

    def forget(self, tps: Iterable[TP]) -> None:
        """Leave out what waits of these partitions."""
        gone = set(tps)
        self._runs = deque(run for run in self._runs if run.tp not in gone)
        self.size = sum(len(run.records) for run in self._runs)
        self._note()

    def _note(self) -> None:
        """Wake whom the present size concerns."""
        (self._arrived.set if self._runs else self._arrived.clear)()
        (self._room.set if self.size < self.limit else self._room.clear)()
