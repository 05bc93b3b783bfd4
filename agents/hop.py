"""What the runner asks of a hop: a stage bound to its topics."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

from agents.delivery import Headers, Send
from agents.inbox import Record
from pipeline.outcome import Outcome

Counts: TypeAlias = Counter[tuple[str, ...]]


class Decided(NamedTuple):
    """What a hop decided about one record, and what is to be sent for it."""

    outcome: Outcome
    sends: Sequence[Send]


class Hop(Protocol):
    """A stage bound to its topics: what the runner asks of it."""

    name: str

    def reassigned(self, partitions: set[int]) -> None:
        """Note that the group was shared anew and the hop now reads these partitions."""
        ...

    def settled(self) -> bool:
        """Return whether its state is complete, so that records need not wait for it."""
        ...

    def restored(self) -> int:
        """Return how much of its state has been read so far: a count that only grows."""
        ...

    async def prepare(self, records: Sequence[Record]) -> None:
        """Make ready what deciding these records needs, such as their partitions' state."""
        ...

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Decide one record; `headers` go on everything sent for it. May raise anything.

        It may be called in another thread than the loop's, but never twice at a time.
        """
        ...

    async def complete(self, sends: list[Send]) -> list[Send]:
        """Return what a batch causes, with what had to be fetched for it after all was decided.

        It may add sends and put others in the place of its own; their order counts.
        """
        ...

    def note(self, outcome: Outcome, counts: Counts) -> None:
        """Add to `counts`, under keys of its own, what the stage wants counted of an outcome."""
        ...

    def observe(self, counts: Counts) -> None:
        """Export what was noted of a batch, once all it caused is delivered."""
        ...


class Stateless:
    """The part of a hop that keeps nothing between records."""

    def reassigned(self, partitions: set[int]) -> None:
        """Nothing belongs to a partition."""

    def settled(self) -> bool:
        """There is no state to wait for."""
        return True

    def restored(self) -> int:
        """There is no state to read."""
        return 0

    async def prepare(self, records: Sequence[Record]) -> None:
        """Nothing is to be made ready."""

    async def complete(self, sends: list[Send]) -> list[Send]:
        """Nothing is to be fetched."""
        return sends

    def note(self, outcome: Outcome, counts: Counts) -> None:
        """Nothing of its own is counted."""

    def observe(self, counts: Counts) -> None:
        """There is nothing to export."""
