"""What a worker says of itself: metrics, whether it lives, whether it is ready."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from agents.health import HealthServer, PortTaken, Pulse, answer
from agents.lag import Progress
from agents.worker import note_lag


@pytest.fixture
def pulse() -> Pulse:
    return Pulse()


@pytest.fixture
def server(pulse: Pulse) -> Iterator[HealthServer]:
    server = HealthServer("127.0.0.1", 0, pulse, 10.0)
    yield server
    server.close()


def status(server: HealthServer, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=5) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_a_worker_is_not_ready_before_it_has_its_partitions(
    server: HealthServer, pulse: Pulse
) -> None:
    assert status(server, "/ready") == 503
    pulse.ready = True
    assert status(server, "/ready") == 200


def test_the_metrics_page_is_there_and_nothing_else(server: HealthServer) -> None:
    assert status(server, "/metrics") == 200
    assert status(server, "/table") == 404


RAW, OTHER = ("news.raw", 0), ("news.raw", 1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the time that the pulse reads, to be set."""
    now = [1000.0]
    monkeypatch.setattr("agents.health.time.monotonic", lambda: now[0])
    return now


def test_a_worker_that_waits_for_work_is_alive(clock: list[float]) -> None:
    pulse = Pulse()
    for _ in range(3):
        pulse.look([(RAW, 7, 7)])
        clock[0] += 1000
        pulse.tick()
    assert pulse.stalled(10) is None
    assert answer("/live", pulse, 10)[0] == 200


def test_a_worker_that_has_work_and_does_not_advance_is_dead(clock: list[float]) -> None:
    pulse = Pulse()
    for turn in range(3):
        pulse.look([(RAW, 3, 10 + turn)])
        assert pulse.stalled(10) is None
        clock[0] += 5
    pulse.tick()
    assert answer("/live", pulse, 10)[0] == 503
    assert "news.raw/0 has stood at offset 3 for 15 s with 9 records" in (pulse.stalled(10) or "")


def test_one_partition_that_stands_still_is_enough_whatever_the_others_do(
    clock: list[float],
) -> None:
    pulse = Pulse()
    for turn in range(4):
        pulse.look([(RAW, 3, 10), (OTHER, 100 * turn, 1000)])
        clock[0] += 5
    pulse.tick()
    assert "news.raw/0" in (pulse.stalled(10) or "")


def test_the_time_runs_from_when_the_work_came_and_anew_after_each_advance(
    clock: list[float],
) -> None:
    pulse = Pulse()
    for done, end in ((3, 3), (3, 9), (5, 9), (9, 9), (9, 12)):
        pulse.look([(RAW, done, end)])
        clock[0] += 8
        pulse.tick()
        assert pulse.stalled(10) is None


def test_a_worker_that_restores_its_state_advances_and_one_that_stopped_restoring_does_not(
    clock: list[float],
) -> None:
    """A long log of decisions takes longer to read than a partition may stand still."""
    pulse = Pulse()
    for _ in range(5):
        pulse.restored += 1000
        pulse.look([(RAW, 3, 10)])
        clock[0] += 8
        pulse.tick()
        assert pulse.stalled(10) is None
    pulse.look([(RAW, 3, 10)])
    clock[0] += 8
    pulse.tick()
    assert "news.raw/0" in (pulse.stalled(10) or "")


def test_the_time_runs_anew_when_the_group_was_shared_anew(clock: list[float]) -> None:
    pulse = Pulse()
    for _ in range(2):
        pulse.look([(RAW, 3, 10)])
        clock[0] += 8
    pulse.tick()
    assert pulse.stalled(10)
    pulse.join([RAW])
    pulse.look([(RAW, 3, 10)])
    assert pulse.stalled(10) is None


def test_only_what_waits_in_a_workers_own_partitions_counts_as_its_lag(pulse: Pulse) -> None:
    """A transaction's marker at the end of a partition is nothing to wait for."""
    found = [
        Progress("news.raw", 0, begin=0, end=10, committed=9),
        Progress("news.raw", 1, begin=0, end=7, committed=3),
        Progress("news.raw", 2, begin=0, end=100, committed=0),
    ]
    pulse.standing = {("news.raw", 0): 10, ("news.raw", 1): 3}
    note_lag("cleaning", found, pulse)
    assert pulse.lag == 4


def test_a_partition_that_is_owned_and_never_read_counts_from_the_commit(pulse: Pulse) -> None:
    pulse.join([RAW])
    note_lag("cleaning", [Progress("news.raw", 0, begin=0, end=10, committed=4)], pulse)
    assert pulse.lag == 6


def test_a_worker_whose_event_loop_is_blocked_is_dead(pulse: Pulse) -> None:
    pulse.ticked = time.monotonic() - 1000
    assert "event loop" in (pulse.stalled(10) or "")


def test_a_taken_port_is_one_sentence_that_says_what_to_do(server: HealthServer) -> None:
    with pytest.raises(PortTaken, match="BARQ_METRICS_PORT"):
        HealthServer("127.0.0.1", server.port, Pulse(), 10.0)
