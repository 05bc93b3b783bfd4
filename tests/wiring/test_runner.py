"""The runner: every record ends in exactly one way, and is acknowledged only after its output."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from threading import current_thread, main_thread

import pytest
from prometheus_client import REGISTRY as DEFAULT_REGISTRY

from agents import metrics
from agents.delivery import DeliveryFailed, Headers, Send
from agents.hop import Counts, Decided, Stateless
from agents.inbox import Record
from agents.runner import LARGE_BYTES, Runner, fed_at
from pipeline import letters
from pipeline.accounts import decode_trail
from pipeline.outcome import Drop, Duplicate, Hold, Keep, Outcome, Reject
from tests.records import record


class Recorder:
    """Stands for the broker and the consumer: notes what happens, in order."""

    def __init__(self, *, fails: bool = False) -> None:
        self.events: list[tuple[str, object]] = []
        self.sent: list[Send] = []
        self.fails = fails

    async def deliver(self, sends: Sequence[Send]) -> None:
        if self.fails:
            raise DeliveryFailed("the broker is away")
        self.sent += sends
        self.events.append(("delivered", len(sends)))

    retries = 0

    def acknowledge(self, records: Sequence[Record]) -> None:
        self.events.append(("acknowledged", [one.offset for one in records]))

    def release(self, records: Sequence[Record]) -> None:
        self.events.append(("given up", [one.offset for one in records]))


class Desk(Stateless):
    """A hop that ends each record as its value says."""

    name = "cleaning"

    def __init__(self) -> None:
        self.observed: Counts = Counter()

    def decide(self, record: Record, headers: Headers) -> Decided:
        match record.value:
            case b"keep":
                send = Send("news.clean", b"ar", b"{}", headers)
                return Decided(Keep(({},)), [send])
            case b"copy":
                return Decided(Duplicate({}, "exact"), [Send("news.dup", b"x", b"{}", headers)])
            case b"drop":
                return Decided(Drop("no_match"), [])
            case b"hold":
                return Decided(Hold("2026-01-01T00:00:00Z"), [])
            case b"huge":
                return Decided(Keep(({},)), [Send("news.clean", b"ar", b"x" * 2000, headers)])
            case b"refuse":
                raise Reject("no_text", "there is no text; send some")
            case _:
                raise RuntimeError("nobody thought of this")

    def note(self, outcome: Outcome, noted: Counts) -> None:
        noted[type(outcome).__name__,] += 1

    def observe(self, noted: Counts) -> None:
        self.observed += noted


def runner(desk: Desk, recorder: Recorder) -> Runner:
    return Runner(
        desk,
        dead_topic="news.dead",
        trail_topic="news.trail",
        delivery=recorder,  # type: ignore[arg-type]
        consumer=lambda: recorder,  # type: ignore[arg-type,return-value]
        batch_size=100,
        max_bytes=1000,
        version="0",
    )


def counts() -> dict[str, float]:
    """Return barq's record counters for the cleaning stage, by name and reason."""
    return {
        sample.name + sample.labels.get("reason", sample.labels.get("verdict", "")): sample.value
        for family in metrics.REGISTRY.collect()
        if family.name.startswith("barq_records")
        for sample in family.samples
        if sample.labels.get("stage") == "cleaning"
    }


VALUES = [b"keep", b"copy", b"drop", b"hold", b"refuse", b"boom", b"huge", None]


def test_a_batch_is_delivered_before_it_is_acknowledged() -> None:
    recorder = Recorder()
    asyncio.run(runner(Desk(), recorder).handle([record(n, b"keep") for n in range(3)]))
    assert recorder.events == [("delivered", 3), ("acknowledged", [0, 1, 2])]


def test_a_failed_delivery_acknowledges_and_counts_nothing() -> None:
    recorder = Recorder(fails=True)
    before = counts()
    with pytest.raises(DeliveryFailed):
        asyncio.run(runner(Desk(), recorder).handle([record(0, b"keep")]))
    assert recorder.events == []
    assert counts() == before


def test_every_record_ends_in_exactly_one_way() -> None:
    before = counts()
    desk = Desk()
    asyncio.run(
        runner(desk, Recorder()).handle([record(n, value) for n, value in enumerate(VALUES)])
    )
    grown = {name: value - before.get(name, 0) for name, value in counts().items()}
    assert grown["barq_records_in_total"] == len(VALUES)
    ended = sum(value for name, value in grown.items() if name != "barq_records_in_total")
    assert ended == len(VALUES)
    assert grown["barq_records_dead_totalcrashed"] == 2
    assert desk.observed == {("Keep",): 1, ("Duplicate",): 1, ("Drop",): 1, ("Hold",): 1}


def test_a_dead_letter_is_the_original_with_its_reason_and_source() -> None:
    recorder = Recorder()
    asyncio.run(runner(Desk(), recorder).handle([record(7, b"refuse"), record(8, b"boom")]))
    refused, crashed = recorder.sent
    assert (refused.topic, refused.key, refused.value) == ("news.dead", b"k", b"refuse")
    letter = letters.from_headers(refused.headers)
    assert letter is not None
    assert (letter.reason, letter.source_topic, letter.source_offset) == ("no_text", "news.raw", 7)
    assert letter.message == "there is no text; send some"
    found = letters.from_headers(crashed.headers)
    assert found is not None
    assert (found.reason, found.error) == ("crashed", "RuntimeError")


def test_output_that_the_broker_would_refuse_becomes_a_dead_letter() -> None:
    recorder = Recorder()
    asyncio.run(runner(Desk(), recorder).handle([record(0, b"huge")]))
    letter = letters.from_headers(recorder.sent[0].headers)
    assert letter is not None
    assert letter.reason == "too_large"


def test_output_carries_its_source_and_the_time_it_was_fed() -> None:
    recorder = Recorder()
    fed = record(3, b"keep", headers=[("barq-fed-at", b"1700000000123")])
    asyncio.run(runner(Desk(), recorder).handle([fed]))
    assert dict(recorder.sent[0].headers) == {
        "barq-source": b"news.raw/0/3",
        "barq-fed-at": b"1700000000123",
    }


def test_a_nonsense_feed_time_falls_back_to_the_records_own() -> None:
    assert fed_at(record(0, b"", headers=[("barq-fed-at", b"yesterday")])) == 1_700_000_000.0


def test_barqs_metrics_are_not_in_the_librarys_default_registry() -> None:
    assert not [f for f in DEFAULT_REGISTRY.collect() if f.name.startswith("barq_")]


class Stream:
    """A stream that brings some batches."""

    def __init__(self, *batches: list[Record]) -> None:
        self.waiting = batches

    async def batches(self, limit: int) -> AsyncIterator[list[Record]]:  # noqa: ARG002
        for batch in self.waiting:
            yield batch


def test_a_batch_that_fails_is_given_up_so_that_nobody_waits_for_it() -> None:
    recorder = Recorder(fails=True)
    stream = Stream([record(0, b"keep"), record(1, b"keep")], [record(2, b"keep")])
    with pytest.raises(DeliveryFailed):
        asyncio.run(runner(Desk(), recorder).run(stream))  # type: ignore[arg-type]
    assert recorder.events == [("given up", [0, 1])]


def test_a_large_record_is_decided_off_the_loop_and_in_its_turn() -> None:
    """The loop answers while a page of any size is decided; the order of the batch holds."""
    threads: list[tuple[int, bool]] = []

    class Noting(Desk):
        def decide(self, record: Record, headers: Headers) -> Decided:
            threads.append((record.offset, current_thread() is main_thread()))
            return super().decide(record, headers)

    large = record(1, b"x" * LARGE_BYTES)
    recorder = Recorder()
    batch = [record(0, b"keep"), large, record(2, b"keep")]
    asyncio.run(runner(Noting(), recorder).handle(batch))
    assert threads == [(0, True), (1, False), (2, True)]
    assert [send.topic for send in recorder.sent] == ["news.clean", "news.dead", "news.clean"]


def test_records_that_caused_no_send_are_on_the_trail_before_they_are_acknowledged() -> None:
    recorder = Recorder()
    values = [b"drop", b"keep", b"drop", b"hold", b"boom"]
    batch = [record(n, value) for n, value in enumerate(values)]
    asyncio.run(runner(Desk(), recorder).handle(batch))
    entry = recorder.sent[-1]
    assert entry.topic == "news.trail"
    trail = decode_trail(entry.value)
    assert (trail.hop, trail.topic) == ("cleaning", "news.raw")
    assert trail.ended == {
        "dropped:no_match": {0: [(0, 0), (2, 2)]},
        "held": {0: [(3, 3)]},
    }
    assert recorder.events == [("delivered", 3), ("acknowledged", [0, 1, 2, 3, 4])]
