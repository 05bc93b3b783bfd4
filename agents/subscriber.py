"""The subscriber: follows alert topics and shows each alert once."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from kafka import TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata
from rich.console import Console

from agents import exits
from agents.clients import BrokerMissing, bootstrap_servers, broker_errors, make_consumer
from agents.headers import FED_AT
from agents.reading import bounds_of
from agents.settings import Settings
from agents.subscription import SubscriptionWrong, Wanted, parse_since
from agents.ticker import render_alert
from agents.writing import Bidi
from pipeline import codec
from pipeline.outcome import Event, Reject

__all__ = [
    "AlertFollower",
    "Received",
    "SubscriptionWrong",
    "Wanted",
    "print_alerts",
    "render_alert",
]

MOST_REMEMBERED = 100_000
"""Alert ids kept to recognise a repetition; redeliveries come within seconds of the first."""

POLL_MS = 250
COMMIT_SECONDS = 1.0
# What a terminal could obey; escaped it is the same JSON.
UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Received:
    """One alert, with when it was received and when its article was fed (seconds since 1970)."""

    event: Event
    received_at: float
    fed_at: float | None


class Consumer(Protocol):
    """The part of kafka-python's consumer that following needs."""

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """Return the topic's partitions, none if it does not exist."""
        ...

    def assign(self, partitions: Sequence[Any]) -> None:
        """Read these partitions, without sharing them with others."""
        ...

    def beginning_offsets(self, partitions: Sequence[Any]) -> Mapping[Any, int]:
        """Return the first offset of each."""
        ...

    def end_offsets(self, partitions: Sequence[Any]) -> Mapping[Any, int]:
        """Return the offset behind the last record of each."""
        ...

    def offsets_for_times(self, timestamps: Mapping[Any, int]) -> Mapping[Any, Any]:
        """Return the first record of each at or after a time in ms, None if there is none."""
        ...

    def committed(self, partition: Any) -> int | None:
        """Return the position that the group kept."""
        ...

    def seek(self, partition: Any, offset: int) -> None:
        """Read on from an offset."""
        ...

    def poll(self, timeout_ms: int = 0) -> Mapping[Any, Sequence[Any]]:
        """Return the next records of each partition."""
        ...

    def commit(self, offsets: Mapping[Any, Any]) -> None:
        """Keep positions for the group."""
        ...

    def close(self, *, autocommit: bool = True) -> None:
        """End the connection."""
        ...


class AlertFollower:
    """Follows `news.alerts`, or the topics of the desks named, from now or from `since`.

    Without `group` nothing is kept at the broker, and every run begins at `since`. A named group
    remembers how far it came: its next run goes on there, its first begins at `since` or now.
    Partitions are read directly rather than shared out, so that two terminals in one group both
    see everything, and nobody waits for a group to form.

    Raises SubscriptionWrong, BrokerMissing.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        since: str | None = None,
        desks: Sequence[str] = (),
        wanted: Wanted | None = None,
        group: str | None = None,
        consumer: Consumer | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.wanted = wanted or Wanted()
        self.group = group
        self.since = since
        self.start = (
            None if since is None else parse_since(since, datetime.fromtimestamp(clock(), UTC))
        )
        self.repeated = 0
        self.unreadable = 0
        self.seen: OrderedDict[str, None] = OrderedDict()
        topics = settings.topics
        self.topics = [topics.desk(desk) for desk in desks] or [topics.name("alerts")]
        self.own_consumer = consumer is None
        self.consumer = consumer or make_consumer(settings, group_id=group)
        self.positions: dict[Any, int] = {}
        self.kept: dict[Any, int] = {}

    def follow(self, stop: Callable[[], bool] = lambda: False) -> Generator[Received, None, None]:
        """Yield each wanted alert once, until `stop()`.

        `stop` is asked after each alert and a few times a second. A group's position moves on
        once the caller comes back from an alert: one that a crash kept from being shown comes
        again.
        """
        with self.connected():
            self.begin()
            committed_at = self.clock()
            while not stop():
                polled = self.consumer.poll(timeout_ms=POLL_MS)
                for partition, record in ((p, r) for p, some in polled.items() for r in some):
                    received = self.receive(record)
                    if received is not None:
                        yield received
                    self.positions[partition] = record.offset + 1
                    if received is not None and stop():
                        break
                if self.clock() - committed_at >= COMMIT_SECONDS:
                    self.keep_positions()
                    committed_at = self.clock()
            self.keep_positions()

    def connected(self) -> Any:
        """Return the context in which a broker that is away raises BrokerMissing."""
        return broker_errors(self.settings, bootstrap_servers(self.settings))

    def begin(self) -> None:
        """Set every partition to where following begins. Raises BrokerMissing for no topic."""
        partitions = [p for topic in self.topics for p in self.partitions(topic)]
        self.consumer.assign(partitions)
        self.positions = self.starts(partitions)
        for partition, offset in self.positions.items():
            self.consumer.seek(partition, offset)

    def partitions(self, topic: str) -> list[Any]:
        """Return a topic's partitions, in order."""
        found = self.consumer.partitions_for_topic(topic)
        if not found:
            raise BrokerMissing(
                f"There is no topic {topic}: check the desk's name, or run `barq topics create`."
            )
        return [TopicPartition(topic, number) for number in sorted(found)]

    def ends(self, partitions: list[Any]) -> dict[Any, int]:
        """Return the offset behind the last record of each partition."""
        if self.own_consumer:
            bounds = bounds_of(self.settings, self.topics)
            return {partition: bounds[partition][1] for partition in partitions}
        return dict(self.consumer.end_offsets(partitions))

    def starts(self, partitions: list[Any]) -> dict[Any, int]:
        """Return the offset at which to begin in each partition."""
        ends = self.ends(partitions)
        if self.since is None:
            starts = ends
        elif self.start is None:
            starts = dict(self.consumer.beginning_offsets(partitions))
        else:
            stamp = int(self.start.timestamp() * 1000)
            found = self.consumer.offsets_for_times(dict.fromkeys(partitions, stamp))
            # A broker that has nothing so late says None, or a record without a time.
            starts = {
                p: at.offset if (at := found.get(p)) and at.timestamp >= 0 else ends[p]
                for p in partitions
            }
        if self.group is not None:
            # One by one: the embedded broker garbles answers for many partitions.
            kept = {p: self.consumer.committed(p) for p in partitions}
            starts |= {p: offset for p, offset in kept.items() if offset is not None}
        return starts

    def receive(self, record: Any) -> Received | None:
        """Return a record as an alert to show, None if it is a repetition, unwanted or unsound."""
        if self.start is not None and record.timestamp < self.start.timestamp() * 1000:
            return None
        try:
            alert = codec.decode(record.value)
        except Reject:
            self.unreadable += 1
            return None
        if self.is_repeated(alert.get("alert_id")):
            self.repeated += 1
            return None
        if not self.wanted.wants(alert):
            return None
        return Received(alert, self.clock(), fed_at(record.headers))

    def is_repeated(self, alert_id: object) -> bool:
        """Return whether an alert id was seen, and remember it."""
        if not isinstance(alert_id, str):
            return False
        repeated = alert_id in self.seen
        self.seen[alert_id] = None
        self.seen.move_to_end(alert_id)
        if len(self.seen) > MOST_REMEMBERED:
            self.seen.popitem(last=False)
        return repeated

    def keep_positions(self) -> None:
        """Keep the group's positions at the broker, if there is a group and they moved."""
        moved = {p: n for p, n in self.positions.items() if self.kept.get(p) != n}
        if self.group is not None and moved:
            self.consumer.commit({p: OffsetAndMetadata(n, "", -1) for p, n in moved.items()})
            self.kept |= moved

    def close(self) -> None:
        """End the connection."""
        with suppress(KafkaError):
            self.consumer.close(autocommit=False)


def fed_at(headers: Sequence[tuple[str, bytes | None]]) -> float | None:
    """Return when the article was fed, in seconds since 1970, None if the headers do not say."""
    stamp = dict(headers).get(FED_AT) or b""
    return int(stamp) / 1000 if stamp.isdigit() and len(stamp) < 16 else None


def alert_json(alert: Event) -> str:
    """Return an alert as one line of JSON that a terminal shows and does not obey."""
    return UNSAFE_IN_JSON.sub(lambda m: f"\\u{ord(m[0]):04x}", codec.encode(alert).decode())


class Ending:
    """Says when printing is over: enough alerts, or none for a while."""

    def __init__(
        self, count: int | None, timeout: float | None, clock: Callable[[], float]
    ) -> None:
        self.count, self.timeout, self.clock = count, timeout, clock
        self.shown = 0
        self.last = clock()

    def note(self) -> None:
        """Note that an alert was shown."""
        self.shown += 1
        self.last = self.clock()

    def __call__(self) -> bool:
        """Return whether to stop."""
        if self.count is not None and self.shown >= self.count:
            return True
        return self.timeout is not None and self.clock() - self.last >= self.timeout


def print_alerts(
    follower: AlertFollower,
    console: Console,
    *,
    as_json: bool = False,
    count: int | None = None,
    timeout: float | None = None,
    bidi: Bidi = "auto",
    environment: Mapping[str, str] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Print alerts until `count` are shown, or none came for `timeout` seconds, or Ctrl-C.

    Returns 0, or 1 where a count was asked for and not reached.
    """
    ending = Ending(count, timeout, clock)
    with suppress(KeyboardInterrupt):
        for received in follower.follow(ending):
            if as_json:
                console.out(alert_json(received.event), highlight=False)
            else:
                console.print(render_alert(received.event, bidi, environment))
            ending.note()
    follower.close()
    return exits.OK if count is None or ending.shown >= count else exits.PARTLY
