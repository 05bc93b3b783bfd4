"""`make bench-cleaning`: what cleaning takes out and leaves, what it costs, beside its peers."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.settings import CHECKOUT
from bench import cleaning_cost, cleaning_dirt, cleaning_peers, cleaning_wires, results
from bench.cleaning_tables import cleaning as tables
from bench.parts import run_parts

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = CHECKOUT.parent / "shared" / "data"
PARTS: dict[str, tuple[str, ...]] = {
    "html": ("html",),
    "dirt": ("cleaning/dirty-dev.jsonl.gz",),
    "wires": tuple(f"wire/{name}.jsonl.gz" for name in cleaning_wires.WIRES),
    "language": ("language",),
    "cost": tuple(f"wire/{name}.jsonl.gz" for name in cleaning_wires.WIRES),
    "hostile": (),
}
"""The parts of the benchmark, with the files of the evaluation data that each needs."""


def main() -> None:
    options = arguments()
    if options.sample and options.sample_to is None:
        sys.exit("--sample needs --sample-to FILE, outside of the project.")
    run = run_parts(
        "cleaning",
        options.only or PARTS,
        out=options.out,
        seed=options.seed,
        versions=cleaning_peers.versions(),
        hindrance=lambda part: hindrance(part, options),
        measure=lambda part: measure(part, options),
    )
    print(tables(run))


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.cleaning", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="directory of evaluation data")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other articles")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure this part, keep the other results"
    )
    parser.add_argument("--sample", type=int, default=0, help="removals to write for reading")
    parser.add_argument("--sample-to", type=Path, help="file for them, outside of the project")
    parser.add_argument(
        "--sample-rule", action="append", default=[], help="choose from this rule's only"
    )
    parser.add_argument(
        "--limit", type=float, default=20.0, help="seconds that a text of 1 MB may take a system"
    )
    parser.add_argument(
        "--out", type=Path, default=results.BENCH, help="directory of RESULTS.md and its data"
    )
    return parser.parse_args()


def hindrance(part: str, options: argparse.Namespace) -> str | None:
    """Return why a part cannot be measured, or None."""
    missing = [name for name in PARTS[part] if not (options.data / name).exists()]
    return f"{', '.join(missing)} is not below {options.data.name}/" if missing else None


def measure(part: str, options: argparse.Namespace) -> Any:
    """Return what one part measured, as JSON."""
    measures: dict[str, Callable[[], Any]] = {
        "html": lambda: rows_of("bench.cleaning_html", options.data),
        "dirt": lambda: cleaning_dirt.rows(options.data),
        "wires": lambda: wires(options),
        "language": lambda: rows_of("bench.cleaning_language", options.data),
        "cost": lambda: cleaning_cost.by_length(options.data, options.seed),
        "hostile": lambda: cleaning_cost.hostile(("barq", *cleaning_peers.PEERS), options.limit),
    }
    return measures[part]()


def rows_of(module: str, data: Path) -> list[dict[str, object]]:
    """Return the rows of a part that has a module, and environments, of its own."""
    found: list[dict[str, object]] = importlib.import_module(module).rows(data)
    return found


def wires(options: argparse.Namespace) -> dict[str, list[dict[str, object]]]:
    """Return the tables of the clean wires; write the sample that was asked for."""
    found = cleaning_wires.measure(options.data)
    if options.sample:
        number = cleaning_wires.write_sample(
            found, options.sample, options.seed, options.sample_rule, options.sample_to
        )
        print(f"{number} removals are in {options.sample_to}.", file=sys.stderr)
    return {"totals": cleaning_wires.totals(found), "rules": cleaning_wires.rows(found)}


if __name__ == "__main__":
    main()
