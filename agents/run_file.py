"""`run.json` in the run directory: what `barq up` runs, for other terminals."""

import os

import orjson
import structlog

from agents.scrape import balances
from agents.settings import Settings
from agents.supervisor import Supervisor

log = structlog.get_logger()


class RunFile:
    """Says what a supervisor runs, and takes it back at the end.

    The wire is worth more than this file: a full disk is told once and stops nothing.
    """

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self.path = settings.run_dir / "run.json"
        self.prefix = settings.topic_prefix
        self.supervisor = supervisor
        self.failing = False

    def write(self) -> None:
        """Replace the file in one step."""
        draft = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(orjson.dumps(self.contents()))
            draft.replace(self.path)
        except OSError as error:
            if not self.failing:
                log.warning(
                    "other terminals do not see what runs here: make room, or set BARQ_RUN_DIR to "
                    "another directory and BARQ_BOOTSTRAP_SERVERS there",
                    file=str(self.path),
                    why=error.strerror,
                )
            self.failing = True
        else:
            self.failing = False

    def remove(self) -> None:
        """Take the file away, and what a full disk left of a draft."""
        for path in (self.path, self.path.with_suffix(".new")):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("a file is left behind", file=str(path), why=error.strerror)

    def contents(self) -> dict[str, object]:
        """Return what the file says: the broker, each worker, the balance so far."""
        return {
            "bootstrap_servers": self.supervisor.bootstrap_servers,
            "topic_prefix": self.prefix,
            "pid": os.getpid(),
            "workers": [
                {
                    "stage": worker.stage,
                    "name": worker.name,
                    "pid": worker.process.pid if worker.process else None,
                    "starts": worker.starts,
                    "metrics": f"http://127.0.0.1:{worker.port}/metrics",
                }
                for worker in self.supervisor.workers
            ],
            "balance": [one.as_dict() for one in balances(self.supervisor.samples().values())],
        }
