"""What docker-compose.yml starts, started without a container engine.

The commands and the environment are the same; only addresses and directories differ.
"""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.kafka import LIBS, find_java
from agents.processes import Child, LocalBroker, free_port
from agents.up import EMBEDDED_SESSION_SECONDS
from pipeline.topology import STAGES

pytestmark = pytest.mark.e2e
CHECKOUT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(
    (CHECKOUT / "docker-compose.yml").read_text("utf-8")
)["services"]
PROGRAMS = Path(sys.executable).parent
SECONDS = 120


class KafkaOfCompose(LocalBroker):
    """The kafka service: its variables made into a configuration by the image's own program."""

    name = "Kafka of docker-compose.yml"
    start_seconds = 90.0
    stop_seconds = 30.0

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.directory = directory

    def spawn(self, port: int) -> Child:
        """Do what the image does at its start: configure, format, serve."""
        inside, controller = free_port(), free_port()
        environment = {"PATH": os.environ["PATH"]}
        for name, value in SERVICES["kafka"]["environment"].items():
            moved = value.replace(":19092", f":{port}").replace(":9092", f":{inside}")
            environment[name] = moved.replace(":9093", f":{controller}")
        environment["KAFKA_LOG_DIRS"] = str(self.directory / "data")
        folders = [self.directory / name for name in ("defaults", "mounted", "config")]
        for folder in folders:
            folder.mkdir(parents=True)
        for name in ("server.properties", "log4j2.yaml", "tools-log4j2.yaml"):
            (folders[0] / name).write_text("", "utf-8")
        hosts = self.directory / "hosts"
        hosts.write_text("127.0.0.1 localhost\n127.0.0.1 kafka\n", "utf-8")
        java = [find_java(), f"-Djdk.net.hosts.file={hosts}", "-cp", f"{LIBS}/*"]
        options = ("default", "mounted", "final")
        subprocess.run(
            [
                *java,
                "kafka.docker.KafkaDockerWrapper",
                "setup",
                *(
                    word
                    for option, folder in zip(options, folders, strict=True)
                    for word in (f"--{option}-configs-dir", str(folder))
                ),
            ],
            env=environment,
            check=True,
            capture_output=True,
        )
        return Child(
            [*java, "-Xmx512m", "kafka.Kafka", str(folders[2] / "server.properties")],
            self.directory / "log",
            environment,
        )


def image_environment() -> dict[str, str]:
    """Return the variables that the Dockerfile sets for barq."""
    text = (CHECKOUT / "Dockerfile").read_text("utf-8")
    return dict(re.findall(r"\b(BARQ_\w+|PYTHON\w+)=(\S+)", text))


def environment_of(service: str, broker: LocalBroker, port: int, folder: Path) -> dict[str, str]:
    """Return a service's variables, with the address and the paths of this machine."""
    return {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        **image_environment(),
        **SERVICES[service]["environment"],
        "BARQ_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "BARQ_METRICS_PORT": str(port),
        "BARQ_RULES": str(CHECKOUT / "rules"),
        "BARQ_RUN_DIR": str(folder / "run"),
        "BARQ_SESSION_TIMEOUT_SECONDS": str(EMBEDDED_SESSION_SECONDS),
        "BARQ_WATCHLISTS": str(CHECKOUT / "rules" / "watchlists"),
        "BARQ_WORDLISTS": str(CHECKOUT / "rules" / "wordlists"),
    }


@dataclass(slots=True)
class Running:
    """A service's process, the command that checks its health, and where its metrics are."""

    child: Child
    check: list[str]
    metrics: str

    def wait_healthy(self) -> None:
        """Wait until the health check succeeds."""
        while subprocess.run(self.check, capture_output=True, check=False).returncode:
            assert self.child.exit_code is None, self.child.last_words()


@contextmanager
def service(name: str, broker: LocalBroker, folder: Path) -> Iterator[Running]:
    """Run a service's command until the end of the block."""
    port = free_port()
    environment = environment_of(name, broker, port, folder)
    child = Child(["barq", *SERVICES[name]["command"]], folder / f"{name}.log", environment)
    words = SERVICES[name]["healthcheck"].get("test", [])[1:]
    check = [word.replace(":9100/", f":{port}/") for word in words]
    try:
        yield Running(child, check, f"http://127.0.0.1:{port}/metrics")
    finally:
        child.kill()


def create_topics(broker: LocalBroker, folder: Path) -> None:
    """Run the one-shot service that the workers wait for."""
    with service("topics", broker, folder) as topics:
        while topics.child.exit_code is None:
            time.sleep(0.05)
        assert topics.child.exit_code == 0, topics.child.last_words()


@pytest.fixture(scope="module")
def embedded_with_topics(
    embedded_server: LocalBroker, tmp_path_factory: pytest.TempPathFactory
) -> LocalBroker:
    """Give the embedded broker after the service that makes the topics has run."""
    create_topics(embedded_server, tmp_path_factory.mktemp("topics"))
    return embedded_server


@pytest.mark.parametrize("stage", [*(stage.name for stage in STAGES), "auditor"])
def test_a_worker_becomes_healthy_shows_sound_metrics_and_stops_when_it_is_told(
    stage: str, tmp_path: Path, embedded_with_topics: LocalBroker, promtool: str
) -> None:
    with service(stage, embedded_with_topics, tmp_path) as worker:
        worker.wait_healthy()
        with urllib.request.urlopen(worker.metrics, timeout=SECONDS) as page:  # noqa: S310
            metrics = page.read()
        assert worker.child.stop(SECONDS)
        assert worker.child.exit_code == 0, worker.child.last_words()
    done = subprocess.run(
        [promtool, "check", "metrics"], input=metrics, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.kafka
@pytest.mark.usefixtures("kafka_server")
def test_kafka_of_compose_serves_programs_of_the_host_and_makes_barqs_topics(
    tmp_path: Path,
) -> None:
    with KafkaOfCompose(tmp_path / "kafka") as kafka:
        create_topics(kafka, tmp_path)
        done = subprocess.run(
            ["barq", "topics", "describe", "--json"],
            env=environment_of("topics", kafka, 0, tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "news.raw" in done.stdout
