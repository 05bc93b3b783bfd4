"""The engine: all standing queries against one article, through one automaton and an index.

The words of all queries are searched at once in the galley (Aho-Corasick). Each query is then
asked only if one of its pivot atoms was found, atoms of which at least one must occur for it to
match, as the presearchers of stored-query engines do it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from pipeline.checks import (
    AllCheck,
    AnyCheck,
    Check,
    FieldCheck,
    Found,
    NearCheck,
    NotCheck,
    PlacedCheck,
    Span,
    WordsCheck,
)
from pipeline.forms import Form, forms_of
from pipeline.galley import Galley
from pipeline.query_tree import And, Field, Near, Node, Not, Or, Words
from pipeline.territories import country_of

FIELD_COSTS = {"lang": 50.0, "source": 10.0, "category": 10.0}
"""How often a property is found beside a word of ten letters (1.0): rough, and only for speed."""
ENTITY_COST = 1.5


class Mention(NamedTuple):
    """An entity in an article: what names it (folded), its country, and where it stands.

    A tuple, since an article has dozens of them and each is made anew.
    """

    field: str
    names: tuple[str, ...]
    country: str
    span: Span


@dataclass(frozen=True, slots=True)
class Article:
    """What queries are asked of: the set text, properties as (field, folded value), mentions."""

    galley: Galley
    properties: tuple[tuple[str, str], ...]
    mentions: tuple[Mention, ...]


class Engine:
    """Queries made ready together; number n is the n-th of those it was made from."""

    def __init__(self, trees: Sequence[Node]) -> None:
        self.words: dict[tuple[tuple[str, ...], tuple[str, ...], bool], int] = {}
        self.fields: dict[tuple[str, str], int] = {}
        self.checks: list[Check] = [self.check(tree) for tree in trees]
        self.of_field = self.keys_of_fields()
        self.asks_entities = any(name not in FIELD_COSTS for name, _ in self.fields)
        self.forms: list[list[Form]] = []
        self.automaton = self.build_automaton()
        self.asked: dict[int, list[int]] = {}
        for number, check in enumerate(self.checks):
            pivot = check.pivot
            if pivot is None:
                raise ValueError(f"query {number} can match an article without any of its words")
            for atom in pivot.atoms:
                self.asked.setdefault(atom, []).append(number)
        # Articles repeat their entities, and news repeats its names.
        self.atoms_of_mention = lru_cache(maxsize=1 << 16)(self.find_atoms_of_mention)

    def check(self, node: Node) -> Check:
        """Return the check of a node, its atoms numbered."""
        match node:
            case Words():
                return self.words_check(node)
            case Field(name, value, clause):
                atom = self.fields.setdefault((name, value), self.next_atom())
                return FieldCheck(atom, clause, FIELD_COSTS.get(name, ENTITY_COST))
            case Near(left, right, distance, clause):
                sides = self.check(left), self.check(right)
                if not (isinstance(sides[0], PlacedCheck) and isinstance(sides[1], PlacedCheck)):
                    raise TypeError(f"{clause} joins by NEAR what stands at no place")
                return NearCheck(sides[0], sides[1], distance, clause)
            case Not(part):
                return NotCheck(self.check(part))
            case And(parts):
                return AllCheck(tuple(self.check(part) for part in parts))
            case Or(parts):
                return AnyCheck(tuple(self.check(part) for part in parts))

    def words_check(self, node: Words) -> WordsCheck:
        """Return the check of words. Long words are rare ones, so they make the better pivots."""
        atom = self.words.setdefault((node.words, node.gaps, node.open_end), self.next_atom())
        return WordsCheck(atom, node.in_title, node.clause, 10 / sum(map(len, node.words)))

    def next_atom(self) -> int:
        """Return the number of the next new atom."""
        return len(self.words) + len(self.fields)

    def keys_of_fields(self) -> dict[tuple[str, str], list[int]]:
        """Return the atoms of each (field, folded value) that an article can have."""
        keys: dict[tuple[str, str], list[int]] = {}
        for (name, value), atom in self.fields.items():
            keys.setdefault((name, value), []).append(atom)
            country = country_of(value) if name == "place" else None
            if country is not None:
                # The country itself and whatever lies in it.
                keys.setdefault(("country", country), []).append(atom)
        return keys

    def build_automaton(self) -> AhoCorasick:
        """Return the automaton of the forms of all atoms; equal patterns are searched once."""
        numbers: dict[str, int] = {}
        for (words, gaps, open_end), atom in self.words.items():
            for pattern, form in forms_of(words, gaps, atom, open_end=open_end):
                number = numbers.setdefault(pattern, len(numbers))
                if number == len(self.forms):
                    self.forms.append([])
                self.forms[number].append(form)
        return AhoCorasick(list(numbers))

    def read(self, article: Article) -> Found:
        """Return which atoms the article holds, and where."""
        galley = article.galley
        words: dict[int, list[Span]] = {}
        for number, start, end in self.automaton.find_matches_as_indexes(
            galley.line, overlapping=True
        ):
            for form in self.forms[number]:
                span = form.span(galley, start, end)
                if span is None:
                    continue
                spans = words.setdefault(form.atom, [])
                if not spans or spans[-1] != span:
                    spans.append(span)
        fields: dict[int, list[Span]] = {}
        for key in article.properties:
            for atom in self.of_field.get(key, ()):
                fields[atom] = []
        for field, names, country, span in article.mentions:
            for atom in self.atoms_of_mention(field, names, country):
                fields.setdefault(atom, []).append(span)
        return Found(galley, words, fields)

    def find_atoms_of_mention(
        self, field: str, names: tuple[str, ...], country: str
    ) -> tuple[int, ...]:
        """Return the atoms that a mention meets."""
        keys = [(field, name) for name in names]
        if field == "place" and country:
            keys.append(("country", country))
        return tuple(dict.fromkeys(atom for key in keys for atom in self.of_field.get(key, ())))

    def candidates(self, found: Found) -> list[int]:
        """Return the numbers of the queries that can match, in order."""
        asked = self.asked
        numbers: set[int] = set()
        for atoms in (found.words, found.fields):
            for atom in atoms:
                numbers.update(asked.get(atom, ()))
        return sorted(numbers)
