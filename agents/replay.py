"""Sending dead letters back to the topics that they came from."""

import hashlib
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from kafka.errors import KafkaError
from rich.console import Console

from agents import exits
from agents.clients import make_producer
from agents.headers import FED_AT
from agents.letters import matches, read_letters
from agents.reading import Record
from agents.settings import Settings
from pipeline import letters
from pipeline.letters import Letter
from pipeline.topology import HOPS

MOST_UNCONFIRMED = 500


@dataclass(slots=True)
class ReplayReport:
    """What a replay did. `sent` were confirmed by the broker, or would be sent in a dry run.

    `repeated` are letters of the same bytes for the same topic as one already sent: records that
    died again after an earlier replay.
    """

    dry_run: bool
    matching: int = 0
    sent: int = 0
    repeated: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0, or 1 if a letter could not be sent."""
        return exits.PARTLY if self.failed else exits.OK


class Replay:
    """Sends letters back, at most `MOST_UNCONFIRMED` of them unconfirmed at any time."""

    def __init__(self, settings: Settings, producer: Any, report: ReplayReport) -> None:
        """Bind to a producer; None sends nothing (a dry run)."""
        self.producer = producer
        self.report = report
        self.sources = {settings.topics.name(hop.source) for hop in HOPS}
        self.seen: set[bytes] = set()
        self.waiting: deque[tuple[str, Any]] = deque()

    def take(self, record: Record, letter: Letter) -> None:
        """Send one letter's record to its source topic, unless its twin was sent already."""
        self.report.matching += 1
        where = f"{record.partition}:{record.offset}"
        if letter.source_topic not in self.sources:
            self.report.failed.append(f"{where}: {letter.source_topic} is no topic of a stage.")
            return
        twin = fingerprint(letter.source_topic, record)
        if twin in self.seen:
            self.report.repeated += 1
            return
        self.seen.add(twin)
        if self.producer is None:
            self.report.sent += 1
            return
        try:
            confirmation = self.producer.send(
                letter.source_topic,
                value=record.value,
                key=record.key,
                headers=replay_headers(record),
            )
        except KafkaError as error:
            self.report.failed.append(f"{where}: {error}")
            return
        self.waiting.append((where, confirmation))
        while len(self.waiting) > MOST_UNCONFIRMED:
            self.settle()

    def settle(self) -> None:
        """Wait for the oldest confirmation and count it."""
        where, confirmation = self.waiting.popleft()
        try:
            confirmation.get()
        except KafkaError as error:
            self.report.failed.append(f"{where}: {error}")
        else:
            self.report.sent += 1


def fingerprint(topic: str, record: Record) -> bytes:
    """Return what two letters share when replaying both would send the same record twice."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (topic.encode(), record.key, record.value):
        digest.update(b"-" if part is None else b"%d:" % len(part) + part)
    return digest.digest()


def replay_headers(record: Record) -> list[tuple[str, bytes]]:
    """Return the headers of a replayed record: which letter it was, and when it was fed."""
    headers = [(letters.REPLAYED, b"%d:%d" % (record.partition, record.offset))]
    fed_at = next((value for name, value in record.headers if name == FED_AT), None)
    if fed_at is not None:
        headers.append((FED_AT, fed_at))
    return headers


def replay_letters(
    settings: Settings,
    *,
    stage: str | None = None,
    reason: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
) -> ReplayReport:
    """Send the original bytes and keys of matching letters to the topics that they came from.

    Letters that come in meanwhile wait for another replay; the letters themselves stay, and what
    passes this time is recognised downstream if it is replayed again. Raises BrokerMissing.
    """
    report = ReplayReport(dry_run=dry_run)
    producer = None if dry_run else make_producer(settings)
    run = Replay(settings, producer, report)
    try:
        for record, letter in read_letters(settings):
            if limit is not None and report.sent + len(run.waiting) >= limit:
                break
            if matches(letter, stage, reason):
                run.take(record, letter)
        while run.waiting:
            run.settle()
    finally:
        if producer is not None:
            producer.close(timeout=10)
    return report


def print_replay(report: ReplayReport, console: Console, *, as_json: bool) -> None:
    """Print what a replay did."""
    if as_json:
        console.print_json(data=asdict(report))
        return
    verb = "would be replayed" if report.dry_run else "replayed"
    repeated = f", {report.repeated} of the same bytes left out" if report.repeated else ""
    console.print(f"{report.sent} of {report.matching} dead letters {verb}{repeated}.")
    for sentence in report.failed:
        console.print(f"Not replayed: {sentence}", markup=False)
