"""Text of the wire on its way to a terminal: only what can be seen, in the order it is read.

Terminals differ: most write right-to-left text in the wrong order, some put it in order by
themselves. barq orders it for the first and isolates it for the second.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias

from bidi import algorithm
from rich.text import Text

Bidi: TypeAlias = Literal["auto", "on", "off"]

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
ISOLATED = re.compile(f"{ISOLATE}[^{END_ISOLATE}]*{END_ISOLATE}?")
APP_ORDERS, TERMINAL_ORDERS = "\x1b[8l", "\x1b[8h"
"""ECMA-48 BDSM: a terminal that knows it leaves the order of what is between them alone."""

VTE_ORDERS_SINCE = 5800
JOINERS = "\u200c\u200d"
NUMBER_SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u0890\u0891"
"""Format characters of Arabic that are drawn, and so may stay."""

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories: control, format, surrogate, private use, unassigned."""

LRM, LRE, RLE, PDF = "\u200e", "\u202a", "\u202b", "\u202c"
BIDI_STEPS = (
    algorithm.explicit_embed_and_overrides,
    algorithm.resolve_weak_types,
    algorithm.resolve_neutral_types,
    algorithm.resolve_implicit_levels,
    algorithm.reorder_resolved_levels,
    algorithm.apply_mirroring,
)


@dataclass(frozen=True, slots=True)
class Order:
    """Who puts right-to-left text in order: barq (`visual`) or the terminal (`isolate`)."""

    visual: bool
    isolate: bool

    @staticmethod
    def choose(bidi: Bidi, environment: Mapping[str, str], *, terminal: bool) -> "Order":
        """Return how to order text.

        `auto`: on a terminal barq does, unless the terminal is known to do so itself; what is no
        terminal gets the text as it is written, without any mark. `on`: barq does. `off`: a
        terminal is told by isolate marks where a piece begins and ends.
        """
        if bidi == "auto" and terminal:
            bidi = "off" if orders_itself(environment) else "on"
        return Order(visual=bidi == "on", isolate=terminal and bidi == "off")


def orders_itself(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal that set these variables is known to order text by itself.

    GNOME Terminal and others on VTE (since 0.58), Konsole, Terminal.app, mlterm.
    """
    vte = environment.get("VTE_VERSION", "")
    return (
        (vte.isdecimal() and int(vte) >= VTE_ORDERS_SINCE)
        or "KONSOLE_VERSION" in environment
        or environment.get("TERM_PROGRAM") == "Apple_Terminal"
        or environment.get("TERM", "").startswith("mlterm")
    )


def visible(value: Any) -> str:
    """Return a string without what a terminal would obey or hide; "" for what is no string.

    White space becomes spaces. Joiners and Arabic number signs stay.
    """
    if not isinstance(value, str):
        return ""
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        " " if character.isspace() else character
        for character in value
        if character.isspace()
        or character in JOINERS
        or character in NUMBER_SIGNS
        or unicodedata.category(character) not in UNSEEN
    )


def isolated(text: str) -> str:
    """Return a piece that must not change the order of what stands beside it."""
    return f"{ISOLATE}{text}{END_ISOLATE}" if text and not text.isascii() else text


def runs_right_to_left(paragraph: str) -> bool:
    """Return whether the first letter outside isolates is of a right-to-left script."""
    return bool(algorithm.get_base_level(ISOLATED.sub("", paragraph)))


def placed(line: Text, order: Order, indent: str, *, right_to_left: bool) -> Text:
    """Return one line of a paragraph in the order in which it is to be written, indented."""
    if order.visual:
        line = visually(line, right_to_left=right_to_left)
    elif not order.isolate:
        line = without_isolates(line)
    return Text(indent, no_wrap=True, overflow="ignore").append_text(line)


def visually(line: Text, *, right_to_left: bool) -> Text:
    """Return a line in visual order, with each character's style, without isolate marks.

    The order is that of the Unicode bidi algorithm (UAX 9) as python-bidi's steps give it, with
    mirrored brackets. Those steps keep one entry a character, which tells where it stood; they
    know embeddings but no isolates, so an isolate becomes an embedding closed by a strong mark.
    """
    if line.plain.isascii():
        return without_isolates(line)
    controlled, origins = embedded(line.plain)
    storage = algorithm.get_empty_storage()
    storage["base_level"] = int(right_to_left)
    storage["base_dir"] = "R" if right_to_left else "L"
    algorithm.get_embedding_levels(controlled, storage)
    for entry, origin in zip(storage["chars"], origins, strict=True):
        entry["origin"] = origin
    for step in BIDI_STEPS:
        step(storage, debug=False)
    entries = [entry for entry in storage["chars"] if entry["origin"] is not None]
    entries = with_marks_behind(entries)
    ordered = Text("".join(entry["ch"] for entry in entries), line.style)
    for style in dict.fromkeys(span.style for span in line.spans):
        spans = [span for span in line.spans if span.style == style]
        for start, end in runs(
            any(span.start <= entry["origin"] < span.end for span in spans) for entry in entries
        ):
            ordered.stylize(style, start, end)
    return ordered


def embedded(text: str) -> tuple[str, list[int | None]]:
    """Return a text with its isolates as embeddings, and where each character stood in it.

    What stands for a mark has no place: None.
    """
    characters: list[str] = []
    origins: list[int | None] = []
    for place, character in enumerate(text):
        if character == ISOLATE:
            piece = text[place + 1 :].partition(END_ISOLATE)[0]
            characters.append(RLE if runs_right_to_left(piece) else LRE)
            origins.append(None)
        elif character == END_ISOLATE:
            characters += (PDF, LRM)
            origins += (None, None)
        else:
            characters.append(character)
            origins.append(place)
    return "".join(characters), origins


def with_marks_behind(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return characters in visual order with each mark behind its letter (UAX 9, L3).

    Reversing puts the marks of right-to-left letters in front, where a terminal would set them
    on the letter before.
    """
    placed_entries: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    for entry in entries:
        if entry["level"] % 2 and unicodedata.category(entry["ch"]) == "Mn":
            marks.append(entry)
        else:
            placed_entries += (entry, *reversed(marks))
            marks = []
    return placed_entries + marks


def runs(flags: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of true flags."""
    start = end = 0
    for flag, group in groupby(flags):
        end = start + sum(1 for _ in group)
        if flag:
            yield start, end
        start = end


def without_isolates(line: Text) -> Text:
    """Return a line without isolate marks, its styles kept."""
    if ISOLATE not in line.plain:
        return line
    kept = Text(style=line.style)
    start = 0
    for place, character in enumerate(line.plain):
        if character in (ISOLATE, END_ISOLATE):
            kept.append_text(line[start:place])
            start = place + 1
    return kept.append_text(line[start:])
