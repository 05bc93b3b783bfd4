"""`make bench-growth`: how barq's costs grow with partitions, sizes, windows and rules."""

import argparse
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from agents.kafka import KafkaServer
from bench import growth_rules, growth_window, results
from bench.articles import USUAL_BYTES, make_wire
from bench.ground import Fed
from bench.heats import COPYING, STAGES, Track
from bench.machine import describe
from bench.systems import SYSTEMS
from bench.throughput import end_cleanly, keyed, prepare

PARTITIONS = (1, 2, 4, 8)
SIZES = {1_000: 12_000, 10_000: 3_000, 100_000: 300}
"""Bytes of an article, and how many such articles a heat takes."""
WINDOWS = (100_000, 1_000_000, 3_000_000)
RULES = (100, 1_000, 10_000, 100_000)
PARTS = ("partitions", "sizes", "windows", "rules")

Row = dict[str, Any]


def main() -> None:
    options = arguments()
    run = describe([SYSTEMS["barq"]], options.seed) | {"rounds": options.rounds}
    if {"partitions", "sizes"} & {*options.parts}:
        run |= through_stages(options)
    if "windows" in options.parts:
        run["windows"] = apart(growth_window.measure, WINDOWS[: options.steps], options.seed)
    if "rules" in options.parts:
        run["rules"] = apart(growth_rules.measure, RULES[: options.steps], options.seed)
    results.save(options.out, "growth", run)
    print((options.out / "RESULTS.md").read_text("utf-8"))


def through_stages(options: argparse.Namespace) -> dict[str, list[Row]]:
    """Return the rows of the parts that need a broker."""
    end_cleanly()
    run_dir = Path(tempfile.mkdtemp(prefix="barq-bench-"))
    try:
        with KafkaServer(run_dir / "kafka") as kafka:
            growth = Growth(prepare(kafka, run_dir, options), options)
            parts = {"partitions": growth.over_partitions, "sizes": growth.over_sizes}
            return {part: heats() for part, heats in parts.items() if part in options.parts}
    finally:
        shutil.rmtree(run_dir, ignore_errors=True)


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what is measured")
    parser.add_argument("--share", type=float, default=1.0, help="share of the articles, 0 to 1")
    parser.add_argument("--rounds", type=int, default=2, help="times that each heat is run")
    parser.add_argument("--steps", type=int, default=4, help="windows and books of rules at most")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another wire")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds a heat may take")
    parser.add_argument(
        "--out", type=Path, default=results.BENCH, help="directory of RESULTS.md and its data"
    )
    options = parser.parse_args()
    options.partitions = max(PARTITIONS)
    return options


def apart(measure: Callable[[int, int], Row], sizes: Sequence[int], seed: int) -> list[Row]:
    """Return what a function measures at each size, each in a process of its own."""
    rows = []
    for size in sizes:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            rows.append(pool.submit(measure, size, seed).result())
        print(rows[-1], flush=True)
    return rows


class Growth:
    """barq's own heats on one broker."""

    def __init__(self, track: Track, options: argparse.Namespace) -> None:
        self.track = track
        self.rounds = options.rounds
        self.share = options.share
        self.seed = options.seed
        # The broker's own machine warms up too.
        track.heat(SYSTEMS["barq"], COPYING, self.wire(10_000))

    def wire(self, articles: int, size: int = USUAL_BYTES) -> list[Fed]:
        """Return a wire of so many articles, or of the share of them that was asked for."""
        number = max(1, int(articles * self.share))
        return keyed(make_wire(number, self.seed, size))

    def over_partitions(self) -> list[Row]:
        """Return articles a second at each number of partitions."""
        wire = self.wire(10_000)
        rows = [self.row(wire) | {"partitions": number} for number in PARTITIONS]
        settings = self.track.settings
        for turn in range(self.rounds):
            for row in rows[:: -1 if turn % 2 else 1]:
                update = {"partitions": row["partitions"]}
                self.track.settings = settings.model_copy(update=update)
                self.heat(row, wire)
        self.track.settings = settings
        return rows

    def over_sizes(self) -> list[Row]:
        """Return articles a second at each size of an article."""
        wires = [self.wire(number, size) for size, number in SIZES.items()]
        rows = [self.row(wire) for wire in wires]
        pairs = list(zip(rows, wires, strict=True))
        for turn in range(self.rounds):
            for row, wire in pairs[:: -1 if turn % 2 else 1]:
                self.heat(row, wire)
        return rows

    def row(self, wire: Sequence[Fed]) -> Row:
        """Return a row for heats over a wire."""
        size = round(sum(len(value) for _, value in wire) / len(wire))
        return {"articles": len(wire), "bytes": size, "rates": [], "faults": []}

    def heat(self, row: Row, wire: Sequence[Fed]) -> None:
        """Run a heat and note its rate, or why it does not count."""
        heat = self.track.heat(SYSTEMS["barq"], STAGES, wire)
        if heat.sound:
            row["rates"].append(heat.per_second)
        else:
            row["faults"].append(heat.failed or f"{heat.missing} records are missing")
        print(row, flush=True)


if __name__ == "__main__":
    main()
