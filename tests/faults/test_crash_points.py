"""Crashes at the points where stock streams lose data: around output, state and commit."""

import pytest

from pipeline.topology import DEDUP_LOG
from tests.faults.broken_worker import BROKEN
from tests.faults.drill import Drill, breaking
from tests.faults.wire import Wire
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

STATE_AND_OUTPUT = {
    "dedup": [
        f"only:{DEDUP_LOG}",
        f"without:{DEDUP_LOG}",
        f"half:{DEDUP_LOG}",
        f"delivered:{DEDUP_LOG}",
        "committed:",
    ]
}
OUTPUT_AND_COMMIT = {
    "cleaning": ["delivered:clean", "half:clean", "committed:"],
    "tagging": ["delivered:tagged", "half:tagged", "committed:"],
    "alerting": ["delivered:matches", "half:alerts", "delivered:alerts", "committed:"],
}


@pytest.mark.parametrize(
    ("breaks", "point"),
    [
        pytest.param(STATE_AND_OUTPUT, "between log, output and commit", marks=pytest.mark.short),
        (OUTPUT_AND_COMMIT, "between output and commit"),
    ],
)
def test_a_crash_between_state_output_and_commit_changes_no_decision(
    drill: Drill, breaks: dict[str, list[str]], point: str
) -> None:
    """The ledger holds every decision of dedup against those of a run that nothing disturbs."""
    drill.set(batch_size=50)
    wire = Wire(drill.seed, least=1500)
    command = breaking(breaks, drill.folder)
    total = sum(map(len, breaks.values()))
    label = f"{', '.join(breaks)} end x{total} {point}"
    with drill.underway(label, wire=wire, command=command) as barq:
        broken = {w.stage: w for w in barq.supervisor.workers if w.stage in breaks}
        until(
            lambda: all(len(w.ended) == len(breaks[stage]) for stage, w in broken.items()),
            120,
            "the last crash",
        )
    for stage, worker in broken.items():
        assert worker.ended == [BROKEN] * len(breaks[stage])
    # Copies and new versions were among what was judged again.
    assert {"new", "update", "exact", "near"} <= drill.results[-1].verdict.verdicts.keys()
