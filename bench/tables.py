"""Tables in Markdown and the figures in them."""

from collections.abc import Sequence
from typing import Any

ABSENT = "–"
"""Stands where there is no figure."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first column is text and whose others are figures; "" without rows."""
    if not rows:
        return ""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def count(value: float) -> str:
    """Return a figure without places behind the point."""
    return f"{value:,.0f}"


def ratio(value: float | None, of: float) -> str:
    """Return how many times one figure is another."""
    return f"{value / of:.2f} ×" if value is not None and of else ABSENT


def conditions(run: dict[str, Any]) -> str:
    """Return in a sentence what a run was measured on."""
    machine = run["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    return (
        f"{run['date']}, seed {run['seed']}, {machine['processor']}, {machine['cores']} cores for "
        f"the broker, the workers and the feeder together, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}, Apache Kafka {run['kafka']}; {versions}."
    )
