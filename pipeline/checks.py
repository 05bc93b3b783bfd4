"""Queries made ready to be asked of articles: does it match, by which clauses, and where."""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.galley import Galley
from pipeline.outcome import Event

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What an article holds of the atoms of all queries; an atom it does not hold is in neither.

    `words` maps an atom of words to its spans in the galley's line, in order; `fields` maps an
    atom of a field to the spans of its entities in the text, in order (empty for a property such
    as the language, which stands nowhere).
    """

    galley: Galley
    words: dict[int, list[Span]]
    fields: dict[int, list[Span]]


@dataclass(frozen=True, slots=True)
class Pivot:
    """Atoms of which one must be found for a check to hold, and how often that may be."""

    cost: float
    atoms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that matched: its text in the query, how often, and where in the article's text."""

    text: str
    count: int
    spans: list[Span]


class Check(ABC):
    """A piece of a query made ready."""

    @property
    @abstractmethod
    def pivot(self) -> Pivot | None:
        """The cheapest pivot, or None if the check can hold where no atom is found."""

    @abstractmethod
    def holds(self, found: Found) -> bool:
        """Say whether the article meets it."""

    @abstractmethod
    def clauses(self, found: Found) -> Iterator[Clause]:
        """Yield the clauses by which the article meets it, in query order; none if it does not."""

    @abstractmethod
    def told(self, found: Found) -> Event:
        """Return for a reader whether it is met, part by part."""


@dataclass(frozen=True, slots=True)
class FieldCheck(Check):
    """The article has a property, or an entity is tagged in it."""

    atom: int
    text: str
    cost: float

    @property
    def pivot(self) -> Pivot:
        """The field itself."""
        return Pivot(self.cost, (self.atom,))

    def holds(self, found: Found) -> bool:
        """Say whether the article has it."""
        return self.atom in found.fields

    def clauses(self, found: Found) -> Iterator[Clause]:
        """Yield it; a property counts once."""
        spans = found.fields.get(self.atom)
        if spans is not None:
            yield Clause(self.text, max(1, len(spans)), spans)

    def told(self, found: Found) -> Event:
        """Return whether the article has it."""
        return told_clause(self.text, list(self.clauses(found)))


class PlacedCheck(Check):
    """A check that stands at places of the galley's line."""

    @abstractmethod
    def places(self, found: Found) -> list[Span]:
        """Return where in the line, in order."""


@dataclass(frozen=True, slots=True)
class WordsCheck(PlacedCheck):
    """A word or phrase occurs, or occurs in the title."""

    atom: int
    in_title: bool
    text: str
    cost: float

    @property
    def pivot(self) -> Pivot:
        """The words themselves."""
        return Pivot(self.cost, (self.atom,))

    def holds(self, found: Found) -> bool:
        """Say whether they occur. Spans are in order, so the title's are the first ones."""
        spans = found.words.get(self.atom)
        return spans is not None and (not self.in_title or found.galley.in_title(spans[0][0]))

    def places(self, found: Found) -> list[Span]:
        """Return where they occur."""
        spans = found.words.get(self.atom, [])
        return [s for s in spans if found.galley.in_title(s[0])] if self.in_title else spans

    def clauses(self, found: Found) -> Iterator[Clause]:
        """Yield the words with their places."""
        yield from clause_of(self.text, self.places(found), found.galley)

    def told(self, found: Found) -> Event:
        """Return whether and how often they occur."""
        return told_clause(self.text, list(self.clauses(found)))


@dataclass(frozen=True, slots=True)
class NearCheck(Check):
    """Two clauses stand near each other, both in the title or both in the body."""

    left: PlacedCheck
    right: PlacedCheck
    distance: int
    text: str

    @property
    def pivot(self) -> Pivot | None:
        """The rarer side."""
        return cheapest((self.left.pivot, self.right.pivot))

    def holds(self, found: Found) -> bool:
        """Say whether there is a pair near enough."""
        return self.left.holds(found) and self.right.holds(found) and bool(self.pairs(found))

    def pairs(self, found: Found) -> list[Span]:
        """Return the spans that have one of the other side near enough, in order."""
        left, right = self.left.places(found), self.right.places(found)
        galley, spaces = found.galley, found.galley.spaces()
        kept = set(near(left, right, self.distance, galley, spaces))
        kept.update(near(right, left, self.distance, galley, spaces))
        return sorted(kept)

    def clauses(self, found: Found) -> Iterator[Clause]:
        """Yield the pair as one clause with the places of both sides."""
        yield from clause_of(self.text, self.pairs(found), found.galley)

    def told(self, found: Found) -> Event:
        """Return whether there is a pair, and what became of each side."""
        told = told_clause(self.text, list(self.clauses(found)))
        return {**told, "parts": [self.left.told(found), self.right.told(found)]}


@dataclass(frozen=True, slots=True)
class NotCheck(Check):
    """A part is not met."""

    part: Check

    @property
    def pivot(self) -> None:
        """None: it holds for articles that hold nothing."""
        return

    def holds(self, found: Found) -> bool:
        """Say whether the part is not met."""
        return not self.part.holds(found)

    def clauses(self, found: Found) -> Iterator[Clause]:  # noqa: ARG002  (as of all checks)
        """Yield nothing: what is absent stands nowhere."""
        return iter(())

    def told(self, found: Found) -> Event:
        """Return whether the part is not met, and why."""
        return {"not": self.part.told(found), "matched": self.holds(found)}


@dataclass(frozen=True, slots=True)
class AllCheck(Check):
    """All parts are met."""

    parts: tuple[Check, ...]

    @property
    def pivot(self) -> Pivot | None:
        """The pivot of the part that is met most seldom."""
        return cheapest(part.pivot for part in self.parts)

    def holds(self, found: Found) -> bool:
        """Say whether all parts are met."""
        return all(part.holds(found) for part in self.parts)

    def clauses(self, found: Found) -> Iterator[Clause]:
        """Yield the clauses of all parts, if all are met."""
        if self.holds(found):
            for part in self.parts:
                yield from part.clauses(found)

    def told(self, found: Found) -> Event:
        """Return what became of each part."""
        parts = [part.told(found) for part in self.parts]
        return {"all": parts, "matched": self.holds(found)}


@dataclass(frozen=True, slots=True)
class AnyCheck(PlacedCheck):
    """One of the parts is met."""

    parts: tuple[Check, ...]

    @property
    def pivot(self) -> Pivot | None:
        """The pivots of all parts together, or None if one part has none."""
        pivots = [part.pivot for part in self.parts]
        known = [pivot for pivot in pivots if pivot is not None]
        if len(known) < len(pivots):
            return None
        atoms = tuple(dict.fromkeys(atom for pivot in known for atom in pivot.atoms))
        return Pivot(sum(pivot.cost for pivot in known), atoms)

    def holds(self, found: Found) -> bool:
        """Say whether one part is met."""
        return any(part.holds(found) for part in self.parts)

    def places(self, found: Found) -> list[Span]:
        """Return the places of all parts, which the grammar of NEAR makes words."""
        placed = [part for part in self.parts if isinstance(part, PlacedCheck)]
        return sorted({span for part in placed for span in part.places(found)})

    def clauses(self, found: Found) -> Iterator[Clause]:
        """Yield the clauses of every part that is met."""
        for part in self.parts:
            yield from part.clauses(found)

    def told(self, found: Found) -> Event:
        """Return what became of each part."""
        return {"any": [part.told(found) for part in self.parts], "matched": self.holds(found)}


def cheapest(pivots: Iterator[Pivot | None] | Sequence[Pivot | None]) -> Pivot | None:
    """Return the pivot of least cost, the first of equals, or None if there is none."""
    return min((pivot for pivot in pivots if pivot is not None), key=lambda p: p.cost, default=None)


def clause_of(text: str, places: list[Span], galley: Galley) -> Iterator[Clause]:
    """Yield the clause that stands at places of the line, unless there are none."""
    if places:
        yield Clause(text, len(places), [galley.span(*place) for place in places])


def told_clause(text: str, clauses: list[Clause]) -> Event:
    """Return for a reader what became of one clause."""
    return {"clause": text, "count": sum(c.count for c in clauses), "matched": bool(clauses)}


def near(
    ones: list[Span], others: list[Span], distance: int, galley: Galley, spaces: list[int]
) -> Iterator[Span]:
    """Yield each of `ones` that has one of `others` within `distance` words, and its nearest.

    The two never overlap, so that a word is not near itself, and are never apart as title and
    body. `spaces` are the galley's: between two words stand as many words as spaces, less one.
    """

    def close(end: int, start: int) -> bool:
        between = bisect_left(spaces, start) - bisect_left(spaces, end) - 1
        return between <= distance and galley.in_title(end - 1) == galley.in_title(start)

    starts = sorted(others)
    ends = sorted((end, start) for start, end in others)
    for start, end in ones:
        after = bisect_left(starts, (end, 0))
        if after < len(starts) and close(end, starts[after][0]):
            yield from ((start, end), starts[after])
        before = bisect_right(ends, (start, start)) - 1
        if before >= 0 and close(ends[before][0], start):
            yield from ((start, end), (ends[before][1], ends[before][0]))
