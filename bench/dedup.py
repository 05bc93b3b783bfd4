"""`make bench-dedup`: which copies dedup finds and what an article costs, beside its peers."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import (
    dedup_cost,
    dedup_quality,
    dedup_systems,
    dedup_templates,
    dedup_wires,
    results,
)
from bench.cleaning import DATA
from bench.dedup_tables import dedup as tables
from bench.parts import run_parts

if TYPE_CHECKING:
    from collections.abc import Callable

WIRES = tuple(f"wire/{name}.jsonl.gz" for name in dedup_wires.WIRES)
PARTS: dict[str, tuple[str, ...]] = {
    "near": ("dedup/near-dev.jsonl.gz",),
    "hard": (),
    "pairs": tuple(f"dedup/articles_{n}.{k}" for n in (100, 1000) for k in ("train", "truth")),
    "templates": (*WIRES, "dedup/near-dev.jsonl.gz"),
    "cost": WIRES,
    "wires": WIRES,
}
"""The parts of the benchmark, with the files of the evaluation data that each needs."""


def main() -> None:
    options = arguments()
    if options.sample and options.sample_to is None:
        sys.exit("--sample needs --sample-to FILE, outside of the project.")
    run = run_parts(
        "dedup",
        options.only or PARTS,
        out=options.out,
        seed=options.seed,
        versions=dedup_systems.versions(),
        hindrance=lambda part: hindrance(part, options),
        measure=lambda part: measure(part, options),
    )
    print(tables(run))


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.dedup", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="directory of evaluation data")
    parser.add_argument("--hard", type=Path, help="a labelled set of yours, in near-dev's form")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another stream")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure this part, keep the other results"
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000],
        help="articles that are remembered",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, default=400.0, help="CPU seconds of a system for the sizes"
    )
    parser.add_argument("--sample", type=int, default=0, help="links to write for reading")
    parser.add_argument("--sample-to", type=Path, help="file for them, outside of the project")
    parser.add_argument(
        "--out", type=Path, default=results.BENCH, help="directory of RESULTS.md and its data"
    )
    return parser.parse_args()


def hindrance(part: str, options: argparse.Namespace) -> str | None:
    """Return why a part cannot be measured, None where it can."""
    if part == "hard" and (options.hard is None or not options.hard.exists()):
        return "no set was given with --hard"
    missing = [name for name in PARTS[part] if not (options.data / name).exists()]
    return f"{', '.join(missing)} is not below {options.data.name}/" if missing else None


def measure(part: str, options: argparse.Namespace) -> Any:
    """Return what one part measured, as JSON."""
    measures: dict[str, Callable[[], Any]] = {
        "near": lambda: dedup_quality.rows(options.data / "dedup" / "near-dev.jsonl.gz"),
        "hard": lambda: dedup_quality.rows(options.hard),
        "pairs": lambda: dedup_quality.pairs(options.data),
        "templates": lambda: dedup_templates.rows(options.data),
        "cost": lambda: dedup_cost.rows(options.data, options.sizes, options.seed, options.seconds),
        "wires": lambda: wires(options),
    }
    return measures[part]()


def wires(options: argparse.Namespace) -> list[dict[str, object]]:
    """Return the table of both wires; write the sample that was asked for."""
    found = dedup_wires.measure(options.data)
    if options.sample:
        number = dedup_wires.write_sample(found, options.sample, options.seed, options.sample_to)
        print(f"{number} links are in {options.sample_to}.", file=sys.stderr)
    return dedup_wires.rows(found)


if __name__ == "__main__":
    main()
