"""The feeder, with a producer that keeps what it is given."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from rich.console import Console

from agents import exits, feeder
from agents.clients import BrokerMissing
from agents.feed_report import FeedOptions, FeedReport, Rejection, print_rejection, print_report
from agents.feeder import Feed, feed
from agents.headers import FED_AT
from agents.inputs import InputsWrong, find_inputs, read_input
from agents.settings import Settings, load_settings

Verdict = Callable[[bytes], Exception | None]


@dataclass
class Confirmation:
    error: Exception | None
    is_done: bool = True

    def get(self, timeout: float | None = None) -> object:
        assert timeout
        if self.error is not None:
            raise self.error
        return object()


@dataclass
class KeepingProducer:
    """Confirms every record unless `verdict` gives an error for its value."""

    verdict: Verdict = lambda _: None
    done: bool = True
    records: list[tuple[bytes | None, bytes | None]] = field(default_factory=list)
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    closed: bool = False

    def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> Confirmation:
        assert topic == "news.raw"
        self.records.append((key, value))
        self.headers += headers or []
        return Confirmation(self.verdict(value or b""), self.done)

    def close(self, timeout: float | None = None) -> None:
        assert timeout is not None
        self.closed = True


@dataclass
class SpentProducer(KeepingProducer):
    """Fails everything with its first error, as kafka-python's idempotent producer does."""

    error: Exception | None = None

    def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> Confirmation:
        confirmation = super().send(topic, value, key, headers)
        self.error = confirmation.error = self.error or confirmation.error
        return confirmation


@pytest.fixture
def settings() -> Settings:
    return load_settings(bootstrap_servers="127.0.0.1:9", max_event_bytes=1_000)


@pytest.fixture
def options(tmp_path: Path) -> FeedOptions:
    return FeedOptions(rejects=tmp_path / "rejects.jsonl")


def line(name: str, body: str = "") -> bytes:
    return orjson.dumps({"id": name, "source": "s", "body": body})


def play(
    lines: list[bytes], settings: Settings, options: FeedOptions, producer: KeepingProducer
) -> FeedReport:
    stdin = io.BytesIO(b"\n".join(lines) + b"\n")
    return feed(["-"], settings, options, stdin=stdin, connect=lambda: producer)


def test_every_line_is_sent_as_it_stands_under_its_uid(
    settings: Settings, options: FeedOptions
) -> None:
    producer = KeepingProducer()
    report = play([line("1"), b"", b"no json", line("2")], settings, options, producer)
    assert producer.records == [(b"s:1", line("1")), (None, b"no json"), (b"s:2", line("2"))]
    assert (report.sent, report.acknowledged, report.rejected, report.blank) == (3, 3, 0, 1)
    assert report.exit_code == exits.OK
    assert producer.closed


def test_each_record_says_when_it_was_fed(settings: Settings, options: FeedOptions) -> None:
    producer = KeepingProducer()
    play([line("1")], settings, options, producer)
    [(name, stamp)] = producer.headers
    assert name == FED_AT
    assert len(stamp) == 13
    assert stamp.isdigit()


def test_a_record_larger_than_allowed_is_named_and_kept_and_the_rest_goes_on(
    settings: Settings, options: FeedOptions
) -> None:
    large = line("2", "x" * 2_000)
    report = play([line("1"), large, line("3")], settings, options, KeepingProducer())
    assert (report.acknowledged, report.rejected) == (2, 1)
    [rejection] = report.rejections
    assert (rejection.input, rejection.line) == ("standard input", 2)
    assert "raise BARQ_MAX_EVENT_BYTES" in rejection.why
    assert options.rejects.read_bytes() == large + b"\n"
    assert report.exit_code == exits.PARTLY


def test_a_record_that_the_broker_refuses_is_named_and_kept(
    settings: Settings, options: FeedOptions
) -> None:
    refusing = KeepingProducer(
        lambda value: MessageSizeTooLargeError("too large") if b'"2"' in value else None
    )
    report = play([line("1"), line("2"), line("3")], settings, options, refusing)
    assert (report.sent, report.acknowledged, report.rejected) == (2, 2, 1)
    assert report.rejections[0].line == 2
    assert options.rejects.read_bytes() == line("2") + b"\n"


def test_after_a_refusal_a_fresh_producer_sends_what_failed_with_it(
    settings: Settings, options: FeedOptions
) -> None:
    made: list[SpentProducer] = []

    def connect() -> SpentProducer:
        made.append(SpentProducer(lambda v: MessageSizeTooLargeError() if b'"2"' in v else None))
        return made[-1]

    stdin = io.BytesIO(b"\n".join(line(str(n)) for n in range(6)) + b"\n")
    report = feed(["-"], settings, options, stdin=stdin, connect=connect)
    assert (report.sent, report.acknowledged, report.rejected) == (5, 5, 1)
    assert options.rejects.read_bytes() == line("2") + b"\n"
    assert len(made) == 3, "one that was refused, one that asked again, one for the rest"
    assert all(producer.closed for producer in made)


def test_every_rejection_is_told_and_the_report_lists_the_first_hundred(
    settings: Settings, options: FeedOptions
) -> None:
    console = Console(file=io.StringIO(), width=200)
    stdin = io.BytesIO(b"\n".join([line("1", "x" * 2_000)] * 150))
    report = feed(["-"], settings, options, stdin=stdin, console=console, connect=KeepingProducer)
    told = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # it is a StringIO
    assert [one.partition(":")[0] for one in told] == [
        f"standard input, line {number}" for number in range(1, 151)
    ]
    assert [rejection.line for rejection in report.rejections] == list(range(1, 101))
    assert report.rejected == 150


def test_a_rejects_file_that_cannot_be_written_is_one_sentence(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(InputsWrong, match="name another file with --rejects"):
        play(
            [line("1", "x" * 2_000)],
            settings,
            FeedOptions(rejects=tmp_path / "missing" / "rejects.jsonl"),
            KeepingProducer(),
        )


def test_a_broker_that_is_gone_when_asked_again_stops_the_feed(
    settings: Settings, options: FeedOptions
) -> None:
    producers = iter([SpentProducer(lambda _: MessageSizeTooLargeError())])

    def connect() -> SpentProducer:
        try:
            return next(producers)
        except StopIteration:
            raise BrokerMissing("No broker answers.") from None

    stdin = io.BytesIO(line("1"))
    report = feed(["-"], settings, options, stdin=stdin, connect=connect)
    assert report.exit_code == exits.UNAVAILABLE
    assert report.stopped is not None
    assert "No broker answers." in report.stopped


def test_rejects_are_one_line_each_and_are_added_to_what_is_there(
    settings: Settings, options: FeedOptions, tmp_path: Path
) -> None:
    options.rejects.write_bytes(line("earlier") + b"\n")
    spread = tmp_path / "spread.json"
    spread.write_bytes(
        orjson.dumps({"id": "1", "source": "s", "body": "x" * 2_000}, option=orjson.OPT_INDENT_2)
    )
    feed([str(spread)], settings, options, connect=KeepingProducer)
    first, second = options.rejects.read_bytes().splitlines()
    assert first == line("earlier")
    assert orjson.loads(second) == orjson.loads(spread.read_bytes())


def test_when_the_broker_stops_the_report_says_how_far_it_came(
    settings: Settings, options: FeedOptions
) -> None:
    failing = KeepingProducer(
        lambda value: KafkaTimeoutError("no answer") if b'"3"' in value else None
    )
    report = play([line(str(n)) for n in range(9)], settings, options, failing)
    assert report.acknowledged == 3
    assert report.stopped is not None
    assert "3 are confirmed; feed the same inputs again" in report.stopped
    assert report.exit_code == exits.UNAVAILABLE
    assert failing.closed
    assert not options.rejects.exists(), "what an outage left open is no reject"


def test_an_interrupt_ends_with_what_is_confirmed(settings: Settings, options: FeedOptions) -> None:
    def interrupt(value: bytes) -> None:
        if b'"2"' in value:
            raise KeyboardInterrupt

    report = play([line(str(n)) for n in range(5)], settings, options, KeepingProducer(interrupt))
    assert report.stopped == "Interrupted; 2 records are confirmed."
    assert report.exit_code == 130


def test_open_records_are_bounded(
    settings: Settings, options: FeedOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, "MOST_PENDING", 3)
    run = Feed(lambda: KeepingProducer(done=False), settings, options)
    [given] = find_inputs(["-"])
    most = 0
    for reading in read_input(given, stdin=io.BytesIO(b"\n".join([line("1")] * 20))):
        run.take(given, reading)
        most = max(most, len(run.pending))
    assert most == 3
    run.settle_all()
    assert run.report.acknowledged == 20
    assert run.pending_bytes == 0


def test_a_rate_spaces_records_from_the_first_on(settings: Settings, options: FeedOptions) -> None:
    now = 100.0
    waits: list[float] = []

    def pause(seconds: float) -> None:
        nonlocal now
        waits.append(round(seconds, 6))
        now += seconds

    run = Feed(
        KeepingProducer,
        settings,
        FeedOptions(rate=4, rejects=options.rejects),
        clock=lambda: now,
        pause=pause,
    )
    [given] = find_inputs(["-"])
    for reading in read_input(given, stdin=io.BytesIO(b"\n".join([line("1")] * 4))):
        run.take(given, reading)
    assert waits == [0.25, 0.25, 0.25]


def test_the_report_is_told_to_people_and_to_programs() -> None:
    report = FeedReport(sent=2, acknowledged=2, rejected=1, bytes=2_000_000, seconds=2.0)
    report.rejections.append(Rejection("[b]wire.jsonl", 7, "too large."))
    rejection = report.rejections[0]
    out, err = Console(file=io.StringIO(), width=200), Console(file=io.StringIO(), width=200)
    print_rejection(err, rejection)
    print_report(report, out, err, Path("rejects.jsonl"))
    assert err.file.getvalue() == "[b]wire.jsonl, line 7: too large.\n"  # type: ignore[attr-defined]  # it is a StringIO
    told = out.file.getvalue()  # type: ignore[attr-defined]  # the same
    assert "2 of 2 records confirmed, 1 rejected, 2.0 MB in 2.0 s (1 a second)." in told
    assert "rejects.jsonl" in told
    as_json = Console(file=io.StringIO(), width=20)
    print_report(report, as_json, err, Path("rejects.jsonl"), as_json=True)
    values = orjson.loads(as_json.file.getvalue())  # type: ignore[attr-defined]  # the same
    assert values["acknowledged"] == 2
    assert values["exit_code"] == exits.PARTLY
    assert values["rejections"] == [{"input": "[b]wire.jsonl", "line": 7, "why": "too large."}]
