"""Workers that come and go, and more of them than there are partitions."""

import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from agents.scrape import scrape
from agents.supervisor import Worker
from agents.up import Running
from tests.faults.drill import Drill, of_stage, until_ready
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

GUESTS = 20
AT_ONCE = 2


def assigned(worker: Worker) -> int:
    """Return how many partitions a worker says that it reads; 0 if it does not run."""
    page = scrape(worker.port) if worker.running else {}
    return int(page.get(("barq_assigned_partitions", (("stage", worker.stage),)), 0))


@contextmanager
def leaving(guests: deque[Worker]) -> Iterator[None]:
    """End at last all guests that are still there."""
    try:
        yield
    finally:
        for guest in guests:
            if guest.process is not None:
                guest.process.stop(30)


def guest_of(barq: Running, stage: str, number: int) -> Worker:
    """Start a worker beside those that are supervised."""
    guest = Worker(stage, 100 + number)
    barq.supervisor.launch(guest)
    return guest


@pytest.mark.parametrize("stages", [["dedup"], ["cleaning", "tagging", "alerting"]])
def test_workers_that_join_and_leave_all_the_time_lose_nothing(
    drill: Drill, stages: list[str]
) -> None:
    """Up to two guests a moment; every second leaves by kill -9."""
    guests: deque[Worker] = deque()
    label = f"{', '.join(stages)}: {GUESTS} workers join and leave"
    with drill.underway(label) as barq, leaving(guests):
        for number in range(GUESTS + AT_ONCE):
            if number < GUESTS:
                guests.append(guest_of(barq, stages[number % len(stages)], number))
            if number >= AT_ONCE:
                guest = guests.popleft()
                until(lambda g=guest: assigned(g) > 0, 60, f"assignment of {guest.name}")  # type: ignore[misc]
                time.sleep(drill.chance.uniform(0.0, 0.5))
                assert guest.process is not None
                if number % 2:
                    guest.process.stop(30)
                else:
                    guest.process.kill()


def test_a_surplus_worker_idles_and_takes_over_from_one_that_is_killed(drill: Drill) -> None:
    drill.set(partitions=2)
    guests: deque[Worker] = deque()
    label = "3 workers, 2 partitions, kill -9 of one"
    with drill.underway(label) as barq, leaving(guests):
        everyone = [of_stage(barq, "tagging")]
        for number in range(2):
            guests.append(guest_of(barq, "tagging", number))
        everyone += guests
        until(lambda: sorted(map(assigned, everyone)) == [0, 1, 1], 60, "a share for two of three")
        owner = next(guest for guest in guests if assigned(guest) > 0)
        surplus = next(worker for worker in everyone if assigned(worker) == 0)
        assert owner.process is not None
        assert surplus.running
        owner.process.signal(signal.SIGKILL)
        until(lambda: assigned(surplus) == 1, 60, "taking over")
        until_ready(surplus)
        time.sleep(1.0)
