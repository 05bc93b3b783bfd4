"""The proof of an article in a terminal: what cleaning took out, by which rule, what it found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from agents.filters import Step, apply, dead, numbered_events
from agents.ticker import NARROWEST, control
from agents.writing import (
    APP_ORDERS,
    END_ISOLATE,
    ISOLATE,
    JOINERS,
    NUMBER_SIGNS,
    TERMINAL_ORDERS,
    Bidi,
    Order,
    placed,
    runs_right_to_left,
)
from pipeline.cleaning import RULES, restore
from pipeline.letters import escaped
from pipeline.outcome import Event, Reject
from pipeline.proof import Piece, Row, reasons, rows

STYLES = {"kept": "", "gone": "red strike", "put": "green"}
MARKS = {"kept": ("", ""), "gone": ("[-", "-]"), "put": ("{+", "+}")}
"""What stands round a piece inside a line where there is no colour, as wdiff writes it."""

FIELDS = ("byline", "dateline", "agency", "published_at", "url")
GUTTER = max(len(rule) for rule in RULES) + len(" 999 ")


@dataclass(frozen=True, slots=True)
class ProofView:
    """An article with what became of it, as rich renders it at the width of the console.

    `line` is the number of its line in the input, `found` what the filter writes for it.
    """

    line: int
    found: Event
    bidi: Bidi
    environment: Mapping[str, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the head, the lines of the input, the rules by which something went, a blank."""
        order = Order.choose(self.bidi, self.environment, terminal=console.is_terminal)
        width = max(NARROWEST, options.max_width - GUTTER)
        coloured = console.is_terminal and not console.no_color
        if order.visual:
            yield control(APP_ORDERS)
        for gutter, content in self.parts(coloured=coloured):
            rtl = runs_right_to_left(content.plain)
            margin = gutter
            for line in content.wrap(console, width):
                line.rstrip()
                yield margin.copy().append_text(set_apart(line, order, right_to_left=rtl))
                margin = Text(" " * GUTTER)
        if order.visual:
            yield control(TERMINAL_ORDERS)
        yield Text()

    def parts(self, *, coloured: bool) -> Iterator[tuple[Text, Text]]:
        """Yield what stands in the gutter and beside it, line by line."""
        refused = self.found.get("dead")
        if refused is not None:
            yield heading(f"line {self.line}"), Text("refused", "bold red")
            yield heading(str(refused["reason"])), Text(safe(refused["detail"]))
            return
        yield heading(f"line {self.line}"), Text(safe(self.found["uid"]), "bold")
        yield from self.facts()
        for row in rows(self.found):
            yield margin_of(row), line_of(row, coloured=coloured)
        for rule, number in reasons(self.found):
            yield heading(f"{rule} {number}"), Text(RULES.get(rule, ""), "dim")

    def facts(self) -> Iterator[tuple[Text, Text]]:
        """Yield the title, the language, the fields that were found and how much is left."""
        language = self.found["language"]
        declared = language.get("declared")
        told = f"{language['code']}, confidence {language['confidence']}"
        told += f", declared {safe(declared)}" if isinstance(declared, str) else ""
        yield heading("title"), Text(safe(self.found["title"]) or "(none)", "bold")
        yield heading("language"), Text(told)
        for name in FIELDS:
            if isinstance(self.found.get(name), str):
                yield heading(name), Text(safe(self.found[name]))
        left, before = len(self.found["text"]), len(restore(self.found))
        yield heading("text"), Text(f"{left:,} of {before:,} characters are left")


def heading(words: str) -> Text:
    """Return the name of a fact in the gutter."""
    return Text(words.ljust(GUTTER), "cyan")


def margin_of(row: Row) -> Text:
    """Return the gutter of a line of the proof: the rule by which it went, if it did."""
    return Text(f"{row.rule.ljust(GUTTER - 3)} {'-' if row.rule else ' '} ", "red")


def line_of(row: Row, *, coloured: bool) -> Text:
    """Return a line of the proof with its pieces marked: by colour, or by brackets."""
    line = Text()
    for piece in row.pieces:
        opening, closing = ("", "") if coloured or row.rule else MARKS[piece.kind]
        line.append(f"{opening}{shown(piece)}{closing}", STYLES[piece.kind])
    return line


def shown(piece: Piece) -> str:
    """Return a piece as a terminal may see it; what went in is not hidden any more."""
    if piece.kind != "gone":
        return safe(piece.text)
    return "".join("\\u{9}" if one == "\t" else escaped(one) for one in piece.text)


def safe(text: Any) -> str:
    """Return text of the wire without what a terminal would obey or hide: escaped, not dropped.

    Joiners and Arabic number signs stay; white space becomes spaces.
    """
    return "".join(
        one if one in JOINERS or one in NUMBER_SIGNS else " " if one.isspace() else escaped(one)
        for one in str(text)
    )


def set_apart(line: Text, order: Order, *, right_to_left: bool) -> Text:
    """Return a line in the order in which it is written, kept apart from the gutter beside it."""
    line = placed(line, order, "", right_to_left=right_to_left)
    if order.isolate and not line.plain.isascii():
        return Text(ISOLATE).append_text(line).append(END_ISOLATE)
    return line


def proofs(
    step: Step, lines: Iterable[bytes], bidi: Bidi, environment: Mapping[str, str]
) -> Iterator[ProofView]:
    """Yield the proof of each line of JSON, in order; blank lines are passed over."""
    for number, event in numbered_events(lines):
        if isinstance(event, Reject):
            found = dead(event, number)
        else:
            [found], _ = apply(step, event, number)
        yield ProofView(number, found, bidi, environment)
