"""The query language of alert rules: its grammar, and queries as trees.

`rules/README.md` describes the language to those who write rules.
"""

import re
from functools import lru_cache
from typing import TypeAlias

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput

from pipeline.folding import fold
from pipeline.galley import set_galley
from pipeline.query_tree import (
    And,
    Field,
    Near,
    Node,
    Not,
    Or,
    Words,
    bracketed,
    folded_name,
    needs_something,
    of_words,
)

GRAMMAR = r"""
?either: both (_OR both)*
?both: part (_AND? part)*
?part: _NOT near -> negated
     | near
?near: clause
     | clause NEAR clause -> within
?clause: word
       | FIELD word -> of_field
       | FIELD "(" either ")" -> of_field
       | "(" either ")"
?word: WORD | PHRASE

_OR: "OR"
_AND: "AND"
_NOT: "NOT"
NEAR.2: /NEAR\/[0-9]{1,3}(?![^\s()"“”«»])/
FIELD.1: /[A-Za-z_]+:/
PHRASE: /"[^"]*"|“[^”]*”|«[^»]*»/
WORD: /[^\s()"“”«»]+/
%ignore /\s+/
"""
NAMES = {
    "WORD": "a word",
    "PHRASE": "a phrase in quotation marks",
    "FIELD": "a field such as title:",
    "LPAR": '"("',
    "RPAR": '")"',
    "_AND": "AND",
    "_OR": "OR",
    "_NOT": "NOT",
    "NEAR": "NEAR/n",
    "$END": "the end of the query",
}
FIELDS = ("title", "lang", "source", "category", "place", "person", "org")
LANGUAGE = re.compile("[a-z]{2,3}(-[a-z0-9]{2,8})*")
LONGEST_QUERY = 20_000
"""Characters; the longest queries of the large monitors have that many (Bloomberg, 2014)."""
DEEPEST_QUERY = 100
SHORTEST_STEM = 2
"""Letters before a `*`: a shorter stem would match half of the language."""


Syntax: TypeAlias = Tree[Token] | Token


class QueryError(Exception):
    """A query cannot be used; the message is a sentence, `line` and `column` (from 1) the place."""

    def __init__(self, sentence: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {sentence}")
        self.sentence = sentence
        self.line = line
        self.column = column


def parse_query(text: str) -> Node:
    """Return the tree of a query. Raises QueryError."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"a query has at most {LONGEST_QUERY:,} characters; split the rule", 1, 1)
    refuse_depth(text)
    try:
        tree = parser().parse(text)
    except UnexpectedInput as error:
        raise misread(text, error) from error
    node = Reading().node(tree, "")
    if not needs_something(node):
        raise QueryError(
            "the query can match an article in which none of its words or fields occurs; "
            "join every NOT with AND to a word or a field that must occur",
            1,
            1,
        )
    return node


@lru_cache(maxsize=1)
def parser() -> Lark:
    """Return the parser, built when it is first needed."""
    return Lark(GRAMMAR, start="either", parser="lalr", lexer="contextual")


class Reading:
    """Turns the syntax of one query into nodes; `field` is the field whose group it is in."""

    def node(self, tree: Syntax, field: str) -> Node:
        """Return the node of a piece of syntax."""
        if isinstance(tree, Token):
            return self.leaf(tree, field)
        parts = tree.children
        match tree.data:
            case "either":
                return Or(tuple(self.node(part, field) for part in parts))
            case "both":
                return And(tuple(self.node(part, field) for part in parts))
            case "negated":
                return Not(self.node(parts[0], field))
            case "within":
                return self.near(parts[0], str(parts[1]), parts[2], field)
            case _:
                return self.node(parts[1], self.field(parts[0], field))

    def field(self, tree: Syntax, outer: str) -> str:
        """Return the name of a field. Raises QueryError if it is unknown or inside another."""
        token = first_token(tree)
        name = token[:-1].lower()
        if name not in FIELDS:
            known = ", ".join(f"{field}:" for field in FIELDS)
            raise error_at(
                token, f"there is no field {token}; use {known} or put the text in quotation marks"
            )
        if outer:
            raise error_at(
                token,
                f"{token} stands inside {outer}:( … ), which takes values only; "
                "put an id with a colon in quotation marks",
            )
        return name

    def near(self, left: Syntax, operator: str, right: Syntax, field: str) -> Near:
        """Return two clauses near each other. Raises QueryError if they are not of words."""
        sides = self.node(left, field), self.node(right, field)
        for tree, side in zip((left, right), sides, strict=True):
            if not of_words(side):
                raise error_at(
                    first_token(tree),
                    "NEAR joins words, phrases, or groups of them joined by OR; "
                    "write other conditions outside of it, joined by AND",
                )
        distance = int(operator.partition("/")[2])
        clause = " ".join((bracketed(sides[0]), operator, bracketed(sides[1])))
        return Near(*sides, distance, clause)

    def leaf(self, token: Token, field: str) -> Node:
        """Return a word, a phrase or a field with its value. Raises QueryError."""
        if token in {"AND", "OR", "NOT"}:
            raise error_at(token, f"found {token} where a word, a phrase or a field was expected")
        if re.fullmatch("NEAR(/.*)?", token):
            raise error_at(token, 'NEAR takes a number of words: NEAR/5; write "near" for the word')
        value = token[1:-1] if token.type == "PHRASE" else str(token)
        written = " ".join(token.split())
        clause = f"{field}:{written}" if field else written
        if field in {"", "title"}:
            return words_of(token, value, clause, in_title=field == "title")
        return field_of(token, field, value, clause)


def words_of(token: Token, value: str, clause: str, *, in_title: bool) -> Words:
    """Return the words of a term or phrase. Raises QueryError."""
    open_end = value.endswith("*")
    stem = value.removesuffix("*")
    if "*" in stem:
        raise error_at(token, "* stands only at the end of a word or of a phrase")
    galley = set_galley(stem)
    words = tuple(galley.line.split())
    if not words:
        raise error_at(token, f"{clause} holds no letter and no digit; nothing could match it")
    if open_end and (not fold(stem)[-1:].isalnum() or len(words[-1]) < SHORTEST_STEM):
        raise error_at(token, f"* needs at least {SHORTEST_STEM} letters directly before it")
    places = [i for i, character in enumerate(galley.line) if character == " "][1:-1]
    gaps = tuple(galley.gap(place) or "" for place in places)
    return Words(words, gaps, open_end, in_title, clause)


def field_of(token: Token, field: str, value: str, clause: str) -> Field:
    """Return a field with its folded value. Raises QueryError."""
    folded = folded_name(value)
    if not folded:
        raise error_at(token, f"{field}: needs a value, such as {field}:reuters")
    if "*" in value:
        raise error_at(token, f"{field}: takes a whole value; * works for words of the text only")
    if field == "lang":
        folded = value.strip().lower()
        if not LANGUAGE.fullmatch(folded):
            raise error_at(token, f"lang: takes a code such as ar or en, not {value}")
    return Field(field, folded, clause)


def refuse_depth(text: str) -> None:
    """Raise QueryError at the bracket that opens one level too many."""
    depth = 0
    for found in re.finditer(r'"[^"]*"|“[^”]*”|«[^»]*»|[()]', text):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth > DEEPEST_QUERY:
            sentence = f"more than {DEEPEST_QUERY} brackets are open; write the query flatter"
            raise QueryError(sentence, *place(text, found.start()))


def misread(text: str, error: UnexpectedInput) -> QueryError:
    """Return the sentence for what the parser could not read."""
    if isinstance(error, UnexpectedCharacters):
        where = error.line, error.column
        if error.char in '"“«':
            return QueryError("the phrase that begins here is not closed", *where)
        return QueryError(f"{error.char} closes nothing that was opened", *where)
    token = getattr(error, "token", None)
    expected = sorted(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    names = [name for key, name in NAMES.items() if key in expected]
    wanted = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    if not isinstance(token, Token) or token.type == "$END":
        line, column = place(text, len(text.rstrip()))
        return QueryError(f"the query ends where {wanted} was expected", line, column)
    where = place(text, token.start_pos or 0)
    if token.type == "RPAR" and "WORD" not in expected:
        return QueryError(") closes no bracket; remove it or open one", *where)
    return QueryError(f"found {token} where {wanted} was expected", *where)


def place(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def error_at(token: Token, sentence: str) -> QueryError:
    """Return an error at the place of a token."""
    return QueryError(sentence, token.line or 1, token.column or 1)


def first_token(tree: Syntax) -> Token:
    """Return the first token of a piece of syntax."""
    while not isinstance(tree, Token):
        tree = tree.children[0]
    return tree
