"""The tagging stage on its topics: unique in, tagged out, keyed by article."""

from collections import Counter
from collections.abc import Sequence

from agents import metrics
from agents.delivery import Headers, Send
from agents.inbox import Record
from agents.newsroom import load_gazetteer
from agents.runner import Decided, Stateless
from agents.settings import Settings
from pipeline import codec
from pipeline.outcome import Keep, Outcome
from pipeline.tagging import tag


class TaggingHop(Stateless):
    """Binds `pipeline.tagging` to its topics and its gazetteer."""

    name = "tagging"

    def __init__(self, settings: Settings) -> None:
        self.gazetteer = load_gazetteer(settings)
        self.sink = settings.topics.name("tagged")

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Tag one article."""
        outcome = tag(codec.decode(record.value), self.gazetteer)
        sends = [
            Send(self.sink, str(event["uid"]).encode(), codec.encode(event), headers)
            for event in (outcome.values if isinstance(outcome, Keep) else ())
        ]
        return Decided(outcome, sends)

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        """Count the entities by type."""
        found = Counter(
            entity["type"]
            for outcome in outcomes
            for event in (outcome.values if isinstance(outcome, Keep) else ())
            for entity in event["entities"]
        )
        for kind, number in found.items():
            metrics.ENTITIES.labels(kind).inc(number)
