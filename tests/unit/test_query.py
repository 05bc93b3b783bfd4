"""The query language: what is read, how tightly it binds, and what errors say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.query import LONGEST_QUERY, QueryError, parse_query
from pipeline.query_tree import Field, Near, Node, Words, shown


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("oil", "oil"),
        ("oil price", "oil AND price"),
        ("oil AND price", "oil AND price"),
        ("oil price OR gas", "(oil AND price) OR gas"),
        ("oil OR gas price", "oil OR (gas AND price)"),
        ("oil OR gas AND price", "oil OR (gas AND price)"),
        ("(oil OR gas) price", "(oil OR gas) AND price"),
        ("oil NOT palm", "oil AND (NOT palm)"),
        ("oil AND NOT palm", "oil AND (NOT palm)"),
        ("NOT palm oil", "(NOT palm) AND oil"),
        ("oil NOT palm OR gas", "(oil AND (NOT palm)) OR gas"),
        ("oil NOT (palm OR olive)", "oil AND (NOT (palm OR olive))"),
        ("((oil))", "oil"),
        ("bread and butter", "bread AND and AND butter"),
        ("ORDER ANDES", "ORDER AND ANDES"),
        ("داعش AND (عملية OR هجوم)", "داعش AND (عملية OR هجوم)"),
        ("خبز و زيت", "خبز AND و AND زيت"),
        ("“prime minister” x", "“prime minister” AND x"),
        ("title:(oil OR gas)", "title:oil OR title:gas"),
        ("title: oil", "title:oil"),
        ("a1 NEAR/5 b1 c1", "a1 NEAR/5 b1 AND c1"),
        ('a1 NEAR/5 (b1 OR "c d")', 'a1 NEAR/5 (b1 OR "c d")'),
        ("oil\n  AND\tgas", "oil AND gas"),
    ],
)
def test_a_query_means(query: str, meaning: str) -> None:
    assert shown(parse_query(query)) == meaning


@pytest.mark.parametrize(
    ("query", "words", "gaps", "open_end"),
    [
        ("Iraq", ("iraq",), (), False),
        ("أحمد", ("احمد",), (), False),
        ("مُحَمَّد", ("محمد",), (), False),
        ("covid-19", ("covid", "19"), ("",), False),
        ("U.S.", ("u", "s"), (".",), False),
        ("O’Brien", ("o'brien",), (), False),
        ("'quoted'", ("quoted",), (), False),
        ('"prime  minister"', ("prime", "minister"), ("",), False),
        ("termin*", ("termin",), (), True),
        ('"prime minist*"', ("prime", "minist"), ("",), True),
        ("١٩", ("19",), (), False),
    ],
)
def test_a_term_is_folded_as_articles_are(
    query: str, words: tuple[str, ...], gaps: tuple[str, ...], *, open_end: bool
) -> None:
    assert parse_query(query) == Words(
        words, gaps, open_end=open_end, in_title=False, clause=" ".join(query.split())
    )


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("lang:AR", "lang", "ar"),
        ("source:Reuters", "source", "reuters"),
        ('person:"Jane Doe"', "person", "jane doe"),
        ("person:jane-doe", "person", "jane doe"),
        ("place:العِراق", "place", "العراق"),
        ("place:country:IQ", "place", "country:iq"),
        ("ORG:org:daesh", "org", "org:daesh"),
    ],
)
def test_a_field_has_a_folded_value(query: str, name: str, value: str) -> None:
    field = parse_query(query)
    assert isinstance(field, Field)
    assert (field.name, field.value) == (name, value)


def test_near_has_a_distance_in_words() -> None:
    near = parse_query("ferry NEAR/12 sank")
    assert isinstance(near, Near)
    assert near.distance == 12


@pytest.mark.parametrize(
    ("query", "line", "column", "says"),
    [
        ("", 1, 1, "the query ends where a word"),
        ("   ", 1, 1, "the query ends where a word"),
        ("oil AND", 1, 8, "the query ends where a word"),
        ("OR oil", 1, 1, "found OR where a word"),
        ("oil AND OR gas", 1, 9, "found OR where a word"),
        ("(oil", 1, 5, 'the query ends where ")" was expected'),
        ("oil)", 1, 4, ") closes no bracket"),
        ("oil\n AND\n  )", 3, 3, "found ) where a word"),
        ('oil "gas', 1, 5, "the phrase that begins here is not closed"),
        ("oil ”", 1, 5, "” closes nothing"),
        ("topic:oil", 1, 1, "there is no field topic:; use title:, lang:"),
        ("oil source:(lang:ar)", 1, 13, "lang: stands inside source:"),
        ("oil lang:arabic", 1, 10, "lang: takes a code"),
        ("oil te*st", 1, 5, "* stands only at the end"),
        ("oil t*", 1, 5, "* needs at least 2 letters"),
        ("oil source:reut*", 1, 12, "source: takes a whole value"),
        ("oil NEAR gas", 1, 5, "NEAR takes a number of words"),
        ("oil NEAR/x gas", 1, 5, "NEAR takes a number of words"),
        ("oil NEAR/5 lang:ar", 1, 12, "NEAR joins words"),
        ("oil NEAR/5 (gas AND price)", 1, 13, "NEAR joins words"),
        ("oil NEAR/5 gas NEAR/5 price", 1, 16, "found NEAR/5 where"),
        ("oil !?", 1, 5, "!? holds no letter and no digit"),
        ('oil ""', 1, 5, '"" holds no letter'),
        ("oil NOT NOT gas", 1, 9, "found NOT where a word"),
        ("NOT oil", 1, 1, "the query can match an article in which none"),
        ("oil OR NOT gas", 1, 1, "the query can match an article in which none"),
        ("(" * 101 + "oil" + ")" * 101, 1, 101, "more than 100 brackets"),
        ("o" * (LONGEST_QUERY + 1), 1, 1, "a query has at most 20,000 characters"),
    ],
)
def test_an_error_says_where_and_what_was_expected(
    query: str, line: int, column: int, says: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.sentence.startswith(says)


def test_a_hundred_brackets_and_long_chains_are_read() -> None:
    parse_query("(" * 100 + "oil" + ")" * 100)
    parse_query(" OR ".join(["oil"] * 2500))


PIECES = st.sampled_from(
    [
        *("oil", "داعش", '"', "“", "”", "(", ")", "AND", "OR", "NOT", "NEAR/2", "NEAR", "title:"),
        *("lang:ar", "place:", "*", "'", ":", "!", " ", "\n", "x*", "\ud800", "ـ", "ْ"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=25).map(" ".join) | st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    tree, error = read(text)
    if tree is not None:
        assert parse_query(shown(tree)) == tree
    elif error is not None:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1


def read(text: str) -> tuple[Node, None] | tuple[None, QueryError]:
    """Return the tree of a query, or its error."""
    try:
        return parse_query(text), None
    except QueryError as error:
        return None, error
