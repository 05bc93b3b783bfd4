"""Programs that barq starts: they are stopped, their last words are kept, errors are sentences."""

import os
import sys
from pathlib import Path
from signal import SIGINT

import psutil
import pytest

from agents import kafka
from agents.embedded import find_binary
from agents.kafka import KafkaServer, find_java
from agents.processes import CannotStart, Child, LocalBroker, free_port, port_is_open


def ended(child: Child) -> int:
    """Wait until a child ends by itself; return its exit code."""
    while child.exit_code is None:
        pass
    return child.exit_code


def python(code: str, output: Path) -> Child:
    """Start Python on some code that prints a line when it is ready, and wait for the line."""
    child = Child([sys.executable, "-u", "-c", code], output)
    while "ready" not in child.last_words() and child.exit_code is None:
        pass
    return child


class TestAChild:
    def test_that_obeys_is_stopped_gracefully(self, tmp_path: Path) -> None:
        child = python("print('ready'); import time; time.sleep(600)", tmp_path / "log")
        assert child.exit_code is None
        assert child.stop(60) is True
        assert child.exit_code == -15

    def test_that_ignores_the_request_is_killed(self, tmp_path: Path) -> None:
        deaf = "import signal; signal.signal(15, signal.SIG_IGN); "
        code = deaf + "print('ready'); import time; time.sleep(600)"
        child = python(code, tmp_path / "log")
        assert child.stop(0.1) is False
        assert child.exit_code == -9

    def test_takes_with_it_what_it_started(self, tmp_path: Path) -> None:
        code = (
            "import subprocess, sys\n"
            "sleep = 'import time; time.sleep(600)'\n"
            "grandchild = subprocess.Popen([sys.executable, '-c', sleep])\n"
            "print('ready', grandchild.pid)\n"
            "grandchild.wait()\n"
        )
        child = python(code, tmp_path / "log")
        grandchild = psutil.Process(int(child.last_words().split()[-1]))
        child.kill()
        gone, alive = psutil.wait_procs([grandchild], timeout=60)
        assert gone
        assert not alive

    def test_does_not_get_the_ctrl_c_of_the_terminal(self, tmp_path: Path) -> None:
        child = python("print('ready'); import time; time.sleep(600)", tmp_path / "log")
        assert os.getpgid(child.pid) != os.getpgid(0)
        child.signal(SIGINT)
        assert child.stop(60)

    def test_keeps_its_last_words_apart_from_those_of_the_child_before(
        self, tmp_path: Path
    ) -> None:
        for word in ("ready once", "ready twice"):
            child = python(f"print({word!r}); raise SystemExit(3)", tmp_path / "log")
            assert ended(child) == 3
            assert child.last_words() == word
        assert (tmp_path / "log").read_text() == "ready once\nready twice\n"

    def test_that_has_ended_can_be_stopped_and_killed_again(self, tmp_path: Path) -> None:
        child = python("print('ready')", tmp_path / "log")
        assert ended(child) == 0
        assert child.stop(60) is True
        child.kill()
        assert child.exit_code == 0

    def test_whose_log_cannot_be_opened_runs_without_and_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "logs").write_text("a file where the directory should be")
        child = Child([sys.executable, "-c", "print('unheard')"], tmp_path / "logs" / "log")
        assert ended(child) == 0
        assert child.unlogged in {"Not a directory", "File exists"}
        assert child.last_words() == ""

    def test_whose_log_was_taken_away_has_no_last_words(self, tmp_path: Path) -> None:
        child = python("print('ready')", tmp_path / "log")
        assert ended(child) == 0
        child.output.unlink()
        assert child.last_words() == ""

    def test_whose_program_is_missing_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        with pytest.raises(CannotStart, match="no-such-program cannot be run"):
            Child(["no-such-program"], tmp_path / "log")


class Mute(LocalBroker):
    """A broker that does what its code says instead of listening."""

    name = "a mute broker"
    start_seconds = 1.0
    stop_seconds = 60.0
    port_seconds = 0.5

    def __init__(self, code: str, output: Path, port: int | None = None) -> None:
        super().__init__(port)
        self.code, self.output = code, output
        self.starts = 0

    def spawn(self, port: int) -> Child:  # noqa: ARG002  (it listens nowhere)
        self.starts += 1
        return Child([sys.executable, "-u", "-c", self.code], self.output)


class TestABroker:
    def test_that_dies_at_its_start_is_an_error_with_its_last_words(self, tmp_path: Path) -> None:
        broker = Mute("raise SystemExit('the disk is full')", tmp_path / "log")
        broker.start_seconds = 60.0
        with pytest.raises(CannotStart, match="ended with code 1: the disk is full"):
            broker.start()
        assert not broker.running

    def test_that_never_answers_is_an_error_and_is_not_left_behind(self, tmp_path: Path) -> None:
        broker = Mute("import time; time.sleep(600)", tmp_path / "log")
        with pytest.raises(CannotStart, match="did not answer in time"):
            broker.start()
        assert not broker.running

    def test_whose_port_is_not_free_yet_is_tried_again(self, tmp_path: Path) -> None:
        broker = Mute("raise SystemExit('Address already in use')", tmp_path / "log")
        broker.start_seconds = 60.0
        with pytest.raises(CannotStart, match="Address already in use"):
            broker.start()
        assert broker.starts > 1

    def test_whose_port_is_taken_is_an_error_that_names_the_port(self, tmp_path: Path) -> None:
        import socket  # noqa: PLC0415

        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            broker = Mute("", tmp_path / "log", port)
            with pytest.raises(CannotStart, match=f"port {port} of 127.0.0.1 is taken"):
                broker.start()
        assert broker.starts == 0

    def test_that_was_never_started_can_be_stopped_but_has_no_address(self, tmp_path: Path) -> None:
        broker = Mute("", tmp_path / "log")
        assert broker.stop() is True
        with pytest.raises(RuntimeError, match="no address"):
            _ = broker.bootstrap_servers
        with pytest.raises(RuntimeError, match="does not run"):
            broker.kill()


def test_a_free_port_is_one_that_nobody_listens_on() -> None:
    assert not port_is_open(free_port())


class TestWhatKafkaNeeds:
    def test_without_java_the_error_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("JAVA_HOME", raising=False)
        with pytest.raises(CannotStart, match=r"Java 17 is missing.*apt-get install openjdk-17"):
            find_java()

    @pytest.mark.parametrize(
        ("says", "message"),
        [
            ('openjdk version "11.0.2" 2019-01-15', "is version 11, and Kafka needs Java 17"),
            ('java version "1.8.0_292"', "is version 1, and Kafka needs Java 17"),
            ("Segmentation fault", "does not say its version"),
        ],
    )
    def test_a_java_that_is_too_old_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, message: str
    ) -> None:
        java = a_java(tmp_path, says)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        with pytest.raises(CannotStart, match=f"{java} {message}"):
            find_java()

    def test_java_home_goes_before_the_path(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        java = a_java(tmp_path, 'openjdk version "21" 2023-09-19')
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        assert find_java() == str(java)

    def test_without_its_jars_the_error_says_how_to_get_them(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_java(tmp_path, 'openjdk version "21" 2023-09-19')
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        with pytest.raises(CannotStart, match="holds no Kafka: run `make kafka-jars`"):
            KafkaServer(tmp_path / "data", libs=tmp_path / "libs").start()

    def test_a_batch_of_the_largest_record_fits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BARQ_MAX_EVENT_BYTES", "5000000")
        assert kafka.largest_batch() > 2 * 5_000_000


def a_java(home: Path, says: str) -> Path:
    """Put a program at bin/java that says a version."""
    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    java.chmod(0o755)
    return java


def test_the_embedded_broker_is_a_program_of_its_wheel() -> None:
    assert os.access(find_binary(), os.X_OK)
