"""Both wires as they are: what barq calls them, and a sample of its links to be read by eye."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.settings import CHECKOUT
from bench.cleaning_dirt import read_lines
from bench.cleaning_wires import InsideCheckout
from pipeline.dedup import judge
from pipeline.entry import Entry
from pipeline.outcome import Event
from pipeline.times import as_rfc_3339
from pipeline.window import Window

Row = dict[str, object]
WIRES = ("ant-v1", "reuters-a")
VERDICTS = ("new", "update", "exact", "near", "contained", "stale")
SHOWN = 1_500
"""Characters of a text that a sample shows."""


@dataclass(frozen=True, slots=True)
class Link:
    """An article that was linked, and what it was linked to."""

    entry: Entry
    article: Event
    survivor: Event


@dataclass(slots=True)
class Wire:
    """What was decided on one wire."""

    name: str
    verdicts: Counter[str]
    links: list[Link]


def measure(data: Path) -> list[Wire]:
    """Return what barq decides about both wires."""
    return [decide(name, data / "wire" / f"{name}.jsonl.gz") for name in WIRES]


def events(path: Path) -> Iterator[Event]:
    """Yield the articles of a wire as clean events."""
    for raw in read_lines(path):
        yield {
            **raw,
            "uid": f"{raw['source']}:{raw['id']}",
            "title": raw.get("title") or "",
            "text": raw.get("body") or "",
            "published_at": as_rfc_3339(raw.get("published_at") or ""),
        }


def decide(name: str, path: Path) -> Wire:
    """Return what barq decides about a wire."""
    window = Window(72.0, 1_000_000)
    wire = Wire(name, Counter(), [])
    seen: dict[str, Event] = {}
    for event in events(path):
        entry = judge(event, window)
        window.apply(entry)
        wire.verdicts[entry.verdict] += 1
        seen[entry.uid] = event
        if entry.of is not None:
            wire.links.append(Link(entry, event, seen[entry.of]))
    return wire


def rows(wires: Sequence[Wire]) -> list[Row]:
    """Return a row for each wire."""
    return [
        {"wire": wire.name, "articles": wire.verdicts.total()}
        | {verdict: wire.verdicts[verdict] for verdict in VERDICTS}
        for wire in wires
    ]


def write_sample(wires: Sequence[Wire], number: int, seed: int, path: Path) -> int:
    """Write so many links, chosen by chance, with both texts; return how many.

    Raises InsideCheckout for a file inside the project, where text of the evaluation data has no
    place.
    """
    if path.resolve().is_relative_to(CHECKOUT):
        raise InsideCheckout(f"{path} lies inside the project; name a file outside of it.")
    found = [link for wire in wires for link in wire.links]
    chosen = random.Random(seed).sample(found, min(number, len(found)))
    head = f"{len(chosen)} of {len(found)} links, seed {seed}\n"
    parts = [told(place, link) for place, link in enumerate(chosen, 1)]
    path.write_text("\n".join([head, *parts]), "utf-8")
    return len(chosen)


def told(place: int, link: Link) -> str:
    """Return a link of the sample as it is read."""
    entry = link.entry
    texts = (
        f"{event['uid']} · {event['published_at']} · {event['title']}\n"
        + " ".join(event["text"].split())[:SHOWN]
        for event in (link.survivor, link.article)
    )
    return f"--- {place} · {entry.verdict} · {entry.similarity}\n" + "\n".join(texts) + "\n"
