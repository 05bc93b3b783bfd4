"""What came out of a heat, held against what was fed, by article and version."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bench import stages
from bench.ground import Ground
from pipeline import codec


@dataclass(slots=True)
class Audit:
    """The count of a heat: a sound one misses nothing. Times are Unix seconds."""

    missing: int = 0
    repeated: int = 0
    alerts: int = 0
    ended: float = 0.0
    """When the broker took the last output."""
    latencies: list[float] = field(default_factory=list)
    """Seconds from feed to alert of each alert fed since the start."""

    def hold(self, expected: Iterable[Hashable], found: Iterable[Hashable]) -> None:
        """Count what is missing of the expected, and what was found oftener than expected."""
        due, came = Counter(expected), Counter(found)
        self.missing += (due - came).total()
        self.repeated += (came - due).total()


def edition(value: bytes | None) -> tuple[str, int]:
    """Return the article and version that a record is about."""
    event = codec.decode(value)
    return f"{event['source']}:{event['id']}", int(event["version"])


def audit_copies(ground: Ground) -> Audit:
    """Hold the copies of a pass-through against the originals, by key."""
    result = Audit()
    keys: dict[str, list[bytes | None]] = {"raw": [], "clean": []}
    for topic, record in ground.records(keys):
        keys[topic].append(record.key)
        if topic == "clean":
            result.ended = max(result.ended, record.timestamp / 1000)
    result.hold(keys["raw"], keys["clean"])
    return result


def audit_tagging(ground: Ground) -> Audit:
    """Hold tagged articles against unique ones."""
    result = Audit()
    editions: dict[str, list[tuple[str, int]]] = {"unique": [], "tagged": []}
    for topic, record in ground.records(editions):
        editions[topic].append(edition(record.value))
        if topic == "tagged":
            result.ended = max(result.ended, record.timestamp / 1000)
    result.hold(editions["unique"], editions["tagged"])
    return result


def audit_stages(ground: Ground, began: float) -> Audit:
    """Hold every topic of the four stages against the one before.

    Which alerts are due is found by matching every tagged article once more.
    """
    result = Audit()
    editions: dict[str, list[tuple[str, int]]] = {
        name: [] for name in ("raw", "unique", "duplicates", "dead", "tagged")
    }
    due: set[str] = set()
    ids: list[str] = []
    told: set[str] = set()
    matching = stages.bind("alerting")["tagged"]
    for topic, record in ground.records([*editions, "alerts"]):
        if topic != "raw":
            result.ended = max(result.ended, record.timestamp / 1000)
        if topic in editions:
            editions[topic].append(edition(record.value))
            if topic == "tagged":
                found = matching(record.value or b"", record.key, 0, 0.0)
                due |= {codec.decode(out.value)["alert_id"] for out in found}
            continue
        alert = codec.decode(record.value)
        ids.append(alert["alert_id"])
        fed = datetime.fromisoformat(alert["matched_at"]).timestamp()
        if fed >= began and alert["alert_id"] not in told:
            result.latencies.append(record.timestamp / 1000 - fed)
        told.add(alert["alert_id"])
    ended = [*editions["unique"], *editions["duplicates"], *editions["dead"]]
    result.hold(editions["raw"], ended)
    result.hold(editions["unique"], editions["tagged"])
    result.hold(due, ids)
    result.alerts = len(told)
    return result
