"""A Kafka and a barq of its own for each fault."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.kafka import KafkaServer
from agents.settings import Settings, load_settings
from tests.e2e.conftest import require_kafka


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[KafkaServer]:
    """Give an Apache Kafka that the test may pause and kill."""
    require_kafka()
    with KafkaServer(tmp_path / "kafka") as server:
        yield server


@pytest.fixture
def settings(kafka: KafkaServer, tmp_path: Path) -> Settings:
    """Give settings for that Kafka, with short time limits."""
    return load_settings(
        bootstrap_servers=kafka.bootstrap_servers,
        partitions=4,
        run_dir=tmp_path / "run",
        session_timeout_seconds=6,
        lag_interval_seconds=0.5,
        stall_seconds=20,
        grace_seconds=10,
    )


@pytest.fixture
def seed() -> int:
    """Give the seed of the run, which BARQ_FAULTS_SEED repeats."""
    return int(os.environ.get("BARQ_FAULTS_SEED", "1"))
