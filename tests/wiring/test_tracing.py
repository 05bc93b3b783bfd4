"""Tracing: what became of a record from which nothing came."""

import io

import pytest
from rich.console import Console

from agents.lag import LagReader, Progress
from agents.reading import Record
from agents.settings import load_settings
from agents.tracing import ENDED, Endings, Trace, event_of, print_trace, step_of
from pipeline.topology import HOPS

SETTINGS = load_settings(topic_prefix="news.")


class Broker(LagReader):
    """Says that every group stands at offset 5 of partition 0 of its topics."""

    def progress(self, stage: str) -> list[Progress]:
        return [Progress(topic, 0, 0, 20, 5) for topic in self._topics(stage)]


def record(topic: str, offset: int, value: bytes = b"{}") -> Record:
    headers: list[tuple[str, bytes | None]] = [("barq-source", b"news.x/0/1")]
    return Record(f"news.{topic}", 0, offset, 1_770_000_000_123, b"k", value, headers)


def ending(topic: str, offset: int, causes: set[str | None] | None = None) -> str | None:
    step = step_of(record(topic, offset), {}, "news.")
    return Endings(SETTINGS, causes or set(), Broker(SETTINGS)).add(step).ending


def test_a_step_has_the_place_the_time_and_the_cause_of_its_record() -> None:
    step = step_of(record("unique", 4), {}, "news.")
    assert (step.place, step.cause) == ("news.unique/0/4", "news.x/0/1")
    assert step.time == "2026-02-02T02:40:00.123+00:00"
    assert step.by == "dedup"


@pytest.mark.parametrize(
    ("topic", "offset", "expected"),
    [
        ("raw", 5, "waits for cleaning, 0 records before it"),
        ("raw", 9, "waits for cleaning, 4 records before it"),
        ("tagged", 4, f"{ENDED['alerting']}, or what came of it is no longer kept"),
        ("matches", 4, f"{ENDED['announcing']}, or what came of it is no longer kept"),
        ("alerts", 4, None),
        ("duplicates", 4, None),
        ("dead", 4, None),
    ],
)
def test_a_record_without_consequence_waits_or_has_ended(
    topic: str, offset: int, expected: str | None
) -> None:
    assert ending(topic, offset) == expected


def test_a_record_from_which_another_came_has_no_ending() -> None:
    assert ending("raw", 4, {"news.raw/0/4"}) is None


def test_every_hop_has_words_for_how_a_record_ended() -> None:
    assert set(ENDED) == {hop.name for hop in HOPS}


def test_bytes_that_are_no_event_are_looked_at_by_their_key_alone() -> None:
    assert event_of(record("raw", 0, b"{broken")) == {}


def test_a_trace_is_printed_without_what_would_steer_the_terminal() -> None:
    console = Console(width=150, file=io.StringIO(), record=True)
    step = step_of(record("clean", 1), {"agency": "[red]\x1b[31m"}, "news.")
    print_trace(Trace("a:1", [[step]], ["b:2"], 7, cut=True), console, as_json=False)
    text = console.export_text(clear=False)
    assert "\x1b" not in text
    assert "agency [red][31m" in text
    assert "Feeding 1 of 1" in text
    assert "Copies of it: b:2" in text
    story = {"id": "a:1", "sources": [{"uid": "a:1\x1b", "source": "[bold]"}]}
    trace = Trace("a:1", [[step]], ["b:2"], 7, cut=False, verdicts={"b:2": "near"}, story=story)
    print_trace(trace, console, as_json=False)
    text = console.export_text(clear=False)
    assert "  a:1, [bold]" in text
    assert "  b:2: near" in text
    assert "\x1b" not in text
    print_trace(Trace("a:1", [], [], 7, cut=False), console, as_json=False)
    assert "No topic holds a:1; 7 records were looked at." in console.export_text()
