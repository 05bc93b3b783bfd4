"""A story: who carries it, since when, under which categories, and which article to quote.

All of it is a function of the articles in the order in which they came, so a log gives it again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

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
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


@dataclass(frozen=True, slots=True)
class Merged:
    """What a copy adds to its story: a source that did not carry it, categories it was not in."""

    sources: tuple[str, ...]
    categories: tuple[str, ...]


def alone(carrier: Carrier) -> Carriers:
    """Return the carriers of a story of one article."""
    return Carriers(carrier[2], 1, carrier[1], (carrier,))


def joined(
    carriers: Carriers, own: Carrier, agencies: Collection[str], *, counted: bool
) -> Carriers:
    """Return the carriers with an article added, or with another edition of one added to it.

    `counted` says that an edition of it was counted before. The article to quote is an agency's
    if any is (`agencies` are folded), then the one with the earliest stated time, then the first
    that came. It is always named: where the list is full it takes the last place of another.
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


def rank(carrier: Carrier, agencies: Collection[str]) -> tuple[bool, bool, float]:
    """Return by what a carrier is preferred as the article to quote: the lowest is taken."""
    source, _, at, _ = carrier
    return not (agencies and folded_name(source) in agencies), at is None, at or 0.0


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
    """Return the names and codes in an article's `categories`, each once; () where it has none."""
    if not categories or not isinstance(categories, list):
        return ()
    return tuple(dict.fromkeys(names_in(categories)))[:CATEGORIES_NAMED]


def names_in(categories: Iterable[Any]) -> list[str]:
    """Return every name and code in a list of categories that can be remembered."""
    found: list[str] = []
    for category in categories:
        told = (
            [category.get(key) for key in CATEGORY_KEYS]
            if isinstance(category, dict)
            else [category]
        )
        names = (" ".join(one.split()) for one in told if isinstance(one, str))
        found += (name for name in names if 0 < len(name) <= LONGEST_CATEGORY and sendable(name))
    return found


def sendable(name: str) -> bool:
    """Return whether a text is valid Unicode, so that it can be logged."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def told(carriers: Carriers) -> Event:
    """Return the fields of `story` that say who carries it."""
    fields: Event = {"count": carriers.count, "canonical": carriers.canonical}
    if (first := stamp(carriers.first_seen)) is not None:
        fields["first_seen"] = first
    fields["sources"] = [told_carrier(one) for one in carriers.named]
    return fields


def told_carrier(carrier: Carrier) -> Event:
    """Return one entry of `sources`."""
    source, uid, at, categories = carrier
    fields: Event = {"source": source, "uid": uid}
    if (time := stamp(at)) is not None:
        fields["at"] = time
    if categories:
        fields["categories"] = list(categories)
    return fields


def stamp(at: float | None) -> str | None:
    """Return a time as RFC 3339 in UTC, None where there is none that can be written."""
    if at is None:
        return None
    try:
        return (EPOCH + timedelta(seconds=at)).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return None
