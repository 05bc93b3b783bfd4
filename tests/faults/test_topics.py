"""Topics that are missing: before workers start, and under workers that run."""

import os
import subprocess
import sys

import pytest

from agents import exits
from agents.clients import admin
from agents.newsroom import load_rules
from agents.topics import check_topics, create_topics, partition_counts
from agents.up import Running
from pipeline.topology import BY_NAME
from tests.faults.drill import Drill, of_stage
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.mark.parametrize("stage", BY_NAME)
def test_a_worker_without_its_topics_ends_and_says_how_to_make_them(
    drill: Drill, stage: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agents.cli", "worker", stage],
        env={**os.environ, **drill.settings.as_environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == exits.UNAVAILABLE
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("barq: Topics are missing: ")
    assert said.endswith("Run `barq topics create`.")


@pytest.mark.parametrize(
    ("stage", "sink"), [("dedup", "duplicates"), ("dedup", "dedup.log"), ("tagging", "tagged")]
)
def test_a_sink_that_is_deleted_stops_its_writer_until_it_is_made_again(
    drill: Drill, stage: str, sink: str
) -> None:
    drill.set(delivery_timeout_seconds=5)
    topic = drill.settings.topics.name(sink)

    def delete(_: Running) -> None:
        with admin(drill.settings) as client:
            client.delete_topics([topic])
            until(lambda: not partition_counts(client, [topic]), 30, "deletion")

    with drill.underway(f"{sink} deleted and made again", before=delete) as barq:
        worker = of_stage(barq, stage)
        until(lambda: exits.UNAVAILABLE in worker.ended, 60, "an end for want of a topic")
        made = create_topics(drill.settings, {rule.desk for rule in load_rules(drill.settings)})
        check_topics(drill.settings)
    assert made == [topic]
    # First its delivery failed, then it was not even started; what it had read was not committed.
    assert worker.ended[0] == exits.CRASHED
    assert set(worker.ended[1:]) == {exits.UNAVAILABLE}
    others = {w.stage: set(w.ended) for w in barq.supervisor.workers if w is not worker and w.ended}
    # Who reads the topic ends too: its group would not see it when it is made again.
    assert others == ({"alerting": {exits.UNAVAILABLE}} if sink == "tagged" else {})
