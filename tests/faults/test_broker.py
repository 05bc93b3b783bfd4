"""A broker that is killed or answers nobody for a while."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents import exits
from agents.kafka import KafkaServer
from tests.e2e.conftest import require_kafka
from tests.faults.conftest import drill_on
from tests.faults.drill import Drill, until_ready

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def module_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Give an Apache Kafka that these tests may pause and kill."""
    require_kafka()
    folder = tmp_path_factory.mktemp("frail-kafka")
    with KafkaServer(folder) as server:
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def kafka(module_kafka: KafkaServer) -> Iterator[KafkaServer]:
    """Give that Kafka, and mend it for the next test."""
    yield module_kafka
    if not module_kafka.running:
        module_kafka.start()
    module_kafka.resume()


@pytest.fixture
def drill(kafka: KafkaServer, request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> Drill:
    """Give a drill on the Kafka that suffers."""
    return drill_on(kafka, request, tmp_path, seed)


def test_a_broker_that_is_killed_and_started_again_loses_nothing(
    drill: Drill, kafka: KafkaServer
) -> None:
    with drill.underway("kill -9 broker x2"):
        for _ in range(2):
            time.sleep(drill.chance.uniform(1.0, 3.0))
            kafka.kill()
            kafka.start()


@pytest.mark.parametrize(
    "seconds",
    [
        # Shorter than the session, longer than it, and longer than the patience of the watchdog.
        pytest.param(5, marks=pytest.mark.short),
        12,
        60,
    ],
)
def test_a_broker_that_answers_nobody_for_a_while_loses_nothing(
    drill: Drill, kafka: KafkaServer, seconds: int
) -> None:
    with drill.underway(f"broker paused {seconds} s") as barq:
        time.sleep(drill.chance.uniform(1.0, 2.0))
        kafka.pause()
        time.sleep(seconds)
        kafka.resume()
        for worker in barq.supervisor.workers:
            until_ready(worker)
    ended = {w.name: w.ended for w in barq.supervisor.workers if w.ended}
    drill.results[-1].notes = f"workers that ended and were started again: {ended or 'none'}"
    # Who gave up said so: stood still, or lost its broker, and nothing else.
    allowed = {exits.STUCK, exits.CRASHED, exits.UNAVAILABLE}
    assert {code for codes in ended.values() for code in codes} <= allowed
