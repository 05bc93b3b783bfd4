"""How far each stage is behind, as the broker counts: end offsets less committed offsets.

Asked of the broker and not of the workers, so that a worker that hangs or is gone cannot hide it.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaError,
    NotCoordinatorError,
)
from rich.console import Console
from rich.table import Table

from agents.clients import (
    BrokerMissing,
    TopicMissing,
    bootstrap_servers,
    broker_errors,
    connect,
    group_name,
    kafka_config,
)
from agents.reading import BoundsReader
from agents.settings import Settings
from pipeline.topology import BY_NAME, STAGES

COORDINATOR_SECONDS = 10.0
REQUEST_MS = 10_000
"""A watchdog waits no longer for a broker that is paused."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a stage's group stands in one partition.

    `committed` is the offset that it will read next, None before its first commit; `begin` and
    `end` are the first offset kept and the offset of the next record to come.
    """

    topic: str
    partition: int
    begin: int
    end: int
    committed: int | None

    @property
    def position(self) -> int:
        """The offset read next: a commit outside of what is kept starts from the beginning."""
        if self.committed is None or not self.begin <= self.committed <= self.end:
            return self.begin
        return self.committed

    @property
    def lag(self) -> int:
        """Records that are kept and not yet acknowledged."""
        return self.end - self.position


@dataclass(frozen=True, slots=True)
class StageLag:
    """How far one stage is behind in one topic, all partitions together."""

    stage: str
    topic: str
    group: str
    records: int
    lag: int
    behind: int
    """Partitions that have any lag."""
    partitions: int


class LagReader:
    """Reads the progress of stages over one connection, which is made anew after a failure."""

    def __init__(self, settings: Settings) -> None:
        """Prepare to read; nothing is connected before the first reading."""
        self.settings = settings
        self._client: Any = None
        self._bounds = BoundsReader(settings)
        self._partitions: dict[str, list[TopicPartition]] = {}

    def close(self) -> None:
        """End the connection; a later reading makes a new one."""
        client, self._client = self._client, None
        self._partitions.clear()
        self._bounds.close()
        if client is not None:
            with suppress(KafkaError):
                client.close()

    def read(self, stage: str) -> dict[str, int]:
        """Return the lag in records by topic that the stage reads. Raises BrokerMissing."""
        return dict.fromkeys(self._topics(stage), 0) | lag_by_topic(self.progress(stage))

    def progress(self, stage: str) -> list[Progress]:
        """Return where the stage's group stands in every partition. Raises BrokerMissing."""
        try:
            return self._progress(stage)
        except BrokerMissing:
            self.close()
            raise

    def _progress(self, stage: str) -> list[Progress]:
        config = kafka_config(self.settings)
        if self._client is None:
            hasty = config | {"request_timeout_ms": REQUEST_MS}
            self._client = connect(KafkaAdminClient, self.settings, hasty)
        client, group = self._client, group_name(self.settings, stage)
        with broker_errors(self.settings, ",".join(config["bootstrap_servers"])):
            places = self._places(stage)
            # Commits before ends: what is committed in between may only make the lag smaller.
            committed = offsets_of_group(client, group, places)
            bounds = self._bounds.read(client, places)
        return [
            Progress(
                topic=place.topic,
                partition=place.partition,
                begin=bounds[place][0],
                end=bounds[place][1],
                # The broker says -1 for a partition that the group never committed.
                committed=offset if (offset := offset_of(committed, place)) >= 0 else None,
            )
            for place in places
        ]

    def _topics(self, stage: str) -> list[str]:
        return [self.settings.topics.name(hop.source) for hop in BY_NAME[stage].hops]

    def _places(self, stage: str) -> list[TopicPartition]:
        """Return the partitions that the stage reads, asked of the broker once a connection."""
        if stage not in self._partitions:
            topics = self._client.describe_topics(self._topics(stage))
            for topic in topics:
                if topic["error_code"] != 0 or not topic["partitions"]:
                    servers = bootstrap_servers(self.settings)
                    raise TopicMissing(
                        f"The topic {topic['name']} is missing at {servers}: "
                        "run `barq topics create`."
                    )
            self._partitions[stage] = sorted(
                TopicPartition(topic["name"], partition["partition_index"])
                for topic in topics
                for partition in topic["partitions"]
            )
        return self._partitions[stage]


def lag_by_topic(found: Sequence[Progress]) -> dict[str, int]:
    """Return the lag in records, added up over each topic's partitions."""
    lags: dict[str, int] = {}
    for progress in found:
        lags[progress.topic] = lags.get(progress.topic, 0) + progress.lag
    return lags


def offsets_of_group(client: Any, group: str, places: list[TopicPartition]) -> dict[Any, Any]:
    """Return what a group has committed.

    A broker that has just started, or was paused, makes its coordinator at the first question and
    refuses until it is there, for a second or two: it is asked again meanwhile.
    """
    deadline = time.monotonic() + COORDINATOR_SECONDS
    while True:
        try:
            return dict(client.list_group_offsets({group: places}).get(group, {}))
        except (
            CoordinatorNotAvailableError,
            CoordinatorLoadInProgressError,
            NotCoordinatorError,
        ):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def offset_of(committed: dict[TopicPartition, Any], place: TopicPartition) -> int:
    """Return the committed offset of a partition, -1 if there is none."""
    found = committed.get(place)
    return -1 if found is None else int(found.offset)


def read_lags(settings: Settings) -> list[StageLag]:
    """Return the lag of every stage in every topic that it reads. Raises BrokerMissing."""
    reader = LagReader(settings)
    lags = []
    try:
        for stage in STAGES:
            found = reader.progress(stage.name)
            for topic in dict.fromkeys(progress.topic for progress in found):
                parts = [progress for progress in found if progress.topic == topic]
                lags.append(
                    StageLag(
                        stage=stage.name,
                        topic=topic,
                        group=group_name(settings, stage.name),
                        records=sum(part.end - part.begin for part in parts),
                        lag=sum(part.lag for part in parts),
                        behind=sum(part.lag > 0 for part in parts),
                        partitions=len(parts),
                    )
                )
    finally:
        reader.close()
    return lags


def print_lags(lags: Sequence[StageLag], console: Console, *, as_json: bool) -> None:
    """Print the lags as a table or as JSON."""
    if as_json:
        console.print_json(data=[asdict(lag) for lag in lags])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("stage", "reads", "group"):
        table.add_column(heading)
    for heading in ("records", "lag", "partitions behind"):
        table.add_column(heading, justify="right")
    for lag in lags:
        behind = f"{lag.behind} of {lag.partitions}"
        numbers = (f"{lag.records:,}", f"{lag.lag:,}", behind)
        table.add_row(lag.stage, lag.topic, lag.group, *numbers)
    console.print(table)
