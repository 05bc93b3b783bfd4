"""Programs that barq starts: one child in its own process group, and a broker made of one."""

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import psutil
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.05
LAST_WORDS_BYTES = 4096


class CannotStart(Exception):
    """A program is missing, or did not start; the message says what to do."""


class PortInUse(CannotStart):
    """A program's port was not free after all; it may be in a moment."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_is_open(port: int) -> bool:
    """Return whether something accepts connections at a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0


class Child:
    """A program in a process group of its own, so that Ctrl-C reaches it only through us.

    Its output goes to the end of a file, where `last_words` reads why it died; `unlogged` says
    why that file could not be opened, as on a full disk, and the output is gone then.
    """

    def __init__(
        self, command: Sequence[str], output: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start the program; None for the environment passes ours on. Raises CannotStart."""
        self.output = output
        self.unlogged: str | None = None
        try:
            with self._open_log() as log:
                self._log_began = log.tell()
                self._process = subprocess.Popen(
                    list(command),
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise CannotStart(
                f"{command[0]} cannot be run ({error.strerror}); install it again."
            ) from error
        self.pid = self._process.pid

    def _open_log(self) -> BinaryIO:
        try:
            self.output.parent.mkdir(parents=True, exist_ok=True)
            return self.output.open("ab")
        except OSError as error:
            self.unlogged = error.strerror or str(error)
            return Path(os.devnull).open("ab")

    @property
    def exit_code(self) -> int | None:
        """The code it ended with, negative for a signal; None while it runs."""
        return self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all that it started; nothing if it has ended."""
        if self.exit_code is None:
            os.killpg(self.pid, number)

    def stop(self, grace_seconds: float) -> bool:
        """End it: SIGTERM, then SIGKILL after the grace time. True if it went by itself."""
        # A program that is paused would take SIGTERM only after SIGCONT.
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            self._process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill(self) -> None:
        """End it at once, as a power cut would, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self._process.wait()

    def last_words(self) -> str:
        """Return the end of what it has written since it started, at most 4 kB."""
        if self.unlogged is not None or not self.output.exists():
            return ""
        with self.output.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_began, end - LAST_WORDS_BYTES))
            return log.read().decode("utf-8", "replace").strip()


class LocalBroker(ABC):
    """A Kafka broker that barq starts on 127.0.0.1; a context manager.

    It keeps its address over `restart`. `pause` and `kill` are there for tests of faults.
    """

    name: str
    start_seconds: float
    stop_seconds: float
    port_seconds = 5.0
    """The port of a program that was just killed stays taken for a second or two."""

    def __init__(self, port: int | None = None) -> None:
        """Prepare a broker at a port; None takes a free one at the first start."""
        self._wanted_port = port
        self._port: int | None = None
        self._child: Child | None = None

    @abstractmethod
    def spawn(self, port: int) -> Child:
        """Start the program that will listen at the port. Raises CannotStart."""

    @property
    def bootstrap_servers(self) -> str:
        """Its address, host:port, for clients. Only after the first start."""
        if self._port is None:
            raise RuntimeError(f"{self.name} has no address before it is started.")
        return f"{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int:
        """The process id of the running broker."""
        return self._running().pid

    @property
    def running(self) -> bool:
        """Whether its process is alive (a paused one is)."""
        return self._child is not None and self._child.exit_code is None

    def start(self) -> None:
        """Start it and wait until it answers clients. Raises CannotStart."""
        if self.running:
            raise RuntimeError(f"{self.name} runs already.")
        if self._wanted_port is not None and port_is_open(self._wanted_port):
            raise CannotStart(
                f"port {self._wanted_port} of {LOOPBACK} is taken: stop what listens there, "
                f"or give {self.name} another port."
            )
        patience = time.monotonic() + self.port_seconds
        while True:
            try:
                self._attempt()
            except PortInUse:
                if time.monotonic() > patience:
                    raise
                time.sleep(POLL_SECONDS)
            else:
                return

    def _attempt(self) -> None:
        """Start it once, and wait until it answers. Raises CannotStart."""
        deadline = time.monotonic() + self.start_seconds
        port = self._port or self._wanted_port or free_port()
        child = self._child = self.spawn(port)
        try:
            while time.monotonic() < deadline:
                if child.exit_code is not None:
                    break
                if port_is_open(port) and answers(port):
                    self._port = port
                    return
                time.sleep(POLL_SECONDS)
        except BaseException:
            child.kill()
            raise
        ended = child.exit_code
        child.kill()
        words = child.last_words()
        how = f"ended with code {ended}" if ended is not None else "did not answer in time"
        why = words.splitlines()[-1] if words else "it said nothing"
        kind = PortInUse if ended is not None and "in use" in words.lower() else CannotStart
        raise kind(f"{self.name} {how}: {why} (all it said is in {child.output}).")

    def stop(self) -> bool:
        """Stop it gracefully, by force if it does not obey; True if it obeyed."""
        return self._child is None or self._child.stop(self.stop_seconds)

    def kill(self) -> None:
        """Kill it; what it had not written is lost."""
        self._running().kill()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        child = self._running()
        child.signal(signal.SIGSTOP)
        # The signal is on its way: on a busy machine one more answer would come before it.
        while (
            child.exit_code is None and psutil.Process(child.pid).status() != psutil.STATUS_STOPPED
        ):
            time.sleep(POLL_SECONDS)

    def resume(self) -> None:
        """Let a paused broker go on."""
        self._running().signal(signal.SIGCONT)

    def restart(self) -> None:
        """Stop it if it runs, and start it at the same address."""
        self.stop()
        self.start()

    def _running(self) -> Child:
        if self._child is None or self._child.exit_code is not None:
            raise RuntimeError(f"{self.name} does not run.")
        return self._child

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def answers(port: int) -> bool:
    """Return whether a broker at a port of 127.0.0.1 answers a request for its metadata."""
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=f"{LOOPBACK}:{port}",
            bootstrap_timeout_ms=2000,
            request_timeout_ms=2000,
        )
    except KafkaError:
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()
