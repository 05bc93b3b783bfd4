"""One heat: one system's workers, started and warm, run over what was fed while they stood still.

Workers are stopped by SIGSTOP while the articles are fed and the clock starts with SIGCONT, so that
the time to start, to import and to join a group is in nobody's figure.
"""

import shutil
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

import psutil

from agents.settings import Settings
from bench import audit, stages
from bench.audit import Audit
from bench.ground import Fed, Ground, ground
from bench.meter import read_meter
from bench.stages import PASS_THROUGH
from bench.systems import System, Worker, start_workers

POLL_SECONDS = 0.2
QUIET_SECONDS = 1.0
"""Nothing more came out for so long: the heat is over. The clock ends with the last record."""
WARM_SECONDS = 90.0
COMMIT_SECONDS = 5.0
STOP_SECONDS = 15.0

Ends = dict[str, int]
SERIAL = count(1)


class HeatFailed(Exception):
    """A system did not finish a heat; the message says how far it came and what it said last."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Which stages run, what they are fed, and when all of it has come out."""

    name: str
    stages: tuple[str, ...]
    source: str
    finished: Callable[[Ends], bool]
    audit: Callable[[Ground, float], Audit]


def all_out(ends: Ends) -> bool:
    """Return whether every article has ended, and every match became an alert."""
    judged = ends["unique"] + ends["duplicates"] + ends["dead"] >= ends["raw"]
    return judged and ends["tagged"] >= ends["unique"] and ends["alerts"] >= ends["matches"]


STAGES = Flow(
    "stages", ("cleaning", "dedup", "tagging", "alerting"), "raw", all_out, audit.audit_stages
)
COPYING = Flow(
    PASS_THROUGH,
    (PASS_THROUGH,),
    "raw",
    lambda ends: ends["clean"] >= ends["raw"],
    lambda ground, _: audit.audit_copies(ground),
)
TAGGING = Flow(
    "tagging",
    ("tagging",),
    "unique",
    lambda ends: ends["tagged"] + ends["dead"] >= ends["unique"],
    lambda ground, _: audit.audit_tagging(ground),
)


@dataclass(slots=True)
class Heat:
    """The figures of one heat. Seconds of CPU are by stage; `fed` and `seconds` give the rate."""

    system: str
    flow: str
    workers: int
    fed: int = 0
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    stage_cpu: dict[str, float] = field(default_factory=dict)
    broker_cpu: float = 0.0
    rss: dict[str, int] = field(default_factory=dict)
    missing: int = 0
    repeated: int = 0
    uncommitted: int = 0
    alerts: int = 0
    rate: float | None = None
    """Records fed a second where the feeder held a rate."""
    latencies: dict[str, float] = field(default_factory=dict)
    failed: str | None = None

    @property
    def per_second(self) -> float:
        """Records a second, from the workers' start to the last output."""
        return self.fed / self.seconds if self.seconds else 0.0

    @property
    def sound(self) -> bool:
        """Whether its figures count."""
        return self.failed is None and not self.missing and not self.uncommitted

    def as_dict(self) -> dict[str, Any]:
        """Return the heat for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the processes had used at a moment."""

    time: float
    cpu: dict[str, float]
    stage_cpu: dict[str, float]
    broker_cpu: float
    rss: dict[str, int]


def sample(workers: Sequence[Worker], broker: int) -> Sample:
    """Return what workers and broker have used until now."""
    now = time.time()
    cpu: dict[str, float] = {}
    stage_cpu: dict[str, float] = {}
    rss: dict[str, int] = {}
    for worker in workers:
        seconds, memory = used(worker.child.pid)
        cpu[worker.stage] = cpu.get(worker.stage, 0.0) + seconds
        rss[worker.stage] = rss.get(worker.stage, 0) + memory
        stage_cpu[worker.stage] = stage_cpu.get(worker.stage, 0.0) + read_meter(worker.meter)[0]
    return Sample(now, cpu, stage_cpu, used(broker)[0], rss)


def used(pid: int) -> tuple[float, int]:
    """Return the CPU seconds and the resident bytes of a process and its children."""
    seconds, memory = 0.0, 0
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        seconds += times.user + times.system
        memory += one.memory_info().rss
    return seconds, memory


@dataclass(slots=True)
class Track:
    """Where heats are run: the broker, and settings that every system gets alike."""

    settings: Settings
    broker: int
    """Its process id."""
    desks: list[str]
    warm_up: dict[str, list[Fed]]
    """For each source topic, records that show that a system is up."""
    limit_seconds: float

    def heat(
        self,
        system: System,
        flow: Flow,
        records: Sequence[Fed],
        *,
        workers: int = 1,
        rate: float | None = None,
    ) -> Heat:
        """Run a heat; a system that fails gives a heat that says so."""
        result = Heat(system.name, flow.name, workers, fed=len(records), rate=rate)
        settings = self.settings.model_copy(
            update={
                "topic_prefix": f"heat{next(SERIAL)}.",
                "run_dir": self.settings.run_dir / "heat",
            }
        )
        shutil.rmtree(settings.run_dir, ignore_errors=True)
        with ground(settings, self.desks) as place:
            running: list[Worker] = []
            try:
                running += start_workers(system, flow.stages, settings, workers)
                self.run(place, flow, running, records, result, commits=system.commits)
            except (HeatFailed, psutil.NoSuchProcess) as failure:
                result.failed = str(failure)
            finally:
                for worker in running:
                    worker.child.signal(signal.SIGTERM)
                for worker in running:
                    worker.child.stop(STOP_SECONDS)
        return result

    def run(
        self,
        place: Ground,
        flow: Flow,
        running: Sequence[Worker],
        records: Sequence[Fed],
        result: Heat,
        *,
        commits: bool,
    ) -> None:
        """Warm the workers up, let them run over the records, and fill in the figures."""
        self.warm(place, flow, running)
        if result.rate is None:
            with stopped(running):
                place.feed(records, flow.source)
                before = sample(running, self.broker)
        else:
            before = sample(running, self.broker)
            place.feed(records, flow.source, result.rate)
        samples = list(self.watch(place, flow, running, self.limit_seconds))
        if commits:
            names = ["cleaning" if one == PASS_THROUGH else one for one in flow.stages]
            result.uncommitted = place.uncommitted(names, COMMIT_SECONDS)
        found = flow.audit(place, before.time)
        after = next((one for one in samples if one.time >= found.ended), samples[-1])
        fill(result, before, after, found)

    def warm(self, place: Ground, flow: Flow, running: Sequence[Worker]) -> None:
        """Feed warm-up records until every worker has had some. Raises HeatFailed."""
        deadline = time.monotonic() + WARM_SECONDS
        while True:
            place.feed(self.warm_up[flow.source], flow.source)
            list(self.watch(place, flow, running, deadline - time.monotonic()))
            if all(read_meter(worker.meter)[1] for worker in running):
                return

    def watch(
        self, place: Ground, flow: Flow, running: Sequence[Worker], seconds: float
    ) -> Iterator[Sample]:
        """Yield samples until everything has come out and it is quiet. Raises HeatFailed."""
        deadline = time.monotonic() + seconds
        last: Ends = {}
        quiet_since = time.monotonic()
        while True:
            ends = place.ends()
            yield sample(running, self.broker)
            now = time.monotonic()
            if ends != last:
                last, quiet_since = ends, now
            if flow.finished(ends) and now - quiet_since > QUIET_SECONDS:
                return
            for worker in running:
                if worker.child.exit_code is not None:
                    raise HeatFailed(f"{worker.stage} ended: {last_line(worker)}")
            if now > deadline:
                raise HeatFailed(f"not through after {seconds:.0f} s: {counted(ends)}")
            time.sleep(POLL_SECONDS)


def counted(ends: Ends) -> str:
    """Return what the topics hold, those without records left out."""
    return ", ".join(f"{topic} {number}" for topic, number in ends.items() if number)


class stopped:  # noqa: N801  (reads as a word in a with statement)
    """Workers that stand still while the block runs."""

    def __init__(self, running: Sequence[Worker]) -> None:
        self.running = running

    def __enter__(self) -> None:
        for worker in self.running:
            worker.child.signal(signal.SIGSTOP)

    def __exit__(self, *_: object) -> None:
        for worker in self.running:
            worker.child.signal(signal.SIGCONT)


def last_line(worker: Worker) -> str:
    """Return the last line that a worker wrote."""
    lines = worker.child.last_words().splitlines() or ["it said nothing."]
    return lines[-1]


def fill(result: Heat, before: Sample, after: Sample, found: Audit) -> None:
    """Write the figures of a heat that came to its end."""
    result.seconds = found.ended - before.time
    result.cpu = {name: after.cpu[name] - before.cpu[name] for name in after.cpu}
    result.stage_cpu = {
        name: after.stage_cpu[name] - before.stage_cpu[name] for name in after.stage_cpu
    }
    result.broker_cpu = after.broker_cpu - before.broker_cpu
    result.rss = after.rss
    result.missing, result.repeated, result.alerts = found.missing, found.repeated, found.alerts
    if found.latencies:
        cuts = statistics.quantiles(found.latencies, n=100, method="inclusive")
        result.latencies = {
            "p50": cuts[49],
            "p99": cuts[98],
            "most": max(found.latencies),
            "number": len(found.latencies),
        }


def desks() -> list[str]:
    """Return the desks of the shipped rules."""
    return stages.desks(stages.RULES)
