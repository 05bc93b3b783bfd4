"""A story: who carries it, since when, under which categories, and which article to quote.

All of it is a function of the articles in the order in which they came, so a log gives it again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

import orjson

from pipeline.outcome import Event
from pipeline.query_tree import folded_name

Carrier: TypeAlias = tuple[str, str, float | None, tuple[str, ...]]
"""Source, uid, when the article says it was published (seconds since 1970), its categories. A
plain tuple, which the garbage collector leaves alone once it has seen that it holds no objects."""

SOURCES_NAMED = 16
"""Articles of a story that are named at most; `count` goes on."""
CATEGORIES_NAMED = 16
"""Categories of an article that are remembered at most."""
LONGEST_CATEGORY = 100
CATEGORY_KEYS = ("name", "qcode", "code", "id")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (in UTC; what is written is that and a Z)


@dataclass(frozen=True, slots=True)
class Carriers:
    """Who carries a story.

    `first_seen` is the earliest time that any of its articles states, `count` how many articles
    there are, `canonical` the uid of the one to quote, `named` the first of them by arrival.
    """

    first_seen: float | None
    count: int
    canonical: str
    named: tuple[Carrier, ...]


class Merged(NamedTuple):
    """What a copy adds to its story: a source that did not carry it, categories it was not in."""

    sources: tuple[str, ...]
    categories: tuple[str, ...]


def alone(carrier: Carrier) -> Carriers:
    """Return the carriers of a story of one article."""
    return Carriers(carrier[2], 1, carrier[1], (carrier,))


def pack_carriers(carriers: Carriers) -> bytes:
    """Return carriers as bytes, a third of what the objects take."""
    return orjson.dumps((carriers.first_seen, carriers.count, carriers.canonical, carriers.named))


def unpack_carriers(packed: bytes) -> Carriers:
    """Return the carriers that were packed."""
    first_seen, count, canonical, named = orjson.loads(packed)
    every = ((source, uid, at, tuple(names)) for source, uid, at, names in named)
    return Carriers(first_seen, count, canonical, tuple(every))


def joined(
    carriers: Carriers, own: Carrier, agencies: Collection[str], *, counted: bool
) -> Carriers:
    """Return the carriers with an article added, or with another edition of one added to it.

    `counted` says that an edition of it was counted before. The article to quote is an agency's
    if any is (`agencies` are folded), then the one with the earliest stated time, of several the
    one with the lowest uid: whatever the order in which they come. It is always named: where the
    list is full it takes the place of the last.
    """
    source, uid, at, categories = own
    named = list(carriers.named)
    number = next((n for n, known in enumerate(named) if known[1] == uid), None)
    if number is not None:
        counted = True
        _, _, before, old = named[number]
        named[number] = (source, uid, earliest(before, at), union(old, categories))
    else:
        named.append(own)
    canonical = min(named, key=lambda known: rank(known, agencies))[1]
    if len(named) > SOURCES_NAMED:
        del named[-2 if canonical == uid else -1]
    return Carriers(
        earliest(carriers.first_seen, at), carriers.count + (not counted), canonical, tuple(named)
    )


def rank(carrier: Carrier, agencies: Collection[str]) -> tuple[bool, bool, float, str]:
    """Return by what a carrier is preferred as the article to quote: the lowest is taken."""
    source, uid, at, _ = carrier
    return not (agencies and folded_name(source) in agencies), at is None, at or 0.0, uid


def merged(carriers: Carriers, own: Carrier) -> Merged:
    """Return what an article adds to those who carried its story before."""
    sources = {folded_name(source) for source, *_ in carriers.named}
    known = {folded_name(category) for *_, named in carriers.named for category in named}
    new = tuple(category for category in own[3] if folded_name(category) not in known)
    return Merged((own[0],) if folded_name(own[0]) not in sources else (), new)


def earliest(one: float | None, other: float | None) -> float | None:
    """Return the earlier of two times, either of which may be unknown."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Return the categories of two editions, each once, as many as are remembered."""
    if not other or one == other:
        return one
    return tuple(dict.fromkeys((*one, *other)))[:CATEGORIES_NAMED]


def category_names(categories: Any) -> tuple[str, ...]:
    """Return the names and codes in an article's `categories`, each once; () where it has none.

    Left out is what is longer than LONGEST_CATEGORY or cannot be logged.
    """
    if not categories or not isinstance(categories, list):
        return ()
    found: dict[str, None] = {}
    for category in categories:
        if isinstance(category, str):
            found[one_line(category)] = None
        elif isinstance(category, dict):
            told = (category.get(key) for key in CATEGORY_KEYS)
            found.update(dict.fromkeys(one_line(name) for name in told if isinstance(name, str)))
    found.pop("", None)
    return tuple(found)[:CATEGORIES_NAMED]


def one_line(name: str) -> str:
    """Return a category with single spaces, "" if it is too long or no valid Unicode."""
    line = name if name.isalnum() else " ".join(name.split())
    if not line.isascii():
        try:
            line.encode()
        except UnicodeEncodeError:
            return ""
    return line if len(line) <= LONGEST_CATEGORY else ""


def told(carriers: Carriers) -> Event:
    """Return the fields of `story` that say who carries it."""
    fields: Event = {"count": carriers.count, "canonical": carriers.canonical}
    if (first := stamp(carriers.first_seen)) is not None:
        fields["first_seen"] = first
    sources: list[Event] = []
    for source, uid, at, categories in carriers.named:
        one: Event = {"source": source, "uid": uid}
        time = first if at == carriers.first_seen else stamp(at)
        if time is not None:
            one["at"] = time
        if categories:
            one["categories"] = list(categories)
        sources.append(one)
    fields["sources"] = sources
    return fields


def stamp(at: float | None) -> str | None:
    """Return a time as RFC 3339 in UTC, None where there is none that can be written."""
    if at is None:
        return None
    try:
        return (EPOCH + timedelta(0, at)).isoformat() + "Z"
    except OverflowError:
        return None
