"""Matching: which words of a text a term meets, and that the engine answers as a slow reading."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.alerting import match
from pipeline.outcome import Event, Keep
from pipeline.query import QueryError, parse_query
from pipeline.rules import Rule, RuleBook
from tests.unit.slow_matching import meets, words_in

AT = "2026-01-01T00:00:00Z"


def rule_of(query: str, rule_id: str = "r") -> Rule:
    return Rule(rule_id, "1", query, "low", "desk", parse_query(query))


def story(text: str, title: str = "", **more: object) -> Event:
    return {"uid": "afp:1", "title": title, "text": text, "entities": [], **more}


def highlighted(query: str, event: Event) -> list[str] | None:
    """Return the highlighted texts, or None if the query does not match."""
    outcome = match(event, RuleBook([rule_of(query)]), AT)
    if not isinstance(outcome, Keep):
        return None
    return [one["text"] for one in outcome.values[0]["why"]["highlights"]]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        # Folding: marks, letters, digits.
        ("أحمد", "قال احمد", ["احمد"]),
        ("احمد", "قال أحمد", ["أحمد"]),
        ("محمد", "قال مُحَمَّدٌ", ["مُحَمَّدٌ"]),
        ("مُحمد", "قال محمد", ["محمد"]),
        ("بغداد", "في بغـــداد", ["بغـــداد"]),
        ("موسى", "جاء موسي", ["موسي"]),
        ("مسؤول", "قال مسوول", ["مسوول"]),
        ("كردستان", "إقليم کردستان", ["کردستان"]),
        ("سوری", "مواطن سوري", ["سوري"]),
        ("2024", "عام ٢٠٢٤", ["٢٠٢٤"]),
        ("2024", "سال ۲۰۲۴", ["۲۰۲۴"]),
        ("غزة", "في غزه", None),
        ("cafe", "the Café", ["Café"]),
        ("CAFÉ", "the cafe", ["cafe"]),
        ("O'Brien", "Mr O’Brien said", ["O’Brien"]),
        ("O’Brien", "Mr O'Brien said", ["O'Brien"]),
        # Clitics.
        ("التحالف", "والتحالف الدولي", ["والتحالف"]),
        ("التحالف", "قوات للتحالف", ["للتحالف"]),
        ("التحالف", "وللتحالف قوات", ["وللتحالف"]),
        ("التحالف", "فبالتحالف وكالتحالف", ["فبالتحالف", "وكالتحالف"]),
        ("العراق", "بالعراق", ["بالعراق"]),
        ("داعش", "لداعش وداعش فداعش كداعش بداعش", ["لداعش", "وداعش", "فداعش", "كداعش", "بداعش"]),
        ("الحشد", "وللحشد الشعبي", ["وللحشد"]),
        ("تحالف", "والتحالف وبتحالف", ["والتحالف", "وبتحالف"]),
        ("الليل", "لليل والليل", ["لليل", "والليل"]),
        ("لغة", "للغة", ["للغة"]),
        ("ألمانيا", "لألمانيا وألمانيا", ["لألمانيا", "وألمانيا"]),
        ("داعش", "بـ«داعش»", ["داعش"]),
        ("bbc", "قناة الـBBC", ["BBC"]),
        ("سد", "السد والسد للسد", ["السد", "والسد", "للسد"]),
        # Traps: inside a word, suffixes, letters that are no clitic here.
        ("باب", "بابل", None),
        ("باب", "أرباب", None),
        ("العراق", "العراقية", None),
        ("العراق", "عراق", None),
        ("داعش", "داعشي", None),
        ("هجوم", "هجوما وهجومه", None),
        ("داعش", "سداعش", None),
        ("داعش", "بودااعش", None),
        ("داعش", "ولفداعش", None),
        ("عد", "بعد", None),
        ("سد", "وسد", None),
        ("Iraq", "Iraqi", None),
        ("Iraq", "preIraq", None),
        ("Iraq", "Iraq's army", ["Iraq's"]),
        ("Iraq", "Iraq’s", ["Iraq’s"]),
        ("Iraq's", "Iraq", None),
        ("Brien", "O'Brien", None),
        ("don", "don't", None),
        ("covid-19", "Covid 19 and COVID-19", ["Covid 19", "COVID-19"]),
        ("fire", "cease-fire", ["fire"]),
        # Numbers are one word with their points.
        ("500", "3,500 men", None),
        ("3", "3.5 percent", None),
        ("3.5", "up 3.5 percent", ["3.5"]),
        ("3,500", "3,500 men", ["3,500"]),
        ("500", "500, they said", ["500"]),
        ("500", "at 500.", ["500"]),
        # Phrases.
        ('"prime minister"', "the Prime\nMinister said", ["Prime\nMinister"]),
        ('"prime minister"', "prime   minister", ["prime   minister"]),
        ('"prime minister"', "the prime minister's car", ["prime minister's"]),
        ('"prime minister"', "prime and minister", None),
        ('"prime minister"', "prime, minister", None),
        ('"prime minister"', "prime. Minister", None),
        ('"prime minister"', "subprime minister", None),
        ('"prime minister"', "prime ministers", None),
        ('"prime minist*"', "prime ministers met", ["prime ministers"]),
        ('"تنظيم داعش"', "لتنظيم “داعش”", ["لتنظيم “داعش"]),
        ('"تنظيم داعش"', "تنظيم وداعش", None),
        ('"تنظيم داعش"', "#تنظيم_داعش", ["تنظيم_داعش"]),
        ('"الحشد الشعبي"', "وللحشد\nالشعبي", ["وللحشد\nالشعبي"]),
        ("U.S.", "the U.S. army", ["U.S"]),
        ("U.S.", "to us. So", None),
        ("AT&T", "AT&T said", ["AT&T"]),
        ("AT&T", "at t", ["at t"]),
        # Wildcards.
        ("termin*", "terminal determined Termination", ["terminal", "Termination"]),
        ("عراق*", "العراقيون وعراقية معراق", ["العراقيون", "وعراقية"]),
        ("iraq*", "Iraq's", ["Iraq's"]),
        # NEAR: words between, in either order.
        ("ferry NEAR/2 sank", "ferry a b sank", ["ferry", "sank"]),
        ("ferry NEAR/2 sank", "ferry a b c sank", None),
        ("ferry NEAR/2 sank", "sank, a b ferry", ["sank", "ferry"]),
        ("ferry NEAR/0 sank", "ferry sank", ["ferry", "sank"]),
        ("ferry NEAR/1 (sank OR lost)", "ferry a b sank; lost x x ferry", None),
        ("ferry NEAR/1 (sank OR lost)", "ferry a b sank; lost ferry", ["sank", "lost", "ferry"]),
        ("oil NEAR/3 oil", "oil", None),
        ("oil NEAR/3 oil", "oil a oil", ["oil", "oil"]),
        ('"a b" NEAR/1 b', "a b", None),
        # Scripts without spaces.
        ("北京", "他在北京说", ["北京"]),
        # Joins.
        ("oil gas", "gas and oil", ["gas", "oil"]),
        ("oil gas", "oil", None),
        ("oil NOT palm", "palm oil", None),
        ("oil NOT palm", "oil", ["oil"]),
        ("oil OR gas NOT palm", "palm oil", ["oil"]),
        ("(oil OR gas) NOT palm", "palm oil", None),
        ("oil NOT (palm NOT olive)", "oil palm olive", ["oil"]),
        ("oil AND (gas OR (coal AND NOT peat))", "oil coal", ["oil", "coal"]),
        ("(oil gas) OR coal", "oil coal", ["coal"]),
        ("و", "خبز و زيت", ["و"]),
    ],
)
def test_a_query_finds_whole_words_as_they_stand(
    query: str, text: str, found: list[str] | None
) -> None:
    assert highlighted(query, story(text)) == found


@pytest.mark.parametrize(
    ("query", "title", "text", "found"),
    [
        ("title:oil", "Oil", "oil", ["Oil"]),
        ("title:oil", "Gas", "oil", None),
        ("title:oil oil", "Oil", "oil", ["Oil", "oil"]),
        ('"oil price"', "Rise in oil", "price said", None),
        ("oil NEAR/9 price", "Rise in oil", "price said", None),
        ("title:oil NEAR/9 price", "oil price", "", ["oil", "price"]),
        ("title:oil*", "", "oils", None),
    ],
)
def test_the_title_is_a_text_of_its_own(
    query: str, title: str, text: str, found: list[str] | None
) -> None:
    if "title:oil oil" in query:
        clauses = {"title:oil", "oil"}
        outcome = match(story(text, title), RuleBook([rule_of(query)]), AT)
        assert isinstance(outcome, Keep)
        assert {c["clause"] for c in outcome.values[0]["why"]["clauses"]} == clauses
        return
    assert highlighted(query, story(text, title)) == found


IRAQ = {"type": "LOC", "text": "العراق", "start": 1, "end": 7, "id": "country:IQ", "name": "Iraq",
        "name_ar": "العراق", "country": "IQ"}  # fmt: skip
SAMARRA = {"type": "LOC", "text": "سامراء", "start": 1, "end": 7, "id": "geonames:98182",
           "name": "Samarra", "country": "IQ"}  # fmt: skip
DAESH = {"type": "ORG", "text": "داعش", "start": 1, "end": 5, "id": "org:daesh", "name": "Daesh"}


@pytest.mark.parametrize(
    ("query", "entity", "fires"),
    [
        ("place:Iraq", IRAQ, True),
        ("place:العراق", IRAQ, True),
        ("place:IQ", IRAQ, True),
        ("place:country:IQ", IRAQ, True),
        ("place:Iraq", SAMARRA, True),
        ("place:العراق", SAMARRA, True),
        ("place:Samarra", SAMARRA, True),
        ("place:سامرّاء", SAMARRA, True),
        ("place:geonames:98182", SAMARRA, True),
        ("place:98182", SAMARRA, True),
        ("place:Samarra", IRAQ, False),
        ("place:Iran", IRAQ, False),
        ("org:Iraq", IRAQ, False),
        ("org:daesh", DAESH, True),
        ("org:org:daesh", DAESH, True),
        ("org:داعش", DAESH, True),
        ("place:daesh", DAESH, False),
        ("person:daesh", DAESH, False),
    ],
)
def test_entities_are_named_by_id_or_name_and_a_country_holds_its_places(
    query: str, entity: Event, *, fires: bool
) -> None:
    found = highlighted(query, story("x" * 20, entities=[entity]))
    assert found == (["x" * (entity["end"] - entity["start"])] if fires else None)


@pytest.mark.parametrize(
    ("query", "fires"),
    [
        ("lang:ar", True),
        ("lang:AR", True),
        ("lang:ar-iq", True),
        ("lang:fa", False),
        ("source:jawhara-fm", True),
        ('source:"Jawhara FM"', True),
        ("source:jawhara", False),
        ("category:Sport", True),
        ('category:"world news"', True),
        ("category:news", False),
        ("lang:ar NOT source:afp", True),
    ],
)
def test_properties_are_compared_whole_and_folded(query: str, *, fires: bool) -> None:
    event = story(
        "x", language={"code": "ar-IQ"}, source="Jawhara FM",
        categories=["SPORT", {"qcode": "x:1", "name": "World  News"}],
    )  # fmt: skip
    assert (highlighted(query, event) == []) is fires


def test_ten_thousand_rules_that_match_one_article_are_ten_thousand_matches() -> None:
    trees = [parse_query("oil"), parse_query("gas OR lang:en"), parse_query("pri*")]
    rules = [Rule(f"r{n}", "1", "", "low", "desk", trees[n % 3]) for n in range(10_000)]
    outcome = match(story("oil, gas, price"), RuleBook(rules), AT)
    assert isinstance(outcome, Keep)
    assert [value["rule"]["id"] for value in outcome.values] == [rule.id for rule in rules]


# fmt: off
ATOMS = [
    "oil", "gas", "عراق", "العراق", "الليل", "سد", "ليل", "tit*", "عرا*", "U.S.", "3.5",
    '"oil gas"', '"عراق oil"', '"gas oi*"', "title:oil", "title:عراق", "oil-gas", "s", "gas's",
]
TEXTS = [
    "oil", "gas", "Oil's", "oils", "عراق", "والعراق", "للعراق", "ولليل", "الليل", "لليل", "ليل",
    "بسد", "السد", "عراقي", "معراق", "title", "tit", "subtitle", "U.S.", "u", "s", "us", "3.5",
    "3", "gas's", "عُراق", "عـراق", "x", " ", "\n", "-", ".", ", ", "'", "«", "_", "\u200f", "/",
]
# fmt: on


def near(pair: tuple[str, int, str]) -> str:
    left, distance, right = pair
    return f"{left} NEAR/{distance} {right}"


WORDS = st.sampled_from(ATOMS)
GROUPS = st.lists(WORDS, min_size=1, max_size=3).map(lambda some: f"({' OR '.join(some)})")
NEARS = st.tuples(WORDS | GROUPS, st.integers(0, 3), WORDS | GROUPS).map(near)
FIELDS = st.sampled_from(["lang:ar", "lang:en", "source:afp"])
QUERIES = st.recursive(
    WORDS | NEARS | FIELDS,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' OR '.join(some)})")
        | st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' '.join(some)})")
        | st.tuples(inner, inner).map(lambda pair: f"({pair[0]} NOT {pair[1]})")
    ),
    max_leaves=8,
)
STORIES = st.lists(st.sampled_from(TEXTS), max_size=25).flatmap(
    lambda some: st.sampled_from([" ", "", " "]).map(lambda space: space.join(some))
)


@settings(max_examples=150)
@given(st.lists(QUERIES, min_size=1, max_size=6), STORIES, STORIES, st.sampled_from(["ar", "en"]))
def test_the_engine_answers_as_a_slow_direct_reading(
    queries: list[str], title: str, text: str, language: str
) -> None:
    rules = [rule_of(query, f"r{n}") for n, query in enumerate(queries)]
    event = story(text, title, language={"code": language}, source="afp")
    outcome = match(event, RuleBook(rules), AT)
    fired = [m["rule"]["id"] for m in outcome.values] if isinstance(outcome, Keep) else []
    words = words_in(title, text)
    fields = {("lang", language), ("source", "afp")}
    assert fired == [rule.id for rule in rules if meets(rule.tree, words, fields)]


@given(st.text(max_size=60), st.text(max_size=200), st.sampled_from(ATOMS) | st.text(max_size=20))
def test_any_text_and_query_end_in_an_outcome_with_true_highlights(
    title: str, text: str, query: str
) -> None:
    try:
        rules = RuleBook([rule_of(query)])
    except QueryError:
        return
    outcome = match(story(text, title), rules, AT)
    whole = f"{title}\n{text}"
    for event in outcome.values if isinstance(outcome, Keep) else ():
        why = event["why"]
        spans = [(one["start"], one["end"]) for one in why["highlights"]]
        assert spans == sorted(spans)
        assert all(
            whole[one["start"] : one["end"]] == one["text"] != "" for one in why["highlights"]
        )
        start = why["snippet"]["start"]
        assert whole[start : start + len(why["snippet"]["text"])] == why["snippet"]["text"]
        assert len(why["snippet"]["text"]) <= 240
