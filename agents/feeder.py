"""The feeder: articles of files, directories and standard input into the raw topic, confirmed."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from kafka.errors import KafkaError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from agents.clients import BrokerMissing
from agents.feed_report import FeedOptions, FeedReport, Rejection, print_rejection, print_report
from agents.headers import FED_AT
from agents.inputs import Input, InputsWrong, find_inputs, read_events, read_input
from agents.raw_topic import (
    CLOSING_SECONDS,
    ONE_RECORD_WRONG,
    Confirmation,
    Producer,
    close,
    connected_producer,
    sentence_of,
)
from agents.settings import Settings
from pipeline.readers import Dispatch, Refused

__all__ = [
    "FeedOptions",
    "FeedReport",
    "InputsWrong",
    "feed",
    "print_report",
    "read_events",
]


MOST_PENDING = 5_000
MOST_PENDING_BYTES = 32 * 1024 * 1024
MOST_LISTED = 100
BAR_EVERY = 256


class Stopped(Exception):
    """The broker takes no more records; the message is its error."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A record that is sent and not yet confirmed, with where it came from."""

    producer: Producer
    confirmation: Confirmation
    input: str
    dispatch: Dispatch


@dataclass(slots=True)
class Position:
    """How many bytes of an input are read, as stored."""

    bytes: int = 0

    def set(self, position: int) -> None:
        """Note the position."""
        self.bytes = position


class Feed:
    """One run of the feeder: sends, waits for confirmations in order, keeps account."""

    def __init__(
        self,
        connect: Callable[[], Producer],
        settings: Settings,
        options: FeedOptions,
        *,
        tell: Callable[[Rejection], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.connect = connect
        self.producer = connect()
        self.spent = False
        self.topic = settings.topics.name("raw")
        self.largest = settings.max_event_bytes
        self.patience = settings.delivery_timeout_seconds + 10
        self.options = options
        self.tell = tell
        self.clock, self.pause = clock, pause
        self.report = FeedReport()
        self.pending: deque[Pending] = deque()
        self.pending_bytes = 0
        self.began = clock()

    def feed_all(self, found: list[Input], stdin: BinaryIO | None, bar: Progress) -> None:
        """Feed every input and wait until all is confirmed. Raises Stopped."""
        task = bar.add_task("feeding", total=sum(given.size for given in found) or None, fed=0)
        before = 0
        for given in found:
            position = Position()
            for reading in read_input(given, self.options.source, position.set, stdin):
                self.take(given, reading)
                if self.report.sent % BAR_EVERY == 0:
                    bar.update(task, completed=before + position.bytes, fed=self.report.sent)
            before += given.size
        self.settle_all()

    def take(self, given: Input, reading: Dispatch | Refused | None) -> None:
        """Send one reading, or note why not. Raises Stopped."""
        match reading:
            case None:
                self.report.blank += 1
            case Refused(line, why, _):
                self.reject(Rejection(given.name, line, why))
            case Dispatch(line, value, key):
                size = len(value) + len(key or b"")
                if size > self.largest:
                    sentence = (
                        f"{size} bytes are more than a record may have ({self.largest}); "
                        "shorten it or raise BARQ_MAX_EVENT_BYTES."
                    )
                    self.reject(Rejection(given.name, line, sentence), value)
                else:
                    self.send(given, reading)

    def send(self, given: Input, dispatch: Dispatch) -> None:
        """Send one record at its time, and settle the oldest if too many are open."""
        self.keep_rate()
        try:
            sent = self.put(dispatch)
        except ONE_RECORD_WRONG as error:
            self.reject(Rejection(given.name, dispatch.line, sentence_of(error)), dispatch.value)
            return
        except KafkaError as error:
            raise Stopped(sentence_of(error)) from error
        self.report.sent += 1
        self.pending.append(Pending(self.producer, sent, given.name, dispatch))
        self.pending_bytes += len(dispatch.value)
        while self.pending and (
            self.pending[0].confirmation.is_done
            or len(self.pending) > MOST_PENDING
            or self.pending_bytes > MOST_PENDING_BYTES
        ):
            self.settle()

    def keep_rate(self) -> None:
        """Wait until the next record may go, so that the rate holds from the beginning on."""
        if self.options.rate:
            due = self.began + self.report.sent / self.options.rate
            wait = due - self.clock()
            if wait > 0:
                self.pause(wait)

    def settle(self) -> None:
        """Wait for the oldest record's confirmation and count it. Raises Stopped."""
        oldest = self.pending.popleft()
        self.pending_bytes -= len(oldest.dispatch.value)
        try:
            self.confirm(oldest)
        except ONE_RECORD_WRONG as error:
            self.report.sent -= 1
            rejection = Rejection(oldest.input, oldest.dispatch.line, sentence_of(error))
            self.reject(rejection, oldest.dispatch.value)
        except KafkaError as error:
            raise Stopped(sentence_of(error)) from error
        else:
            self.report.acknowledged += 1
            self.report.bytes += len(oldest.dispatch.value)

    def confirm(self, pending: Pending) -> None:
        """Return when a record is confirmed. Raises KafkaError, Stopped.

        An idempotent producer of kafka-python (3.0.12) is spent once the broker refused a record:
        it fails all that is open, and all that follows, with the same error. So the record is
        sent again by a fresh one, and that answer counts.
        """
        try:
            pending.confirmation.get(timeout=self.patience)
        except ONE_RECORD_WRONG:
            self.spent = self.spent or pending.producer is self.producer
            again = self.put(pending.dispatch)
            try:
                again.get(timeout=self.patience)
            except ONE_RECORD_WRONG:
                self.spent = True
                raise

    def put(self, dispatch: Dispatch) -> Confirmation:
        """Hand a record to a sound producer. Raises KafkaError, Stopped."""
        if self.spent:
            close(self.producer)
            try:
                self.producer = self.connect()
            except BrokerMissing as error:
                raise Stopped(str(error)) from error
            self.spent = False
        headers = [(FED_AT, b"%d" % (time.time() * 1000))]
        return self.producer.send(
            self.topic, value=dispatch.value, key=dispatch.key, headers=headers
        )

    def settle_all(self) -> None:
        """Wait until every record that was sent is confirmed. Raises Stopped."""
        while self.pending:
            self.settle()

    def end(self) -> None:
        """Close the producer, and count what was confirmed meanwhile. May be called again."""
        deadline = self.clock() + CLOSING_SECONDS
        while self.pending:
            pending = self.pending.popleft()
            with suppress(KafkaError):
                pending.confirmation.get(timeout=max(0.0, deadline - self.clock()))
                self.report.acknowledged += 1
                self.report.bytes += len(pending.dispatch.value)
        close(self.producer)
        self.report.seconds = self.clock() - self.began

    def reject(self, rejection: Rejection, value: bytes | None = None) -> None:
        """Note a line that cannot be sent, and append it to the rejects file if it is at hand."""
        self.report.rejected += 1
        if len(self.report.rejections) < MOST_LISTED:
            self.report.rejections.append(rejection)
        if self.tell is not None:
            self.tell(rejection)
        if value is not None:
            self.keep(value)

    def keep(self, value: bytes) -> None:
        """Append a record to the rejects file. Raises InputsWrong."""
        rejects = self.options.rejects
        try:
            with rejects.open("ab") as file:
                # JSON has line feeds only between its parts, where a space is the same.
                file.write(value.replace(b"\n", b" ") + b"\n")
        except OSError as error:
            raise InputsWrong(
                f"{rejects} cannot be written ({error.strerror}); name another file with --rejects."
            ) from error


def feed(
    inputs: Iterable[str],
    settings: Settings,
    options: FeedOptions | None = None,
    *,
    console: Console | None = None,
    stdin: BinaryIO | None = None,
    connect: Callable[[], Producer] | None = None,
) -> FeedReport:
    """Feed all inputs and return the report, whatever happened on the way.

    Every line that cannot be sent is told on `console` when it is met, and a bar is drawn there
    if it is a terminal. What was fed before is recognised downstream, so after a stop the same
    inputs can be fed again.

    Raises InputsWrong before anything is sent, or when the rejects file cannot be written, and
    BrokerMissing when there is no broker or no raw topic to send to.
    """
    options = options or FeedOptions()
    found = find_inputs(inputs, options.rejects)
    tell = None if console is None else partial(print_rejection, console)
    run = Feed(connect or partial(connected_producer, settings), settings, options, tell=tell)
    report, why = run.report, ""
    try:
        with progress_bar(console) as bar:
            run.feed_all(found, stdin, bar)
    except Stopped as error:
        why = str(error)
    except KeyboardInterrupt:
        report.interrupted = True
    finally:
        run.end()
    if report.interrupted:
        report.stopped = f"Interrupted; {report.acknowledged} records are confirmed."
    elif why:
        report.stopped = (
            f"The broker takes no more records: {why} "
            f"{report.acknowledged} are confirmed; feed the same inputs again when it answers."
        )
    return report


def progress_bar(console: Console | None) -> Progress:
    """Return a bar over the bytes read, which draws itself on a terminal only."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[fed]} records"),
        TimeRemainingColumn(),
        console=console,
        disable=console is None or not console.is_terminal,
        transient=True,
    )
