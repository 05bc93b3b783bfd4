"""Real brokers and a real barq on them: the embedded broker for `make test`, Kafka for CI."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from agents.embedded import EmbeddedBroker
from agents.kafka import LIBS, KafkaServer, find_java
from agents.processes import CannotStart, LocalBroker
from agents.settings import Settings, load_settings
from agents.up import EMBEDDED_FETCH_WAIT_MS, EMBEDDED_SESSION_SECONDS

KAFKA = pytest.param("kafka", marks=pytest.mark.kafka)


def require_kafka() -> None:
    """Skip, saying why, where Apache Kafka cannot run; in CI that is a failure instead."""
    why = None if any(LIBS.glob("kafka_*.jar")) else f"{LIBS} is empty: run `make kafka-jars`."
    try:
        find_java()
    except CannotStart as error:
        why = str(error)
    if why is not None and os.environ.get("CI"):
        pytest.fail(why)
    if why is not None:
        pytest.skip(why)


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBroker]:
    """Give one Apache Kafka for the whole session."""
    require_kafka()
    with KafkaServer(tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[LocalBroker]:
    """Give one embedded broker for the whole session."""
    with EmbeddedBroker() as server:
        yield server


@pytest.fixture(scope="session", params=["embedded", KAFKA])
def broker(request: pytest.FixtureRequest) -> LocalBroker:
    """Give each broker in turn."""
    server: LocalBroker = request.getfixturevalue(f"{request.param}_server")
    return server


def own_settings(broker: LocalBroker, name: str, run_dir: Path) -> Settings:
    """Return settings with topics, groups and a run directory of a test's own."""
    return load_settings(
        bootstrap_servers=broker.bootstrap_servers,
        topic_prefix=f"t{zlib.crc32(name.encode())}.",
        partitions=4,
        run_dir=run_dir,
        session_timeout_seconds=EMBEDDED_SESSION_SECONDS,
        fetch_wait_ms=EMBEDDED_FETCH_WAIT_MS,
        lag_interval_seconds=0.5,
    )


@pytest.fixture
def settings(broker: LocalBroker, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Give settings of the test's own."""
    return own_settings(broker, request.node.nodeid, tmp_path / "run")


@pytest.fixture
def console() -> Console:
    """Give a console that prints into pytest's capture."""
    return Console(width=160)
