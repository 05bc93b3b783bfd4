"""The alerting stage on its topics: tagged in, matches keyed by rule, alerts and desks out."""

from datetime import UTC, datetime

from agents import metrics
from agents.delivery import Headers, Send
from agents.hop import Counts, Decided, Stateless
from agents.inbox import Record
from agents.newsroom import load_rules
from agents.runner import fed_at
from agents.settings import Settings
from pipeline import codec
from pipeline.alerting import announce, match
from pipeline.outcome import Keep, Outcome


class MatchingHop(Stateless):
    """Matches every rule against each article; a match is keyed by its rule."""

    name = "alerting"

    def __init__(self, settings: Settings) -> None:
        self.book = load_rules(settings)
        self.sink = settings.topics.name("matches")
        metrics.RULES_LOADED.set(len(self.book))

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Match one article at the time it was fed, which a redelivery repeats."""
        at = datetime.fromtimestamp(fed_at(record), UTC).isoformat(timespec="milliseconds")
        outcome = match(codec.decode(record.value), self.book, at)
        sends = [
            Send(self.sink, event["rule"]["id"].encode(), codec.encode(event), headers)
            for event in (outcome.values if isinstance(outcome, Keep) else ())
        ]
        return Decided(outcome, sends)


class AnnouncingHop(Stateless):
    """Turns matches into alerts, on the topic of all alerts and on their desk's."""

    name = "announcing"

    def __init__(self, settings: Settings) -> None:
        self.topics = settings.topics

    def decide(self, record: Record, headers: Headers) -> Decided:
        """Announce one match."""
        outcome = announce(codec.decode(record.value))
        sends = [
            Send(topic, event["rule"]["id"].encode(), codec.encode(event), headers)
            for event in (outcome.values if isinstance(outcome, Keep) else ())
            for topic in (
                self.topics.name("alerts"),
                self.topics.desk(event["rule"]["desk"]),
            )
        ]
        return Decided(outcome, sends)

    def note(self, outcome: Outcome, counts: Counts) -> None:
        """Count alerts by severity and action."""
        for event in outcome.values if isinstance(outcome, Keep) else ():
            counts[event["rule"]["severity"], event["action"]] += 1

    def observe(self, counts: Counts) -> None:
        """Export the alerts."""
        for labels, number in counts.items():
            metrics.ALERTS.labels(*labels).inc(number)
