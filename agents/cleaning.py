"""The cleaning stage on its topics: raw in, clean out, keyed by language."""

from agents import metrics
from agents.delivery import Headers, Send
from agents.hop import Counts, Decided, Stateless
from agents.inbox import Record
from agents.settings import Settings
from pipeline import codec
from pipeline.cleaning import CleaningOptions, clean
from pipeline.outcome import Keep, Outcome


class CleaningHop(Stateless):
    """Binds `pipeline.cleaning` to its topics."""

    name = "cleaning"

    def __init__(self, settings: Settings) -> None:
        self.options = CleaningOptions()
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
        """Count what was removed, by rule."""
        for event in outcome.values if isinstance(outcome, Keep) else ():
            for removal in event["removed"]:
                # One entry stands for all places where the same small edit was made.
                counts[removal["rule"],] += len(removal.get("at", (0,)))

    def observe(self, counts: Counts) -> None:
        """Export the removals."""
        for (rule,), number in counts.items():
            metrics.REMOVALS.labels(rule).inc(number)
