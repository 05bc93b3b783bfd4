"""A rule held against the stories that it ships: those that must fire it, those that must not."""

from dataclasses import replace

from pipeline.alerting import match
from pipeline.outcome import Event, Keep, Outcome, Reject
from pipeline.rules import Rule, RuleBook

ANY_TIME = "2026-01-01T00:00:00Z"
"""Examples carry no embargo, so the time at which they are matched does not matter."""


def failures_of(rule: Rule) -> list[str]:
    """Return one sentence for each story that ends otherwise than the rule says; [] if none does.

    A rule that ships no story that fires it, or none that must not, has proved nothing.
    """
    failures = [
        f"{rule.origin}: {rule.id}: it ships no story that {kind}; add one under examples."
        for kind, stories in (("fires", rule.fires), ("stays silent", rule.silent))
        if not stories
    ]
    book = RuleBook([replace(rule, enabled=True)])
    failures += [
        f"{rule.origin}: {rule.id}: does not fire on “{story['title']}”."
        for story in rule.fires
        if not isinstance(ended(story, book), Keep)
    ]
    failures += [
        f"{rule.origin}: {rule.id}: fires on “{story['title']}” and should stay silent."
        for story in rule.silent
        if isinstance(ended(story, book), Keep)
    ]
    return failures


def ended(story: Event, book: RuleBook) -> Outcome | Reject:
    """Return how a story ends, a refusal included."""
    try:
        return match(story, book, ANY_TIME)
    except Reject as refusal:
        return refusal
