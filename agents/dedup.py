"""The dedup stage on its topics: clean in, unique or duplicates out, decisions to the log.

The log of decisions is the stage's state. A decision is sent to the log's partition of the same
number in the same batch as its output, and both are confirmed before the record is acknowledged.
Whoever takes a partition over reads its log first; a record that comes again gets the decision
that was logged for its offset, so a crash between output and acknowledgement changes nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import structlog

from agents import metrics
from agents.decisions import LogReader
from agents.delivery import Headers, Send
from agents.headers import POSITION
from agents.hop import Counts, Decided
from agents.inbox import Record
from agents.morgue import Morgue
from agents.runner import refuse_larger_than
from agents.settings import Settings
from pipeline import codec
from pipeline.dedup import judge, outcome, sources_update
from pipeline.entry import NOWHERE
from pipeline.outcome import Duplicate, Event, Keep, Outcome, Reject
from pipeline.topology import DEDUP_LOG
from pipeline.window import Entry, Window, decode_entry, encode_entry

log = structlog.get_logger()


DECISIONS_KEPT = 20_000
"""The newest decisions of a partition, which are repeated when their records come again. What is
delivered but not yet committed is at most a batch (10,000) and what a commit interval brings."""


class Shard:
    """One partition's window, how far its log was read, and decisions that may be asked again."""

    def __init__(self, settings: Settings) -> None:
        self.window = Window(settings.dedup_window_hours, settings.dedup_window_articles)
        self.log_offset = 0
        self.decided: dict[int, Entry] = {}
        self.last_position = -1

    def apply(self, position: int, entry: Entry) -> None:
        """Take a decision over; one that repeats a position already known changes nothing."""
        if position <= self.last_position:
            return
        self.window.apply(entry)
        self.decided[position] = entry
        self.last_position = position
        if len(self.decided) > 2 * DECISIONS_KEPT:
            for old in list(islice(self.decided, DECISIONS_KEPT)):
                del self.decided[old]


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

    def __init__(self, settings: Settings, reader: LogReader) -> None:
        self.settings = settings
        self.unique = settings.topics.name("unique")
        self.duplicates = settings.topics.name("duplicates")
        self.log = settings.topics.name(DEDUP_LOG)
        self.reader = reader
        self.agencies = settings.agency_names
        self.morgue = Morgue(settings.topics.name("clean"), settings.dedup_texts_bytes, reader)
        self.waiting: list[Waiting] = []
        self.shards: dict[int, Shard] = {}
        self.reading: dict[int, asyncio.Task[None]] = {}
        self.entries_read = 0
        metrics.WINDOW_LIMIT.set(settings.dedup_window_articles)

    def reassigned(self, partitions: set[int]) -> None:
        """Begin to bring the windows of these partitions up to the end of their logs.

        Another worker may have decided in the meantime, even where a partition stayed here.
        """
        self.shards = {p: shard for p, shard in self.shards.items() if p in partitions}
        before = self.reading
        self.reading = {
            partition: asyncio.create_task(self._catch_up(partition, before.get(partition)))
            for partition in sorted(partitions)
        }

    def settled(self) -> bool:
        """Return whether every partition's log has been read."""
        return all(task.done() for task in self.reading.values())

    def restored(self) -> int:
        """Return how many entries of the logs have been read."""
        return self.entries_read

    async def prepare(self, records: Sequence[Record]) -> None:
        """Wait until the windows of these records' partitions are up to date."""
        self.waiting = []  # of a batch that was given up
        for partition in sorted({record.partition for record in records}):
            await self.reading[partition]

    async def _catch_up(self, partition: int, earlier: asyncio.Task[None] | None) -> None:
        """Read a partition's log from where its window stands to the end."""
        if earlier is not None:
            await asyncio.wait([earlier])
        shard = self.shards.setdefault(partition, Shard(self.settings))
        before = len(shard.window)
        async for record in self.reader.read(self.log, partition, shard.log_offset):
            shard.log_offset = record.offset + 1
            self.entries_read += 1
            position = dict(record.headers).get(POSITION, b"")
            try:
                shard.apply(int(position), decode_entry(record.value or b""))
            except (Reject, ValueError) as error:
                log.warning("a log entry is unreadable", offset=record.offset, error=str(error))
        log.info("window ready", partition=partition, before=before, articles=len(shard.window))

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Judge one article, or repeat the decision that the log has for its offset."""
        shard = self.shards[record.partition]
        event = codec.decode(record.value)
        logged = shard.decided.get(record.offset)
        entry = logged or judge(event, shard.window, record.offset, self.agencies)
        decision = outcome(event, entry)
        value = decision.value if isinstance(decision, Duplicate) else _only(decision)
        topic = self.duplicates if isinstance(decision, Duplicate) else self.unique
        position = (POSITION, b"%d" % record.offset)
        sends = (
            Send(topic, str(event["uid"]).encode(), codec.encode(value), headers),
            Send(self.log, None, encode_entry(entry), [*headers, position], record.partition),
        )
        refuse_larger_than(self.settings.max_message_bytes, sends)
        # Only now: an article that ends as a dead letter must not make its copies duplicates.
        shard.apply(record.offset, entry)
        self.morgue.cuttings.keep((record.partition, record.offset), record.value or b"")
        if entry.earlier != NOWHERE:
            self.waiting.append(Waiting(record.partition, event, entry, sends[0]))
        return Decided(decision, sends)

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
        self.morgue.observe()


def _only(decision: Outcome) -> dict[str, object]:
    """Return the one value of a kept article."""
    if not isinstance(decision, Keep) or len(decision.values) != 1:
        raise TypeError(f"dedup keeps exactly one article, not {decision!r}")
    return decision.values[0]
