"""The subscriber, with a consumer that plays records from memory."""

import io
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from kafka import TopicPartition
from kafka.structs import OffsetAndTimestamp
from rich.console import Console

from agents import exits
from agents.clients import BrokerMissing
from agents.settings import Settings, load_settings
from agents.subscriber import AlertFollower, alert_json, fed_at, print_alerts
from agents.subscription import SubscriptionWrong, Wanted, parse_since

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
SETTINGS: Settings = load_settings(bootstrap_servers="127.0.0.1:9")


@dataclass(frozen=True)
class Record:
    offset: int
    value: bytes | None
    timestamp: int
    headers: list[tuple[str, bytes | None]] = field(default_factory=list)


@dataclass
class MemoryConsumer:
    """Topics of two partitions whose records are given; the second is empty."""

    records: list[Record]
    kept: dict[Any, int] = field(default_factory=dict)
    positions: dict[Any, int] = field(default_factory=dict)
    topics: Sequence[str] = ("news.alerts",)
    closed: bool = False

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return {1, 0} if topic in self.topics else None

    def assign(self, partitions: Sequence[Any]) -> None:
        self.positions = dict.fromkeys(partitions, -1)

    def beginning_offsets(self, partitions: Sequence[Any]) -> Mapping[Any, int]:
        return dict.fromkeys(partitions, 0)

    def end_offsets(self, partitions: Sequence[Any]) -> Mapping[Any, int]:
        return {p: len(self.records) if p.partition == 0 else 0 for p in partitions}

    def offsets_for_times(self, timestamps: Mapping[Any, int]) -> Mapping[Any, Any]:
        nothing = {p: None for p in timestamps if p.partition}
        first = next(iter(timestamps))
        late = [r for r in self.records if r.timestamp >= timestamps[first]]
        # Tansu answers with a record without a time where Kafka answers None.
        at = OffsetAndTimestamp(late[0].offset, late[0].timestamp, -1) if late else None
        return {first: at or OffsetAndTimestamp(0, -1, -1), **nothing}

    def committed(self, partition: Any) -> int | None:
        return self.kept.get(partition)

    def seek(self, partition: Any, offset: int) -> None:
        self.positions[partition] = offset

    def poll(self, timeout_ms: int = 0) -> Mapping[Any, Sequence[Any]]:
        assert timeout_ms
        assert -1 not in self.positions.values()
        found = {
            p: [r for r in self.records if r.offset >= n][:2]
            for p, n in self.positions.items()
            if p.partition == 0
        }
        for partition, records in found.items():
            if records:
                self.positions[partition] = records[-1].offset + 1
        return {p: records for p, records in found.items() if records}

    def commit(self, offsets: Mapping[Any, Any]) -> None:
        self.kept |= {p: at.offset for p, at in offsets.items()}

    def close(self, *, autocommit: bool = True) -> None:
        assert not autocommit
        self.closed = True


def an_alert(name: str, rule: str = "r", severity: str = "high") -> dict[str, Any]:
    return {"alert_id": name, "rule": {"id": rule, "severity": severity, "desk": "d"}}


def on_topic(*alerts: dict[str, Any] | bytes, age: float = 0.0) -> MemoryConsumer:
    stamp = int((NOW.timestamp() - age) * 1000)
    return MemoryConsumer(
        [
            Record(
                n, alert if isinstance(alert, bytes) else orjson.dumps(alert), stamp + n * 60_000
            )
            for n, alert in enumerate(alerts)
        ]
    )


def quiet() -> Callable[[], bool]:
    """Return a `stop` that is true once everything was polled."""
    asked = itertools.count()
    return lambda: next(asked) > 50


def follower(consumer: MemoryConsumer, **options: Any) -> AlertFollower:
    return AlertFollower(SETTINGS, consumer=consumer, clock=NOW.timestamp, **options)


def ids(consumer: MemoryConsumer, **options: Any) -> list[str]:
    follows = follower(consumer, **options).follow(quiet())
    return [received.event["alert_id"] for received in follows]


def test_each_alert_is_shown_once() -> None:
    consumer = on_topic(*map(an_alert, "abacabb"))
    following = follower(consumer, since="beginning")
    shown = [received.event["alert_id"] for received in following.follow(quiet())]
    assert shown == ["a", "b", "c"]
    assert following.repeated == 4


def test_what_is_no_alert_is_counted_and_passed_over() -> None:
    consumer = on_topic(b"", b"{", b"[]", an_alert("a"))
    following = follower(consumer, since="beginning")
    assert len(list(following.follow(quiet()))) == 1
    assert following.unreadable == 3


def test_without_since_only_what_is_still_to_come_is_shown() -> None:
    assert ids(on_topic(*map(an_alert, "abc"))) == []


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        ("beginning", ["a", "b", "c"]),
        ("10m", ["a", "b", "c"]),
        ("5m", ["a", "b", "c"]),
        ("4m", ["b", "c"]),
        ("190 s ago", ["c"]),
        ("2026-01-02T14:57:00+03:00", ["c"]),
        ("1m", []),
    ],
)
def test_since_begins_at_a_time(since: str, shown: list[str]) -> None:
    assert ids(on_topic(*map(an_alert, "abc"), age=300), since=since) == shown


def test_a_group_goes_on_where_it_was() -> None:
    consumer = on_topic(*map(an_alert, "abc"))
    assert ids(consumer, since="beginning", group="night-desk") == ["a", "b", "c"]
    assert consumer.kept[TopicPartition("news.alerts", 0)] == 3
    assert ids(consumer, since="beginning", group="night-desk") == []
    assert ids(consumer, since="beginning") == ["a", "b", "c"]


def test_an_alert_whose_showing_crashed_comes_again() -> None:
    consumer = on_topic(*map(an_alert, "abc"))
    following = follower(consumer, since="beginning", group="g").follow(quiet())
    next(following)
    next(following)
    following.close()
    assert TopicPartition("news.alerts", 0) not in consumer.kept
    assert ids(consumer, since="beginning", group="g")[-2:] == ["b", "c"]


def test_the_desks_named_are_followed() -> None:
    consumer = on_topic(an_alert("a"))
    consumer.topics = ("news.alerts.sport", "news.alerts.health")
    following = follower(consumer, since="beginning", desks=["sport", "health"])
    assert len(list(following.follow(quiet()))) == 1
    assert {p.topic for p in consumer.positions} == set(consumer.topics)


def test_a_desk_without_a_topic_is_one_sentence() -> None:
    with pytest.raises(BrokerMissing, match=r"no topic news\.alerts\.sports: check the desk"):
        list(follower(on_topic(), desks=["sports"]).follow())


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (Wanted(), ["a", "b", "c"]),
        (Wanted(rules=frozenset({"oil"})), ["b"]),
        (Wanted(severity="medium"), ["b", "c"]),
        (Wanted(severity="high"), ["b", "c"]),
        (Wanted(severity="critical"), ["c"]),
        (Wanted(severity="info"), ["a", "b", "c"]),
    ],
)
def test_rules_and_severity_choose_what_is_shown(wanted: Wanted, shown: list[str]) -> None:
    alerts = (an_alert("a", "quake", "low"), an_alert("b", "oil", "high"), an_alert("c", "x", "?"))
    assert ids(on_topic(*alerts), since="beginning", wanted=wanted) == shown


def test_a_severity_that_there_is_not_is_one_sentence() -> None:
    with pytest.raises(SubscriptionWrong, match="name one of info, low, medium, high, critical"):
        Wanted(severity="urgent")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("beginning", None),
        ("30s", "2026-01-02T11:59:30+00:00"),
        ("10m", "2026-01-02T11:50:00+00:00"),
        ("2h ago", "2026-01-02T10:00:00+00:00"),
        ("1.5 h", "2026-01-02T10:30:00+00:00"),
        ("3d", "2025-12-30T12:00:00+00:00"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"),
        ("2026-01-01T00:00:00+03:00", "2026-01-01T00:00:00+03:00"),
        ("2026-01-01", "2026-01-01T00:00:00+00:00"),
    ],
)
def test_since_is_read_as_people_write_it(text: str, moment: str | None) -> None:
    parsed = parse_since(text, NOW)
    assert (parsed and parsed.isoformat()) == moment


@pytest.mark.parametrize("text", ["", "soon", "10", "-5m", "99999999999d", "2026-13-01", "now"])
def test_a_time_that_cannot_be_read_is_one_sentence(text: str) -> None:
    with pytest.raises(SubscriptionWrong, match="write beginning, 10m, 2h"):
        parse_since(text, NOW)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("barq-fed-at", b"1700000000500")], 1_700_000_000.5),
        ([("other", b"1")], None),
        ([("barq-fed-at", b"soon")], None),
        ([("barq-fed-at", None)], None),
        ([], None),
    ],
)
def test_the_time_of_feeding_is_read_from_the_headers(
    headers: list[tuple[str, bytes | None]], seconds: float | None
) -> None:
    assert fed_at(headers) == seconds


def printed(consumer: MemoryConsumer, **options: Any) -> tuple[int, str]:
    file = io.StringIO()
    ticks = itertools.count()
    code = print_alerts(
        follower(consumer, since="beginning", group="g"),
        Console(file=file, width=60),
        clock=lambda: float(next(ticks)),
        **options,
    )
    return code, file.getvalue()


def test_a_count_ends_the_printing_and_the_group_goes_on_behind_it() -> None:
    consumer = on_topic(*map(an_alert, "abc"))
    code, told = printed(consumer, count=2, as_json=True)
    assert code == exits.OK
    assert [orjson.loads(line)["alert_id"] for line in told.splitlines()] == ["a", "b"]
    assert consumer.closed
    code, told = printed(consumer, count=1, as_json=True)
    assert [orjson.loads(line)["alert_id"] for line in told.splitlines()] == ["c"]


def test_a_count_that_is_not_reached_in_time_is_told_by_the_exit_code() -> None:
    consumer = on_topic(an_alert("a"))
    code, told = printed(consumer, count=2, timeout=20)
    assert code == exits.PARTLY
    assert "HIGH" in told


def test_silence_without_a_count_is_no_failure() -> None:
    assert printed(on_topic(), timeout=5) == (exits.OK, "")


def test_json_is_one_line_that_cannot_command_a_terminal() -> None:
    alert = {"title": "a\x9b31m\x7f\u202e\u2028\x1b[2J", "text": "قوات\n"}
    line = alert_json(alert)
    assert orjson.loads(line) == alert
    assert "قوات" in line
    assert not set(line) & set("\x9b\x7f\u202e\u2028\x1b\n")
