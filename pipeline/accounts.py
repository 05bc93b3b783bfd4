"""Accounts of offsets: which records of a partition ended how, and which ended in no known way.

A trail entry says which records of a batch ended without any output. It is JSON:
`{"hop","topic","ended":{ending:{partition:[[first,last],…]}}}`, both ends of a range included; an
ending is `dropped:<reason>`, `held`, or `out` for what was kept as nothing.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from pipeline import codec
from pipeline.outcome import Reject

Range: TypeAlias = tuple[int, int]
"""The first and the last offset of a run of them."""

TRAIL_ENDING = re.compile(r"out|held|dropped:[a-z0-9_]{1,64}", re.ASCII)
LAST_OFFSET = 2**63 - 1
LAST_PARTITION = 2**31 - 1
FEW = 1024
"""Ranges that wait to be merged with the others at least; more wait where there are more."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The records of a batch that a hop ended without output: ending -> partition -> ranges."""

    hop: str
    topic: str
    ended: Mapping[str, Mapping[int, Sequence[Range]]]


def encode_trail(hop: str, topic: str, ended: Mapping[str, Mapping[int, Iterable[int]]]) -> bytes:
    """Return a trail entry: for each ending and partition the offsets that ended so, as ranges.

    `topic` is the full name of the topic that the hop reads.
    """
    return codec.encode(
        {
            "hop": hop,
            "topic": topic,
            "ended": {
                ending: {
                    str(partition): merged((offset, offset) for offset in offsets)
                    for partition, offsets in places.items()
                }
                for ending, places in ended.items()
            },
        }
    )


def decode_trail(value: bytes | None) -> Trail:
    """Return the trail entry in a record's value.

    Raises Reject: what `codec.decode` refuses, and `not_a_trail` for JSON that is no entry.
    """
    event = codec.decode(value)
    hop, topic, ended = event.get("hop"), event.get("topic"), event.get("ended")
    if not isinstance(hop, str) or not isinstance(topic, str) or not isinstance(ended, dict):
        raise not_a_trail("it needs hop, topic and ended")
    places: dict[str, dict[int, list[Range]]] = {}
    for ending, partitions in ended.items():
        if not TRAIL_ENDING.fullmatch(ending) or not isinstance(partitions, dict):
            raise not_a_trail(f"{ending[:40]!r} is no ending with its partitions")
        places[ending] = {
            partition_of(name): ranges_of(pairs) for name, pairs in partitions.items()
        }
    return Trail(hop, topic, places)


def not_a_trail(why: str) -> Reject:
    """Return the refusal of a record that is no trail entry."""
    return Reject("not_a_trail", f"{why}; only barq's workers write to this topic")


def partition_of(name: str) -> int:
    """Return the number of a partition. Raises Reject."""
    if name.isascii() and name.isdecimal() and len(name) <= 10 and int(name) <= LAST_PARTITION:
        return int(name)
    raise not_a_trail(f"{name[:20]!r} is no partition")


def ranges_of(pairs: Any) -> list[Range]:
    """Return the ranges of a partition as they were read. Raises Reject."""
    if not isinstance(pairs, list):
        raise not_a_trail("the ranges of a partition are no list")
    return [range_of(pair) for pair in pairs]


def range_of(pair: Any) -> Range:
    """Return one range of offsets. Raises Reject."""
    match pair:
        case [int(first), int(last)] if not isinstance(first, bool) and not isinstance(last, bool):
            if 0 <= first <= last <= LAST_OFFSET:
                return first, last
    raise not_a_trail(f"{str(pair)[:40]} is no range of offsets")


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges in any order as the fewest that hold the same offsets, in order."""
    whole: list[Range] = []
    for first, last in sorted(ranges):
        if whole and first <= whole[-1][1] + 1:
            if last > whole[-1][1]:
                whole[-1] = (whole[-1][0], last)
        else:
            whole.append((first, last))
    return whole


def size(ranges: Iterable[Range]) -> int:
    """Return how many offsets ranges hold that do not overlap."""
    return sum(last - first + 1 for first, last in ranges)


class Spans:
    """A set of offsets that takes memory by its gaps: offsets that touch become one range."""

    def __init__(self) -> None:
        self._ranges: list[Range] = []
        self._new: list[Range] = []

    def add(self, first: int, last: int) -> None:
        """Add the offsets from `first` to `last`."""
        if self._new and self._new[-1][0] <= first <= self._new[-1][1] + 1:
            self._new[-1] = (self._new[-1][0], max(last, self._new[-1][1]))
            return
        self._new.append((first, last))
        if len(self._new) > max(FEW, len(self._ranges)):
            self._settle()

    def remove(self, first: int, last: int) -> int:
        """Take the offsets from `first` to `last` out; return how many of them were there."""
        start, end = self._touching(first, last)
        here = self._ranges[start:end]
        left = [(a, first - 1) for a, _ in here if a < first]
        right = [(last + 1, b) for _, b in here if b > last]
        self._ranges[start:end] = left + right
        return size(here) - size(left) - size(right)

    def within(self, first: int, last: int) -> list[Range]:
        """Return the ranges of the offsets that lie from `first` to `last`."""
        start, end = self._touching(first, last)
        return [(max(a, first), min(b, last)) for a, b in self._ranges[start:end]]

    def gaps(self, first: int, last: int) -> list[Range]:
        """Return the ranges of the offsets from `first` to `last` that are not in the set."""
        gaps = []
        for a, b in self.within(first, last):
            if a > first:
                gaps.append((first, a - 1))
            first = b + 1
        if first <= last:
            gaps.append((first, last))
        return gaps

    @property
    def ranges(self) -> list[Range]:
        """The ranges, in order, with at least one offset between each two."""
        self._settle()
        return self._ranges

    def __len__(self) -> int:
        """Return how many offsets there are."""
        return size(self.ranges)

    def _settle(self) -> None:
        """Merge what is new with the rest: seldom, so that adding in any order stays cheap."""
        if self._new:
            self._ranges = merged(self._ranges + self._new)
            self._new = []

    def _touching(self, first: int, last: int) -> tuple[int, int]:
        """Return between which places of the ranges those lie that hold any of the offsets."""
        self._settle()
        start = bisect_left(self._ranges, first, key=itemgetter(1))
        return start, max(start, bisect_right(self._ranges, last, key=itemgetter(0)))


class Account:
    """How the records of one partition ended, from `begin` on; each is counted under one ending.

    Endings are noted at any time, in any order and as often as they come. `close_to` closes the
    account up to an offset: what has no ending by then is missing, until one is noted after all.
    """

    def __init__(self, begin: int) -> None:
        self.begin = begin
        self.end = begin
        """The offset to which the account is closed."""
        self.missing = Spans()
        self.ended: Counter[str] = Counter()
        self._open: dict[str, Spans] = {}

    def note(self, ending: str, first: int, last: int) -> None:
        """Note how the records from `first` to `last` ended."""
        if first < self.end:
            found = self.missing.remove(first, min(last, self.end - 1))
            if found:
                self.ended[ending] += found
        if last >= self.end:
            self._open.setdefault(ending, Spans()).add(max(first, self.end), last)

    def close_to(self, end: int) -> Range | None:
        """Close the account up to before `end`; return what was closed by that, None if nothing.

        Of several endings of a record the first by the alphabet counts.
        """
        if end <= self.end:
            return None
        closed = Spans()
        for ending, spans in sorted(self._open.items()):
            here = spans.within(self.end, end - 1)
            self.ended[ending] += sum(size(closed.gaps(first, last)) for first, last in here)
            for first, last in here:
                closed.add(first, last)
            spans.remove(self.end, end - 1)
        self._open = {ending: spans for ending, spans in self._open.items() if spans}
        for first, last in closed.gaps(self.end, end - 1):
            self.missing.add(first, last)
        start, self.end = self.end, end
        return start, end - 1

    def confirm(self, first: int, last: int, there: Spans) -> None:
        """Of what is missing from `first` to `last` keep only offsets at which a record lies.

        The others are marks of transactions, or records that are no longer kept.
        """
        suspects = self.missing.within(first, last)
        self.missing.remove(first, last)
        for a, b in suspects:
            for found in there.within(a, b):
                self.missing.add(*found)

    def forget_before(self, begin: int) -> None:
        """Leave out what lies before `begin`: the records, or their traces, are no longer kept."""
        if begin <= self.begin:
            return
        self.missing.remove(0, begin - 1)
        self.begin = begin
        if begin > self.end:
            for spans in self._open.values():
                spans.remove(0, begin - 1)
            self.end = begin
