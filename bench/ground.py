"""The common ground of a heat: topics of its own on the one broker, fed and counted from outside.

Output topics carry the broker's own time of appending, so that the end of a heat is when the last
record was taken, whatever the driver saw of it.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from kafka.admin import ConfigResource
from kafka.protocol.consumer import OffsetSpec

from agents.clients import admin
from agents.lag import LagReader
from agents.raw_topic import close, connected_producer
from agents.reading import Record, partitions_of, scan
from agents.settings import Settings
from agents.topics import create_topics, wanted_topics
from bench.stages import FED_AT

TURN_SECONDS = 0.005
"""A feeder with a rate sends what is due so often."""
CONFIRM_SECONDS = 60

Fed = tuple[bytes, bytes]
"""Key and value of a record to feed."""


class Ground:
    """The topics under the settings' prefix."""

    def __init__(self, settings: Settings, desks: Sequence[str], client: Any) -> None:
        self.settings = settings
        self.client = client
        self.producer: Any = None
        """The feeder's: what it learns of the topics in the warm-up costs no article time."""
        self.names = wanted_topics(settings, desks)
        """Full names to names without prefix."""
        create_topics(settings, desks)
        config = {"message.timestamp.type": "LogAppendTime"}
        client.alter_configs([ConfigResource("topic", name, config) for name in self.names])
        self.partitions = partitions_of(client, self.names)

    def feed(self, records: Iterable[Fed], topic: str = "raw", rate: float | None = None) -> None:
        """Send records, all at once or `rate` a second, and wait until they are confirmed."""
        if self.producer is None:
            self.producer = connected_producer(self.settings)
        name = self.settings.topics.name(topic)
        began = time.monotonic()
        sent = []
        for number, (key, value) in enumerate(records):
            while rate and number >= (time.monotonic() - began) * rate:
                time.sleep(TURN_SECONDS)
            stamp = [(FED_AT, b"%d" % (time.time() * 1000))]
            sent.append(self.producer.send(name, value, key, stamp))
        for one in sent:
            one.get(CONFIRM_SECONDS)

    def ends(self) -> dict[str, int]:
        """Return how many records each topic has taken, by its name without prefix."""
        found = self.client.list_partition_offsets(
            dict.fromkeys(self.partitions, OffsetSpec.LATEST)
        )
        counts = dict.fromkeys(self.names.values(), 0)
        for place, latest in found.items():
            counts[self.names[place.topic]] += int(latest.offset)
        return counts

    def uncommitted(self, stages: Sequence[str], seconds: float) -> int:
        """Return what the groups of these stages have not committed after at most that time."""
        deadline = time.monotonic() + seconds
        with closing(LagReader(self.settings)) as reader:
            while True:
                lag = sum(sum(reader.read(stage).values()) for stage in stages)
                if not lag or time.monotonic() > deadline:
                    return lag
                time.sleep(0.1)

    def records(self, topics: Iterable[str]) -> Iterator[tuple[str, Record]]:
        """Yield every record of topics with its topic's name without prefix."""
        for record in scan(self.settings, [self.settings.topics.name(bare) for bare in topics]):
            yield self.names[record.topic], record


@contextmanager
def ground(settings: Settings, desks: Sequence[str]) -> Iterator[Ground]:
    """Give the topics of a heat and delete them afterwards, so that the disk holds one heat."""
    with admin(settings) as client:
        made = Ground(settings, desks, client)
        try:
            yield made
        finally:
            if made.producer is not None:
                close(made.producer)
            client.delete_topics(list(made.names))
