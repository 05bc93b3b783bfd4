"""The acknowledgement gate of a partition: an offset is committed when all before it are done.

Faust's own bookkeeping (`Consumer._new_offset` in 0.15.3) can commit past a record that is still in
hand, so that a crash loses it. Here one integer says what is done, and it moves only over records
that follow one another.
"""

from dataclasses import dataclass
from enum import Enum


class Arrival(Enum):
    """What a record that arrives is to its partition's gate."""

    NEXT = "next"
    """The record that follows: take it."""
    SEEN = "seen"
    """Before what was taken already: leave it, its outcome is delivered or in hand."""
    HOLE = "hole"
    """Records before it did not arrive: read the partition again from `Gate.expected`."""


@dataclass(slots=True)
class Gate:
    """Offsets of one partition while this worker owns it.

    `expected` is the offset that must come next (None before the first record of a partition
    without a committed offset), `done` the offset up to which everything was acknowledged, and
    `committed` what the broker has confirmed of that.
    """

    expected: int | None = None
    done: int | None = None
    committed: int | None = None
    doubted: int | None = None

    def arrive(self, offset: int) -> Arrival:
        """Say what to do with the record at `offset`, and expect its successor if it is taken.

        A hole is believed when reading again from `expected` brings the same record: offsets are
        missing for good (a transaction's marker, or retention). Until then, what comes behind it
        is left alone.
        """
        if self.doubted is not None and self.expected is not None:
            if offset > self.doubted:
                return Arrival.SEEN
            if offset >= self.expected:
                self.doubted = None
                self.expected = offset + 1
                return Arrival.NEXT
        if self.expected is None or offset == self.expected:
            self.expected = offset + 1
            return Arrival.NEXT
        if offset < self.expected:
            return Arrival.SEEN
        self.doubted = offset
        return Arrival.HOLE

    def acknowledge(self, offset: int) -> None:
        """Note that the record at `offset` and all that were taken before it are delivered."""
        if self.done is None or offset >= self.done:
            self.done = offset + 1

    def committable(self) -> int | None:
        """Return the offset to commit, or None when the broker knows it already."""
        return None if self.done == self.committed else self.done
