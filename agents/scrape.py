"""Reading workers' metrics pages, and the balance of every stage that they add up to."""

import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from pipeline.topology import HOPS

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
"""Values by metric name and sorted labels."""


def scrape(port: int, host: str = "127.0.0.1") -> Samples:
    """Return the samples on a worker's metrics page; nothing where none answers."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=2) as page:
            text = page.read().decode("utf-8")
    except (OSError, HTTPException):  # a worker may be killed in the middle of its page
        return {}
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def merge(into: Samples, more: Samples) -> None:
    """Add counters of `more` to those of `into`, sample by sample."""
    for key, value in more.items():
        into[key] = into.get(key, 0.0) + value


@dataclass(slots=True)
class Balance:
    """How a hop's records ended: in = out + dropped + duplicates + held + dead."""

    hop: str
    taken: int = 0
    out: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)
    held: int = 0
    dead: dict[str, int] = field(default_factory=dict)

    @property
    def unaccounted(self) -> int:
        """Records read that ended in none of the ways; zero unless barq is wrong."""
        ended = self.out + self.held + sum(self.dropped.values())
        return self.taken - ended - sum(self.duplicates.values()) - sum(self.dead.values())

    def as_dict(self) -> dict[str, object]:
        """Return the balance for JSON."""
        return {
            "stage": self.hop,
            "in": self.taken,
            "out": self.out,
            "dropped": self.dropped,
            "duplicates": self.duplicates,
            "held": self.held,
            "dead": self.dead,
            "unaccounted": self.unaccounted,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Balance":
        """Return the balance that `as_dict` gave."""
        return cls(
            values["stage"],
            values["in"],
            values["out"],
            values["dropped"],
            values["duplicates"],
            values["held"],
            values["dead"],
        )


def balances(pages: Iterable[Samples]) -> list[Balance]:
    """Return the balance of each hop, in the order of the flow, added up over workers."""
    result = {hop.name: Balance(hop.name) for hop in HOPS}
    for page in pages:
        for (name, labels), value in page.items():
            label = dict(labels)
            balance = result.get(label.get("stage", ""))
            if balance is not None:
                _count(balance, name, label, int(value))
    return list(result.values())


def _count(balance: Balance, name: str, label: dict[str, str], value: int) -> None:
    match name:
        case "barq_records_in_total":
            balance.taken += value
        case "barq_records_out_total":
            balance.out += value
        case "barq_records_held_total":
            balance.held += value
        case "barq_records_dropped_total":
            _add(balance.dropped, label["reason"], value)
        case "barq_records_duplicate_total":
            _add(balance.duplicates, label["verdict"], value)
        case "barq_records_dead_total":
            _add(balance.dead, label["reason"], value)


def _add(counts: dict[str, int], reason: str, value: int) -> None:
    if value:
        counts[reason] = counts.get(reason, 0) + value
