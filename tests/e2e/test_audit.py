"""The audit on real brokers: nothing unaccounted where nothing was lost, and every loss by name."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata
from rich.console import Console

from agents import exits
from agents.audit import Auditor
from agents.audit_wire import open_wire
from agents.clients import admin, consumer, group_name, make_producer
from agents.feed_report import FeedOptions
from agents.feeder import feed
from agents.lag import LagReader
from agents.processes import Child, free_port
from agents.reading import bounds_of
from agents.scrape import scrape
from agents.settings import CHECKOUT, Settings
from agents.topics import create_topics
from agents.up import running
from pipeline import codec
from tests.bad_input import CASES
from tests.e2e.conftest import KAFKA
from tests.waiting import until

pytestmark = pytest.mark.e2e

SAMPLES = str(CHECKOUT / "samples")
PATIENCE = 120.0


def audited(settings: Settings, since: float | None = None) -> Auditor:
    """Return an auditor after one audit."""
    auditor = Auditor(settings, since)
    with open_wire(settings) as wire:
        auditor.audit(wire)
    return auditor


def article(number: int) -> bytes:
    """Return a raw article that no other one is like."""
    return codec.encode(
        {
            "id": str(number),
            "source": "harbour-wire",
            "title": f"Notice {number}",
            "body": f"Quay {number} is open to ships of class {number * 7} from Monday morning on.",
        }
    )


def send_raw(settings: Settings, *values: bytes) -> None:
    """Send values to partition 0 of the raw topic."""
    producer = make_producer(settings)
    for value in values:
        producer.send(settings.topics.name("raw"), value=value, key=b"k", partition=0).get(30)
    producer.close()


def commit(settings: Settings, offset: int) -> None:
    """Move cleaning's group in partition 0 of the raw topic, as an operator does by hand."""
    with consumer(settings, group_id=group_name(settings, "cleaning")) as client:
        place = TopicPartition(settings.topics.name("raw"), 0)
        client.commit({place: OffsetAndMetadata(offset, "", -1)})


def barq(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of barq."""
    return subprocess.run(
        [sys.executable, "-m", "agents.cli", *words],
        env=settings.as_environment(),
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
        text=True,
    )


def test_a_run_with_copies_drops_and_dead_letters_is_accounted_for_as_the_workers_counted_it(
    settings: Settings, console: Console
) -> None:
    options = FeedOptions(rejects=settings.run_dir / "rejects.jsonl")
    with running(settings, console) as up:
        for _ in range(2):
            feed([SAMPLES], settings, options)
        send_raw(settings, *(case.value for case in CASES if case.value is not None))
        assert up.wait_idle(PATIENCE)
        counted = up.balances()
        found = audited(settings).balances()
    assert found == counted
    assert [one.unaccounted for one in found] == [0] * 5
    cleaning, dedup, _, alerting, _ = found
    assert cleaning.dead
    assert dedup.duplicates
    assert alerting.dropped
    done = barq(settings, "audit")
    assert done.returncode == exits.OK, done.stdout + done.stderr


def test_a_record_that_was_skipped_is_named_counted_and_exported(
    settings: Settings, console: Console, tmp_path: Path
) -> None:
    create_topics(settings)
    send_raw(settings, *map(article, range(3)))
    commit(settings, 1)
    port = free_port()
    environment = settings.as_environment() | {"BARQ_METRICS_PORT": str(port)}
    words = [sys.executable, "-m", "agents.cli", "audit", "--follow"]
    service = Child(words, tmp_path / "auditor.log", environment)
    try:
        with running(settings, console) as up:
            assert up.wait_idle(PATIENCE)
            assert up.balances()[0].taken == 2
        key = ("barq_audited_records_total", (("ending", "out"), ("stage", "cleaning")))
        until(lambda: scrape(port).get(key) == 2, 60, "the auditor's reading of two articles")
        unaccounted = ("barq_unaccounted_records", (("stage", "cleaning"),))
        assert scrape(port)[unaccounted] == 1
        assert service.stop(30)
        assert service.exit_code == exits.OK, service.last_words()
    finally:
        service.kill()
    done = barq(settings, "audit", "--json")
    assert done.returncode == exits.PARTLY, done.stderr
    told = json.loads(done.stdout)
    raw = settings.topics.name("raw")
    assert told["lost"] == [
        {"stage": "cleaning", "topic": raw, "partition": 0, "offset": 0, "uid": "harbour-wire:0"}
    ]
    assert [one["unaccounted"] for one in told["stages"]] == [1, 0, 0, 0, 0]
    assert told["stages"][0]["in"] == 3
    shown = barq(settings, "audit", "--since", "2h")
    assert f"cleaning: unaccounted: {raw}/0/0 harbour-wire:0" in shown.stdout
    assert shown.returncode == exits.PARTLY
    explained = barq(settings, "explain", "harbour-wire:1")
    assert explained.returncode == exits.OK
    assert "no rule matched" in explained.stdout


@pytest.mark.parametrize("broker", [KAFKA], indirect=True)
def test_markers_of_transactions_are_not_missed(settings: Settings, console: Console) -> None:
    with running(settings, console) as up:
        producer = make_producer(settings, transactional_id="auditing")
        producer.init_transactions()
        for number in range(5):
            producer.begin_transaction()
            producer.send(settings.topics.name("raw"), article(number), b"k", partition=0)
            producer.commit_transaction()
        producer.close()
        until(lambda: up.balances()[0].taken == 5, 60, "the reading of five articles")
        raw = TopicPartition(settings.topics.name("raw"), 0)
        until(lambda: committed(settings, raw) >= 9, 60, "the commit behind four markers")
        found = audited(settings).balances()
    assert [one.unaccounted for one in found] == [0] * 5
    assert found[0].out == 5


def committed(settings: Settings, place: TopicPartition) -> int:
    """Return the committed offset of cleaning's group in a partition, 0 before the first."""
    with closing(LagReader(settings)) as reader:
        found = {(one.topic, one.partition): one.committed for one in reader.progress("cleaning")}
    return found[place.topic, place.partition] or 0


@pytest.mark.parametrize("broker", [KAFKA], indirect=True)
def test_where_traces_were_removed_nothing_is_called_lost(
    settings: Settings, console: Console
) -> None:
    with running(settings, console) as up:
        send_raw(settings, *map(article, range(5)))
        assert up.wait_idle(PATIENCE)
    clean = settings.topics.name("clean")
    place = next(p for p, (_, end) in bounds_of(settings, [clean]).items() if end)
    with admin(settings) as client:
        client.delete_records({place: 3})
    auditor = audited(settings)
    assert bounds_of(settings, [clean])[place] == (3, 5)
    assert [one.unaccounted for one in auditor.balances()] == [0] * 5
    unknown = auditor.unknown_of("cleaning")
    assert unknown >= 3
    assert auditor.balances()[0].out == 5 - unknown
