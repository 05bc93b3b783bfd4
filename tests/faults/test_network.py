"""Networks between the workers and the broker that swallow, delay and break off.

The feeder and the ledger reach the broker directly.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.kafka import Detour, KafkaServer
from agents.processes import LOOPBACK, free_port
from tests.e2e.conftest import require_kafka
from tests.faults.conftest import drill_on
from tests.faults.drill import Drill
from tests.faults.proxy import Proxy

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

CUT_SECONDS = 10.0
SLOW_SECONDS = 15.0
DELAY = 0.1
BYTES_A_SECOND = 500_000
RESETS = 30


@pytest.fixture(scope="module")
def detour() -> Detour:
    """Give two ports: one of the broker, and one of the proxy before it."""
    return Detour(free_port(), free_port())


@pytest.fixture(scope="module")
def far_kafka(tmp_path_factory: pytest.TempPathFactory, detour: Detour) -> Iterator[KafkaServer]:
    """Give an Apache Kafka that sends clients of its second listener to the proxy."""
    require_kafka()
    folder = tmp_path_factory.mktemp("far-kafka")
    with KafkaServer(folder, detour=detour) as server:
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def proxy(detour: Detour, seed: int) -> Iterator[Proxy]:
    """Give the proxy, which is a good network until told otherwise."""
    with Proxy(detour.advertised, detour.port, seed) as server:
        yield server


@pytest.fixture
def drill(
    far_kafka: KafkaServer,
    proxy: Proxy,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    seed: int,
) -> Drill:
    """Give a drill whose workers are behind the proxy."""
    found = drill_on(far_kafka, request, tmp_path, seed)
    found.via = f"{LOOPBACK}:{proxy.port}"
    return found


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_network_that_swallows_one_direction_loses_nothing(
    drill: Drill, proxy: Proxy, way: str
) -> None:
    with drill.underway(f"network swallows what goes {way} for {CUT_SECONDS:g} s"):
        time.sleep(drill.chance.uniform(1.0, 2.0))
        with proxy.cut(proxy.up if way == "up" else proxy.down):
            time.sleep(CUT_SECONDS)
    assert proxy.resets > 0


def test_a_slow_network_loses_nothing(drill: Drill, proxy: Proxy) -> None:
    label = f"network: {DELAY * 1000:g} ms each way, {BYTES_A_SECOND / 1e6:g} MB/s"
    with drill.underway(label), proxy.slow(DELAY, BYTES_A_SECOND):
        time.sleep(SLOW_SECONDS)


@pytest.mark.short
def test_a_network_that_resets_connections_loses_nothing(drill: Drill, proxy: Proxy) -> None:
    with drill.underway(f"network resets x{RESETS}"):
        for _ in range(RESETS):
            time.sleep(drill.chance.uniform(0.1, 0.6))
            proxy.reset_one()
    assert proxy.resets >= RESETS
