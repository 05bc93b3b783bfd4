"""The benchmark's tables and plots, made of fixed heats."""

import json
from pathlib import Path
from typing import Any

from lxml import etree

from bench import results
from bench.drawing import Bars, Line, draw_bars, draw_lines

SVG = "{http://www.w3.org/2000/svg}"
STAGES = ("cleaning", "dedup", "tagging", "alerting")
MACHINE = {
    "date": "2026-11-25", "seed": 1, "kafka": "4.3.1", "versions": {"barq": "0.1.0"},
    "machine": {
        "processor": "Some CPU", "cores": 2, "memory_gb": 24, "system": "Linux 6.1",
        "python": "3.11.7",
    },
}  # fmt: skip


def heat(system: str, flow: str, seconds: float, cpu: float, **more: Any) -> dict[str, Any]:
    stages = STAGES if flow == "stages" else (flow,)
    return {
        "system": system, "flow": flow, "workers": 1, "fed": 1000, "seconds": seconds,
        "cpu": dict.fromkeys(stages, cpu), "stage_cpu": dict.fromkeys(stages, cpu / 4),
        "broker_cpu": 0.1, "rss": dict.fromkeys(stages, 50_000_000), "missing": 0, "repeated": 0,
        "uncommitted": 0, "alerts": 5, "rate": None, "latencies": {}, "failed": None, **more,
    }  # fmt: skip


def throughput(heats: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        **MACHINE, "articles": 1000, "bytes": 1700, "wire": "invented", "copies": 1000,
        "rounds": 2, "partitions": 8, "absent": {}, "heats": heats, **more,
    }  # fmt: skip


def row_of(text: str, heading: str, name: str) -> list[str]:
    """Return the cells behind a name in the first table below a heading."""
    below = text.split(f"### {heading}\n", 1)[1]
    line = next(line for line in below.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_a_table_gives_the_median_of_the_rounds_and_the_ratio_to_barq() -> None:
    text = results.throughput(
        throughput(
            [
                heat("barq", "stages", 0.5, 0.2),
                heat("barq", "stages", 1.0, 0.2),
                heat("quix", "stages", 1.0, 0.4),
            ]
        )
    )
    # 2,000 and 1,000 a second; four stages of 0.2 s of CPU over 1,000 articles, a quarter inside.
    assert row_of(text, "All four stages at once", "barq") == [
        "1,500 (1,000–2,000)", "1.00 ×", "800", "600", "200", "100", "200", "0", "0",
    ]  # fmt: skip
    assert row_of(text, "All four stages at once", "Quix Streams")[:3] == [
        "1,000 (1,000–1,000)", "1.50 ×", "1,600",
    ]  # fmt: skip


def test_a_heat_with_a_missing_record_counts_for_nothing_and_is_named() -> None:
    text = results.throughput(
        throughput(
            [
                heat("barq", "stages", 1.0, 0.2),
                heat("barq", "stages", 0.1, 0.2, missing=3),
                heat("bytewax", "stages", 1.0, 0.2, failed="tagging ended: no room."),
                heat("faust", "stages", 1.0, 0.2, uncommitted=7),
            ]
        )
    )
    assert row_of(text, "All four stages at once", "barq")[0] == "1,000 (1,000–1,000)"
    assert set(row_of(text, "All four stages at once", "Bytewax")) == {"–"}
    assert "* barq, stages, 1 a stage: 3 records are missing" in text
    assert "* Bytewax, stages, 1 a stage: tagging ended: no room." in text
    assert "* stock Faust, stages, 1 a stage: 7 records were not committed" in text


def test_a_peer_that_cannot_be_installed_is_named() -> None:
    text = results.throughput(
        throughput([heat("barq", "stages", 1.0, 0.2)], absent={"quix": "the index is away"})
    )
    assert "* Quix Streams was left out: the index is away" in text


def test_two_workers_stand_beside_one() -> None:
    text = results.throughput(
        throughput(
            [
                heat("barq", "pass-through", 1.0, 0.1),
                heat("barq", "pass-through", 0.5, 0.1, workers=2),
                heat("barq", "tagging", 1.0, 0.1),
            ]
        )
    )
    assert row_of(text, "Two workers of a stage beside one", "barq") == [
        "1,000", "2,000", "2.00 ×", "1,000", "–", "–",
    ]  # fmt: skip


def test_a_heat_that_was_fed_at_a_rate_stands_under_the_latencies_only() -> None:
    seen = {"p50": 0.02, "p99": 0.151, "most": 0.2, "number": 40}
    text = results.throughput(
        throughput([heat("barq", "stages", 9.0, 0.2, rate=500.0, latencies=seen)])
    )
    assert row_of(text, "From feed to alert", "barq") == ["500", "40", "20", "151", "200"]
    assert "| barq |" not in text.split("### From feed to alert", 1)[0]


def test_results_are_written_with_their_data_and_plots(tmp_path: Path) -> None:
    row = {"articles": 10, "bytes": 1000, "rates": [100.0, 300.0], "faults": []}
    growth = {
        **MACHINE, "rounds": 2,
        "partitions": [{**row, "partitions": 1}, {**row, "partitions": 8, "rates": [400.0]}],
        "sizes": [row, {**row, "bytes": 9000, "rates": []}],
        "windows": [{"articles": 1000, "micros": 100.0, "memory": 2_000_000, "recovery": 0.04}],
        "rules": [
            {"rules": 10, "micros": 50.0, "matches": 0.5, "seconds": 0.1, "memory": 1_000_000}
        ],
    }  # fmt: skip
    results.save(tmp_path, "throughput", throughput([heat("barq", "stages", 1.0, 0.2)]))
    results.save(tmp_path, "growth", growth)
    text = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert "Some CPU, 2 cores" in text
    assert "seed 1" in text
    assert row_of(text, "Partitions", "8") == ["400", "0.4", "2.00 ×"]
    assert row_of(text, "Size of an article", "9,000") == ["–", "–", "–"]
    assert row_of(text, "Articles in the dedup window", "1,000") == [
        "100", "1.00 ×", "2", "2,000", "0.0",
    ]  # fmt: skip
    results.save(tmp_path, "growth", {k: v for k, v in growth.items() if k != "sizes"})
    assert "### Size of an article" not in (tmp_path / "RESULTS.md").read_text("utf-8")
    for name in ("throughput", "growth"):
        assert f"(results/{name}.svg)" in text
        assert etree.parse(tmp_path / "results" / f"{name}.svg").getroot().tag == f"{SVG}svg"
        assert json.loads((tmp_path / "results" / f"{name}.json").read_text("utf-8"))


def rectangles(drawing: str) -> list[float]:
    """Return the widths of the bars of a drawing, its background left out."""
    root = etree.fromstring(drawing.encode())
    found = root.findall(f"{SVG}rect")
    return [float(one.attrib["width"]) for one in found[1:]]


def test_bars_are_as_long_as_their_values() -> None:
    long, short = rectangles(draw_bars([Bars("A & B", [("barq", 200.0), ("other", 50.0)])]))
    assert long == 4 * short


def test_a_line_of_equal_steps_across_rises_to_its_highest_value() -> None:
    drawing = draw_lines([Line("Rules", "rules", "µs", [(10, 1.0), (100, 2.0), (1000, 4.0)])])
    [line] = etree.fromstring(drawing.encode()).findall(f"{SVG}polyline")
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    first, middle, last = places
    assert middle[0] - first[0] == last[0] - middle[0]
    assert first[1] > middle[1] > last[1]
