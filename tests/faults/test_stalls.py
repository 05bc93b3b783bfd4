"""Workers that stand still: the watchdog ends them, and the supervisor starts others."""

import pytest

from agents import exits
from tests.faults.broken_worker import BLOCKED_SECONDS
from tests.faults.drill import Drill, breaking, of_stage
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

STALL_SECONDS = 8


@pytest.mark.parametrize(
    ("stage", "broken", "fault"),
    [
        pytest.param(
            "tagging",
            "blocked:tagged",
            f"tagging: event loop blocked for {BLOCKED_SECONDS:g} s",
            marks=pytest.mark.short,
        ),
        ("dedup", "waiting:unique", "dedup: waits for ever, loop alive"),
        ("alerting", "waiting:alerts", "alerting: one of two hops waits for ever"),
    ],
)
def test_a_worker_that_stands_still_is_ended_and_started_again(
    drill: Drill, stage: str, broken: str, fault: str
) -> None:
    drill.set(stall_seconds=STALL_SECONDS)
    command = breaking({stage: [broken]}, drill.folder)
    with drill.underway(fault, command=command) as barq:
        worker = of_stage(barq, stage)
        until(lambda: bool(worker.ended), 60, f"the end of {worker.name}")
    assert worker.ended == [exits.STUCK]
    assert all(not other.ended for other in barq.supervisor.workers if other is not worker)
