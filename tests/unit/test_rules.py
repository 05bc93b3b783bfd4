"""Rules: what a rule file may say, and the sentences for what it may not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.query_tree import shown
from pipeline.rules import Rule, RuleBook, RuleError, parse_rules

HEAD = "id: quake\nseverity: high\ndesk: disasters\n"


def rule(more: str = "query: earthquake\n") -> Rule:
    (found,) = parse_rules(HEAD + more, "quake.yaml")
    return found


def test_a_file_holds_one_rule() -> None:
    found = rule()
    assert (found.id, found.severity, found.desk) == ("quake", "high", "disasters")
    assert (found.query, found.enabled) == ("earthquake", True)
    assert (found.origin, found.line) == ("quake.yaml", 1)


def test_a_file_holds_several_rules_under_rules() -> None:
    text = """
rules:
  - {id: a, severity: low, desk: d, query: oil}
  - {id: b, severity: low, desk: d, query: gas}
"""
    assert [(r.id, r.line) for r in parse_rules(text, "x")] == [("a", 3), ("b", 4)]


@pytest.mark.parametrize(
    ("more", "meaning"),
    [
        ("languages: [ar]", "earthquake AND lang:ar"),
        ("languages: no", "earthquake AND lang:no"),
        ("languages: [ar, en]", "earthquake AND (lang:ar OR lang:en)"),
        ("sources: [Jawhara FM]", 'earthquake AND source:"Jawhara FM"'),
        ("categories: [world, asia]", "earthquake AND (category:world OR category:asia)"),
        ('entities: ["place:Iraq"]', "earthquake AND place:Iraq"),
        ("entities: [place:country:IQ, org:x]", "earthquake AND (place:country:IQ OR org:x)"),
        ("languages: ar\nsources: afp", "earthquake AND lang:ar AND source:afp"),
    ],
)
def test_filters_are_met_together_with_the_query(more: str, meaning: str) -> None:
    assert shown(rule(f"query: earthquake\n{more}\n").tree) == meaning


def test_the_version_tells_meanings_apart_and_nothing_else() -> None:
    first = rule("query: oil gas\n")
    assert rule("query: (oil) AND\n  gas\ndescription: other\n").version == first.version
    assert rule("query: oil OR gas\n").version != first.version
    assert rule("query: oil gas\nlanguages: [en]\n").version != first.version
    assert re.fullmatch("[0-9a-f]{12}", first.version)


def test_a_version_that_is_given_stands_as_it_is() -> None:
    assert rule("query: oil\nversion: 1.10\n").version == "1.10"


def test_examples_are_tagged_articles() -> None:
    found = rule(
        """query: زلزال
examples:
  fires:
    - title: زلزال في العراق
      language: ar
      entities: [{type: LOC, text: العراق, id: "country:IQ"}]
  silent:
    - text: لا شيء
      source: afp
"""
    )
    (fires,), (silent,) = found.fires, found.silent
    assert fires["language"] == {"code": "ar", "confidence": 1.0}
    (place,) = fires["entities"]
    assert (place["start"], place["end"], place["id"]) == (9, 15, "country:IQ")
    assert silent["uid"] == "afp:quake:silent:1"
    assert silent["title"] == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "r.yaml: the file holds no rule"),
        ("- a", "r.yaml, line 1, column 1: the file: must have keys"),
        ("rules: []", "r.yaml, line 1, column 8: the file: rules: holds no rule"),
        ("rules: x", "r.yaml, line 1, column 8: the file: rules must be a list"),
        ("rules: [x]", "r.yaml, line 1, column 9: the file: rules 1: must have keys"),
        (
            "rules:\n- {id: a}\nother: x",
            "r.yaml, line 3, column 8: the file: there is no key other",
        ),
        ("query: x", "r.yaml, line 1, column 1: the file: id is missing; add it"),
        (HEAD, 'r.yaml, line 1, column 1: rule "quake": query is missing; add it'),
        (HEAD + "query: [x]", 'r.yaml, line 4, column 8: rule "quake": query must be text'),
        (HEAD + "querry: x", 'r.yaml, line 4, column 9: rule "quake": there is no key querry; did'),
        (HEAD + "query: x\nquery: y", "r.yaml, line 5, column 1: the file: the key query stands"),
        (HEAD + "query: x AND", 'r.yaml, line 4, column 13: rule "quake": the query ends where'),
        (HEAD + "query: 'x AND'", "r.yaml, line 4, column 14: "),
        (
            HEAD + "query: >-\n  x AND\n  OR y",
            'r.yaml, line 4, column 8: rule "quake": line 1, column 7 of the query: found OR where',
        ),
        (HEAD + 'query: "a b" AND c', "r.yaml, line 4, column 14: this is no YAML: "),
        (HEAD + "query: x\nenabled: maybe", "r.yaml, line 5, column 10: "),
        (HEAD + "query: x\nlanguages: [arabic]", "r.yaml, line 5, column 12: "),
        (HEAD + "query: x\nlanguages: [[ar]]", "r.yaml, line 5, column 12: "),
        (HEAD + "query: x\nentities: [Iraq]", "r.yaml, line 5, column 11: "),
        (HEAD + "query: x\nexamples: [x]", "r.yaml, line 5, column 11: "),
        (HEAD + "query: x\nexamples: {fire: []}", "r.yaml, line 5, column 18: "),
        (HEAD + "query: x\nexamples: {fires: [{url: x}]}", "r.yaml, line 5, column 20: "),
        (
            HEAD + "query: x\nexamples: {fires: [{title: a, entities: [{type: LOC, text: b}]}]}",
            "r.yaml, line 5, column 60: ",
        ),
        ("id: a b\nseverity: low\ndesk: d\nquery: x", "r.yaml, line 1, column 5: "),
        ("id: a\nseverity: urgent\ndesk: d\nquery: x", "r.yaml, line 2, column 11: "),
        ("id: a\nseverity: low\ndesk: The Desk\nquery: x", "r.yaml, line 3, column 7: "),
        ("id: a\n--- \nid: b", "r.yaml, line 2, column 1: this is no YAML"),
        ("id: \x00", "r.yaml: this is no YAML"),
        ("a: &a [*a]", "r.yaml, line 1, column 1: the file: id is missing"),
    ],
)
def test_a_wrong_file_is_refused_with_file_place_and_what_to_do(text: str, says: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rules(text, "r.yaml")
    assert str(caught.value).startswith(says)


def test_nested_examples_are_refused_and_not_followed_for_ever() -> None:
    with pytest.raises(RuleError, match="more than 20 levels"):
        rule("query: x\nexamples: {fires: [{title: x, more: &m [*m]}]}\n")


def test_two_rules_with_one_id_are_refused() -> None:
    with pytest.raises(RuleError, match=r"quake.yaml, line 1.*taken by the rule in quake.yaml"):
        RuleBook([rule(), rule()])


def test_a_book_counts_all_rules_and_asks_those_that_are_enabled() -> None:
    book = RuleBook(
        [*parse_rules("{id: a, severity: low, desk: d, query: x, enabled: no}", "x"), rule()]
    )
    assert len(book) == 2
    assert [r.id for r in book] == ["a", "quake"]
    assert [r.id for r in book.active] == ["quake"]


LINES = st.sampled_from(
    [
        *("id: a", "query: x", "rules:", "- ", "  ", "severity: low", "desk: d", ": "),
        *("&a ", "*a", "[", "{", "\n"),
    ]
)


@given(st.text(max_size=80) | st.lists(LINES, max_size=20).map("".join))
def test_any_text_is_rules_or_refused(text: str) -> None:
    try:
        rules = parse_rules(text, "x")
    except RuleError:
        return
    assert len(RuleBook({rule.id: rule for rule in rules}.values())) >= 1
