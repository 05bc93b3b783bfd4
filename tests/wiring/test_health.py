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


def test_a_worker_that_waits_for_work_is_alive(pulse: Pulse) -> None:
    pulse.progressed = time.monotonic() - 1000
    assert pulse.stalled(10) is None
    assert answer("/live", pulse, 10)[0] == 200


def test_a_worker_that_has_work_and_does_not_advance_is_dead(pulse: Pulse) -> None:
    pulse.progressed = time.monotonic() - 1000
    pulse.lag = 7
    assert answer("/live", pulse, 10)[0] == 503
    assert "7 records waiting" in (pulse.stalled(10) or "")


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


def test_a_worker_whose_event_loop_is_blocked_is_dead(pulse: Pulse) -> None:
    pulse.ticked = time.monotonic() - 1000
    assert "event loop" in (pulse.stalled(10) or "")


def test_a_taken_port_is_one_sentence_that_says_what_to_do(server: HealthServer) -> None:
    with pytest.raises(PortTaken, match="BARQ_METRICS_PORT"):
        HealthServer("127.0.0.1", server.port, Pulse(), 10.0)
