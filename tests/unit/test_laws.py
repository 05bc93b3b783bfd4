"""The laws that every stage obeys, whatever it decides."""

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import codec
from pipeline.alerting import announce, match
from pipeline.cleaning import CleaningOptions, clean
from pipeline.dedup import judge, outcome
from pipeline.gazetteer import Gazetteer, build_gazetteer
from pipeline.outcome import Duplicate, Event, Keep, Outcome, Reject
from pipeline.rules import RuleBook, parse_rules
from pipeline.tagging import tag
from pipeline.watchlists import parse_watchlist
from pipeline.window import Window

RULES = Path(__file__).resolve().parent.parent.parent / "rules"
BODY = (
    "أعلنت القيادة العسكرية في العراق يوم الاثنين بدء عملية واسعة ضد خلايا داعش في محافظة ديالى، "
    "وقالت إن القوات تقدمت في القرى الواقعة شرقي المحافظة وعثرت على مخابئ للسلاح."
)
RAW: Event = {
    "id": "1",
    "source": "wire",
    "title": "عملية عسكرية ضد داعش في ديالى",
    "body": BODY,
    "published_at": "2026-03-02T08:15:00+03:00",
    "desk_note": {"kept": ["as it is"]},
}


@cache
def gazetteer() -> Gazetteer:
    files = sorted((RULES / "watchlists").glob("*.yaml"))
    return build_gazetteer(
        [name for file in files for name in parse_watchlist(file.read_text("utf-8"), file.name)]
    )


@cache
def book() -> RuleBook:
    files = sorted(RULES.glob("*.yaml"))
    return RuleBook(
        [rule for file in files for rule in parse_rules(file.read_text("utf-8"), file.name)]
    )


def cleaning(event: Event) -> Outcome:
    return clean(event, CleaningOptions())


def dedup(event: Event) -> Outcome:
    window = Window(72.0, 1000)
    return outcome(event, judge(event, window))


def tagging(event: Event) -> Outcome:
    return tag(event, gazetteer())


def alerting(event: Event) -> Outcome:
    return match(event, book(), "2026-03-02T08:16:00Z")


STAGES: list[Callable[[Event], Outcome]] = [cleaning, dedup, tagging, alerting, announce]


def values(decided: Outcome) -> tuple[Event, ...]:
    """Return what goes on to a next topic."""
    if isinstance(decided, Keep):
        return decided.values
    return (decided.value,) if isinstance(decided, Duplicate) else ()


def given_to(stage: Callable[[Event], Outcome]) -> Event:
    """Return the story as it reaches a stage, through all stages before it."""
    event = RAW
    for before in STAGES[: STAGES.index(stage)]:
        [event, *_] = values(before(event))
    return event


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
class TestEveryStage:
    def test_carries_the_story_on(self, stage: Callable[[Event], Outcome]) -> None:
        assert values(stage(given_to(stage)))

    def test_leaves_what_it_was_given_as_it_was(self, stage: Callable[[Event], Outcome]) -> None:
        event = given_to(stage)
        before = copy.deepcopy(event)
        stage(event)
        assert event == before

    def test_decides_the_same_twice(self, stage: Callable[[Event], Outcome]) -> None:
        assert stage(given_to(stage)) == stage(copy.deepcopy(given_to(stage)))

    def test_writes_what_can_be_read_again(self, stage: Callable[[Event], Outcome]) -> None:
        for value in values(stage(given_to(stage))):
            assert codec.decode(codec.encode(value)) == value

    def test_refuses_an_empty_event_with_a_reason(self, stage: Callable[[Event], Outcome]) -> None:
        with pytest.raises(Reject) as refusal:
            stage({})
        assert refusal.value.reason.isidentifier()
        assert refusal.value.detail


@pytest.mark.parametrize("stage", [cleaning, dedup, tagging], ids=lambda stage: stage.__name__)
def test_fields_that_barq_does_not_know_are_carried_through(
    stage: Callable[[Event], Outcome],
) -> None:
    for value in values(stage(given_to(stage))):
        assert value["desk_note"] == {"kept": ["as it is"]}


FIELDS = [
    *("id", "source", "uid", "title", "text", "body", "html", "language", "published_at"),
    *("version", "status", "embargo_until", "categories", "byline", "story", "entities", "removed"),
    *("rule", "alert_id", "action", "article", "why", "story_id", "matched_at", "url"),
]
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40)
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(STAGES), st.data())
def test_no_event_makes_a_stage_raise_anything_but_a_refusal(
    stage: Callable[[Event], Outcome], data: st.DataObject
) -> None:
    """A sound story with any of its fields replaced by any JSON value."""
    changes: dict[str, Any] = data.draw(
        st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4)
    )
    try:
        stage({**given_to(stage), **changes})
    except Reject as refusal:
        assert refusal.reason.isidentifier()
