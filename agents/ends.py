"""Where partitions end, on every broker: the offset of the next record to come.

Apache Kafka says so when asked. The embedded broker answers with the offset after the *first*
record of the last batch (measured with 0.6.0-510f3e2): there the high watermark of a fetch counts.
"""

import time
from collections.abc import Iterable
from typing import Any

from kafka import TopicPartition

EMBEDDED_CLUSTER = "tansu_cluster"
PATIENCE_SECONDS = 5.0
EMPTY_FETCH_MS = 20


def is_embedded(cluster_id: object) -> bool:
    """Return whether a cluster id is the embedded broker's."""
    return cluster_id == EMBEDDED_CLUSTER


def true_ends(client: Any, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """Return the end of each partition; the consumer's assignment is changed on the way."""
    wanted = list(places)
    if not wanted:
        return {}
    ends: dict[TopicPartition, int] = dict(client.end_offsets(wanted))
    if not is_embedded(client._cluster.cluster_id):  # noqa: SLF001  (it has no public name)
        return ends
    client.assign(wanted)
    for place, end in ends.items():
        client.seek(place, end)
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = set(wanted)
    while waiting and time.monotonic() < deadline:
        client.poll(timeout_ms=EMPTY_FETCH_MS * 2)
        for place in list(waiting):
            if (mark := client.highwater(place)) is not None:
                ends[place] = max(ends[place], mark)
                waiting.discard(place)
    return ends
