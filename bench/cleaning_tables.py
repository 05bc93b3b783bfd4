"""The tables of `make bench-cleaning`."""

from collections.abc import Sequence
from typing import Any

from bench.tables import ABSENT, table

Run = dict[str, Any]
Row = dict[str, Any]

INTRODUCTION = """Times are CPU time; compare the columns of one table. The sets are those that the
word lists, thresholds and rules were made with: expect less of other sites, phrases and dirt."""
SECTIONS = {
    "html": (
        "News pages",
        "The body of each page against its ground truth, in shingles of four words.",
    ),
    "dirt": (
        "Dirt that was put into articles",
        """Lines of dirt that went, paragraphs of the story that stayed, and those of them that
stand there once. The peers know pages only: each line of the body is given to them as a `<p>` of a
simple page.""",
    ),
    "language": (
        "Language",
        """Lines whose language was told, in %: of Arabic, Persian, Urdu and English, then the
means of the thirty of `pipeline.language.WIRE` and of all. Microseconds each.""",
    ),
    "cost": (
        "Time of an article",
        """Articles of both wires by the length of their bodies in characters, the fastest of three
passes over each; reading and writing JSON is not included. The peers are given a page of `<p>`.""",
    ),
    "hostile": (
        "Texts of 1 MB that were made to be slow",
        "CPU seconds of one text, each in a process of its own; “over” where it was stopped.",
    ),
}
TOTALS = """The wires as they are. Nothing was put into them, so what goes is dirt that the wire
has, or a mistake."""


def cleaning(run: Run) -> str:
    """Return the tables of one run; a part that never ran is left out."""
    parts = ["## Cleaning", conditions(run), INTRODUCTION]
    for name in ("html", "dirt", "wires", "language", "cost", "hostile"):
        if name == "wires" and name in run:
            tables = [of_rows(run[name][which]) for which in ("totals", "rules")]
            parts += ["### Clean wires", f"{TOTALS} {measured(run, name)}", *tables]
        elif name in run:
            heading, words = SECTIONS[name]
            parts += [f"### {heading}", f"{words} {measured(run, name)}", of_rows(run[name])]
    absent = [f"* {name}: {why}." for name, why in run["absent"].items()]
    if absent:
        parts += ["### What did not run", "\n".join(absent)]
    return "\n\n".join(parts)


def conditions(run: Run) -> str:
    """Return in a sentence what a run was measured on."""
    machine = run["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    return (
        f"{run['date']}, seed {run['seed']}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['system']}, Python {machine['python']}; {versions}."
    )


def measured(run: Run, part: str) -> str:
    """Return when a part was measured: parts can be measured one by one."""
    return f"Measured {run['measured'][part]}."


def of_rows(rows: Sequence[Row]) -> str:
    """Return rows as a table under the names of all their columns, in the order of their coming."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    return table(heads, [[figure(row.get(head)) for head in heads] for row in rows])


def figure(value: object) -> str:
    """Return one cell: whole numbers with separators, others as they were rounded."""
    if value is None:
        return ABSENT
    return f"{value:,}" if isinstance(value, int) else str(value)
