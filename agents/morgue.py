"""The morgue, as newsrooms call it: articles that were judged, taken out again by their place.

Nothing depends on what it holds. The newest articles are at hand, in a number of bytes; whatever
else is asked for is read from the topic, where it lies until its retention ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias

from agents import metrics
from pipeline import codec
from pipeline.outcome import Event, Reject

Place: TypeAlias = tuple[int, int]
"""A partition and an offset."""
RECORD_BYTES = 200
"""What a record takes beside its bytes, about."""


class Picker(Protocol):
    """Reads single records of a topic."""

    async def pick(self, topic: str, partition: int, offsets: Iterable[int]) -> dict[int, bytes]:
        """Return the values of those records that are still kept, by offset."""
        ...


class Cuttings:
    """The newest articles by place, as many as fit in a number of bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held = 0
        self.values: dict[Place, bytes] = {}

    def keep(self, place: Place, value: bytes) -> None:
        """Put an article in; the oldest go where there is no more room."""
        before = self.values.pop(place, None)
        if before is not None:
            self.held -= len(before) + RECORD_BYTES
        self.values[place] = value
        self.held += len(value) + RECORD_BYTES
        while self.held > self.limit:
            oldest = next(iter(self.values))
            self.held -= len(self.values.pop(oldest)) + RECORD_BYTES

    def get(self, place: Place) -> bytes | None:
        """Return an article that is at hand, or None."""
        return self.values.get(place)


class Morgue:
    """The articles of one topic."""

    def __init__(self, topic: str, limit: int, picker: Picker) -> None:
        self.topic = topic
        self.cuttings = Cuttings(limit)
        self.picker = picker
        metrics.TEXTS_LIMIT.set(limit)

    async def articles(self, places: Iterable[Place]) -> Mapping[Place, Event]:
        """Return the articles at these places; those that are no longer kept are missing."""
        found: dict[Place, bytes] = {}
        missed: dict[int, set[int]] = defaultdict(set)
        for place in places:
            value = self.cuttings.get(place)
            if value is None:
                missed[place[0]].add(place[1])
            else:
                found[place] = value
        counts = {"memory": len(found), "topic": 0}
        for partition, offsets in missed.items():
            picked = await self.picker.pick(self.topic, partition, sorted(offsets))
            found.update(((partition, offset), value) for offset, value in picked.items())
            counts["topic"] += len(picked)
        counts["gone"] = sum(map(len, missed.values())) - counts["topic"]
        for kept, number in counts.items():
            metrics.TEXTS_READ.labels(kept).inc(number)
        return {place: event for place, value in found.items() if (event := event_of(value))}

    def observe(self) -> None:
        """Export how much is at hand."""
        metrics.TEXTS_BYTES.set(self.cuttings.held)


def event_of(value: bytes) -> Event:
    """Return the article in a record, {} where there is none."""
    try:
        return codec.decode(value)
    except Reject:
        return {}
