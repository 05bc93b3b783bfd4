"""Apache Kafka as one node on this machine, without Docker: `make kafka`, and the tests."""

import os
import re
import shutil
import signal
import string
import subprocess
import threading
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from agents import exits
from agents.processes import LOOPBACK, CannotStart, Child, LocalBroker, free_port
from agents.settings import CHECKOUT, load_settings

FILES = CHECKOUT / "ops" / "kafka"
LIBS = FILES / "target" / "libs"
OLDEST_JAVA = 17
BATCH_OVERHEAD_BYTES = 131_072
"""Room for the headers of a record and the frame of its batch, over the largest value."""
USUAL_PORT = 9092


@dataclass(frozen=True, slots=True)
class Detour:
    """A second port to listen at; clients that come there are sent on to the advertised one.

    What listens at the advertised port, such as a proxy, passes them through to `port`.
    """

    port: int
    advertised: int


class KafkaServer(LocalBroker):
    """Apache Kafka that keeps its data in a directory, over restarts and kills."""

    name = "Apache Kafka"
    start_seconds = 90.0
    stop_seconds = 30.0

    def __init__(
        self,
        directory: Path,
        port: int | None = None,
        libs: Path = LIBS,
        message_max_bytes: int | None = None,
        detour: Detour | None = None,
    ) -> None:
        """Prepare a server on the data of `directory`, which is made and formatted if needed.

        `libs` holds Kafka's jars. `message_max_bytes` is the largest batch of records that it
        takes; None fits BARQ_MAX_EVENT_BYTES. `detour` is a second address for clients.
        """
        super().__init__(port)
        self.directory = directory.resolve()
        self.libs = libs
        self.message_max_bytes = message_max_bytes or largest_batch()
        self.detour = detour

    def spawn(self, port: int) -> Child:
        """Write the configuration, format the directory at its first use, start the server."""
        java = find_java()
        if not any(self.libs.glob("kafka_*.jar")):
            raise CannotStart(f"{self.libs} holds no Kafka: run `make kafka-jars`.")
        properties = self._write_properties(port)
        if not (self.directory / "data" / "meta.properties").exists():
            self._format(java, properties)
        return Child(
            [*self._java(java), "-Xms256m", "-Xmx512m", "kafka.Kafka", str(properties)],
            self.directory / "kafka.log",
        )

    def _write_properties(self, port: int) -> Path:
        template = string.Template((FILES / "server.properties").read_text("utf-8"))
        properties = self.directory / "server.properties"
        detour = self.detour
        self.directory.mkdir(parents=True, exist_ok=True)
        properties.write_text(
            template.substitute(
                port=port,
                controller_port=free_port(),
                # A backslash escapes in Java's properties.
                directory=str(self.directory / "data").replace("\\", "\\\\"),
                message_max_bytes=self.message_max_bytes,
                more_listeners=f",DETOUR://{LOOPBACK}:{detour.port}" if detour else "",
                more_advertised=f",DETOUR://{LOOPBACK}:{detour.advertised}" if detour else "",
            ),
            "utf-8",
        )
        return properties

    def _format(self, java: str, properties: Path) -> None:
        """Give the data directory its identity, which Kafka wants before its first start."""
        identity = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = ["kafka.tools.StorageTool", "format", "--ignore-formatted"]
        done = subprocess.run(
            # An identity that begins with a dash must not be read as an option.
            [*self._java(java), *tool, f"--cluster-id={identity}", f"--config={properties}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            words = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise CannotStart(f"Kafka could not format {self.directory}: {words[-1]}")

    def _java(self, java: str) -> list[str]:
        return [
            java,
            "-Djava.awt.headless=true",
            f"-Dlog4j2.configurationFile={FILES / 'log4j2.properties'}",
            # A desk machine starts sooner with the simple collector.
            "-XX:+UseSerialGC",
            "-cp",
            f"{self.libs}/*",
        ]


def largest_batch() -> int:
    """Return the bytes of the largest batch that a broker must take under the settings."""
    return load_settings().max_message_bytes + BATCH_OVERHEAD_BYTES


def find_java() -> str:
    """Return the path of a Java that runs Kafka, JAVA_HOME's before PATH's. Raises CannotStart."""
    advice = (
        f"apt-get install openjdk-{OLDEST_JAVA}-jre-headless, or set JAVA_HOME to a newer Java."
    )
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")
    if java is None:
        where = f"under JAVA_HOME={home}" if home else "on the PATH"
        raise CannotStart(f"Java {OLDEST_JAVA} is missing {where}: {advice}")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < OLDEST_JAVA:
        what = f"is version {found[1]}" if found else "does not say its version"
        raise CannotStart(f"{java} {what}, and Kafka needs Java {OLDEST_JAVA}: {advice}")
    return java


def run_kafka(directory: Path, port: int) -> int:
    """Run a server in the foreground until SIGINT or SIGTERM; return the exit code.

    Raises CannotStart.
    """
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    server = KafkaServer(directory, port)
    print("Apache Kafka is starting.", flush=True)  # noqa: T201
    with server:
        address = server.bootstrap_servers
        print(  # noqa: T201
            f"Apache Kafka is on {address}; its data stays in {server.directory}.\n"
            "To use it, in another terminal:\n"
            f"  export BARQ_BOOTSTRAP_SERVERS={address}\n"
            "  make up\n"
            "Ctrl-C stops it.",
            flush=True,
        )
        while server.running and not over.wait(0.5):
            pass
        if not over.is_set():
            print(f"Apache Kafka ended; {server.directory / 'kafka.log'} says why.")  # noqa: T201
            return exits.CRASHED
    print("Apache Kafka stopped.")  # noqa: T201
    return exits.OK


def command(
    port: Annotated[int, typer.Option(help="Port of 127.0.0.1 to listen at.")] = USUAL_PORT,
    directory: Annotated[
        Path | None, typer.Option(help="Where its data is kept; usually .barq/kafka.")
    ] = None,
) -> None:
    """Run Apache Kafka on 127.0.0.1 until Ctrl-C, its data kept on disk.

    Example: python -m agents.kafka --port 9192
    """
    try:
        code = run_kafka(directory or load_settings().run_dir / "kafka", port)
    except CannotStart as error:
        typer.echo(f"barq: {error}", err=True)
        code = exits.UNAVAILABLE
    raise typer.Exit(code)


if __name__ == "__main__":
    typer.run(command)
