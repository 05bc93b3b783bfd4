"""`make bench-throughput`: barq beside its peers, in one run on one broker, into RESULTS.md.

Every part runs all systems in one order and then in the other, so that a machine that grows slower
or faster favours nobody. What cannot be installed or does not finish stands in the tables as such.
"""

import argparse
import shutil
import signal
import tempfile
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from agents.kafka import KafkaServer
from agents.settings import load_settings
from bench import results, stages
from bench.articles import key_of, make_wire, read_wire
from bench.ground import Fed
from bench.heats import COPYING, STAGES, TAGGING, Flow, Heat, Track, desks
from bench.machine import describe
from bench.systems import SYSTEMS, CannotInstall, System, install

WARM_UP = 200
PARTS = ("stages", "pass-through", "workers", "latency")


def main() -> None:
    options = arguments()
    end_cleanly()
    systems = [SYSTEMS[name] for name in options.systems.split(",")]
    absent = install_all(systems)
    wire = keyed(
        read_wire(options.wire, options.articles)
        if options.wire
        else make_wire(options.articles, options.seed)
    )
    run_dir = Path(tempfile.mkdtemp(prefix="barq-bench-"))
    try:
        with KafkaServer(run_dir / "kafka") as kafka:
            track = prepare(kafka, run_dir, options)
            contest = Contest(track, [s for s in systems if s.name not in absent], options.rounds)
            heats = contest.parts(options.parts.split(","), wire, options)
    finally:
        shutil.rmtree(run_dir, ignore_errors=True)
    run = describe(systems, options.seed) | {
        "articles": len(wire),
        "bytes": round(sum(len(value) for _, value in wire) / len(wire)),
        "wire": options.wire.name if options.wire else "invented",
        "copies": options.copies,
        "rounds": options.rounds,
        "partitions": options.partitions,
        "absent": absent,
        "heats": [heat.as_dict() for heat in heats],
    }
    results.save(options.out, "throughput", run)
    print((options.out / "RESULTS.md").read_text("utf-8"))


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.throughput", description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000, help="articles of a heat")
    parser.add_argument("--copies", type=int, default=60_000, help="records of a pass-through")
    parser.add_argument("--rounds", type=int, default=2, help="times that each system runs")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another wire")
    parser.add_argument("--partitions", type=int, default=8, help="partitions of every topic")
    parser.add_argument("--seconds", type=float, default=20.0, help="feeding, for the latency")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds a heat may take")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="which, parted by commas")
    parser.add_argument("--parts", default=",".join(PARTS), help="which, parted by commas")
    parser.add_argument("--wire", type=Path, help="articles of your own, as JSON Lines")
    parser.add_argument(
        "--out", type=Path, default=results.BENCH, help="directory of RESULTS.md and its data"
    )
    return parser.parse_args()


def end_cleanly() -> None:
    """Let SIGTERM end the run as Ctrl-C does, so that broker and workers end with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def install_all(systems: Sequence[System]) -> dict[str, str]:
    """Make the environments; return the systems that cannot be installed, and why."""
    absent = {}
    for system in systems:
        try:
            install(system)
        except CannotInstall as error:
            absent[system.name] = str(error)
    return absent


def keyed(records: Sequence[bytes]) -> list[Fed]:
    """Return raw records with their keys."""
    return [(key_of(record), record) for record in records]


def prepare(kafka: KafkaServer, run_dir: Path, options: argparse.Namespace) -> Track:
    """Return the track on a broker: settings, desks, warm-up records for each kind of flow."""
    settings = load_settings(
        bootstrap_servers=kafka.bootstrap_servers,
        run_dir=run_dir,
        partitions=options.partitions,
        commit_interval_seconds=0.25,
        log_format="json",
    )
    warm_up = keyed(make_wire(WARM_UP, options.seed, name="warm-up"))
    return Track(
        settings=settings,
        broker=kafka.pid,
        desks=desks(),
        warm_up={"raw": warm_up, "unique": unique(warm_up)},
        limit_seconds=options.limit,
    )


def unique(wire: Sequence[Fed]) -> list[Fed]:
    """Return what cleaning and dedup make of raw records: what tagging reads."""
    clean, judge = stages.bind("cleaning")["raw"], stages.bind("dedup")["clean"]
    return [
        (kept.key or b"", kept.value)
        for key, value in wire
        for cleaned in clean(value, key, 0, 0.0)
        if cleaned.topic == "clean"
        for kept in judge(cleaned.value, cleaned.key, 0, 0.0)
        if kept.topic == "unique"
    ]


class Contest:
    """All heats of a run, in order."""

    def __init__(self, track: Track, systems: Sequence[System], rounds: int) -> None:
        self.track = track
        self.systems = list(systems)
        self.rounds = rounds
        self.heats: list[Heat] = []

    def parts(
        self, names: Sequence[str], wire: Sequence[Fed], options: argparse.Namespace
    ) -> list[Heat]:
        """Run the named parts and return all heats."""
        copies = [
            (b"%d" % number, value)
            for number, (_, value) in zip(range(options.copies), cycle(wire), strict=False)
        ]
        # The broker's own machine warms up too; this heat is in no table.
        self.track.heat(self.systems[0], COPYING, copies[:20_000])
        todo: dict[str, Callable[[], None]] = {
            "stages": lambda: self.alternate(STAGES, wire),
            "pass-through": lambda: self.alternate(COPYING, copies),
            "workers": lambda: self.workers(copies, unique(wire)),
            "latency": lambda: self.latency(wire, options.seconds),
        }
        for name in names:
            todo[name]()
        return self.heats

    def alternate(self, flow: Flow, records: Sequence[Fed], workers: int = 1) -> None:
        """Run all systems over the records, in one order and then in the other."""
        for number in range(self.rounds):
            for system in self.systems[:: -1 if number % 2 else 1]:
                self.run(system, flow, records, workers=workers)

    def workers(self, copies: Sequence[Fed], articles: Sequence[Fed]) -> None:
        """Run two workers of a stage beside one."""
        self.alternate(COPYING, copies, workers=2)
        for workers in (1, 2):
            self.alternate(TAGGING, articles, workers)

    def latency(self, wire: Sequence[Fed], seconds: float) -> None:
        """Feed each system at half of what it did at most."""
        for system in self.systems:
            rates = [
                heat.per_second
                for heat in self.heats
                if heat.system == system.name and heat.flow == STAGES.name and heat.sound
            ]
            if rates:
                rate = median(rates) / 2
                records = list(islice(wire, int(rate * seconds)))
                self.run(system, STAGES, records, rate=rate)

    def run(self, system: System, flow: Flow, records: Sequence[Fed], **more: Any) -> None:
        """Run a heat, keep it and say how it went."""
        heat = self.track.heat(system, flow, records, **more)
        self.heats.append(heat)
        how = heat.failed or f"{heat.per_second:,.0f} records/s"
        print(f"{flow.name:13} {system.title:22} workers {heat.workers}  {how}", flush=True)


if __name__ == "__main__":
    main()
