"""The one loop over a stream: decide, deliver, acknowledge, count.

No exception leaves an agent, and nothing is acknowledged before what it caused is delivered. This
is the only place that turns outcomes into sends, dead letters and counters, and the only broad
`except` around a stage.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from agents import metrics
from agents.delivery import Delivery, Headers, Send
from agents.headers import FED_AT, SOURCE
from agents.hop import Counts, Decided, Hop
from agents.inbox import Record
from agents.stream import BatchStream, NewswireConsumer
from pipeline import letters
from pipeline.accounts import encode_trail
from pipeline.outcome import Drop, Duplicate, Hold, Keep, Reject

log = structlog.get_logger()

CRASHED = "crashed"
LONGEST_TURN_SECONDS = 0.05
"""The event loop gets its turn after this much deciding, so that heartbeats and /ready go on."""
LARGE_BYTES = 32_768
"""A record from this size on is decided in a thread: a page may take longer than a turn."""


@dataclass(slots=True)
class Tally:
    """How a batch ended, record by record: each is counted exactly once."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    noted: Counts = field(default_factory=Counter)
    """What the hop noted. The outcomes themselves are let go: a batch of them is megabytes."""
    fed: list[float] = field(default_factory=list)
    """When each record's article was fed, in seconds since 1970."""
    silent: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    """Of records that caused no send, the offsets by ending and partition."""

    def add(self, record: Record, decided: Decided) -> None:
        """Count a decided record."""
        outcome, sends = decided
        match outcome:
            case Keep():
                ended = "out", ""
            case Drop(reason):
                ended = "dropped", reason
            case Duplicate(_, verdict):
                ended = "duplicates", verdict
            case Hold():
                ended = "held", ""
        self.counts[ended] += 1
        if not sends:
            places = self.silent.setdefault(":".join(filter(None, ended)), {})
            places.setdefault(record.partition, []).append(record.offset)

    def add_dead(self, reason: str) -> None:
        """Count a dead letter."""
        self.counts["dead", reason] += 1


class Runner:
    """Runs one hop over its stream until the stream ends or a delivery fails for good."""

    def __init__(
        self,
        hop: Hop,
        *,
        dead_topic: str,
        trail_topic: str,
        delivery: Delivery,
        consumer: Callable[[], NewswireConsumer],
        batch_size: int,
        max_bytes: int,
        version: str,
    ) -> None:
        """Bind a hop to its delivery; `consumer` is called when the worker runs."""
        self.hop = hop
        self.dead_topic = dead_topic
        self.trail_topic = trail_topic
        self.delivery = delivery
        self.consumer = consumer
        self.batch_size = batch_size
        self.max_bytes = max_bytes
        self.version = version

    async def run(self, stream: BatchStream) -> None:
        """Handle the stream's batches. Raises DeliveryFailed, with the batch unacknowledged."""
        async for records in stream.batches(self.batch_size):
            try:
                await self.handle(records)
            except BaseException:
                self.consumer().release(records)
                raise

    async def handle(self, records: Sequence[Record]) -> None:
        """Decide a batch, deliver what it caused, then acknowledge and count it."""
        started = time.monotonic()
        await self.hop.prepare(records)
        sends, tally = await self.decide(records)
        sends = await self.hop.complete(sends)
        sends += self.trail(tally, records)
        deciding = time.monotonic()
        await self.delivery.deliver(sends)
        delivered = time.monotonic()
        self.consumer().acknowledge(records)
        self.count(tally, sends)
        metrics.DELIVERY_SECONDS.labels(self.hop.name).observe(delivered - deciding)
        metrics.BATCH_SECONDS.labels(self.hop.name).observe(time.monotonic() - started)

    async def decide(self, records: Sequence[Record]) -> tuple[list[Send], Tally]:
        """Return what the batch causes and how each record ended."""
        sends: list[Send] = []
        tally = Tally()
        turns: list[float] = []
        began = time.monotonic()
        turn = began
        for record in records:
            if record.value is not None and len(record.value) >= LARGE_BYTES:
                turns.append(time.monotonic() - turn)
                sends += await asyncio.to_thread(self.decide_one, record, tally)
                turn = time.monotonic()
                continue
            sends += self.decide_one(record, tally)
            if (now := time.monotonic()) - turn > LONGEST_TURN_SECONDS:
                turns.append(now - turn)
                await asyncio.sleep(0)
                turn = time.monotonic()
        now = time.monotonic()
        turns.append(now - turn)
        metrics.DECIDE_SECONDS.labels(self.hop.name).inc(now - began)
        metrics.TURN_SECONDS.labels(self.hop.name).observe_all(turns)
        return sends, tally

    def decide_one(self, record: Record, tally: Tally) -> Sequence[Send]:
        """Return what one record causes: its stage's output, or a dead letter."""
        stamp = fed_stamp(record)
        tally.fed.append(int(stamp) / 1000)
        headers = provenance(record, stamp)
        try:
            decided = self.hop.decide(record, headers)
            refuse_larger_than(self.max_bytes, decided.sends)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal.reason == CRASHED:
                log.exception("a stage failed on a record", hop=self.hop.name, at=record.offset)
            tally.add_dead(refusal.reason)
            return [self.dead_letter(record, headers, refusal, error)]
        tally.add(record, decided)
        self.hop.note(decided.outcome, tally.noted)
        return decided.sends

    def trail(self, tally: Tally, records: Sequence[Record]) -> list[Send]:
        """Return the entry of the trail that says which records caused no send, if any did."""
        if not tally.silent:
            return []
        entry = encode_trail(self.hop.name, records[0].topic, tally.silent)
        return [Send(self.trail_topic, None, entry, [])]

    def dead_letter(
        self, record: Record, headers: Headers, refusal: Reject, error: Exception
    ) -> Send:
        """Return the letter: the original bytes, with the reason and the source in its headers."""
        letter = letters.Letter(
            stage=self.hop.name,
            reason=refusal.reason,
            error=type(error).__name__,
            message=refusal.detail,
            source_topic=record.topic,
            source_partition=record.partition,
            source_offset=record.offset,
            time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            version=self.version,
        )
        return Send(
            self.dead_topic, record.key, record.value, [*letters.to_headers(letter), *headers]
        )

    def count(self, tally: Tally, sends: Sequence[Send]) -> None:
        """Export how the batch ended; called once, after its acknowledgement."""
        name = self.hop.name
        metrics.RECORDS_IN.labels(name).inc(len(tally.fed))
        for (ended, label), number in tally.counts.items():
            counter = OUTCOME_COUNTERS[ended]
            labels = (name, label) if label else (name,)
            counter.labels(*labels).inc(number)
        for topic, number in Counter(send.topic for send in sends).items():
            metrics.MESSAGES_SENT.labels(name, topic).inc(number)
        if self.delivery.retries:
            metrics.DELIVERY_RETRIES.labels(name).inc(self.delivery.retries)
            self.delivery.retries = 0
        self.hop.observe(tally.noted)
        now = time.time()
        since_fed = [max(0.0, now - fed) for fed in tally.fed]
        metrics.SINCE_FED_SECONDS.labels(name).observe_all(since_fed)
        metrics.LAST_PROGRESS.labels(name).set(now)


def refusal_of(error: Exception) -> Reject:
    """Return the refusal that an error of a stage amounts to; what nobody foresaw is `crashed`."""
    if isinstance(error, Reject):
        return error
    return Reject(CRASHED, f"{type(error).__name__}: {error}. Please report this article.")


def refuse_larger_than(limit: int, sends: Sequence[Send]) -> None:
    """Raise Reject if the broker would not take one of these."""
    for send in sends:
        if send.value is not None and len(send.value) > limit:
            raise Reject(
                "too_large",
                f"the output for {send.topic} has {len(send.value)} bytes of {limit}; "
                "shorten the article or raise BARQ_MAX_EVENT_BYTES",
            )


OUTCOME_COUNTERS = {
    "out": metrics.RECORDS_OUT,
    "dropped": metrics.RECORDS_DROPPED,
    "duplicates": metrics.RECORDS_DUPLICATE,
    "held": metrics.RECORDS_HELD,
    "dead": metrics.RECORDS_DEAD,
}


def fed_stamp(record: Record) -> bytes:
    """Return when the article was fed (milliseconds since 1970, in digits).

    So says the first record of the article, in a header that goes from stage to stage; where it
    is missing or nonsense, the time of the record itself.
    """
    for name, value in record.headers:
        if name == FED_AT and value is not None and value.isdigit() and len(value) < 16:
            return bytes(value)
    return b"%d" % max(0, record.timestamp)


def fed_at(record: Record) -> float:
    """Return when the article was fed, in seconds since 1970."""
    return int(fed_stamp(record)) / 1000


def provenance(record: Record, stamp: bytes) -> Headers:
    """Return the headers that say which record caused a send and when its article was fed."""
    source = f"{record.topic}/{record.partition}/{record.offset}"
    return [(SOURCE, source.encode()), (FED_AT, stamp)]
