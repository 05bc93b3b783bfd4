"""`barq up`: a broker if none is given, the topics, every worker; and what other terminals ask."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from rich.console import Console

from agents import exits
from agents.clients import NO_BROKER_KNOWN, BrokerMissing, bootstrap_servers, read_run
from agents.embedded import EmbeddedBroker
from agents.lag import LagReader
from agents.logs import configure_logging
from agents.newsroom import load_rules, read_watchlists
from agents.report import print_balances, print_json
from agents.run_file import RunFile
from agents.scrape import Balance, balances
from agents.settings import Settings
from agents.supervisor import Supervisor
from agents.topics import create_topics
from agents.word_lists import read_word_lists
from pipeline.topology import STAGES

log = structlog.get_logger()

READY_SECONDS = 90.0
LOG_EVERY_SECONDS = 15
EMBEDDED_SESSION_SECONDS = 6.0
"""The embedded broker's first join takes half the session timeout, so it is kept short."""
EMBEDDED_FETCH_WAIT_MS = 50
"""The embedded broker does not answer a fetch sooner when a record arrives."""


@dataclass(slots=True)
class Running:
    """A running barq: the settings that reach its broker, its supervisor, and what tells of it."""

    settings: Settings
    bootstrap_servers: str
    supervisor: Supervisor
    run_file: RunFile

    def idle(self, reader: LagReader) -> bool:
        """Return whether no stage has anything left to read."""
        return all(sum(reader.read(stage.name).values()) == 0 for stage in STAGES)

    def wait_idle(self, seconds: float) -> bool:
        """Wait until nothing is left to read, seen twice in a row; False if not in time."""
        deadline = time.monotonic() + seconds
        reader = LagReader(self.settings)
        quiet = 0
        try:
            while time.monotonic() < deadline and not self.supervisor.stopping.is_set():
                quiet = quiet + 1 if self.idle(reader) else 0
                if quiet >= 2:
                    return True
                time.sleep(0.2)
        finally:
            reader.close()
        return False

    def balances(self) -> list[Balance]:
        """Return how the records of every stage ended since the start."""
        return balances(self.supervisor.samples().values())


@contextlib.contextmanager
def running(
    settings: Settings,
    console: Console,
    supervise: Callable[[Settings, str], Supervisor] = Supervisor,
) -> Iterator[Running]:
    """Start all that is needed, yield it when every worker is ready, stop it at the end.

    `supervise` makes the supervisor of the workers from the broker's address. Raises what cannot
    be mended by starting again: wrong rules or lists, no broker, workers not ready.
    """
    desks = sorted({rule.desk for rule in load_rules(settings)})
    read_watchlists(settings)
    if settings.wordlists is not None:
        read_word_lists(settings.wordlists)
    with contextlib.ExitStack() as stack:
        if settings.bootstrap_servers is None:
            broker = stack.enter_context(EmbeddedBroker())
            console.print(
                f"Embedded broker on {broker.bootstrap_servers}, in memory: "
                "its data is gone when this program ends."
            )
            settings = settings.model_copy(
                update={
                    "bootstrap_servers": broker.bootstrap_servers,
                    "session_timeout_seconds": EMBEDDED_SESSION_SECONDS,
                    "fetch_wait_ms": EMBEDDED_FETCH_WAIT_MS,
                }
            )
        servers = bootstrap_servers(settings)
        create_topics(settings, desks)
        supervisor = supervise(settings, servers)
        stack.callback(supervisor.stop)
        supervisor.start()
        run_file = RunFile(settings, supervisor)
        stack.callback(run_file.remove)
        run_file.write()
        if not supervisor.wait_ready(READY_SECONDS):
            raise BrokerMissing(
                supervisor.failed
                or f"the workers were not ready within {READY_SECONDS:g} s; their logs in "
                f"{supervisor.logs} say why."
            )
        run_file.write()
        yield Running(settings, servers, supervisor, run_file)


def run_up(settings: Settings, console: Console) -> int:
    """Run until SIGINT or SIGTERM; return the exit code."""
    configure_logging(settings)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with running(settings, console) as barq:
        console.print(
            f"barq is up on {barq.bootstrap_servers} with {len(barq.supervisor.workers)} workers. "
            "In another terminal: barq feed FILE, barq alerts, barq balance. Ctrl-C stops it."
        )
        watch(barq, console, over)
        failed = barq.supervisor.failed
    if failed:
        console.print(f"barq: {failed}")
        return exits.USAGE
    console.print("barq stopped.")
    return exits.OK


def watch(barq: Running, console: Console, over: threading.Event) -> None:
    """Show a status line on a terminal, or log one, until `over`; keep run.json up to date."""
    if console.is_terminal:
        with console.status("starting") as status:
            while not over.wait(1.0) and not barq.supervisor.stopping.is_set():
                barq.run_file.write()
                status.update(status_line(barq))
        return
    seconds = 0
    while not over.wait(1.0) and not barq.supervisor.stopping.is_set():
        barq.run_file.write()
        seconds += 1
        if seconds % LOG_EVERY_SECONDS == 0:
            log.info("status", line=status_line(barq))


def status_line(barq: Running) -> str:
    """Return one line: each stage's count, what is dead, how many workers run."""
    alive = sum(worker.running for worker in barq.supervisor.workers)
    found = barq.balances()
    parts = [f"{one.hop} {one.taken}" for one in found]
    dead = sum(sum(one.dead.values()) for one in found)
    workers = f"{alive}/{len(barq.supervisor.workers)} workers"
    return " · ".join([workers, *parts, f"dead letters {dead}"])


def print_balance(settings: Settings, console: Console, *, as_json: bool) -> int:
    """Print the balance of the running `barq up`; 1 if anything is unaccounted."""
    run = read_run(settings)
    if run is None:
        raise BrokerMissing(NO_BROKER_KNOWN)
    found = [Balance.from_dict(one) for one in run["balance"]]
    if as_json:
        print_json(console, [one.as_dict() for one in found])
    else:
        print_balances(found, console)
    return exits.PARTLY if any(one.unaccounted for one in found) else exits.OK
