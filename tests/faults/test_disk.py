"""A full disk under the run directory: what is written there is of use, but the wire goes on."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from agents import exits
from tests.faults.drill import Drill, barq_up, children
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

SIZE = "1m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a directory that is a disk of its own and soon full."""
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("only root can mount a small disk; run the tests of faults as root")
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill a disk to the last byte meanwhile."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x"):
                pass
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()


def test_a_disk_that_fills_up_under_a_running_barq_loses_nothing(
    drill: Drill, small_disk: Path
) -> None:
    """A worker is killed meanwhile, so that one is started on the full disk too."""
    drill.set(run_dir=small_disk / "run")
    with barq_up(drill) as up, drill.course("disk of the run directory full, kill -9 tagging"):
        with full(small_disk):
            victim = children(up)["tagging"]
            victim.send_signal(signal.SIGKILL)
            until(lambda: children(up).get("tagging", victim) != victim, 30, "another tagging")
            until(lambda: drill.lag("tagging") < 100, 60, "catching up")
        assert up.exit_code is None
        assert len(children(up)) == 4
    assert up.exit_code == exits.OK


def test_a_disk_that_is_full_from_the_start_stops_nothing(drill: Drill, small_disk: Path) -> None:
    drill.set(run_dir=small_disk / "run")
    with full(small_disk), barq_up(drill) as up:
        with drill.course("disk of the run directory full from the start"):
            until(lambda: drill.lag("cleaning") < 100, 60, "reading")
        assert {psutil.Process(p.pid).is_running() for p in children(up).values()} == {True}
    assert up.exit_code == exits.OK
