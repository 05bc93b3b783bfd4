"""What an audit asks of the broker: where the groups stand, what the topics hold, since when."""

import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any

from kafka import errors as kafka_errors
from kafka.admin import ConfigResource

from agents.clients import BrokerMissing, admin, consumer
from agents.lag import LagReader, Progress
from agents.reading import FETCH_BYTES, Bounds, BoundsReader, Record, partitions_of, read_between
from agents.settings import Settings
from agents.topics import topic_config
from pipeline.topology import STAGES

Offsets = dict[Any, int]
"""Offsets by partition."""


class KafkaWire:
    """The topics and groups of one broker, through connections that are open."""

    def __init__(
        self, settings: Settings, client: Any, reader: Any, ends: BoundsReader, lags: LagReader
    ) -> None:
        self.settings = settings
        self.client, self.reader, self.ends, self.lags = client, reader, ends, lags

    def progress(self) -> list[Progress]:
        """Return where the group of every stage stands in every partition that it reads."""
        return [found for stage in STAGES for found in self.lags.progress(stage.name)]

    def bounds(self, topics: Collection[str]) -> Bounds:
        """Return where the topics' partitions begin and end. Raises BrokerMissing."""
        places = partitions_of(self.client, topics)
        missing = set(topics) - {place.topic for place in places}
        if missing:
            raise BrokerMissing(
                f"Topics are missing: {', '.join(sorted(missing))}. Run `barq topics create`."
            )
        return self.ends.read(self.client, places)

    def records(self, bounds: Bounds) -> Iterator[Record]:
        """Yield what lies within the bounds."""
        return read_between(self.reader, bounds)

    def offsets_at(self, bounds: Bounds, when: float) -> Offsets:
        """Return the offset of the first record at or after a time, the end where there is none."""
        if not bounds:
            return {}
        found = self.reader.offsets_for_times(dict.fromkeys(bounds, int(when * 1000)))
        return {
            # A broker that has nothing so late says None, or a record without a time.
            place: min(end, max(begin, at.offset))
            if (at := found.get(place)) is not None and at.timestamp >= 0
            else end
            for place, (begin, end) in bounds.items()
        }

    def kept_since(self, cut: Bounds) -> float:
        """Return the time since when partitions still hold everything that was written to them.

        `cut` are partitions from which retention has removed something. One that still has
        records holds everything since the oldest of them; one without any, since its retention.
        """
        now = time.time()
        oldest = self.reader.offsets_for_times(dict.fromkeys(cut, 0))
        kept = self.retention({place.topic for place in cut})
        return max(
            at.timestamp / 1000
            if (at := oldest.get(place)) is not None and at.timestamp >= 0
            else now - kept[place.topic]
            for place in cut
        )

    def retention(self, topics: Iterable[str]) -> dict[str, float]:
        """Return how long topics keep records, in seconds, as the broker says or barq made them."""
        prefix = self.settings.topics.prefix
        names = sorted(topics)
        answer: dict[str, Any] = {}
        with suppress(kafka_errors.AuthorizationError, kafka_errors.UnsupportedVersionError):
            resources = [ConfigResource("topic", name) for name in names]
            answer = self.client.describe_configs(resources, config_filter="all").get("topic", {})
        kept = {}
        for name in names:
            made = topic_config(name.removeprefix(prefix), self.settings)["retention.ms"]
            kept_ms = int(answer.get(name, {}).get("retention.ms", {}).get("value", made))
            # Without a limit (-1) an empty partition was emptied by hand.
            kept[name] = kept_ms / 1000 if kept_ms >= 0 else 0.0
        return kept


@contextmanager
def open_wire(settings: Settings) -> Iterator[KafkaWire]:
    """Give the wire of the settings' broker; what the broker does meanwhile is BrokerMissing."""
    with ExitStack() as stack:
        ends = stack.enter_context(closing(BoundsReader(settings)))
        lags = stack.enter_context(closing(LagReader(settings)))
        client = stack.enter_context(admin(settings))
        reader = stack.enter_context(consumer(settings, fetch_max_bytes=FETCH_BYTES))
        yield KafkaWire(settings, client, reader, ends, lags)
