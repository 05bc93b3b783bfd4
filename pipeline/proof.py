"""A proof: the input of an article line by line, with what cleaning took out and put in marked."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pipeline.audit import GROUPED, by_rule, places_of
from pipeline.cleaning import restore
from pipeline.outcome import Event

LONGEST_INSIDE = 40
"""Characters up to which a piece of dirt is shown inside its line; a longer one stands alone."""


class Piece(NamedTuple):
    """Characters of a line that stayed, went, or were put in their place."""

    kind: Literal["kept", "gone", "put"]
    text: str


class Row(NamedTuple):
    """A line of the proof: one that stays (`rule` is "") or one that went by a rule."""

    rule: str
    pieces: tuple[Piece, ...]


def rows(event: Event) -> Iterator[Row]:
    """Yield the lines of a clean event's input in order.

    Dirt of single characters is marked inside the line that it stood in; white space is not marked.
    Whatever else went has lines of its own.
    """
    source = restore(event)
    position = 0
    line: list[Piece] = []
    for start, entry in each_place(event["removed"]):
        gone, put = entry["text"], entry.get("put", "")
        kept = source[position:start].split("\n")
        for one in kept[:-1]:
            yield from row([*line, Piece("kept", one)])
            line = []
        line.append(Piece("kept", kept[-1]))
        position = start + len(gone)
        if entry["rule"] == "spacing":
            line.append(Piece("kept", put.strip("\n")))
            if "\n" in put:
                yield from row(line)
                line = []
        elif entry["rule"] in GROUPED and len(gone) <= LONGEST_INSIDE:
            line += [Piece("gone", gone), Piece("put", put)]
        else:
            yield from row(line)
            line = []
            for one in gone.splitlines():
                yield from row([Piece("gone", one)], entry["rule"])
            yield from row([Piece("put", put)])
    for one in source[position:].split("\n"):
        yield from row([*line, Piece("kept", one)])
        line = []


def row(pieces: Iterable[Piece], rule: str = "") -> Iterator[Row]:
    """Yield a row of the pieces that hold something, or none if none does."""
    filled = tuple(piece for piece in pieces if piece.text)
    if filled:
        yield Row(rule, filled)


def each_place(removed: Iterable[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, Any]]]:
    """Return every place of every entry, in the order of the input."""
    found = [(start, entry) for entry in removed for start in places_of(entry)]
    return sorted(found, key=lambda place: place[0])


def reasons(event: Event) -> list[tuple[str, int]]:
    """Return the rules by which something went, with the number of places, most first."""
    counts = {rule: places for rule, (places, _) in by_rule(event["removed"]).items()}
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
