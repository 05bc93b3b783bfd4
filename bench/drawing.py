"""Charts as SVG, written by hand: bars for systems beside each other, lines for growth."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH = 720
BAR_HEIGHT = 22
ROW_HEIGHT = 32
LABEL_WIDTH = 170
VALUE_WIDTH = 90
PANEL_HEIGHT = 220
MARGIN = 60
OURS, THEIRS, INK, GRID = "#0b6e99", "#b8c4cc", "#1c2429", "#e3e8eb"


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart with one bar a system; `ours` names the one in colour."""

    title: str
    values: Sequence[tuple[str, float]]
    ours: str = "barq"


@dataclass(frozen=True, slots=True)
class Line:
    """A chart of one value over another, both of which may grow tenfold and more."""

    title: str
    across: str
    up: str
    points: Sequence[tuple[float, float]]


def text(x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False) -> str:
    """Return words at a place."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'


def page(height: float, parts: Sequence[str]) -> str:
    """Return a whole drawing on white, so that it can be read in a dark window too."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
        f'viewBox="0 0 {WIDTH} {height:g}" font-family="sans-serif" font-size="13" '
        f'fill="{INK}">\n<rect width="100%" height="100%" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def draw_bars(charts: Sequence[Bars]) -> str:
    """Return the charts one below the other."""
    parts: list[str] = []
    y = 0.0
    for chart in charts:
        y += 30
        parts.append(text(12, y, chart.title, bold=True))
        y += 10
        most = max((value for _, value in chart.values), default=0.0) or 1.0
        room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
        for name, value in chart.values:
            colour = OURS if name == chart.ours else THEIRS
            long = room * value / most
            parts += [
                text(LABEL_WIDTH - 8, y + 16, name, anchor="end"),
                (
                    f'<rect x="{LABEL_WIDTH}" y="{y:g}" width="{long:.1f}" height="{BAR_HEIGHT}" '
                    f'fill="{colour}"/>'
                ),
                text(LABEL_WIDTH + long + 6, y + 16, f"{value:,.0f}"),
            ]
            y += ROW_HEIGHT
    return page(y + 10, parts)


def draw_lines(charts: Sequence[Line]) -> str:
    """Return the charts one below the other; across is logarithmic, up begins at nothing."""
    parts: list[str] = []
    for number, chart in enumerate(charts):
        parts += line_parts(chart, number * (PANEL_HEIGHT + MARGIN))
    return page(len(charts) * (PANEL_HEIGHT + MARGIN) + 10, parts)


def line_parts(chart: Line, top: float) -> list[str]:
    """Return one chart whose upper edge is at `top`."""
    left, right = MARGIN + 20, WIDTH - 40
    floor = top + PANEL_HEIGHT
    logs = [log10(x) for x, _ in chart.points]
    first, width = min(logs), max(logs) - min(logs) or 1.0
    most = max(y for _, y in chart.points) or 1.0
    places = [
        (left + (right - left) * (x - first) / width, floor - (PANEL_HEIGHT - 60) * y / most)
        for x, (_, y) in zip(logs, chart.points, strict=True)
    ]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [
        text(12, top + 26, chart.title, bold=True),
        text(12, top + 44, chart.up),
        f'<line x1="{left}" y1="{floor:g}" x2="{right}" y2="{floor:g}" stroke="{GRID}"/>',
        f'<polyline points="{way}" fill="none" stroke="{OURS}" stroke-width="2"/>',
        text(right, floor + 36, chart.across, anchor="end"),
    ]
    for (x, y), (across, up) in zip(places, chart.points, strict=True):
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{OURS}"/>',
            text(x, y - 9, f"{up:,.0f}", anchor="middle"),
            text(x, floor + 18, f"{across:,.0f}", anchor="middle"),
        ]
    return parts
