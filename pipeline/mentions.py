"""Which of the possible mentions of an article are meant: no overlaps, one meaning each."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.gazetteer import NO_NAME, Hit, Name, Reading

CERTAIN = 0.95
"""A form that means one thing."""
BY_CONTEXT = 0.8
"""A form of several meanings, decided by the other names of the article; or a short form."""
BY_RANK = 0.6
"""A form of several meanings, where only the greater rank decides."""
PARTICLE_COST = 0.05
"""What confidence loses where particles had to be taken off the word."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What the text says at `start` to `end` (code points, end excluded), and how sure that is."""

    start: int
    end: int
    name: Name
    confidence: float


@dataclass(frozen=True, slots=True)
class Context:
    """What an article says beyond doubt: the names in it, and how many places of each country."""

    ids: frozenset[str]
    places: Counter[str]

    def allows(self, reading: Reading, *, announced: bool) -> bool:
        """Say whether a reading counts in this article."""
        name = reading.name
        if not reading.short or name.id in self.ids:
            return True
        return name.type == "LOC" and (announced or self.votes(name) > 0)

    def weight(
        self, reading: Reading, latest: Mapping[str, int]
    ) -> tuple[bool, int, int, int, str]:
        """Return what a meaning is compared by; the id makes it a decision in any case.

        `latest` says where each name last stood in full: of two people of one family name the one
        who was named last is meant.
        """
        name = reading.name
        before = latest.get(name.id, -1) if reading.short else sys.maxsize
        return name.type != "LOC", before, self.votes(name), name.rank, name.id

    def votes(self, name: Name) -> int:
        """Return how many places of the article lie in the name's country."""
        return self.places[name.country] if name.country else 0


def choose(hits: Iterable[Hit]) -> list[Mention]:
    """Return the mentions among the hits of a text (as `Gazetteer.find` gives them), in order.

    The leftmost word wins, then the form without particles, then the longest. A short form needs
    a full form or a place of its country elsewhere in the article. Of several meanings, people and
    organisations (which somebody put on a list) beat places; of people with one family name, the
    one named in full last; of places, the one whose country has most other places in the article,
    then the one of the greatest rank.
    """
    hits = list(hits)
    context = context_of(hits)
    mentions = []
    latest: dict[str, int] = {}
    end = 0
    for hit in hits:
        if hit.start < end:
            continue
        readings = [r for r in hit.readings if context.allows(r, announced=hit.announced)]
        if readings:
            mention, full = decide(hit, readings, context, latest)
            mentions.append(mention)
            end = hit.end
            if full:
                latest[mention.name.id] = hit.start
    return [mention for mention in mentions if mention.name.type != NO_NAME]


def context_of(hits: Iterable[Hit]) -> Context:
    """Return what is sure about an article: its full forms of one meaning."""
    sure: dict[str, Name] = {}
    end = 0
    for hit in hits:
        full = [reading.name for reading in hit.readings if not reading.short]
        if hit.start < end or not full:
            continue
        end = hit.end
        if len(full) == 1:
            sure[full[0].id] = full[0]
    places = Counter(n.country for n in sure.values() if n.type == "LOC" and n.country)
    return Context(frozenset(sure), places)


def decide(
    hit: Hit, readings: list[Reading], context: Context, latest: Mapping[str, int]
) -> tuple[Mention, bool]:
    """Return a hit with its likeliest meaning, and whether it has a full form of it."""
    best = max(readings, key=lambda reading: context.weight(reading, latest))
    others = [context.votes(r.name) for r in readings if r is not best]
    if best.short or best.cued or (others and context.votes(best.name) > max(others)):
        confidence = BY_CONTEXT
    else:
        confidence = BY_RANK if others else CERTAIN
    if hit.said == hit.start < hit.name_start:
        confidence -= PARTICLE_COST
    mention = Mention(hit.said, hit.end, best.name, round(confidence, 2))
    return mention, not best.short
