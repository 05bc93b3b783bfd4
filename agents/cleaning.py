"""The cleaning stage on its topics: raw in, clean out, keyed by language."""

from agents import metrics
from agents.delivery import Headers, Send
from agents.hop import Counts, Decided, Stateless
from agents.inbox import Record
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

    def note(self, outcome: Outcome, counts: Counts) -> None:
        """Count what was removed, by rule, and what is left."""
        for event in outcome.values if isinstance(outcome, Keep) else ():
            for rule, (places, characters) in by_rule(event["removed"]).items():
                counts["removals", rule] += places
                counts["characters", rule] += characters
            counts["left",] += len(event["text"])

    def observe(self, counts: Counts) -> None:
        """Export the removals, and the characters that are left."""
        for key, number in counts.items():
            match key:
                case ("removals", rule):
                    metrics.REMOVALS.labels(rule).inc(number)
                case ("characters", rule):
                    metrics.REMOVED_CHARACTERS.labels(rule).inc(number)
                case _:
                    metrics.CLEAN_CHARACTERS.inc(number)
