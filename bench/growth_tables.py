"""The tables and the plot of how barq's costs grow."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from bench.drawing import Line, draw_lines
from bench.tables import ABSENT, conditions, count, ratio, table

Run = dict[str, Any]
Row = dict[str, Any]

INTRODUCTION = """barq alone. Tables in articles a second are all four stages at once on Apache
Kafka, medians of {rounds} rounds; the others run a stage's functions in one process, without a
broker."""
PARTITIONS = """One worker a stage. A language's articles share a partition of `clean`, so that
dedup sees every copy: more partitions spread what the other stages read."""
WINDOWS = """The window is full of invented articles that share two of their 64 sketched triples
with the wire's. Then articles of the wire, copies and versions among them, are judged and
remembered, each pushing the oldest out. Reading and writing the event is included. The last column
is the CPU time in which a worker takes the window over from the log, all but the fetching."""
RULES = """Rules of two invented words joined by AND, as a phrase, by NEAR with an alternative, and
together with a place. Reading the event and writing the matches is included."""


def growth(run: Run) -> str:
    """Return the tables of one run, which may lack some."""
    sections: dict[str, tuple[str, str, Callable[[Sequence[Row]], str]]] = {
        "partitions": ("Partitions", PARTITIONS, lambda rows: through_stages(rows, "partitions")),
        "sizes": ("Size of an article", "", lambda rows: through_stages(rows, "bytes")),
        "windows": ("Articles in the dedup window", WINDOWS, windows),
        "rules": ("Alert rules", RULES, rules),
    }
    parts = ["## How costs grow", conditions(run), INTRODUCTION.format(**run)]
    parts.append("![How costs grow](results/growth.svg)")
    for key, (heading, words, tabled) in sections.items():
        if key in run:
            parts += [f"### {heading}", *([words] if words else []), tabled(run[key])]
    return "\n\n".join(parts)


def through_stages(rows: Sequence[Row], key: str) -> str:
    """Return the table of rates over a property of the wire or the topics."""
    first = next((median(row["rates"]) for row in rows if row["rates"]), None)
    lines = [
        [
            count(row[key]), count(rate := median(row["rates"])),
            f"{rate * row['bytes'] / 1e6:.1f}", ratio(rate, first or 0.0),
        ]
        if row["rates"]
        else [count(row[key]), ABSENT, ABSENT, ABSENT]
        for row in rows
    ]  # fmt: skip
    return table([key, "articles/s", "MB/s", "beside the first"], lines)


def windows(rows: Sequence[Row]) -> str:
    """Return the table of the window."""
    first = rows[0]["micros"]
    lines = [
        [
            count(row["articles"]), f"{row['micros']:.0f}", ratio(row["micros"], first),
            count(row["memory"] / 1e6), count(row["memory"] / row["articles"]),
            f"{row['recovery']:.1f}",
        ]
        for row in rows
    ]  # fmt: skip
    heads = [
        "articles", "µs an article", "beside the first", "memory, MB", "bytes an article",
        "s to recover",
    ]  # fmt: skip
    return table(heads, lines)


def rules(rows: Sequence[Row]) -> str:
    """Return the table of the rules."""
    first = rows[0]["micros"]
    lines = [
        [
            count(row["rules"]), f"{row['micros']:.0f}", ratio(row["micros"], first),
            f"{row['matches']:.2f}", f"{row['seconds']:.1f}", count(row["memory"] / 1e6),
        ]
        for row in rows
    ]  # fmt: skip
    heads = [
        "rules", "µs an article", "beside the first", "matches an article", "s to load",
        "memory, MB",
    ]  # fmt: skip
    return table(heads, lines)


def charts(run: Run) -> str:
    """Return the plot."""

    def rates(part: str, key: str) -> list[tuple[float, float]]:
        return [(row[key], median(row["rates"])) for row in run.get(part, ()) if row["rates"]]

    lines = [
        Line("Partitions", "partitions", "articles/s", rates("partitions", "partitions")),
        Line("Size of an article", "bytes", "articles/s", rates("sizes", "bytes")),
        Line(
            "Dedup", "articles in the window", "µs an article",
            [(row["articles"], row["micros"]) for row in run.get("windows", ())],
        ),
        Line(
            "Matching", "rules", "µs an article",
            [(row["rules"], row["micros"]) for row in run.get("rules", ())],
        ),
    ]  # fmt: skip
    return draw_lines([line for line in lines if line.points])
