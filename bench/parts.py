"""A benchmark of several parts, each of which is kept when it is done."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bench import results
from bench.machine import describe
from bench.systems import SYSTEMS

Run = dict[str, Any]


def run_parts(
    name: str,
    parts: Iterable[str],
    *,
    out: Path,
    seed: int,
    versions: Mapping[str, str],
    hindrance: Callable[[str], str | None],
    measure: Callable[[str], Any],
) -> Run:
    """Measure parts one by one; return them with those that were measured before.

    A part for which `hindrance` names a reason is skipped, and the results say why.
    """
    previous = results.load(out / "results" / f"{name}.json") or {}
    run = previous | describe([SYSTEMS["barq"]], seed)
    run["versions"] |= versions
    run["absent"] = dict(previous.get("absent", {}))
    run["measured"] = dict(previous.get("measured", {}))
    for part in parts:
        run["absent"].pop(part, None)
        if (why := hindrance(part)) is not None:
            run["absent"][part] = why
            print(f"{part} is skipped: {why}.", file=sys.stderr)
        else:
            print(f"{part} …", file=sys.stderr)
            run[part] = measure(part)
            run["measured"][part] = run["date"]
        results.save(out, name, run)
    return run
