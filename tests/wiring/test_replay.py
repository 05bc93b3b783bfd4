"""Replay: dead letters go back as they were, once, and only to topics that a stage reads."""

import io

import pytest
from kafka.errors import KafkaTimeoutError
from rich.console import Console

from agents import exits
from agents.letters import Found, Listing, matches, print_letter, print_listing
from agents.reading import Record
from agents.replay import MOST_UNCONFIRMED, Replay, ReplayReport, print_replay
from agents.settings import load_settings
from pipeline import letters
from pipeline.letters import Letter

SETTINGS = load_settings(topic_prefix="news.")


class Confirmation:
    """What the producer promises; fails if told so."""

    def __init__(self, *, fails: bool) -> None:
        self.fails = fails

    def get(self) -> None:
        if self.fails:
            raise KafkaTimeoutError("not in time")


class Wire:
    """Stands for the producer: notes what is sent."""

    def __init__(self, *, fails: bool = False) -> None:
        self.sent: list[dict[str, object]] = []
        self.fails = fails

    def send(self, topic: str, **record: object) -> Confirmation:
        self.sent.append({"topic": topic, **record})
        return Confirmation(fails=self.fails)


def letter(topic: str = "news.raw", reason: str = "no_text", offset: int = 0) -> Letter:
    return Letter("cleaning", reason, "Reject", "send some", topic, 0, offset, "", "0.1.0")


def dead(offset: int, value: bytes | None = b"{}", key: bytes | None = b"k") -> Record:
    headers: list[tuple[str, bytes | None]] = [
        *letters.to_headers(letter()),
        ("barq-source", b"news.raw/0/9"),
        ("barq-fed-at", b"1700000000123"),
    ]
    return Record("news.dead", 3, offset, 0, key, value, headers)


def replay(wire: Wire | None) -> Replay:
    return Replay(SETTINGS, wire, ReplayReport(dry_run=wire is None))


def settle(run: Replay) -> ReplayReport:
    while run.waiting:
        run.settle()
    return run.report


@pytest.mark.parametrize("value", [b"{broken", b"", None, b"\xff\x00"])
def test_a_letter_goes_back_with_its_bytes_its_key_and_the_time_it_was_fed(
    value: bytes | None,
) -> None:
    wire = Wire()
    run = replay(wire)
    run.take(dead(41, value), letter("news.clean"))
    assert settle(run).sent == 1
    assert wire.sent == [
        {
            "topic": "news.clean",
            "value": value,
            "key": b"k",
            "headers": [("barq-replayed", b"3:41"), ("barq-fed-at", b"1700000000123")],
        }
    ]


@pytest.mark.parametrize("topic", ["news.alerts", "news.dead", "other.raw", "payments"])
def test_a_letter_that_names_a_topic_of_no_stage_is_not_sent(topic: str) -> None:
    wire = Wire()
    run = replay(wire)
    run.take(dead(0), letter(topic))
    assert wire.sent == []
    assert settle(run).failed == [f"3:0: {topic} is no topic of a stage."]
    assert run.report.exit_code == exits.PARTLY


def test_a_record_that_died_again_is_sent_once() -> None:
    wire = Wire()
    run = replay(wire)
    run.take(dead(0, b"same"), letter())
    run.take(dead(1, b"same"), letter(offset=5))
    run.take(dead(2, b"same", key=None), letter())
    run.take(dead(3, b"same"), letter("news.unique"))
    report = settle(run)
    assert (report.matching, report.sent, report.repeated) == (4, 3, 1)


def test_nothing_and_an_empty_value_are_not_the_same() -> None:
    run = replay(Wire())
    run.take(dead(0, b""), letter())
    run.take(dead(1, None), letter())
    assert settle(run).sent == 2


def test_a_dry_run_counts_and_sends_nothing() -> None:
    run = replay(None)
    run.take(dead(0), letter())
    assert (run.report.sent, len(run.waiting)) == (1, 0)


def test_what_the_broker_does_not_confirm_is_reported_and_not_counted() -> None:
    run = replay(Wire(fails=True))
    run.take(dead(7), letter())
    report = settle(run)
    assert (report.sent, report.exit_code) == (0, exits.PARTLY)
    assert report.failed[0].startswith("3:7: ")


def test_unconfirmed_records_are_bounded() -> None:
    run = replay(Wire())
    for offset in range(MOST_UNCONFIRMED + 100):
        run.take(dead(offset, b"%d" % offset), letter())
        assert len(run.waiting) <= MOST_UNCONFIRMED
    assert settle(run).sent == MOST_UNCONFIRMED + 100


@pytest.mark.parametrize(
    ("stage", "reason", "expected"),
    [
        (None, None, True),
        ("cleaning", None, True),
        (None, "no_text", True),
        ("cleaning", "not_json", False),
        ("dedup", "no_text", False),
    ],
)
def test_letters_are_chosen_by_stage_and_reason(
    stage: str | None,
    reason: str | None,
    expected: bool,  # noqa: FBT001  (a table's column)
) -> None:
    assert matches(letter(), stage, reason) is expected


def test_a_listed_letter_cannot_steer_the_terminal() -> None:
    hostile = Letter("cleaning", "no_text", "E", "[red]\x1b[31m\u202etxt", "news.raw", 0, 1, "", "")
    console = Console(width=150, file=io.StringIO(), record=True)
    print_listing(Listing([Found(1, 3, 41, 2, hostile)], 1, 9), console, as_json=False)
    print_letter(dead(0, b"\x1b]0;x\x07"), hostile, console, as_json=False)
    print_replay(ReplayReport(dry_run=True, matching=2, sent=2), console, as_json=False)
    text = console.export_text()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red][31mtxt" in text
    assert "1 shown, 1 match, 9 dead letters in all." in text
    assert "2 of 2 dead letters would be replayed." in text
