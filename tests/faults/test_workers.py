"""Workers that are killed, stopped or frozen under load."""

import signal
import time

import pytest

from agents import exits
from pipeline.topology import BY_NAME
from tests.faults.drill import RATE, Drill, of_stage, until_ready
from tests.faults.wire import Wire
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

KILLS = 6


@pytest.mark.parametrize("stage", BY_NAME)
def test_killing_one_stage_loses_nothing_and_repeats_only_what_was_in_flight(
    drill: Drill, stage: str
) -> None:
    with drill.underway(f"kill -9 {stage} x{KILLS}") as barq:
        worker = of_stage(barq, stage)
        for _ in range(KILLS):
            until_ready(worker)
            time.sleep(drill.chance.uniform(0.5, 1.5))
            drill.kill(worker)
        until_ready(worker)
    assert worker.ended == [-signal.SIGKILL] * KILLS
    in_flight = drill.in_flight()
    repeated = drill.results[-1].verdict.repeated
    for hop in BY_NAME[stage].hops:
        assert repeated[hop.name] <= in_flight[hop.name]
    # The other stages were left alone: they repeat nothing by themselves.
    assert sum(repeated.values()) == sum(repeated[hop.name] for hop in BY_NAME[stage].hops)


@pytest.mark.short
def test_killing_any_of_two_workers_a_stage_loses_nothing_and_no_poison(drill: Drill) -> None:
    drill.set(workers=2)
    wire = Wire(drill.seed, poison=0.01)
    with drill.underway(f"kill -9 x{KILLS}, 2 workers a stage, 1 % poison", wire=wire) as barq:
        for _ in range(KILLS):
            time.sleep(drill.chance.uniform(0.5, 2.0))
            drill.kill(drill.chance.choice(barq.supervisor.workers))
    assert drill.results[-1].verdict.dead.total() == wire.poisoned


def test_a_rolling_restart_ends_every_worker_with_0_within_its_grace_time(drill: Drill) -> None:
    drill.set(workers=2)
    # Eight workers load their models anew meanwhile.
    with drill.underway("SIGTERM each of 8", rate=RATE / 2) as barq:
        for worker in barq.supervisor.workers:
            starts = worker.starts
            assert worker.process is not None
            worker.process.signal(signal.SIGTERM)
            until(lambda w=worker, n=starts: w.starts > n, 40, f"a restart of {worker.name}")  # type: ignore[misc]
            until_ready(worker)
    # A worker that does not stop within its grace time ends itself with exits.STUCK.
    assert [worker.ended for worker in barq.supervisor.workers] == [[exits.OK]] * 8


def test_workers_frozen_for_longer_than_their_session_go_on_where_they_were(drill: Drill) -> None:
    frozen = 1.5 * drill.settings.session_timeout_seconds
    with drill.underway(f"SIGSTOP each stage {frozen:g} s") as barq:
        for worker in barq.supervisor.workers:
            assert worker.process is not None
            worker.process.signal(signal.SIGSTOP)
            time.sleep(frozen)
            worker.process.signal(signal.SIGCONT)
            time.sleep(drill.chance.uniform(0.2, 0.5))
