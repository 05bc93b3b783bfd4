"""The tagging stage on its topics: unique in, tagged out, keyed by article."""

from agents import metrics
from agents.delivery import Headers, Send
from agents.hop import Counts, Decided, Stateless
from agents.inbox import Record
from agents.newsroom import load_gazetteer
from agents.settings import Settings
from pipeline import codec
from pipeline.names_model import load_names_model
from pipeline.outcome import Keep, Outcome
from pipeline.tagging import tag


class TaggingHop(Stateless):
    """Binds `pipeline.tagging` to its topics and its gazetteer."""

    name = "tagging"

    def __init__(self, settings: Settings) -> None:
        self.gazetteer = load_gazetteer(settings)
        self.model = load_names_model()
        self.sink = settings.topics.name("tagged")

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Tag one article."""
        outcome = tag(codec.decode(record.value), self.gazetteer, self.model)
        sends = [
            Send(self.sink, str(event["uid"]).encode(), codec.encode(event), headers)
            for event in (outcome.values if isinstance(outcome, Keep) else ())
        ]
        return Decided(outcome, sends)

    def note(self, outcome: Outcome, counts: Counts) -> None:
        """Count the entities by type."""
        for event in outcome.values if isinstance(outcome, Keep) else ():
            for entity in event["entities"]:
                counts[entity["type"],] += 1

    def observe(self, counts: Counts) -> None:
        """Export the entities by type."""
        for (kind,), number in counts.items():
            metrics.ENTITIES.labels(kind).inc(number)
