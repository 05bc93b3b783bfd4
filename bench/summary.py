"""Medians over the heats of one system in one flow, and what spoils them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

MICRO = 1e6
MEGA = 1e6

HeatData = dict[str, Any]
"""A heat as its JSON holds it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What one system did in one flow, over its sound heats. CPU is in µs a record fed."""

    system: str
    heats: list[HeatData]
    spoilt: list[str]
    """Why heats do not count, one sentence each."""

    def __bool__(self) -> bool:
        return bool(self.heats)

    def middle(self, figure: Callable[[HeatData], float]) -> float:
        """Return the median of a figure."""
        return median(figure(heat) for heat in self.heats)

    @property
    def rates(self) -> list[float]:
        """Records a second of each heat, ascending."""
        return sorted(heat["fed"] / heat["seconds"] for heat in self.heats)

    @property
    def rate(self) -> float:
        """Records a second."""
        return median(self.rates)

    @property
    def cpu(self) -> float:
        """CPU of all workers."""
        return self.middle(lambda heat: MICRO * sum(heat["cpu"].values()) / heat["fed"])

    @property
    def in_stages(self) -> float:
        """CPU inside the stage functions."""
        return self.middle(lambda heat: MICRO * sum(heat["stage_cpu"].values()) / heat["fed"])

    @property
    def transport(self) -> float:
        """CPU of the workers outside the stage functions."""
        return self.middle(lambda heat: MICRO * transport_of(heat, heat["cpu"]) / heat["fed"])

    def transport_in(self, stage: str) -> float:
        """CPU of the workers of one stage outside its functions."""
        return self.middle(lambda heat: MICRO * transport_of(heat, [stage]) / heat["fed"])

    @property
    def broker(self) -> float:
        """CPU of the broker."""
        return self.middle(lambda heat: MICRO * heat["broker_cpu"] / heat["fed"])

    @property
    def memory(self) -> float:
        """MB resident in all workers at the end."""
        return self.middle(lambda heat: sum(heat["rss"].values()) / MEGA)

    @property
    def repeated(self) -> int:
        """Records that came out oftener than they should, in the worst heat."""
        return max(int(heat["repeated"]) for heat in self.heats)


def transport_of(heat: HeatData, stages: Iterable[str]) -> float:
    """Return the CPU seconds of a heat's workers outside the functions of these stages."""
    return float(sum(heat["cpu"][stage] - heat["stage_cpu"][stage] for stage in stages))


def fault_of(heat: HeatData) -> str | None:
    """Return why a heat does not count, or None if it does."""
    if heat["failed"]:
        return str(heat["failed"])
    if heat["missing"]:
        return f"{heat['missing']} records are missing"
    if heat["uncommitted"]:
        return f"{heat['uncommitted']} records were not committed"
    return None


def summarise(
    heats: Sequence[HeatData], system: str, flow: str, *, workers: int = 1, rated: bool = False
) -> Summary:
    """Return the summary of a system's heats of one kind; `rated` asks for those fed at a rate."""
    mine = [
        heat
        for heat in heats
        if (heat["system"], heat["flow"], heat["workers"]) == (system, flow, workers)
        and (heat["rate"] is not None) == rated
    ]
    faults = [fault_of(heat) for heat in mine]
    return Summary(
        system,
        [heat for heat, fault in zip(mine, faults, strict=True) if fault is None],
        [fault for fault in faults if fault is not None],
    )
