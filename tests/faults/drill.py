"""A drill: a wire is fed to a running barq while a fault happens, then every record is looked for.

`Drill.underway` is the whole course of it; what happens inside its block is the fault.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import psutil
from rich.console import Console

from agents.feed_report import FeedOptions, FeedReport
from agents.feeder import feed
from agents.lag import LagReader
from agents.newsroom import load_rules
from agents.processes import Child
from agents.reading import bounds_of
from agents.settings import Settings
from agents.supervisor import Supervisor, Worker, scrape_ready, worker_command
from agents.up import Running, running
from pipeline.topology import BY_NAME
from tests.faults import broken_worker
from tests.faults.ledger import Ledger, Moment, Verdict
from tests.faults.wire import Wire
from tests.waiting import until

RATE = 400.0
PATIENCE = 180.0
READY_SECONDS = 60.0


@dataclass(slots=True)
class Result:
    """One row of the table that is printed at the end."""

    fault: str
    seed: int
    verdict: Verdict
    recovered: float
    notes: str = ""
    """What else was seen, for a line below the table."""

    def cells(self) -> list[str]:
        """Return the row's cells, as the headings below name them."""
        v = self.verdict
        numbers = [
            v.fed,
            self.seed,
            len(v.lost),
            len(v.unaccounted),
            f"{sum(v.repeated.values())} + {v.alerts_repeated}",
            len(v.disordered),
            len(v.changed) + v.renamed + len(v.misjudged),
            f"{self.recovered:.1f}",
        ]
        return [self.fault, *map(str, numbers)]


HEADINGS = (
    "fault",
    "N",
    "seed",
    "lost",
    "unaccounted",
    "repeated (records + alerts)",
    "wrong order",
    "repeated otherwise",
    "recovered in s",
)


@dataclass(slots=True)
class Drill:
    """Feeds, disturbs, settles and audits under one test's settings; `results` gets the row."""

    settings: Settings
    seed: int
    folder: Path
    results: list[Result]
    via: str | None = None
    """Address at which the workers reach the broker; None takes the settings'."""
    chance: random.Random = field(init=False)
    reports: list[FeedReport] = field(init=False, default_factory=list)
    moments: list[tuple[str, Moment]] = field(init=False, default_factory=list)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def set(self, **changes: object) -> None:
        """Change settings of the drill before it is underway."""
        self.settings = self.settings.model_copy(update=changes)

    @contextmanager
    def underway(
        self,
        fault: str,
        *,
        wire: Wire | None = None,
        rate: float | None = RATE,
        command: Callable[[Worker], list[str]] = worker_command,
        before: Callable[[Running], object] = lambda _: None,
    ) -> Iterator[Running]:
        """Run the workers, and `course` over the block; `before` is called before it feeds."""
        supervise = partial(self._supervisor, command)
        with running(self.settings, Console(), supervise) as barq:
            before(barq)
            with self.course(fault, wire=wire, rate=rate):
                yield barq

    @contextmanager
    def course(
        self,
        fault: str,
        *,
        wire: Wire | None = None,
        rate: float | None = RATE,
        patience: float = PATIENCE,
    ) -> Iterator[None]:
        """Feed until the block ends; then wait until all is read, audit and judge.

        Fails if anything is lost, repeated otherwise or out of order.
        """
        with self.feeding(wire or Wire(self.seed), rate):
            yield
        over = time.monotonic()
        self.settle(patience)
        verdict = self.audit(fault, time.monotonic() - over)
        assert verdict.faults() == {}, self.examples(verdict)

    def settle(self, patience: float) -> None:
        """Wait until no stage has anything left to read, seen twice in a row."""
        quiet = 0
        with closing(LagReader(self.settings)) as reader:

            def idle() -> bool:
                nonlocal quiet
                left = sum(sum(reader.read(stage).values()) for stage in BY_NAME)
                quiet = quiet + 1 if left == 0 else 0
                return quiet == 2

            until(idle, patience, "reading to the end")

    def _supervisor(
        self, command: Callable[[Worker], list[str]], settings: Settings, servers: str
    ) -> Supervisor:
        return Supervisor(settings, self.via or servers, command)

    @contextmanager
    def feeding(self, wire: Wire, rate: float | None) -> Iterator[None]:
        """Feed the wire in a thread until the block ends; nothing that was sent is refused."""

        def run() -> None:
            options = FeedOptions(rate=rate, rejects=self.folder / "rejects.jsonl")
            stdin = cast("Any", wire)
            self.reports.append(feed(["-"], self.settings, options, stdin=stdin))

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            wire.end()
            thread.join()
        [report] = self.reports[-1:]
        assert report.stopped is None
        assert report.rejected == 0

    def lag(self, stage: str) -> int:
        """Return how many records a stage has not acknowledged."""
        with closing(LagReader(self.settings)) as reader:
            return sum(reader.read(stage).values())

    def audit(self, fault: str, recovered: float) -> Verdict:
        """Read every topic, and note the verdict for the table."""
        self.ledger = Ledger(self.settings)
        verdict = self.ledger.close()
        self.results.append(Result(fault, self.seed, verdict, recovered))
        assert verdict.fed >= sum(report.acknowledged for report in self.reports)
        assert verdict.alarmed > 0
        return verdict

    def examples(self, verdict: Verdict) -> str:
        """Return a few of each thing that is wrong, to begin the search with."""
        names = ("lost", "unaccounted", "undue", "disordered", "misjudged", "changed", "unalerted")
        return "; ".join(f"{n}: {found[:5]}" for n in names if (found := getattr(verdict, n)))

    def kill(self, worker: Worker) -> None:
        """Kill a worker as a power cut would, and note what it had in flight."""
        until(lambda: worker.running, READY_SECONDS, f"a start of {worker.name}")
        process = worker.process
        assert process is not None
        # A pause of a second leaves time to look at the broker before the next process starts.
        worker.pause = 1.0
        process.signal(signal.SIGKILL)
        until(lambda: process.exit_code is not None, 10, f"the end of {worker.name}")
        self.moments.append((worker.stage, self.moment(worker.stage)))

    def moment(self, stage: str) -> Moment:
        """Return what a stage has committed now, and how far its sinks go."""
        with closing(LagReader(self.settings)) as reader:
            committed = {(p.topic, p.partition): p.position for p in reader.progress(stage)}
        names = self.settings.topics
        sinks = [n for hop in BY_NAME[stage].hops for n in hop.sinks if "<" not in n]
        sinks += [f"alerts.{rule.desk}" for rule in load_rules(self.settings)]
        bounds = bounds_of(self.settings, {names.name(sink) for sink in sinks})
        ends = {
            (place.topic.removeprefix(names.prefix), place.partition): end
            for place, (_, end) in bounds.items()
        }
        return Moment(committed, ends)

    def in_flight(self) -> dict[str, int]:
        """Return for each hop what was in flight at the kills, all together. After the drill."""
        totals: dict[str, int] = {}
        for stage, moment in self.moments:
            for hop in BY_NAME[stage].hops:
                found = self.ledger.in_flight(hop.name, moment)
                totals[hop.name] = totals.get(hop.name, 0) + found
        return totals


def until_ready(worker: Worker) -> None:
    """Wait until a worker has its partitions and reads them."""
    until(
        lambda: worker.running and scrape_ready(worker.port, worker.stage),
        READY_SECONDS,
        f"readiness of {worker.name}",
    )


def of_stage(barq: Running, stage: str) -> Worker:
    """Return the first worker of a stage."""
    return next(worker for worker in barq.supervisor.workers if worker.stage == stage)


def breaking(breaks: dict[str, list[str]], folder: Path) -> Callable[[Worker], list[str]]:
    """Return the commands of workers of which those of some stages break, as `breaks` says."""

    def command(worker: Worker) -> list[str]:
        if worker.stage not in breaks:
            return worker_command(worker)
        marks = folder / f"breaks-of-{worker.name}"
        program = [sys.executable, broken_worker.__file__, worker.stage, str(marks)]
        return program + breaks[worker.stage]

    return command


@contextmanager
def barq_up(drill: Drill) -> Iterator[Child]:
    """Give a `barq up` in a process of its own, which is stopped at the end."""
    environment = {**os.environ, **drill.settings.as_environment()}
    output = drill.folder / "up.log"
    up = Child([sys.executable, "-m", "agents.cli", "up"], output, environment)
    try:
        until(lambda: "barq is up on" in output.read_text(), READY_SECONDS, "`barq up`")
        yield up
    finally:
        up.stop(60)


def children(up: Child) -> dict[str, psutil.Process]:
    """Return the workers of a `barq up` by stage."""
    found = {}
    for process in psutil.Process(up.pid).children():
        with suppress(psutil.Error):
            command = process.cmdline()
            if "worker" in command and process.status() != psutil.STATUS_ZOMBIE:
                found[command[-1]] = process
    return found
