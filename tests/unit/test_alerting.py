"""The alerting stage: alerts as subscribers get them, and articles that raise none."""

import dataclasses
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alerting import MOST_HIGHLIGHTS, announce, explain, match
from pipeline.outcome import Drop, Event, Keep, Reject
from pipeline.query import parse_query
from pipeline.rules import Rule, RuleBook

AT = "2026-03-01T06:00:00.000+00:00"
TITLE = "هجوم لداعش"
TEXT = "أعلن وزير الداخلية أن عملية ضد داعش بدأت."
RULE = Rule("daesh", "7", "", "high", "security", parse_query("داعش AND (عملية OR هجوم) NOT كرة"))
BOOK = RuleBook([RULE])


def article(**more: object) -> Event:
    return {
        "id": "1", "uid": "afp:1", "source": "afp", "title": TITLE, "text": TEXT,
        "url": "https://example.org/1", "published_at": "2026-03-01T05:00:00Z",
        "language": {"code": "ar", "confidence": 0.99},
        "story": {"id": "story-1", "verdict": "new"}, "entities": [], "version": "2", **more,
    }  # fmt: skip


def the_match(event: Event, book: RuleBook = BOOK) -> Event:
    outcome = match(event, book, AT)
    assert isinstance(outcome, Keep)
    (found,) = outcome.values
    return found


def test_an_alert_has_the_fields_of_the_design() -> None:
    parts = json.dumps(["daesh", "7", "afp:1", "2", "new"]).encode()
    assert the_match(article()) == {
        "alert_id": hashlib.blake2b(parts, digest_size=16).hexdigest(),
        "action": "new",
        "rule": {"id": "daesh", "version": "7", "severity": "high", "desk": "security"},
        "story_id": "story-1",
        "article": {
            "uid": "afp:1",
            "title": TITLE,
            "url": "https://example.org/1",
            "source": "afp",
            "published_at": "2026-03-01T05:00:00Z",
            "language": {"code": "ar", "confidence": 0.99},
        },
        "why": {
            "clauses": [
                {"clause": "داعش", "count": 2},
                {"clause": "عملية", "count": 1},
                {"clause": "هجوم", "count": 1},
            ],
            "highlights": [
                {"start": 0, "end": 4, "text": "هجوم", "clause": "هجوم"},
                {"start": 5, "end": 10, "text": "لداعش", "clause": "داعش"},
                {"start": 33, "end": 38, "text": "عملية", "clause": "عملية"},
                {"start": 42, "end": 46, "text": "داعش", "clause": "داعش"},
            ],
            "snippet": {"start": 0, "text": f"{TITLE}\n{TEXT}"},
        },
        "matched_at": AT,
    }


def test_an_article_that_meets_no_rule_is_dropped() -> None:
    assert match(article(title="كرة"), BOOK, AT) == Drop("no_match")
    assert match(article(), RuleBook([]), AT) == Drop("no_match")


def test_matches_come_in_the_order_of_the_rules_and_not_of_the_text() -> None:
    rules = [dataclasses.replace(RULE, id=name) for name in ("z", "a", "m")]
    outcome = match(article(), RuleBook(rules), AT)
    assert isinstance(outcome, Keep)
    assert [one["rule"]["id"] for one in outcome.values] == ["z", "a", "m"]


def test_a_disabled_rule_raises_nothing() -> None:
    assert match(article(), RuleBook([dataclasses.replace(RULE, enabled=False)]), AT) == Drop(
        "no_match"
    )


def test_an_update_of_a_story_is_announced_as_one() -> None:
    event = the_match(article(story={"id": "story-1", "verdict": "update"}))
    assert event["action"] == "update"
    assert event["alert_id"] != the_match(article())["alert_id"]


def test_a_redelivery_repeats_the_alert_and_another_version_does_not() -> None:
    first = the_match(article())
    assert the_match(article()) == first
    assert the_match(article(version=2))["alert_id"] == first["alert_id"]
    for other in ({"version": "3"}, {"version": None}, {"uid": "afp:12"}):
        assert the_match(article(**other))["alert_id"] != first["alert_id"]


def test_an_article_without_story_language_or_source_is_matched_all_the_same() -> None:
    event = the_match({"uid": "afp:1", "title": TITLE, "text": TEXT})
    assert (event["story_id"], event["action"]) == ("afp:1", "new")
    assert event["article"]["url"] is None


def test_the_article_is_not_changed() -> None:
    event = article()
    before = json.dumps(event)
    match(event, BOOK, AT)
    assert json.dumps(event) == before


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("withheld", "withheld"),
        ("canceled", "canceled"),
        ("cancelled", "canceled"),
        ("Canceled", "canceled"),
    ],
)
def test_an_article_out_of_use_raises_no_alert(status: str, reason: str) -> None:
    assert match(article(status=status), BOOK, AT) == Drop(reason)


@pytest.mark.parametrize("status", [None, "usable"])
def test_an_article_in_use_raises_alerts(status: str | None) -> None:
    assert the_match(article(status=status))


@pytest.mark.parametrize(
    ("embargo", "reason"),
    [
        ("2026-03-01T06:00:01Z", "embargoed"),
        ("2026-03-01T09:00:01+03:00", "embargoed"),
        ("2026-03-01t06:00:01z", "embargoed"),
        ("9999-12-31T23:59:59-14:00", "embargoed"),
        ("", "embargo_unreadable"),
        ("tomorrow", "embargo_unreadable"),
        ("2026-03-01", "embargo_unreadable"),
        ("2026-03-01T05:00:00", "embargo_unreadable"),
        (1772344800, "embargo_unreadable"),
        ({}, "embargo_unreadable"),
    ],
)
def test_an_embargo_ahead_or_unreadable_is_refused(embargo: object, reason: str) -> None:
    with pytest.raises(Reject) as caught:
        match(article(embargo_until=embargo), BOOK, AT)
    assert caught.value.reason == reason


def test_the_refusal_says_until_when() -> None:
    with pytest.raises(Reject, match="replay it after 2026-03-02T00:00:00Z"):
        match(article(embargo_until="2026-03-02T00:00:00Z"), BOOK, AT)


@pytest.mark.parametrize(
    "embargo",
    [None, "2026-03-01T06:00:00Z", "2026-03-01T09:00:00+03:00", "0001-01-01T00:00:00+14:00"],
)
def test_an_embargo_that_has_ended_holds_nothing_back(embargo: str | None) -> None:
    assert the_match(article(embargo_until=embargo))


def test_an_embargo_that_cannot_be_compared_is_refused() -> None:
    with pytest.raises(Reject, match="embargo_unreadable: whether the embargo"):
        match(article(embargo_until="2026-03-01T06:00:00Z"), BOOK, "12/07/2016")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"uid": 1}, "wrong_type"),
        ({"title": None}, "wrong_type"),
        ({"text": ["x"]}, "wrong_type"),
        ({"status": 3}, "wrong_type"),
        ({"story": "x"}, "wrong_type"),
        ({"language": 3}, "wrong_type"),
        ({"source": {}}, "wrong_type"),
        ({"categories": "x"}, "wrong_type"),
        ({"entities": {}}, "wrong_type"),
        ({"entities": ["x"]}, "wrong_type"),
        ({"entities": [{"type": "LOC", "start": 0, "end": 10_000}]}, "wrong_type"),
        ({"entities": [{"type": "LOC"}]}, "wrong_type"),
    ],
)
def test_an_article_that_is_none_is_refused(change: Event, reason: str) -> None:
    with pytest.raises(Reject) as caught:
        match(article(**change), BOOK, AT)
    assert caught.value.reason == reason


@pytest.mark.parametrize("field", ["uid", "title", "text"])
def test_a_missing_field_is_named(field: str) -> None:
    event = article()
    del event[field]
    with pytest.raises(Reject, match=f"missing_field: the article has no {field}"):
        match(event, BOOK, AT)


def test_an_untagged_article_is_refused_where_rules_ask_for_entities() -> None:
    event = article()
    del event["entities"]
    assert the_match(event)
    with pytest.raises(Reject, match="missing_field: the article has no entities"):
        match(event, RuleBook([dataclasses.replace(RULE, tree=parse_query("place:Iraq"))]), AT)


def test_a_rule_that_fails_is_named_and_never_passed_over() -> None:
    class Broken(list[str]):
        def __iter__(self) -> None:  # type: ignore[override]
            raise ZeroDivisionError("division by zero")

    book = RuleBook([dataclasses.replace(RULE, id="first"), dataclasses.replace(RULE, id="second")])
    broken = book.engine.checks[1]
    object.__setattr__(broken, "parts", Broken())
    with pytest.raises(Reject, match=r"rule_failed: rule second .* ZeroDivisionError"):
        match(article(), book, AT)


def test_highlights_are_the_first_hundred_of_a_clause_and_the_count_is_all() -> None:
    why = the_match(article(text="داعش هجوم " * 500))["why"]
    assert why["clauses"][0] == {"clause": "داعش", "count": 501}
    assert len(why["highlights"]) == 2 * MOST_HIGHLIGHTS


def test_a_clause_that_stands_twice_in_a_query_is_told_once() -> None:
    rule = dataclasses.replace(RULE, tree=parse_query("(داعش هجوم) OR (داعش عملية)"))
    clauses = the_match(article(), RuleBook([rule]))["why"]["clauses"]
    assert [one["clause"] for one in clauses] == ["داعش", "هجوم", "عملية"]


@given(
    st.integers(0, 600),
    st.integers(0, 600),
    st.sampled_from(["a", "a ", "aaaaaaaaaaa ", "a\n", " "]),
)
def test_a_snippet_is_cut_at_white_space_around_the_first_highlight(
    before: int, after: int, filler: str
) -> None:
    text = f"{(filler * 600)[:before]} داعش {(filler * 600)[:after]}"
    event = article(title="x", text=text)
    rule = dataclasses.replace(RULE, tree=parse_query("داعش"))
    snippet = the_match(event, RuleBook([rule]))["why"]["snippet"]
    whole = f"x\n{text}"
    start, end = snippet["start"], snippet["start"] + len(snippet["text"])
    assert whole[start:end] == snippet["text"]
    assert "داعش" in snippet["text"]
    assert len(snippet["text"]) <= 240
    if len(filler) > 1:
        assert start == 0 or whole[start - 1].isspace()
        assert end == len(whole) or whole[end].isspace()


def test_a_rule_without_words_shows_the_beginning() -> None:
    rule = dataclasses.replace(RULE, tree=parse_query("lang:ar"))
    why = the_match(article(text="كلمة " * 200), RuleBook([rule]))["why"]
    assert why["highlights"] == []
    assert why["clauses"] == [{"clause": "lang:ar", "count": 1}]
    assert why["snippet"]["start"] == 0
    assert 230 < len(why["snippet"]["text"]) <= 240


def test_a_match_is_announced_as_it_is() -> None:
    event = the_match(article())
    assert announce(event) == Keep((event,))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"alert_id": None}, "wrong_type"),
        ({"why": []}, "wrong_type"),
        ({"rule": {"id": "x", "version": "1", "severity": "low"}}, "missing_field"),
        ({"rule": {"id": "x", "version": "1", "severity": 1, "desk": "d"}}, "wrong_type"),
        ({"rule": {"id": "x", "version": "1", "severity": "huge", "desk": "d"}}, "wrong_type"),
        ({"rule": {"id": "x", "version": "1", "severity": "low", "desk": "../d"}}, "wrong_type"),
        ({"action": "shout"}, "wrong_type"),
    ],
)
def test_what_is_no_match_is_not_announced(change: Event, reason: str) -> None:
    with pytest.raises(Reject) as caught:
        announce({**the_match(article()), **change})
    assert caught.value.reason == reason


def test_a_match_without_a_field_is_not_announced() -> None:
    for field in the_match(article()):
        event = the_match(article())
        del event[field]
        with pytest.raises(Reject, match=f"missing_field: the match has no {field}"):
            announce(event)


def test_a_rule_that_did_not_fire_is_explained_clause_by_clause() -> None:
    told = explain(article(title="مباراة كرة", text="داعش"), RULE)
    assert told == {
        "rule": "daesh",
        "version": "7",
        "enabled": True,
        "matched": False,
        "why": {
            "all": [
                {"clause": "داعش", "count": 1, "matched": True},
                {
                    "any": [
                        {"clause": "عملية", "count": 0, "matched": False},
                        {"clause": "هجوم", "count": 0, "matched": False},
                    ],
                    "matched": False,
                },
                {"not": {"clause": "كرة", "count": 1, "matched": True}, "matched": False},
            ],
            "matched": False,
        },
    }


def test_near_is_explained_with_both_its_sides() -> None:
    rule = dataclasses.replace(RULE, tree=parse_query("ferry NEAR/1 sank"), enabled=False)
    told = explain(article(text="a ferry a b sank"), rule)
    assert told["enabled"] is False
    assert told["why"] == {
        "clause": "ferry NEAR/1 sank",
        "count": 0,
        "matched": False,
        "parts": [
            {"clause": "ferry", "count": 1, "matched": True},
            {"clause": "sank", "count": 1, "matched": True},
        ],
    }


def test_what_is_explained_agrees_with_what_fires() -> None:
    for text in ("داعش هجوم", "داعش", "هجوم", "داعش عملية كرة", ""):
        event = article(title="", text=text)
        assert explain(event, RULE)["matched"] is isinstance(match(event, BOOK, AT), Keep)


SOUTH = {"source": "South", "uid": "south:9", "categories": ["trade"]}
NORTH = {"source": "afp", "uid": "afp:1"}


def carried(**story: object) -> Event:
    """Return the article with a story that two sources carry."""
    return article(story={"id": "afp:1", "sources": [NORTH, SOUTH], **story})


def merged(sources: list[str], categories: list[str]) -> Event:
    """Return what dedup sends once more, for a copy that brought sources or categories."""
    brought = {"uid": "south:9", "sources": sources, "categories": categories}
    return carried(verdict="update", change="sources", merged=brought)


def rules(*queries: str) -> RuleBook:
    return RuleBook(
        [dataclasses.replace(RULE, id=query, tree=parse_query(query)) for query in queries]
    )


BY_STORY = rules(
    "داعش", "داعش AND source:south", "داعش AND category:trade", "داعش NOT source:south",
    "داعش AND source:afp",
)  # fmt: skip


def met(event: Event) -> list[str]:
    outcome = match(event, BY_STORY, AT)
    return [one["rule"]["id"] for one in outcome.values] if isinstance(outcome, Keep) else []


def test_an_article_meets_rules_by_itself_and_by_who_else_carries_its_story() -> None:
    assert met(article()) == ["داعش", "داعش NOT source:south", "داعش AND source:afp"]
    assert met(carried(verdict="update", change="version")) == [
        "داعش", "داعش NOT source:south", "داعش AND source:afp",
        "داعش AND source:south", "داعش AND category:trade",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "categories", "expected"),
    [
        (["South"], ["trade"], ["داعش AND source:south", "داعش AND category:trade"]),
        (["South"], [], ["داعش AND source:south"]),
        ([], ["trade"], ["داعش AND category:trade"]),
        ([], [], []),
    ],
)
def test_what_a_copy_brings_raises_alerts_of_rules_that_were_not_met_before(
    sources: list[str], categories: list[str], expected: list[str]
) -> None:
    assert met(merged(sources, categories)) == expected


def test_an_alert_for_what_a_copy_brought_is_the_first_of_its_rule_and_says_so() -> None:
    [alert] = [the_match(merged(["South"], []), rules("داعش AND source:south"))]
    assert alert["action"] == "new"
    assert alert["article"]["uid"] == "afp:1"
    assert alert["change"] == {"merged": {"uid": "south:9", "sources": ["South"], "categories": []}}


def test_an_alert_on_an_update_says_what_was_added_and_removed() -> None:
    changed = {"added": ["Six ships."], "removed": ["Five ships."]}
    alert = the_match(carried(verdict="update", change="version", **changed))
    assert (alert["action"], alert["change"]) == ("update", changed)
    assert "change" not in the_match(article())


@pytest.mark.parametrize("sources", [None, "x", [5], [{"source": 5}], [{"categories": {"a": 1}}]])
def test_carriers_that_cannot_be_read_say_nothing(sources: object) -> None:
    story = {"id": "afp:1", "verdict": "update", "sources": sources}
    assert met(article(story=story)) == met(article())
