"""The example rules: each fires on its own stories and stays silent on the others."""

from pathlib import Path

import pytest

from pipeline.alerting import explain, match
from pipeline.outcome import Drop, Event, Keep
from pipeline.rules import Rule, RuleBook, parse_rules

FOLDER = Path(__file__).resolve().parents[2] / "rules"
RULES = [
    rule
    for file in sorted(FOLDER.glob("*.yaml"))
    for rule in parse_rules(file.read_text("utf-8"), file.name)
]
AT = "2026-01-01T00:00:00Z"
FIRES = [pytest.param(rule, event, id=event["uid"]) for rule in RULES for event in rule.fires]
SILENT = [pytest.param(rule, event, id=event["uid"]) for rule in RULES for event in rule.silent]


@pytest.mark.parametrize(("rule", "event"), FIRES)
def test_a_rule_fires_on_its_story(rule: Rule, event: Event) -> None:
    assert isinstance(match(event, RuleBook([rule]), AT), Keep), explain(event, rule)


@pytest.mark.parametrize(("rule", "event"), SILENT)
def test_a_rule_stays_silent_on_its_story(rule: Rule, event: Event) -> None:
    assert match(event, RuleBook([rule]), AT) == Drop("no_match"), explain(event, rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_ships_stories_of_both_kinds_and_says_what_it_is_for(rule: Rule) -> None:
    assert rule.fires
    assert rule.silent
    assert rule.description


def test_the_rules_make_one_book_over_six_desks() -> None:
    book = RuleBook(RULES)
    assert len(book) >= 12
    desks = {"security", "politics", "economy", "disasters", "health", "sport"}
    assert {rule.desk for rule in book} == desks


def test_the_rule_on_daesh_in_iraq_is_the_one_that_was_asked_for() -> None:
    rule = RuleBook(RULES).by_id["daesh-operations-iraq"]
    assert (rule.query, rule.desk, rule.severity) == (
        "داعش AND (عملية OR هجوم)",
        "security",
        "high",
    )
