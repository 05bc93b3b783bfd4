"""A broker's topics in memory, as an audit sees them: records, markers, and where groups stand."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from kafka import TopicPartition

from agents.clients import BrokerMissing
from agents.lag import Progress
from agents.reading import Bounds, Record
from pipeline.accounts import encode_trail
from pipeline.topology import HOPS, TOPICS

RAW = TopicPartition("news.raw", 0)
Headers = list[tuple[str, bytes | None]]


@dataclass
class Topics:
    """The topics of a broker, one partition each, and where every group stands."""

    logs: dict[TopicPartition, list[Record | None]] = field(
        default_factory=lambda: {TopicPartition(f"news.{t.name}", 0): [] for t in TOPICS}
    )
    begins: dict[TopicPartition, int] = field(default_factory=dict)
    committed: dict[TopicPartition, int] = field(default_factory=dict)
    clock: float = 1_000_000.0
    read: int = 0
    fails: int = 0
    """So many readings end with a broker that is away."""

    def add(self, bare: str, value: bytes = b"{}", headers: Headers | None = None) -> int:
        """Add a record; return its offset."""
        log = self.logs[TopicPartition(f"news.{bare}", 0)]
        stamp = int(self.clock * 1000)
        log.append(Record(f"news.{bare}", 0, len(log), stamp, None, value, headers or []))
        return len(log) - 1

    def add_marker(self, bare: str) -> None:
        """Take an offset that is no record, as the end of a transaction does."""
        self.logs[TopicPartition(f"news.{bare}", 0)].append(None)

    def article(self, ident: str = "1") -> int:
        return self.add("raw", b'{"id":"%b","source":"wire"}' % ident.encode())

    def output(
        self, bare: str, source: str, value: bytes = b"{}", *more: tuple[str, bytes]
    ) -> None:
        """Add what a stage made of the record `source`."""
        self.add(bare, value, [("barq-source", source.encode()), *more])

    def trail(self, ending: str, *offsets: int, hop: str = "cleaning") -> None:
        """Add an entry of the trail about partition 0 of the raw topic."""
        self.add("trail", encode_trail(hop, "news.raw", {ending: {0: offsets}}))

    def commit(self, offset: int | None = None, place: TopicPartition = RAW) -> None:
        self.committed[place] = len(self.logs[place]) if offset is None else offset

    def cut(self, bare: str, begin: int) -> None:
        """Remove what lies before an offset, as retention does."""
        self.begins[TopicPartition(f"news.{bare}", 0)] = begin

    # What an audit asks of a broker.

    def progress(self) -> Sequence[Progress]:
        places = [TopicPartition(f"news.{hop.source}", 0) for hop in HOPS]
        return [
            Progress(p.topic, 0, *self.bounds([p.topic])[p], self.committed.get(p)) for p in places
        ]

    def bounds(self, topics: Collection[str]) -> Bounds:
        return {
            place: (self.begins.get(place, 0), len(log))
            for place, log in self.logs.items()
            if place.topic in topics
        }

    def records(self, bounds: Bounds) -> Iterator[Record]:
        for place, (begin, end) in bounds.items():
            for record in self.logs[place][max(begin, self.begins.get(place, 0)) : end]:
                if self.fails:
                    self.fails -= 1
                    raise BrokerMissing("the broker is away")
                if record is not None:
                    self.read += 1
                    yield record

    def offsets_at(self, bounds: Bounds, when: float) -> dict[TopicPartition, int]:
        return {
            place: next(
                (r.offset for r in self.logs[place][begin:end] if r and r.timestamp >= when * 1000),
                end,
            )
            for place, (begin, end) in bounds.items()
        }

    def kept_since(self, cut: Bounds) -> float:
        oldest = [
            log[0].timestamp for p, (b, e) in cut.items() if (log := self.logs[p][b:e]) and log[0]
        ]
        return max(oldest) / 1000
