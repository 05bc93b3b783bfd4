"""Starts one process for each worker, starts it again with growing pauses, stops all gracefully."""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from agents import exits
from agents.processes import CannotStart, Child, free_port
from agents.scrape import Samples, merge, scrape
from agents.settings import Settings
from pipeline.topology import STAGES

log = structlog.get_logger()

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
SCRAPE_SECONDS = 1.0
"""How often a worker's counts are noted: what a killed one counted since then is not known."""
ENDS_KEPT = 100
SETTLED_SECONDS = 60.0
"""A worker that ran this long starts again without a pause of its history."""


@dataclass(slots=True)
class Worker:
    """One worker's place: its present process, and what its processes before it counted."""

    stage: str
    number: int
    port: int = 0
    process: Child | None = None
    started: float = 0.0
    starts: int = 0
    ended: list[int] = field(default_factory=list)
    """The exit codes of its processes before, the newest last; negative for a signal."""
    pause: float = FIRST_PAUSE_SECONDS
    due: float = 0.0
    scraped: float = 0.0
    seen: Samples = field(default_factory=dict)
    before: Samples = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The worker's name in logs and file names."""
        return f"{self.stage}-{self.number}"

    @property
    def running(self) -> bool:
        """Whether its process is alive."""
        return self.process is not None and self.process.exit_code is None


def worker_command(worker: Worker) -> list[str]:
    """Return the program that runs a worker's stage."""
    return [sys.executable, "-m", "agents.cli", "worker", worker.stage]


class Supervisor:
    """Keeps the workers of all stages running until `stop`."""

    def __init__(
        self,
        settings: Settings,
        bootstrap_servers: str,
        command: Callable[[Worker], list[str]] = worker_command,
    ) -> None:
        """Prepare the workers; their output goes to files in the run directory.

        `command` gives the program of a worker each time that it is started.
        """
        self.settings = settings
        self.bootstrap_servers = bootstrap_servers
        self.command = command
        self.logs = settings.run_dir / "logs"
        self.workers = [
            Worker(stage.name, number + 1) for stage in STAGES for number in range(settings.workers)
        ]
        self.stopping = threading.Event()
        self.failed: str | None = None
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Start every worker and watch over them in a thread. Raises CannotStart."""
        shutil.rmtree(self.logs, ignore_errors=True)
        for worker in self.workers:
            self.launch(worker)
        self.thread.start()

    def launch(self, worker: Worker) -> None:
        """Start a worker's process. Raises CannotStart."""
        worker.port = free_port()
        environment = {
            **os.environ,
            **self.settings.as_environment(),
            "BARQ_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "BARQ_METRICS_HOST": "127.0.0.1",
            "BARQ_METRICS_PORT": str(worker.port),
            "BARQ_RUN_DIR": str(self.settings.run_dir / worker.name),
        }
        worker.process = Child(
            self.command(worker),
            self.logs / f"{worker.name}.log",
            environment,
        )
        if worker.process.unlogged:
            log.warning("a worker's log is lost", worker=worker.name, why=worker.process.unlogged)
        worker.started = time.monotonic()
        worker.starts += 1

    def _watch(self) -> None:
        while not self.stopping.wait(0.2):
            for worker in self.workers:
                if not worker.running:
                    self._revive(worker)
                elif time.monotonic() - worker.scraped > SCRAPE_SECONDS:
                    worker.seen = scrape(worker.port) or worker.seen
                    worker.scraped = time.monotonic()

    def _revive(self, worker: Worker) -> None:
        """Start a worker again when its pause is over; give all up where that cannot help."""
        now = time.monotonic()
        code = worker.process.exit_code if worker.process else None
        if worker.process is not None and not worker.due:
            merge(worker.before, worker.seen)
            worker.seen = {}
            worker.ended = [*worker.ended, code or 0][-ENDS_KEPT:]
            if code == exits.USAGE:
                self.failed = f"{worker.name} cannot start: {last_line(worker)}"
                self.stopping.set()
                return
            if now - worker.started > SETTLED_SECONDS:
                worker.pause = FIRST_PAUSE_SECONDS
            worker.due = now + worker.pause
            log.warning(
                "worker ended",
                worker=worker.name,
                exit_code=code,
                again_in=worker.pause,
                said=last_line(worker),
            )
            worker.pause = min(worker.pause * 2, LONGEST_PAUSE_SECONDS)
        if now >= worker.due:
            try:
                self.launch(worker)
            except CannotStart as error:
                # The machine may be out of memory or processes for now; the others run on.
                log.exception("worker cannot be started", worker=worker.name, why=str(error))
                worker.due = now + worker.pause
            else:
                worker.due = 0.0

    def samples(self) -> dict[str, Samples]:
        """Return what each worker has counted since `start`, its earlier processes included."""
        result = {}
        for worker in self.workers:
            if worker.running:
                worker.seen = scrape(worker.port) or worker.seen
            total = dict(worker.before)
            merge(total, worker.seen)
            result[worker.name] = total
        return result

    def ready(self) -> bool:
        """Return whether every worker has its partitions."""
        return all(
            worker.running and scrape_ready(worker.port, worker.stage) for worker in self.workers
        )

    def wait_ready(self, seconds: float) -> bool:
        """Wait until every worker is ready; False if they are not in time or cannot start."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.stopping.is_set():
            if self.ready():
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> bool:
        """Stop all workers: SIGTERM, then SIGKILL after the grace time. True if all obeyed."""
        self.stopping.set()
        if self.thread.is_alive():
            self.thread.join()
        running = [worker.process for worker in self.workers if worker.process is not None]
        for process in running:
            process.signal(signal.SIGTERM)
        deadline = time.monotonic() + self.settings.grace_seconds + 5
        obeyed = [process.stop(max(0.1, deadline - time.monotonic())) for process in running]
        return all(obeyed)


def last_line(worker: Worker) -> str:
    """Return the last line that a worker's present process wrote."""
    lines = worker.process.last_words().splitlines() if worker.process else []
    return lines[-1] if lines else "it said nothing."


def scrape_ready(port: int, stage: str) -> bool:
    """Return whether a worker's metrics say that it is ready."""
    return scrape(port).get(("barq_worker_ready", (("stage", stage),)), 0.0) == 1.0
