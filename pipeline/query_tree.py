"""Queries as trees: what a condition on an article can be made of."""

from dataclasses import dataclass
from typing import TypeAlias

from pipeline.folding import fold


@dataclass(frozen=True, slots=True)
class Words:
    """One word, or several in a row: folded, with what parts them, as a galley has them.

    `open_end`: the last word may go on. `clause` is the query's own text for it.
    """

    words: tuple[str, ...]
    gaps: tuple[str, ...]
    open_end: bool
    in_title: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Field:
    """A property of the article (lang, source, category) or an entity in it; value folded."""

    name: str
    value: str
    clause: str


@dataclass(frozen=True, slots=True)
class Near:
    """Two clauses of words with at most `distance` words between them, in either order."""

    left: "Node"
    right: "Node"
    distance: int
    clause: str


@dataclass(frozen=True, slots=True)
class Not:
    """Matches where its part does not."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Matches where all its parts do."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Matches where one of its parts does."""

    parts: tuple["Node", ...]


Node: TypeAlias = Words | Field | Near | Not | And | Or


def folded_name(name: str) -> str:
    """Return the form in which names, ids, sources and categories are compared."""
    return " ".join(fold(name).split())


def shown(node: Node) -> str:
    """Return a query text that means the same as the node, in one form however it was written."""
    match node:
        case Not(part):
            return f"NOT {bracketed(part)}"
        case And(parts):
            return " AND ".join(bracketed(part) for part in parts)
        case Or(parts):
            return " OR ".join(bracketed(part) for part in parts)
        case _:
            return node.clause


def bracketed(node: Node) -> str:
    """Return the text of a node, in brackets where it has parts that could be taken apart."""
    return f"({shown(node)})" if isinstance(node, Not | And | Or) else shown(node)


def needs_something(node: Node) -> bool:
    """Say whether the node matches only where one of its words or fields occurs."""
    match node:
        case Not():
            return False
        case And(parts):
            return any(needs_something(part) for part in parts)
        case Or(parts):
            return all(needs_something(part) for part in parts)
        case _:
            return True


def of_words(node: Node) -> bool:
    """Say whether a node is words, or some words or others."""
    match node:
        case Words():
            return True
        case Or(parts):
            return all(of_words(part) for part in parts)
        case _:
            return False
