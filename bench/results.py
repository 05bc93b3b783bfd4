"""RESULTS.md, made of what the last runs measured: `results/*.json` in, tables and plots out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import cleaning_tables, dedup_tables, growth_tables
from bench.drawing import Bars, draw_bars
from bench.summary import HeatData, Summary, summarise
from bench.systems import SYSTEMS
from bench.tables import ABSENT, conditions, count, ratio, table

BENCH = Path(__file__).resolve().parent
STAGES = ("cleaning", "dedup", "tagging", "alerting")
Run = dict[str, Any]

HEAD = """# Results
Made by `make bench-throughput`, `make bench-growth`, `make bench-cleaning` and `make bench-dedup`;
what was measured lies in [results/](results/). [README.md](README.md) says what is compared and
how to run it. Machines are noisy and this one is small: compare the columns of one run, not
absolute figures of two."""

COLUMNS = """CPU is in µs an article: *transport* is what the worker processes use outside the stage
functions, *stages* what they use inside; the broker's comes on top. *Missing* and *repeated* are
counted by article and version, in every topic against the one before it; a heat that misses one
does not count. *barq is* divides barq's rate by the system's."""
FEEDING = """Each system is fed at half of its own rate above, once. The time runs from the feeder's
send to the broker's taking of the alert."""


def save(out: Path, name: str, run: Run) -> None:
    """Write a run's data, and RESULTS.md and the plots of all data there is."""
    data = out / "results"
    data.mkdir(parents=True, exist_ok=True)
    (data / f"{name}.json").write_text(json.dumps(run, indent=1) + "\n", "utf-8")
    render(out)


def render(out: Path) -> None:
    """Write RESULTS.md and the plots from the data in `out`."""
    sections = [HEAD]
    data = out / "results"
    if (run := load(data / "throughput.json")) is not None:
        (data / "throughput.svg").write_text(draw_bars(throughput_charts(run)), "utf-8")
        sections.append(throughput(run))
    if (run := load(data / "growth.json")) is not None:
        (data / "growth.svg").write_text(growth_tables.charts(run), "utf-8")
        sections.append(growth_tables.growth(run))
    if (run := load(data / "cleaning.json")) is not None:
        sections.append(cleaning_tables.cleaning(run))
    if (run := load(data / "dedup.json")) is not None:
        sections.append(dedup_tables.dedup(run))
    (out / "RESULTS.md").write_text("\n\n".join(sections) + "\n", "utf-8")


def load(path: Path) -> Run | None:
    """Return a run's data, None if it never ran."""
    if not path.exists():
        return None
    run: Run = json.loads(path.read_text("utf-8"))
    return run


def throughput(run: Run) -> str:
    """Return the tables of barq beside its peers."""
    heats = run["heats"]
    copies = f"One worker copies {run['copies']:,} records from one topic to another, as they are."
    sections = [
        ("All four stages at once", [COLUMNS], four_stages(heats)),
        ("Transport by stage", ["µs of CPU an article that was fed."], by_stage(heats)),
        ("Transport alone", [copies], copying(heats)),
        ("Two workers of a stage beside one", [], two_workers(heats)),
        ("From feed to alert", [FEEDING], latency(heats)),
    ]
    parts = [
        "## Beside the peers",
        conditions(run),
        terms(run),
        "![Throughput and transport](results/throughput.svg)",
    ]
    for heading, words, found in sections:
        if found:
            parts += [f"### {heading}", *words, found]
    notes = faults(heats) + [
        f"{SYSTEMS[name].title} was left out: {why}" for name, why in run["absent"].items()
    ]
    if notes:
        parts += ["### What did not count", "\n".join(f"* {note}" for note in notes)]
    return "\n\n".join(parts)


def terms(run: Run) -> str:
    """Return what every system had alike."""
    return (
        f"Each heat runs {run['articles']:,} articles of {run['bytes']:,} bytes on average "
        f"({run['wire']} wire) that lie in `raw` before the clock starts; {run['partitions']} "
        "partitions, one worker process a stage unless said otherwise, at least once with a commit "
        f"every 0.25 s. Medians of {run['rounds']} rounds in alternating order, lowest and highest "
        "in brackets."
    )


def each(heats: Sequence[HeatData], flow: str, **kind: Any) -> list[tuple[str, Summary]]:
    """Return title and summary of every system that ran a flow, in the order of SYSTEMS."""
    found = [
        (system.title, summarise(heats, name, flow, **kind)) for name, system in SYSTEMS.items()
    ]
    return [(title, one) for title, one in found if one or one.spoilt]


def span(one: Summary) -> str:
    """Return a rate with the lowest and the highest."""
    return f"{count(one.rate)} ({count(one.rates[0])}–{count(one.rates[-1])})"


def four_stages(heats: Sequence[HeatData]) -> str:
    """Return the table of the whole flow."""
    ours = summarise(heats, "barq", "stages")
    rows = [
        [
            title, span(one), ratio(ours.rate if ours else None, one.rate), count(one.cpu),
            count(one.transport), count(one.in_stages), count(one.broker), count(one.memory),
            "0", count(one.repeated),
        ]
        if one
        else [title, *[ABSENT] * 9]
        for title, one in each(heats, "stages")
    ]  # fmt: skip
    heads = [
        "system", "articles/s", "barq is", "CPU", "transport", "stages", "broker", "memory, MB",
        "missing", "repeated",
    ]  # fmt: skip
    return table(heads, rows)


def by_stage(heats: Sequence[HeatData]) -> str:
    """Return the table of transport in each stage."""
    rows = [
        [title, *(count(one.transport_in(stage)) for stage in STAGES)]
        for title, one in each(heats, "stages")
        if one
    ]
    return table(["system", *STAGES], rows)


def copying(heats: Sequence[HeatData]) -> str:
    """Return the table of the pass-through."""
    ours = summarise(heats, "barq", "pass-through")
    rows = [
        [
            title, f"{one.transport:.1f}", ratio(ours.transport if ours else None, one.transport),
            span(one), f"{one.broker:.1f}", count(one.memory), count(one.repeated),
        ]
        if one
        else [title, *[ABSENT] * 6]
        for title, one in each(heats, "pass-through")
    ]  # fmt: skip
    heads = [
        "system", "CPU, µs a record", "barq takes", "records/s", "broker, µs", "memory, MB",
        "repeated",
    ]  # fmt: skip
    return table(heads, rows)


def two_workers(heats: Sequence[HeatData]) -> str:
    """Return the table of two workers beside one, copying and tagging."""
    rows = []
    for name, system in SYSTEMS.items():
        copying, tagging = (pair(heats, name, flow) for flow in ("pass-through", "tagging"))
        if copying[1] != ABSENT or tagging[1] != ABSENT:
            rows.append([system.title, *copying, *tagging])
    heads = ["system", "copying, 1", "2", "ratio", "tagging, 1", "2", "ratio"]
    return table(heads, rows)


def pair(heats: Sequence[HeatData], system: str, flow: str) -> list[str]:
    """Return the rates of one worker and of two, and their ratio."""
    one, two = (summarise(heats, system, flow, workers=number) for number in (1, 2))
    return [
        count(one.rate) if one else ABSENT,
        count(two.rate) if two else ABSENT,
        ratio(two.rate, one.rate) if one and two else ABSENT,
    ]


def latency(heats: Sequence[HeatData]) -> str:
    """Return the table of the times from feed to alert."""
    rows = [
        [
            title, count(one.middle(lambda heat: heat["rate"])),
            count(one.middle(lambda heat: heat["latencies"]["number"])),
            *(milliseconds(one, key) for key in ("p50", "p99", "most")),
        ]
        for title, one in each(heats, "stages", rated=True)
        if one and all(heat["latencies"] for heat in one.heats)
    ]  # fmt: skip
    heads = ["system", "fed/s", "alerts", "p50, ms", "p99, ms", "longest, ms"]
    return table(heads, rows)


def milliseconds(one: Summary, key: str) -> str:
    """Return one of the latencies of a summary."""
    return count(1000 * one.middle(lambda heat: heat["latencies"][key]))


def faults(heats: Sequence[HeatData]) -> list[str]:
    """Return a sentence for each heat that does not count."""
    kinds = dict.fromkeys(
        (heat["system"], heat["flow"], heat["workers"], heat["rate"] is not None) for heat in heats
    )
    return [
        f"{SYSTEMS[system].title}, {flow}, {workers} a stage: {why}"
        for system, flow, workers, rated in kinds
        for why in summarise(heats, system, flow, workers=workers, rated=rated).spoilt
    ]


def throughput_charts(run: Run) -> list[Bars]:
    """Return what the plot shows."""
    heats = run["heats"]
    return [
        Bars(
            "Articles a second through all four stages",
            [(title, one.rate) for title, one in each(heats, "stages") if one],
        ),
        Bars(
            "Transport: CPU µs a record, one hop that copies",
            [(title, one.transport) for title, one in each(heats, "pass-through") if one],
        ),
    ]


if __name__ == "__main__":
    render(BENCH)
