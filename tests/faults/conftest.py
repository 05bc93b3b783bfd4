"""A Kafka for the drills, settings of each one's own, and the table of results at the end."""

import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from agents.kafka import KafkaServer
from agents.settings import Settings, load_settings
from tests.e2e.conftest import require_kafka
from tests.faults.drill import HEADINGS, Drill, Result

RESULTS = pytest.StashKey[list[Result]]()


@pytest.fixture(scope="session")
def shared_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Give one Apache Kafka for all drills that leave the broker alone."""
    require_kafka()
    folder = tmp_path_factory.mktemp("kafka")
    with KafkaServer(folder) as server:
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[KafkaServer]:
    """Give an Apache Kafka that the test may pause and kill."""
    require_kafka()
    with KafkaServer(tmp_path / "kafka") as server:
        yield server
    shutil.rmtree(tmp_path / "kafka")


@pytest.fixture
def seed() -> int:
    """Give the seed of the run, which BARQ_FAULTS_SEED repeats."""
    return int(os.environ.get("BARQ_FAULTS_SEED", "1"))


def drill_on(kafka: KafkaServer, request: pytest.FixtureRequest, folder: Path, seed: int) -> Drill:
    """Return a drill with topics, groups and a run directory of its own and short time limits."""
    results = request.config.stash.setdefault(RESULTS, [])
    return Drill(drill_settings(kafka, request.node.nodeid, folder), seed, folder, results)


def drill_settings(kafka: KafkaServer, name: str, folder: Path) -> Settings:
    """Return settings with topics, groups and a run directory of a drill's own."""
    return load_settings(
        bootstrap_servers=kafka.bootstrap_servers,
        topic_prefix=f"t{zlib.crc32(name.encode())}.",
        partitions=4,
        run_dir=folder / "run",
        session_timeout_seconds=6,
        lag_interval_seconds=0.5,
        stall_seconds=20,
        grace_seconds=10,
    )


@pytest.fixture
def drill(
    shared_kafka: KafkaServer, request: pytest.FixtureRequest, tmp_path: Path, seed: int
) -> Drill:
    """Give a drill on the shared Kafka."""
    return drill_on(shared_kafka, request, tmp_path, seed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the ledger said after each fault."""
    results = terminalreporter.config.stash.get(RESULTS, [])
    if not results:
        return
    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "fault" else "right")
    for result in results:
        table.add_row(*result.cells())
    terminalreporter.section("what the ledger says")
    terminalreporter.write_line(rendered(table))
    for result in results:
        if result.notes:
            terminalreporter.write_line(f"{result.fault}: {result.notes}")


def rendered(table: Table) -> str:
    """Return the table as text that no terminal folds."""
    console = Console(width=200)
    with console.capture() as capture:
        console.print(table)
    return capture.get()
