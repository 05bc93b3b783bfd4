"""Records that are no articles, among many that are."""

import pytest

from tests.faults.drill import Drill
from tests.faults.wire import Wire

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

RECORDS = 20_000
POISON = 0.01


def test_each_poison_record_becomes_a_dead_letter_and_no_worker_ends(drill: Drill) -> None:
    wire = Wire(drill.seed, least=RECORDS, most=RECORDS, poison=POISON)
    label = f"{POISON:.0%} poison among {RECORDS:,}"
    with drill.underway(label, wire=wire, rate=None) as barq:
        workers = barq.supervisor.workers
    verdict = drill.results[-1].verdict
    assert verdict.fed == RECORDS
    # What the ledger found unharmed are the others: each good record went on.
    assert wire.poisoned > POISON * RECORDS / 2
    assert verdict.dead.total() == wire.poisoned
    reasons = {"not_json", "not_utf8", "not_an_object", "missing_field"}
    assert verdict.dead.keys() == {f"cleaning: {reason}" for reason in reasons}
    assert [(worker.starts, worker.ended) for worker in workers] == [(1, [])] * 4
