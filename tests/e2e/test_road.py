"""The whole road on a real broker: a wire goes in, alerts come out, no record is unaccounted."""

import contextlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from agents.clients import make_producer
from agents.feed_report import FeedOptions
from agents.feeder import feed
from agents.processes import LocalBroker
from agents.reading import Record, scan
from agents.settings import CHECKOUT, Settings
from agents.up import Running, running
from pipeline import codec, letters
from pipeline.outcome import Reject
from tests.bad_input import CASES
from tests.e2e.conftest import KAFKA, own_settings

pytestmark = pytest.mark.e2e

SAMPLES = str(CHECKOUT / "samples")
PATIENCE = 120.0


def records(settings: Settings, *bare: str) -> list[Record]:
    """Return all records of the topics with these bare names."""
    return list(scan(settings, [settings.topics.name(name) for name in bare]))


def feed_and_wait(barq: Running, *inputs: str) -> int:
    """Feed the inputs, wait until all stages are idle, return the number acknowledged."""
    options = FeedOptions(rejects=barq.settings.run_dir / "rejects.jsonl")
    report = feed(inputs, barq.settings, options)
    assert barq.wait_idle(PATIENCE), "the stages did not come to rest"
    return report.acknowledged


def taken(barq: Running) -> dict[str, int]:
    """Return what each stage has read, after checking that every stage balances."""
    balances = barq.balances()
    assert [one.unaccounted for one in balances] == [0] * len(balances)
    return {one.hop: one.taken for one in balances}


def alert_ids(settings: Settings) -> list[str]:
    """Return the ids of all alerts sent, repetitions included."""
    return [json.loads(r.value or b"{}")["alert_id"] for r in records(settings, "alerts")]


@dataclass(frozen=True)
class Played:
    """A barq through which the sample wire went twice."""

    barq: Running
    settings: Settings
    fed: int
    alerts: list[str]
    """The ids after the first feed, as they stand in the topic."""
    unique: int
    """Articles that went on to tagging in the first feed."""


@pytest.fixture(scope="module")
def played(broker: LocalBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Give a barq after two feeds of the sample wire, still running."""
    settings = own_settings(broker, f"played {broker.name}", tmp_path_factory.mktemp("run"))
    with running(settings, Console(width=160)) as barq:
        fed = feed_and_wait(barq, SAMPLES)
        alerts, unique = alert_ids(settings), taken(barq)["tagging"]
        assert feed_and_wait(barq, SAMPLES) == fed
        yield Played(barq, barq.settings, fed, alerts, unique)


def test_every_record_is_accounted_for_in_every_stage(played: Played) -> None:
    assert taken(played.barq)["cleaning"] == 2 * played.fed


def test_each_alert_is_sent_once(played: Played) -> None:
    assert len(played.alerts) == len(set(played.alerts)) >= 15


def test_a_second_feed_of_the_same_wire_adds_no_news_and_no_alert(played: Played) -> None:
    assert taken(played.barq)["tagging"] == played.unique, "a copy went on as news"
    assert alert_ids(played.settings) == played.alerts


def test_dead_letters_keep_the_original_bytes(played: Played) -> None:
    dead = records(played.settings, "dead")
    assert dead
    raw = {(r.topic, r.partition, r.offset): r.value for r in records(played.settings, "raw")}
    for record in dead:
        letter = letters.from_headers(record.headers)
        assert letter is not None
        place = (letter.source_topic, letter.source_partition, letter.source_offset)
        # A letter of a later stage holds what that stage was given.
        assert record.value == raw.get(place, record.value)


def test_a_subscriber_sees_each_alert_once_as_json(played: Played) -> None:
    told = subprocess.run(
        [
            *(sys.executable, "-m", "agents.cli", "alerts", "--json", "--since", "beginning"),
            *("--count", str(len(played.alerts)), "--timeout", "30"),
        ],
        env=played.settings.as_environment(),
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    seen = [json.loads(line)["alert_id"] for line in told.splitlines()]
    assert sorted(seen) == sorted(played.alerts)


def test_every_bad_input_ends_as_a_dead_letter_or_passes_and_no_worker_stops(
    settings: Settings, console: Console
) -> None:
    """What arrives on the raw topic from any producer, one case a record."""
    with running(settings, console) as barq:
        producer = make_producer(settings)
        for case in CASES:
            producer.send(
                settings.topics.name("raw"), value=case.value, key=case.name.encode()
            ).get(30)
        producer.close()
        assert barq.wait_idle(PATIENCE)
        counted = taken(barq)
        found = {
            letter.source: letter.reason
            for record in records(settings, "dead")
            if (letter := letters.from_headers(record.headers)) is not None
        }
        starts = [worker.starts for worker in barq.supervisor.workers]
    assert counted["cleaning"] == len(CASES)
    assert Counter(found.values()) == Counter(case.dead for case in CASES if case.dead)
    assert starts == [1] * len(starts)


def test_killed_workers_lose_nothing(settings: Settings, console: Console) -> None:
    """Each stage is killed at once while it works; every uid fed is accounted for by name."""
    with running(settings, console) as barq:
        options = FeedOptions(rejects=settings.run_dir / "rejects.jsonl")
        report = feed([SAMPLES], settings, options)
        for worker in barq.supervisor.workers:
            assert worker.process is not None
            worker.process.kill()
        deadline = time.monotonic() + PATIENCE
        while not all(worker.starts > 1 for worker in barq.supervisor.workers):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert barq.supervisor.wait_ready(60)
        assert barq.wait_idle(PATIENCE)
    assert report.acknowledged == len(records(settings, "raw"))
    fed = uids(records(settings, "raw"))
    ended = uids(records(settings, "unique", "duplicates")) | uids(records(settings, "dead"))
    assert fed - ended == set()
    assert uids(records(settings, "tagged")) == uids(records(settings, "unique"))


def uids(found: list[Record]) -> set[str]:
    """Return the uids that the records name; those of bad lines are left out."""
    names = set()
    for record in found:
        with contextlib.suppress(Reject):
            event = codec.decode(record.value)
            if event.get("id") and event.get("source"):
                names.add(f"{event['source']}:{event['id']}")
    return names


@pytest.mark.parametrize("broker", [KAFKA], indirect=True)
def test_state_survives_a_restart_of_all_workers(settings: Settings, console: Console) -> None:
    with running(settings, console) as barq:
        feed_and_wait(barq, SAMPLES)
        first = alert_ids(settings)
    with running(settings, console) as barq:
        feed_and_wait(barq, SAMPLES)
        assert taken(barq)["tagging"] == 0, "a window was forgotten"
    assert alert_ids(settings) == first


@pytest.mark.parametrize("broker", [KAFKA], indirect=True)
@pytest.mark.timeout(900)
def test_both_evaluation_streams_twice(
    settings: Settings, console: Console, evaluation_data: Path
) -> None:
    """Eleven thousand real articles: all accounted for, and the second feed adds no alert."""
    wire = evaluation_data / "wire"
    streams = [str(wire / "ant-v1.jsonl.gz"), str(wire / "reuters-a.jsonl.gz")]
    with running(settings, console) as barq:
        assert feed_and_wait(barq, *streams) == 11_319
        assert taken(barq)["cleaning"] == 11_319
        first = alert_ids(settings)
        assert feed_and_wait(barq, *streams) == 11_319
        assert taken(barq)["cleaning"] == 22_638
        assert alert_ids(settings) == first
