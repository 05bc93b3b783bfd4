"""The supervisor starts again what ended, and says what runs; programs of a line stand in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from agents import exits
from agents.run_file import RunFile
from agents.settings import Settings, load_settings
from agents.supervisor import Supervisor, Worker
from tests.waiting import until

MISSING = "a program that is missing"
SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(bootstrap_servers="127.0.0.1:1", run_dir=tmp_path / "run")


@contextmanager
def supervised(settings: Settings, codes: dict[str, str]) -> Iterator[Supervisor]:
    """Give a supervisor whose workers run the code of their stage, or sleep."""

    def command(worker: Worker) -> list[str]:
        if codes.get(worker.stage) == MISSING:
            codes["asked for"] = MISSING
            return ["no-such-program"]
        return [sys.executable, "-c", codes.get(worker.stage, SLEEP)]

    supervisor = Supervisor(settings, "127.0.0.1:1", command)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def test_a_worker_that_ends_is_started_again_and_its_exit_codes_are_kept(
    settings: Settings,
) -> None:
    with supervised(settings, {"dedup": f"raise SystemExit({exits.STUCK})"}) as supervisor:
        workers = {worker.stage: worker for worker in supervisor.workers}
        until(lambda: len(workers["dedup"].ended) >= 2, 60, "a second end")
        assert workers["dedup"].ended[:2] == [exits.STUCK, exits.STUCK]
        assert workers["dedup"].starts >= 2
        assert (workers["tagging"].starts, workers["tagging"].ended) == (1, [])


def test_a_worker_that_cannot_be_started_for_now_is_tried_again(settings: Settings) -> None:
    codes = {"dedup": "input()"}
    with supervised(settings, codes) as supervisor:
        dedup = next(worker for worker in supervisor.workers if worker.stage == "dedup")
        codes["dedup"] = MISSING
        until(lambda: "asked for" in codes, 60, "a failing start")
        codes["dedup"] = SLEEP
        until(lambda: dedup.starts == 2 and dedup.running, 60, "a start")
        assert supervisor.thread.is_alive()


def test_a_worker_that_cannot_ever_start_stops_all_with_its_last_line(settings: Settings) -> None:
    code = f"import sys; print('barq: the rule is wrong'); sys.exit({exits.USAGE})"
    with supervised(settings, {"alerting": code}) as supervisor:
        assert not supervisor.wait_ready(60)
        assert supervisor.failed == "alerting-1 cannot start: barq: the rule is wrong"


class TestTheRunFile:
    def test_says_what_runs_and_is_gone_at_the_end(self, settings: Settings) -> None:
        supervisor = Supervisor(settings, "127.0.0.1:1")
        file = RunFile(settings, supervisor)
        file.write()
        said = orjson.loads(file.path.read_bytes())
        assert said["bootstrap_servers"] == "127.0.0.1:1"
        assert [worker["name"] for worker in said["workers"]] == [
            "cleaning-1",
            "dedup-1",
            "tagging-1",
            "alerting-1",
        ]
        file.remove()
        assert list(settings.run_dir.iterdir()) == []

    def test_that_cannot_be_written_stops_nothing_and_is_told_once(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.run_dir.write_text("a file where the directory should be")
        file = RunFile(settings, Supervisor(settings, "127.0.0.1:1"))
        for _ in range(3):
            file.write()
        assert capsys.readouterr().out.count("other terminals do not see") == 1
        settings.run_dir.unlink()
        file.write()
        assert file.path.exists()
        assert not file.failing
