"""A feeder that writes in transactions: their markers take offsets and are no records."""

import time

import orjson
import pytest
from rich.console import Console

from agents.clients import make_producer
from agents.settings import Settings
from agents.up import running
from tests.e2e.conftest import KAFKA
from tests.waiting import until

pytestmark = pytest.mark.e2e

STALL_SECONDS = 6.0


@pytest.mark.parametrize("broker", [KAFKA], indirect=True)
def test_markers_are_passed_and_make_no_worker_look_stuck(
    settings: Settings, console: Console
) -> None:
    settings = settings.model_copy(update={"stall_seconds": STALL_SECONDS})
    with running(settings, console) as barq:
        producer = make_producer(settings, transactional_id="feeder")
        producer.init_transactions()
        for turn in range(4):
            producer.begin_transaction()
            for number in range(3):
                event = {
                    "id": f"{turn}-{number}",
                    "source": "wire",
                    "title": f"Harbour notice {turn} {number}",
                    "body": f"Quay {turn}{number} is open to ships again from Monday morning on.",
                }
                producer.send(settings.topics.name("raw"), value=orjson.dumps(event))
            producer.commit_transaction()
        producer.close()
        until(lambda: barq.balances()[0].taken == 12, 60, "the reading of twelve articles")
        # Longer than a worker may stand still with records waiting.
        time.sleep(STALL_SECONDS + 3)
        assert [worker.starts for worker in barq.supervisor.workers] == [1, 1, 1, 1]
        assert [one.unaccounted for one in barq.balances()] == [0] * 5
