"""A full disk under the run directory: what is written there is of use, but the wire goes on."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from agents import exits
from tests.faults.drill import Drill, barq_up, children
from tests.faults.wire import Wire
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

SIZE = "size=1m,nr_inodes=100"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a directory that is a disk of its own and soon full."""
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("only root can mount a small disk; run the tests of faults as root")
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill a disk to the last byte and the last file meanwhile."""
    ballast = disk / "ballast"
    ballast.mkdir()
    with suppress(OSError), (ballast / "bytes").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    with suppress(OSError):
        for number in count():
            (ballast / str(number)).touch()
    try:
        yield
    finally:
        shutil.rmtree(ballast)


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
        wire = Wire(drill.seed, least=2000)
        with drill.course("disk of the run directory full from the start", wire=wire):
            assert not (small_disk / "run").exists()
        assert len(children(up)) == 4
    assert up.exit_code == exits.OK
