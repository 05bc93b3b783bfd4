"""The audit: whether every record below a group's committed offset has left a trace of its ending.

What each stage has read is compared with what the topics show: outputs, copies, dead letters, and
the trail of what ended without any. A record that is there and of which nothing tells how it
ended is unaccounted, whatever the counters of the workers say.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from kafka import TopicPartition

from agents.lag import Progress
from agents.reading import Bounds, Record
from agents.scrape import Balance
from agents.settings import Settings
from agents.traces import Trace, Traces
from pipeline import codec
from pipeline.accounts import Account, Range, Spans
from pipeline.outcome import Reject
from pipeline.topology import HOPS

MARGIN_SECONDS = 900.0
"""With `since`, traces are looked for from so long before it: clocks of machines differ."""
NEAR = 1000
"""Ranges of one partition that are no farther apart are read in one go."""


class Wire(Protocol):
    """What an audit asks of the broker."""

    def progress(self) -> Sequence[Progress]:
        """Return where the group of every stage stands in every partition that it reads."""
        ...

    def bounds(self, topics: Collection[str]) -> Bounds:
        """Return where the topics' partitions begin and end."""
        ...

    def records(self, bounds: Bounds) -> Iterator[Record]:
        """Yield what lies within the bounds."""
        ...

    def offsets_at(self, bounds: Bounds, when: float) -> Mapping[Any, int]:
        """Return the offset of the first record at or after a time, the end where there is none."""
        ...

    def kept_since(self, cut: Bounds) -> float:
        """Return the time since when cut partitions still hold everything written to them."""
        ...


@dataclass(frozen=True, slots=True)
class Lost:
    """A record of which nothing tells how it ended; `uid` is None where it cannot be read."""

    stage: str
    topic: str
    partition: int
    offset: int
    uid: str | None


class Auditor:
    """Keeps the accounts of all partitions that stages read; each `audit` brings them up to date.

    Audited is what was written at or after `since` (seconds since 1970), or all that is kept.
    `beat` is called for every record that is looked at.
    """

    def __init__(
        self,
        settings: Settings,
        since: float | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.traces = Traces(settings)
        self.since = since
        self.beat = beat
        self.accounts: dict[TopicPartition, Account] = {}
        self.unknown: dict[TopicPartition, int] = {}
        """Offsets of each partition that could not be audited: their traces may be gone."""
        self._positions: dict[TopicPartition, int] = {}
        self._skipped: Bounds = {}
        """Before what was read of the topics with traces, where `since` is given."""
        self._closed: dict[TopicPartition, Range] = {}
        """What was closed and is not confirmed yet."""

    def audit(self, wire: Wire) -> dict[TopicPartition, list[Range]]:
        """Compare once; return what is newly unaccounted, by partition. Raises BrokerMissing.

        May be called again after a failure, with the same wire or another.
        """
        # Groups before traces: what is committed has left its traces before.
        progress = {TopicPartition(one.topic, one.partition): one for one in wire.progress()}
        bounds = wire.bounds(self.traces.topics)
        self.open(wire, progress)
        self.leave_out_unknown(wire, progress, bounds)
        self.read_on(wire, bounds)
        for place, one in progress.items():
            if span := self.accounts[place].close_to(one.position):
                self._closed[place] = (self._closed.get(place, span)[0], span[1])
        self.confirm(wire)
        if self._skipped and self.suspects():
            self.take(wire, self._skipped)
            self._skipped = {}
        found, self._closed = self.suspects(), {}
        return found

    def open(self, wire: Wire, progress: Mapping[TopicPartition, Progress]) -> None:
        """Open the accounts of partitions that have none, and leave out what is no longer kept."""
        fresh: Bounds = {}
        for place, one in progress.items():
            account = self.accounts.get(place)
            # A topic that ends before its account was made anew.
            if account is None or account.end > one.end:
                fresh[place] = (one.begin, one.end)
            else:
                account.forget_before(one.begin)
        begins: Mapping[Any, int] = {place: begin for place, (begin, _) in fresh.items()}
        if self.since is not None:
            begins = wire.offsets_at(fresh, self.since)
        self.accounts |= {place: Account(begins[place]) for place in fresh}

    def leave_out_unknown(
        self, wire: Wire, progress: Mapping[TopicPartition, Progress], bounds: Bounds
    ) -> None:
        """Leave out records so old that their traces may have been removed before they were read.

        That is by retention, before the first audit or while the auditor was away.
        """
        cut = {
            place: (begin, end)
            for place, (begin, end) in bounds.items()
            if begin > self._positions.get(place, 0)
        }
        for topic, hop in self.traces.hops.items():
            of_hop = {p: b for p, b in cut.items() if p.topic in self.traces.of_hop[hop.name]}
            sources = {p: (one.begin, one.end) for p, one in progress.items() if p.topic == topic}
            if of_hop:
                self.begin_at(wire.offsets_at(sources, wire.kept_since(of_hop)))

    def begin_at(self, horizon: Mapping[Any, int]) -> None:
        """Leave out what lies before offsets, and remember how many are unknown by that."""
        for place, begin in horizon.items():
            account = self.accounts[place]
            if begin > account.end:
                self.unknown[place] = self.unknown.get(place, 0) + begin - account.end
            account.forget_before(begin)

    def read_on(self, wire: Wire, bounds: Bounds) -> None:
        """Take the traces from where the last reading ended to the ends as they are now."""
        if not self._positions and self.since is not None:
            starts = wire.offsets_at(bounds, self.since - MARGIN_SECONDS)
            self._positions = dict(starts)
            self._skipped = {place: (bounds[place][0], start) for place, start in starts.items()}
        left: Bounds = {}
        for place, (begin, end) in bounds.items():
            position = self._positions.get(place, begin)
            # A topic that ends before its position was made anew.
            left[place] = (begin if position > end else max(begin, position), end)
        self.take(wire, left)
        self._positions = {place: end for place, (_, end) in left.items()}

    def take(self, wire: Wire, bounds: Bounds) -> None:
        """Note what the records within the bounds prove."""
        for record in wire.records(bounds):
            self.beat()
            for trace in self.traces.read(record):
                self.note(trace)

    def note(self, trace: Trace) -> None:
        """Note one trace in the account that it belongs to, if there is one."""
        account = self.accounts.get(trace.place)
        if account is not None:
            account.note(trace.ending, trace.first, trace.last)

    def confirm(self, wire: Wire) -> None:
        """Look whether records lie where some are missing; what is none is not missing."""
        there = {place: Spans() for place in self._closed}
        queues = {place: near(ranges) for place, ranges in self.suspects().items()}
        while queues:
            turn: Bounds = {place: queue.pop() for place, queue in queues.items()}
            queues = {place: queue for place, queue in queues.items() if queue}
            for record in wire.records(turn):
                self.beat()
                there[TopicPartition(record.topic, record.partition)].add(*[record.offset] * 2)
        for place, (first, last) in self._closed.items():
            self.accounts[place].confirm(first, last, there[place])

    def suspects(self) -> dict[TopicPartition, list[Range]]:
        """Return what is missing of what was closed, by partition."""
        return {
            place: ranges
            for place, span in self._closed.items()
            if (ranges := self.accounts[place].missing.within(*span))
        }

    def balances(self) -> list[Balance]:
        """Return how the audited records of every hop ended; `taken` counts those missing too."""
        found = {topic: Balance(hop.name) for topic, hop in self.traces.hops.items()}
        for place, account in self.accounts.items():
            balance = found[place.topic]
            balance.taken += account.ended.total() + len(account.missing)
            for ending, number in account.ended.items():
                add(balance, ending, number)
        return [found[topic] for topic in self.traces.hops]

    def unknown_of(self, stage: str) -> int:
        """Return how many offsets that a hop has read could not be audited."""
        hops = self.traces.hops
        return sum(n for place, n in self.unknown.items() if hops[place.topic].name == stage)

    def unaccounted(self) -> Iterator[tuple[str, TopicPartition, int]]:
        """Yield hop, partition and offset of every record that is missing, in order."""
        order = [hop.name for hop in HOPS]
        for place in sorted(self.accounts, key=lambda p: (order.index(self.stage(p)), p)):
            for first, last in self.accounts[place].missing.ranges:
                for offset in range(first, last + 1):
                    yield self.stage(place), place, offset

    def stage(self, place: TopicPartition) -> str:
        """Return the hop that reads a partition."""
        return self.traces.hops[place.topic].name

    def name(self, wire: Wire, most: int) -> list[Lost]:
        """Return the first records that are missing, with their uids where they can be read."""
        wanted = list(islice(self.unaccounted(), most))
        lost = []
        for stage, place, offset in wanted:
            record = next(wire.records({place: (offset, offset + 1)}), None)
            uid = None if record is None else uid_of(record)
            lost.append(Lost(stage, place.topic, place.partition, offset, uid))
        return lost


def near(ranges: Sequence[Range]) -> list[Range]:
    """Return ranges in order as the bounds to read them by, those near each other in one."""
    spans: list[Range] = []
    for first, last in ranges:
        if spans and first - spans[-1][1] <= NEAR:
            spans[-1] = (spans[-1][0], last + 1)
        else:
            spans.append((first, last + 1))
    return spans


def add(balance: Balance, ending: str, number: int) -> None:
    """Add to a balance how many records ended in one way."""
    kind, _, reason = ending.partition(":")
    match kind:
        case "out":
            balance.out += number
        case "held":
            balance.held += number
        case "dropped":
            balance.dropped[reason] = balance.dropped.get(reason, 0) + number
        case "duplicates":
            balance.duplicates[reason] = balance.duplicates.get(reason, 0) + number
        case "dead":
            balance.dead[reason] = balance.dead.get(reason, 0) + number


def uid_of(record: Record) -> str | None:
    """Return the uid of the article that a record is about, None if it does not say."""
    try:
        event = codec.decode(record.value)
    except Reject:
        return None
    article = event.get("article")
    uid = (article if isinstance(article, dict) else event).get("uid")
    if isinstance(uid, str):
        return uid
    source, ident = event.get("source"), event.get("id")
    return f"{source}:{ident}" if isinstance(source, str) and isinstance(ident, str) else None
