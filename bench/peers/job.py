"""What a peer's worker is told, and the settings that all peers on librdkafka share."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from bench import stages
from bench.meter import Meter

PRODUCER = {
    "acks": "all",
    "linger.ms": 5,
    "batch.size": 262_144,
    "compression.type": "lz4",
    "message.max.bytes": 4_000_000,
}
"""All replicas, 5 ms, 256 kB, as barq's own producer has; and the codec cheapest for librdkafka."""


@dataclass(frozen=True, slots=True)
class Job:
    """One worker's order, as JSON in a file whose path is the worker's only argument."""

    stage: str
    servers: str
    prefix: str
    """What every topic name begins with."""
    group: str
    commit_seconds: float
    directory: str
    """Where the worker may keep files of its own."""
    meter: str
    number: int = 0
    """Which of the stage's workers this is."""
    addresses: Sequence[str] = ()
    """Where the stage's workers may reach each other, one address a worker."""

    @classmethod
    def given(cls) -> Self:
        """Return the order on the command line."""
        return cls(**json.loads(Path(sys.argv[1]).read_text("utf-8")))

    def write(self, path: Path) -> None:
        """Write the order for a worker."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    def functions(self) -> dict[str, stages.Decide]:
        """Return for each full topic name that the stage reads its function, timed."""
        meter = Meter(Path(self.meter))
        bound = stages.bind(self.stage)
        return {self.prefix + source: meter.timed(decide) for source, decide in bound.items()}


def fed_at(headers: Iterable[tuple[str, Any]] | None) -> float:
    """Return when an article was fed (Unix seconds), by the header that every record carries."""
    return next((int(value) / 1000 for name, value in headers or () if name == stages.FED_AT), 0.0)
