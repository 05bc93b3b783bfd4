"""The dedup stage on its topics: clean in, unique or duplicates out, decisions to the log.

The log of decisions is the stage's state. A decision is sent to the log's partition of the same
number in the same batch as its output, and both are confirmed before the record is acknowledged.
Whoever takes a partition over reads the end of its log first; a record that comes again gets the
decision that was logged for its offset, so a crash between output and acknowledgement changes
nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from agents import metrics
from agents.decisions import LogReader
from agents.delivery import Headers, Send
from agents.hop import Counts, Decided
from agents.inbox import Record
from agents.morgue import Morgue
from agents.runner import refuse_larger_than
from agents.settings import DECISIONS_KEPT, Settings
from agents.shard import Shard, headers_of
from pipeline import codec
from pipeline.dedup import outcome, sources_update
from pipeline.entry import NOWHERE, Entry, encode_entry
from pipeline.outcome import Duplicate, Event, Keep, Outcome, Reject
from pipeline.topology import DEDUP_LOG

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision whose output waits for the article at `entry.earlier`, and the output so far."""

    partition: int
    event: Event
    entry: Entry
    output: Send


class DedupHop:
    """Binds `pipeline.dedup` to its topics and to the log of decisions."""

    name = "dedup"

    def __init__(
        self, settings: Settings, reader: LogReader, decisions_kept: int = DECISIONS_KEPT
    ) -> None:
        self.settings = settings
        self.unique = settings.topics.name("unique")
        self.duplicates = settings.topics.name("duplicates")
        self.log = settings.topics.name(DEDUP_LOG)
        self.reader = reader
        self.morgue = Morgue(settings.topics.name("clean"), settings.dedup_texts_bytes, reader)
        self.waiting: list[Waiting] = []
        self.shards: dict[int, Shard] = {}
        self.partitions: set[int] = set()
        self.reading: dict[int, asyncio.Task[None]] = {}
        """The last reading of each partition's log, of partitions read no longer too: two must
        never run side by side."""
        self.entries_read = 0
        self.decisions_kept = decisions_kept
        self.usual_length = settings.dedup_window_articles * 9 // 8 + decisions_kept
        """Entries at the end of a log that hold all a window remembers, where few are repeated."""
        metrics.WINDOW_LIMIT.set(settings.dedup_window_articles)

    def reassigned(self, partitions: set[int]) -> None:
        """Begin to bring the windows of these partitions up to the end of their logs.

        Another worker may have decided in the meantime, even where a partition stayed here.
        """
        self.partitions = partitions
        self.shards = {p: shard for p, shard in self.shards.items() if p in partitions}
        for partition in sorted(partitions):
            reading = self._catch_up(partition, self.reading.get(partition))
            self.reading[partition] = asyncio.create_task(reading)

    def settled(self) -> bool:
        """Return whether every partition's log has been read."""
        return all(self.reading[partition].done() for partition in self.partitions)

    def restored(self) -> int:
        """Return how many entries of the logs have been read."""
        return self.entries_read

    async def prepare(self, records: Sequence[Record]) -> None:
        """Wait until the windows of these records' partitions are up to date."""
        self.waiting = []  # of a batch that was given up
        for partition in sorted({record.partition for record in records}):
            if partition not in self.partitions:
                raise KeyError(partition)
            await self.reading[partition]

    async def _catch_up(self, partition: int, earlier: asyncio.Task[None] | None) -> None:
        """Bring a partition's window up to the end of its log."""
        if earlier is not None:
            await asyncio.wait([earlier])
        begin, end = await self.reader.bounds(self.log, partition)
        length = self.usual_length
        shard = self.shards.get(partition) or self._shard()
        while True:
            start = max(begin, end - length)
            if shard.log_offset < start:
                shard = self._shard(start)
            await self._read(partition, shard)
            if shard.is_whole() or start == begin:
                break
            # Many entries there only repeat others; so we begin further back.
            length *= 2
            shard = self._shard()
        if partition not in self.partitions:
            return
        self.shards[partition] = shard
        missing = shard.missing()
        metrics.WINDOW_MISSING.labels(str(partition)).set(missing)
        if missing:
            log.warning("the log has lost what the window remembers", missing=missing)
        log.info("window ready", partition=partition, articles=len(shard.window), missing=missing)

    def _shard(self, log_offset: int = 0) -> Shard:
        return Shard(self.settings, self.decisions_kept, log_offset)

    async def _read(self, partition: int, shard: Shard) -> None:
        """Let a shard take over all that its log has from where it stands."""
        async for records in self.reader.read(self.log, partition, shard.log_offset):
            shard.read(records)
            self.entries_read += len(records)

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Judge one article, or repeat the decision that the log has for its offset."""
        shard = self.shards[record.partition]
        event = codec.decode(record.value)
        decision = shard.decide(record.offset, event)
        result = outcome(event, decision.entry)
        value = result.value if isinstance(result, Duplicate) else _only(result)
        topic = self.duplicates if isinstance(result, Duplicate) else self.unique
        place = headers_of(record.offset, decision)
        line = encode_entry(decision.entry)
        sends = (
            Send(topic, str(event["uid"]).encode(), codec.encode(value), headers),
            Send(self.log, None, line, [*headers, *place], record.partition),
        )
        refuse_larger_than(self.settings.max_message_bytes, sends)
        # Only now: an article that ends as a dead letter must not make its copies duplicates.
        shard.take(record.offset, decision)
        self.morgue.cuttings.keep((record.partition, record.offset), record.value or b"")
        if decision.entry.earlier != NOWHERE:
            self.waiting.append(Waiting(record.partition, event, decision.entry, sends[0]))
        return Decided(result, sends)

    async def complete(self, sends: list[Send]) -> list[Send]:
        """Put into the outputs what earlier articles tell about them.

        An update says what was added and removed; behind a copy that brought its story a source
        or a category goes the survivor once more. What is no longer kept is left out. The places
        are those of the decisions, so that a record that comes again causes the same.
        """
        if not self.waiting:
            return sends
        waiting, self.waiting = self.waiting, []
        places = {(one.partition, one.entry.earlier) for one in waiting}
        articles = await self.morgue.articles(places)
        instead: dict[int, list[Send]] = {}
        for one in waiting:
            earlier = articles.get((one.partition, one.entry.earlier))
            # Offsets begin anew in a topic that was made again: the uid tells.
            expected = {one.entry.of, *(uid for _, uid, *_ in one.entry.carriers.named)}
            if earlier is not None and earlier.get("uid") in expected:
                instead[id(one.output)] = self.completed(one, earlier)
        return [whole for send in sends for whole in instead.get(id(send), (send,))]

    def completed(self, one: Waiting, earlier: Event) -> list[Send]:
        """Return the output of a decision with what an earlier article tells about it."""
        if one.entry.verdict == "update":
            value = _only(outcome(one.event, one.entry, earlier))
            whole = [one.output._replace(value=codec.encode(value))]
        else:
            value = sources_update(earlier, one.entry)
            uid = str(value["uid"]).encode()
            once_more = one.output._replace(topic=self.unique, key=uid, value=codec.encode(value))
            whole = [one.output, once_more]
        try:
            refuse_larger_than(self.settings.max_message_bytes, whole)
        except Reject:
            return [one.output]
        return whole

    def note(self, outcome: Outcome, counts: Counts) -> None:
        """Nothing: the windows are counted whole."""

    def observe(self, counts: Counts) -> None:  # noqa: ARG002  (the windows are counted whole)
        """Export how full the windows are."""
        for partition, shard in self.shards.items():
            metrics.WINDOW_ARTICLES.labels(str(partition)).set(len(shard.window))
            metrics.WINDOW_BYTES.labels(str(partition)).set(shard.window.size())
        self.morgue.observe()


def _only(decision: Outcome) -> dict[str, object]:
    """Return the one value of a kept article."""
    if not isinstance(decision, Keep) or len(decision.values) != 1:
        raise TypeError(f"dedup keeps exactly one article, not {decision!r}")
    return decision.values[0]
