"""An alert as a person reads it in a terminal: what fired, where, and the words that matched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import ControlType, Segment
from rich.text import Text

from agents.writing import (
    APP_ORDERS,
    TERMINAL_ORDERS,
    Bidi,
    Order,
    isolated,
    placed,
    runs_right_to_left,
    visible,
)
from pipeline.outcome import Event

SEVERITY_STYLES = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "bold yellow",
    "low": "cyan",
    "info": "dim",
}
HIGHLIGHT = "bold reverse"
SNIPPET_LENGTH = 120
CHANGES_SHOWN = 2
"""Sentences of each side that an update took out or put in; the alert itself has more."""
INDENT = "  "
NARROWEST = 20


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert as rich renders it, at the width of the console."""

    alert: Event
    bidi: Bidi
    environment: Mapping[str, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines of the alert (rule, title, snippet, why) and a blank one."""
        order = Order.choose(self.bidi, self.environment, terminal=console.is_terminal)
        width = max(NARROWEST, options.max_width - len(INDENT))
        if order.visual:
            yield control(APP_ORDERS)
        for number, paragraph in enumerate(paragraphs(self.alert)):
            rtl = runs_right_to_left(paragraph.plain)
            for line in paragraph.wrap(console, width):
                line.rstrip()
                yield placed(line, order, INDENT if number else "", right_to_left=rtl)
        if order.visual:
            yield control(TERMINAL_ORDERS)
        yield Text()


def render_alert(
    alert: Event, bidi: Bidi = "auto", environment: Mapping[str, str] | None = None
) -> AlertView:
    """Return what `Console.print` shows of an alert. `environment` says which terminal it is.

    Any alert can be shown, also one that somebody else wrote to the topic: what is missing or of
    another type is left out, and nothing of it can command the terminal.
    """
    return AlertView(alert, bidi, environment or {})


def control(code: str) -> Segment:
    """Return a control sequence, which rich writes to terminals only."""
    return Segment(code, None, [(ControlType.BELL,)])


def paragraphs(alert: Event) -> list[Text]:
    """Return the alert's paragraphs in writing order; parts that are missing are left out."""
    rule, article, why = (part(alert, name) for name in ("rule", "article", "why"))
    marks = spans(why.get("highlights"))
    raw_title = article.get("title")
    raw_title = raw_title if isinstance(raw_title, str) else ""
    title = marked(raw_title, 0, marks)
    found = [
        headline(alert, rule, article),
        title if title.plain else Text("(no title)", "dim"),
        snippet(part(why, "snippet"), len(raw_title), marks),
        *changes(part(alert, "change")),
        reasons(article, why),
    ]
    return [paragraph for paragraph in found if paragraph.plain.strip()]


def headline(alert: Event, rule: Event, article: Event) -> Text:
    """Return severity, rule, desk, action and time as one line."""
    severity = visible(rule.get("severity")) or "alert"
    line = Text().append(f" {severity.upper()} ", SEVERITY_STYLES.get(severity, "bold"))
    line.append(f" {visible(rule.get('id')) or '(no rule)'}", "bold")
    details = [
        visible(rule.get("desk")),
        visible(alert.get("action")),
        visible(article.get("published_at") or alert.get("matched_at")),
    ]
    return line.append("".join(f" · {detail}" for detail in details if detail), "dim")


def snippet(given: Event, title_length: int, marks: list[tuple[int, int]]) -> Text:
    """Return about 120 characters of the text around the first highlight behind the title.

    Empty where the alert brings no text, or none but the title, which stands above already.
    """
    text, start = given.get("text"), given.get("start")
    if not isinstance(text, str) or not isinstance(start, int):
        return Text()
    end = start + len(text)
    body = max(start, title_length + 1)
    if body >= end:
        return Text()
    first = next((mark for mark in marks if mark[0] >= body), (body, body))
    left = max(body, (first[0] + first[1] - SNIPPET_LENGTH) // 2)
    right = min(end, left + SNIPPET_LENGTH)
    left, right = at_words(text, left - start, right - start, body - start)
    shown = marked(text[left:right], start + left, marks)
    if not shown.plain.strip():
        return Text()
    before = "… " if start + left > title_length + 1 else ""
    after = " …" if right < len(text) else ""
    return Text(before).append_text(shown).append(after)


def changes(change: Event) -> list[Text]:
    """Return what an update took out of the story and what it put in, the first sentences."""
    found = []
    for side, sign, style in (("removed", "−", "strike"), ("added", "+", "")):
        sentences = change.get(side)
        for one in sentences[:CHANGES_SHOWN] if isinstance(sentences, list) else ():
            if text := visible(one):
                short = text if len(text) <= SNIPPET_LENGTH else text[: SNIPPET_LENGTH - 1] + "…"
                found.append(Text(f"{sign} ", "bold").append(short, style))
    return found


def at_words(text: str, left: int, right: int, least: int) -> tuple[int, int]:
    """Return a span moved inwards to the next white space, or as it was in one long word."""
    cut_left, cut_right = left, right
    if left > least:
        space = text.find(" ", left, right)
        cut_left = space + 1 if space != -1 and space - left < SNIPPET_LENGTH // 4 else left
    if right < len(text):
        space = text.rfind(" ", left, right)
        cut_right = space if right - space < SNIPPET_LENGTH // 4 else right
    return (cut_left, cut_right) if cut_left < cut_right else (left, right)


def reasons(article: Event, why: Event) -> Text:
    """Return the source, the address, and the clauses that matched with their counts."""
    pieces = [visible(article.get("source")), visible(article.get("url"))]
    clauses = why.get("clauses")
    matched = [clause_text(clause) for clause in clauses] if isinstance(clauses, list) else []
    told = "matched " + ", ".join(filter(None, matched)) if any(matched) else ""
    kept = [piece for piece in (*map(isolated, pieces), told) if piece]
    return Text(" · ".join(kept), "dim")


def clause_text(clause: Any) -> str:
    """Return a clause as `words ×count`."""
    if isinstance(clause, dict):
        words, count = visible(clause.get("clause")), clause.get("count")
        return f"{isolated(words)} ×{count}" if words and isinstance(count, int) else words
    return isolated(visible(clause))


def part(event: Event, name: str) -> Event:
    """Return an object of an object, {} where there is none."""
    found = event.get(name)
    return found if isinstance(found, dict) else {}


def spans(highlights: Any) -> list[tuple[int, int]]:
    """Return the highlights' spans in order, those that are no spans left out."""
    if not isinstance(highlights, list):
        return []
    pairs = ((h.get("start"), h.get("end")) for h in highlights if isinstance(h, dict))
    return sorted((s, e) for s, e in pairs if isinstance(s, int) and isinstance(e, int) and s < e)


def marked(text: str, start: int, marks: list[tuple[int, int]]) -> Text:
    """Return the visible form of a text that begins at `start`, with the marks highlighted."""
    line, position = Text(), 0
    for mark_start, mark_end in marks:
        left = min(max(mark_start - start, position), len(text))
        right = min(max(mark_end - start, left), len(text))
        line.append(visible(text[position:left])).append(visible(text[left:right]), HIGHLIGHT)
        position = right
    return line.append(visible(text[position:]))
