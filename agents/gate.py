"""The acknowledgement gate of a partition: an offset is committed when all before it are done.

Faust's own bookkeeping (`Consumer._new_offset` in 0.15.3) can commit past a record that is still in
hand, so that a crash loses it. Here one integer says what is done, and it moves only over records
that follow one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar


class Placed(Protocol):
    """A record as far as the gate looks at it."""

    offset: int


P = TypeVar("P", bound=Placed)


class Hole(Exception):
    """Records before those that arrived are missing: read again from the gate's `expected`."""


class OutOfTurn(Exception):
    """Records were acknowledged before others that come first; nothing may be committed."""


@dataclass(slots=True)
class Gate:
    """Offsets of one partition while this worker owns it.

    `expected` is the offset that must come next, `done` the offset up to which everything was
    acknowledged, and `committed` what the broker has confirmed of that, None if nothing yet.
    """

    expected: int
    done: int
    committed: int | None
    pending: int | None = None
    """The first offset that is admitted and not acknowledged; None if there is none."""
    doubted: int | None = None
    """The record that came in place of `expected`, which is being read again; None if it came."""

    @classmethod
    def at(cls, start: int, committed: int | None) -> Self:
        """Return the gate of a partition that is read from `start` on."""
        return cls(expected=start, done=start, committed=committed)

    def admit(self, run: Sequence[P], *, reread: bool) -> Sequence[P]:
        """Return the records of a run that come next, and expect what follows them.

        A run is what one fetch brought of the partition, in ascending order. What was admitted
        before is left out: its outcome is delivered or in hand. Offsets that are missing inside a
        run hold no records (a transaction's marker, compaction), for the broker sent it as one
        answer. Raises Hole when the run begins behind `expected`. It is believed when reading again
        from there brings the same record first; `reread` says that the run was fetched after that.
        Another record would mean that what came before it went missing on the way.
        """
        first, last = run[0].offset, run[-1].offset
        if last < self.expected:
            return ()
        if first > self.expected and not (reread and first == self.doubted):
            if reread or self.doubted is None:
                self.doubted = first
            raise Hole
        if first < self.expected:
            run = [record for record in run if record.offset >= self.expected]
        self.doubted = None
        self.expected = last + 1
        if self.pending is None:
            self.pending = run[0].offset
        return run

    def acknowledge(self, first: int, last: int) -> None:
        """Note that the records that were admitted from `first` to `last` are delivered.

        Raises OutOfTurn if others wait before them: an offset stands for all that lie below it.
        """
        if self.pending is None or first > self.pending:
            raise OutOfTurn(
                f"offset {first} was acknowledged while {self.pending} is still in hand"
            )
        self.done = last + 1
        self.pending = None if self.done == self.expected else self.done

    def committable(self) -> int | None:
        """Return the offset to commit, or None when the broker knows it already."""
        return None if self.done == self.committed else self.done
