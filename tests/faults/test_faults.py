"""Faults under load on Apache Kafka: nothing is lost, and the order of a story's versions holds."""

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from agents.kafka import KafkaServer
from agents.settings import Settings
from agents.up import Running, running
from tests.faults.ledger import audit, feeding, settle, until, write_wire

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

ARTICLES = 6000
RATE = 500.0
PATIENCE = 180.0

Fault = Callable[[Running, KafkaServer, random.Random], None]


def kill_workers(barq: Running, _: KafkaServer, chance: random.Random) -> None:
    """Kill a random worker, six times."""
    for _turn in range(6):
        time.sleep(chance.uniform(0.5, 2.0))
        worker = chance.choice(barq.supervisor.workers)
        if worker.running and worker.process is not None:
            worker.process.signal(signal.SIGKILL)


def roll_workers(barq: Running, _: KafkaServer, chance: random.Random) -> None:
    """Stop one worker after the other gracefully; the supervisor starts each again."""
    for worker in barq.supervisor.workers:
        starts = worker.starts
        if worker.process is not None:
            worker.process.signal(signal.SIGTERM)
        until(lambda w=worker, n=starts: w.starts > n, 40, f"a restart of {worker.name}")  # type: ignore[misc]
        time.sleep(chance.uniform(0.5, 1.0))


def kill_broker(_: Running, kafka: KafkaServer, chance: random.Random) -> None:
    """Kill the broker twice and start it again on its data."""
    for _turn in range(2):
        time.sleep(chance.uniform(1.0, 3.0))
        kafka.kill()
        kafka.start()


def pause_broker(seconds: float) -> Fault:
    """Return the fault of a broker that answers nobody for some seconds."""

    def fault(_: Running, kafka: KafkaServer, chance: random.Random) -> None:
        time.sleep(chance.uniform(1.0, 2.0))
        kafka.pause()
        time.sleep(seconds)
        kafka.resume()

    fault.__name__ = f"pause_broker_{seconds:g}_s"
    return fault


def pause_workers(barq: Running, _: KafkaServer, chance: random.Random) -> None:
    """Freeze each stage's process in turn for longer than its session lasts."""
    for worker in barq.supervisor.workers:
        if worker.process is not None and worker.running:
            worker.process.signal(signal.SIGSTOP)
            time.sleep(9)
            worker.process.signal(signal.SIGCONT)
        time.sleep(chance.uniform(0.2, 0.5))


def no_fault(barq: Running, kafka: KafkaServer, chance: random.Random) -> None:
    """Do nothing: what poison alone does."""


@pytest.mark.parametrize(
    ("fault", "workers", "poison"),
    [
        (no_fault, 1, 0.01),
        (kill_workers, 1, 0.0),
        (kill_workers, 2, 0.01),
        (roll_workers, 2, 0.0),
        (kill_broker, 1, 0.0),
        (pause_broker(5), 1, 0.0),
        (pause_broker(12), 1, 0.0),
        (pause_workers, 1, 0.0),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_nothing_is_lost(
    fault: Fault,
    workers: int,
    poison: float,
    settings: Settings,
    kafka: KafkaServer,
    seed: int,
    tmp_path: Path,
) -> None:
    """A wire is fed while the fault happens; then every record is looked for by name."""
    wire = tmp_path / "wire.jsonl"
    write_wire(wire, ARTICLES, seed, poison)
    chance = random.Random(seed)
    with running(settings.model_copy(update={"workers": workers}), Console()) as barq:
        with feeding(barq, wire, RATE) as reports:
            fault(barq, kafka, chance)
        recovered = settle(barq, PATIENCE)
    verdict = audit(settings)
    verdict.recovered = recovered
    print(verdict.line(f"{fault.__name__} workers {workers} poison {poison:g} seed {seed}"))  # noqa: T201
    [report] = reports
    assert report.stopped is None
    assert verdict.fed >= report.acknowledged
    assert verdict.lost == []
    assert verdict.unread == 0
    assert verdict.disordered == 0
    assert verdict.alarmed > 0
    assert verdict.unalerted == []
    assert verdict.renamed == 0
