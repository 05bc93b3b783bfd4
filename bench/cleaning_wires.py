"""Clean wires as they are: what cleaning takes out of them by rule, and a sample to read."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.settings import CHECKOUT
from bench.cleaning_dirt import read_lines
from pipeline.audit import GROUPED, by_rule
from pipeline.characters import normal
from pipeline.cleaning import CleaningOptions, clean, restore
from pipeline.outcome import Event, Keep

WIRES = ("ant-v1", "reuters-a")
Row = dict[str, object]
CONTEXT = 400
"""Characters of the input that a sample shows on either side of what went."""


class InsideCheckout(Exception):
    """A sample holds text of the evaluation data, which must not get into the project."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One removal: whose, by which rule, what, and what stood on either side of it."""

    uid: str
    rule: str
    before: str
    text: str
    after: str


@dataclass(slots=True)
class Wire:
    """What was counted on one wire."""

    name: str
    articles: int
    paragraphs: int
    characters: int
    restored: int
    by_rule: dict[str, tuple[int, int]]
    touched: Counter[str]
    removals: list[Removal]


def measure(data: Path) -> list[Wire]:
    """Return the counts of both wires."""
    return [count(name, read_lines(data / "wire" / f"{name}.jsonl.gz")) for name in WIRES]


def count(name: str, raws: Iterable[Event]) -> Wire:
    """Return what cleaning takes out of a wire, and how many inputs can be put back from it."""
    options = CleaningOptions()
    wire = Wire(name, 0, 0, 0, 0, {}, Counter(), [])
    entries: list[dict[str, Any]] = []
    for raw in raws:
        outcome = clean(raw, options)
        assert isinstance(outcome, Keep)
        (event,) = outcome.values
        source = restore(event)
        wire.articles += 1
        wire.characters += len(source)
        wire.restored += source == normal(raw.get("body") or "")
        wire.removals += removals(event, source)
        wire.paragraphs += len(event["text"].split("\n"))
        wire.touched.update({entry["rule"] for entry in event["removed"]})
        entries += event["removed"]
    wire.by_rule = by_rule(entries)
    return wire


def removals(event: Event, source: str) -> Iterator[Removal]:
    """Yield what went of an article but single characters."""
    for entry in event["removed"]:
        if entry["rule"] not in GROUPED:
            start, end = entry["start"], entry["end"]
            before = source[max(0, start - CONTEXT) : start]
            after = source[end : end + CONTEXT]
            yield Removal(event["uid"], entry["rule"], before, entry["text"], after)


def rows(wires: Sequence[Wire]) -> list[Row]:
    """Return a row for each wire and rule, the most frequent first."""
    return [
        {
            "wire": wire.name,
            "rule": rule,
            "removals": places,
            "articles": wire.touched[rule],
            "characters": characters,
            "per 1,000 paragraphs": round(1000 * places / max(1, wire.paragraphs), 2),
        }
        for wire in wires
        for rule, (places, characters) in sorted(wire.by_rule.items(), key=lambda one: -one[1][0])
    ]


def totals(wires: Sequence[Wire]) -> list[Row]:
    """Return what the wires are, and whether every input could be put back."""
    return [
        {
            "wire": wire.name,
            "articles": wire.articles,
            "paragraphs left": wire.paragraphs,
            "characters": wire.characters,
            "put back exactly": wire.restored,
        }
        for wire in wires
    ]


def write_sample(
    wires: Sequence[Wire], number: int, seed: int, rules: Sequence[str], path: Path
) -> int:
    """Write so many removals, chosen by chance, with what stands beside them; return how many.

    `rules`, if any, are the only ones to choose from. Raises InsideCheckout for a file inside the
    project, where text of the evaluation data has no place.
    """
    if path.resolve().is_relative_to(CHECKOUT):
        raise InsideCheckout(f"{path} lies inside the project; name a file outside of it.")
    found = [
        (wire.name, one)
        for wire in wires
        for one in wire.removals
        if not rules or one.rule in rules
    ]
    chosen = random.Random(seed).sample(found, min(number, len(found)))
    head = f"{len(chosen)} of {len(found)} removals, seed {seed}\n"
    parts = [told(place, wire, one) for place, (wire, one) in enumerate(chosen, 1)]
    path.write_text("\n".join([head, *parts]), "utf-8")
    return len(chosen)


def told(place: int, wire: str, one: Removal) -> str:
    """Return a removal of the sample as it is read."""
    gone = "\n".join(f">>> {line}" for line in one.text.splitlines())
    before, after = one.before.rstrip(), one.after.lstrip()
    return f"--- {place} · {wire} · {one.uid} · {one.rule}\n{before}\n{gone}\n{after}\n"
