"""The cleaning stage on its topics: raw in, clean out, keyed by language."""

from collections.abc import Sequence
from itertools import chain

from agents import metrics
from agents.delivery import Headers, Send
from agents.inbox import Record
from agents.runner import Decided, Stateless
from agents.settings import Settings
from agents.word_lists import cleaning_options
from pipeline import codec
from pipeline.audit import by_rule
from pipeline.cleaning import clean
from pipeline.outcome import Keep, Outcome


class CleaningHop(Stateless):
    """Binds `pipeline.cleaning` to its topics."""

    name = "cleaning"

    def __init__(self, settings: Settings) -> None:
        self.options = cleaning_options(settings)
        self.sink = settings.topics.name("clean")

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Clean one article; near-duplicates share a language, so that is the key."""
        outcome = clean(codec.decode(record.value), self.options)
        sends = [
            Send(self.sink, event["language"]["code"].encode(), codec.encode(event), headers)
            for event in (outcome.values if isinstance(outcome, Keep) else ())
        ]
        return Decided(outcome, sends)

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        """Count what was removed, by rule, and what is left."""
        events = [
            event for outcome in outcomes if isinstance(outcome, Keep) for event in outcome.values
        ]
        removed = chain.from_iterable(event["removed"] for event in events)
        for rule, (places, characters) in by_rule(removed).items():
            metrics.REMOVALS.labels(rule).inc(places)
            metrics.REMOVED_CHARACTERS.labels(rule).inc(characters)
        metrics.CLEAN_CHARACTERS.inc(sum(len(event["text"]) for event in events))
