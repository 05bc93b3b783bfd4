"""The systems that are compared: their environments, and how one of their workers is started."""

import importlib.metadata
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.clients import group_name
from agents.processes import Child, free_port
from agents.settings import CHECKOUT, Settings
from bench.peers.job import Job
from bench.stages import PASS_THROUGH

BENCH = Path(__file__).resolve().parent
VENVS = BENCH / ".venvs"
INSTALL_SECONDS = 600


class CannotInstall(Exception):
    """A peer's environment cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class System:
    """One of the compared: `distribution` is what its version is read from."""

    name: str
    title: str
    distribution: str
    licence: str
    commits: bool = True
    """Whether its progress is in the offsets of a consumer group."""


SYSTEMS = {
    system.name: system
    for system in (
        System("barq", "barq", "barq", "Apache-2.0"),
        System("quix", "Quix Streams", "quixstreams", "Apache-2.0"),
        System("bytewax", "Bytewax", "bytewax", "Apache-2.0", commits=False),
        System("confluent", "confluent-kafka loop", "confluent-kafka", "Apache-2.0"),
        System("faust", "stock Faust", "faust-streaming", "BSD-3-Clause"),
    )
}


def python_of(system: System) -> Path:
    """Return the interpreter that runs a system's workers."""
    if system.name == "barq":
        return Path(sys.executable)
    return VENVS / system.name / "bin" / "python"


def lock_of(system: System) -> Path:
    """Return the lock file of a peer's environment."""
    return BENCH / "peers" / system.name / "requirements.lock"


def install(system: System) -> None:
    """Make a peer's environment from its lock file unless it is there. Raises CannotInstall."""
    if system.name == "barq":
        return
    wanted = lock_of(system).read_bytes()
    done = VENVS / system.name / "installed.lock"
    if done.exists() and done.read_bytes() == wanted:
        return
    print(f"installing {system.title} into {done.parent.relative_to(CHECKOUT)}", flush=True)
    pip = [str(python_of(system)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(done.parent)],
        [*pip, "--require-hashes", "-r", str(lock_of(system))],
    ):
        run(command)
    done.write_bytes(wanted)


def run(command: Sequence[str]) -> None:
    """Run a step of an installation. Raises CannotInstall with what it said last."""
    try:
        subprocess.run(command, check=True, timeout=INSTALL_SECONDS, capture_output=True, text=True)
    except subprocess.TimeoutExpired as error:
        raise CannotInstall(f"the installation took over {INSTALL_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or ["it said nothing"]
        why = next((line for line in said if line.startswith("ERROR")), said[-1])
        raise CannotInstall(f"the installation failed: {why}") from error


def version_of(system: System) -> str:
    """Return the version that runs: of barq the installed one, of a peer the locked one."""
    if system.name == "barq":
        return importlib.metadata.version(system.distribution)
    return locked_version(lock_of(system).read_text("utf-8"), system.distribution)


def locked_version(lock: str, distribution: str) -> str:
    """Return the version of a distribution in the text of a lock file."""
    found = re.search(rf"^{re.escape(distribution)}==([^\s;]+)", lock, re.MULTILINE)
    if found is None:
        raise ValueError(f"the lock file does not hold {distribution}; lock it anew")
    return found[1]


@dataclass(slots=True)
class Worker:
    """A running worker of a stage."""

    stage: str
    child: Child
    meter: Path


def start_workers(
    system: System, stages: Sequence[str], settings: Settings, each: int
) -> list[Worker]:
    """Start `each` workers of each stage. Their files lie in the settings' run directory."""
    started = []
    for stage in stages:
        addresses = tuple(f"127.0.0.1:{free_port()}" for _ in range(each))
        for number in range(each):
            home = settings.run_dir / f"{stage}-{number}"
            home.mkdir(parents=True)
            meter = home / "meter"
            command, variables = order(system, stage, settings, home, number, addresses)
            child = Child(command, home / "log", {**os.environ, **variables})
            started.append(Worker(stage, child, meter))
    return started


def order(
    system: System,
    stage: str,
    settings: Settings,
    home: Path,
    number: int,
    addresses: tuple[str, ...],
) -> tuple[list[str], Mapping[str, str]]:
    """Return the command line and the environment variables of one worker."""
    python = str(python_of(system))
    if system.name == "barq":
        variables = {**settings.as_environment(), "BARQ_RUN_DIR": str(home)}
        command = [python, "-m", "bench.barq_worker", stage, str(home / "meter")]
        return command, {**variables, "PYTHONPATH": str(CHECKOUT)}
    job = Job(
        stage=stage,
        servers=str(settings.bootstrap_servers),
        prefix=settings.topic_prefix,
        group=group_name(settings, "cleaning" if stage == PASS_THROUGH else stage),
        commit_seconds=settings.commit_interval_seconds,
        directory=str(home / "state"),
        meter=str(home / "meter"),
        number=number,
        addresses=addresses,
    )
    job.write(home / "job.json")
    command = [python, "-m", f"bench.peers.{system.name}.worker", str(home / "job.json")]
    return command, {"PYTHONPATH": str(CHECKOUT)}
