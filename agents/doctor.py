"""`barq doctor`: is everything there that barq needs, and what to do where it is not."""

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata

from packaging.requirements import Requirement
from rich.console import Console
from rich.markup import escape

from agents import exits
from agents.clients import admin, bootstrap_servers
from agents.settings import Settings
from agents.topics import check_topics

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, in a sentence that says what to do if not.

    What is `optional` is only needed for what its sentence names, and fails no examination.
    """

    name: str
    ok: bool
    sentence: str
    optional: bool = False


class Unwell(Exception):
    """A check fails; the message says what to do."""


def examine(settings: Settings) -> list[Check]:
    """Return all checks in the order in which to mend what they find. Never raises."""
    needed: list[tuple[str, Callable[[Settings], str]]] = [
        ("python", check_python),
        ("packages", check_packages),
        ("faust", check_faust),
        ("run directory", check_run_dir),
        ("word lists", check_word_lists),
        ("watch-lists", check_watchlists),
        ("rules", check_rules),
        ("broker", check_broker),
        ("topics", check_all_topics),
    ]
    offered: list[tuple[str, Callable[[Settings], str]]] = [
        ("embedded broker", check_embedded),
        ("apache kafka", check_kafka),
    ]
    checks = [run(name, check, settings) for name, check in needed]
    return checks + [run(name, check, settings, optional=True) for name, check in offered]


def run(
    name: str, check: Callable[[Settings], str], settings: Settings, *, optional: bool = False
) -> Check:
    """Return how a check ended; whatever it raises is what is wrong."""
    try:
        return Check(name, ok=True, sentence=check(settings), optional=optional)
    except Exception as error:  # noqa: BLE001  (one broken thing must not hide the others)
        return Check(name, ok=False, sentence=str(error) or repr(error), optional=optional)


def check_python(settings: Settings) -> str:  # noqa: ARG001  (all checks are called alike)
    """Return Python's version. Raises Unwell if it is too old."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise Unwell(
            f"Python {platform.python_version()} is too old: install Python {wanted} or newer "
            "and run `make install PYTHON=python3.12`, say."
        )
    return f"Python {platform.python_version()} is new enough."


def check_packages(settings: Settings) -> str:  # noqa: ARG001
    """Return how many packages are there. Raises Unwell with those missing or of a wrong version.

    What barq needs is read from its own package data.
    """
    wrong: list[str] = []
    required = [Requirement(line) for line in metadata.requires("barq") or ()]
    needed = [one for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
    for requirement in needed:
        try:
            found = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, not {requirement.specifier}")
    if wrong:
        raise Unwell(f"{'; '.join(wrong)}: run `make install`.")
    return f"All {len(needed)} packages are there in the right versions."


def check_faust(settings: Settings) -> str:  # noqa: ARG001
    """Return that Faust has its compiled stream. Raises Unwell.

    Without it Faust 0.15.3 acknowledges records that it skips while its group rebalances.
    """
    from faust import streams  # noqa: PLC0415  (loads all of Faust)

    if getattr(streams, "_CStreamIterator", None) is None:
        cause = (
            "the variable NO_CYTHON turns it off; unset it"
            if os.environ.get("NO_CYTHON")
            else "this installation was built without it; install the wheel with `make install`"
        )
        raise Unwell(f"Faust has no compiled stream iterator, and would lose records: {cause}.")
    return f"Faust {metadata.version('faust-streaming')} has its compiled parts."


def check_run_dir(settings: Settings) -> str:
    """Return that the run directory can be written. Raises Unwell."""
    try:
        settings.run_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.run_dir):
            pass
    except OSError as error:
        raise Unwell(
            f"{settings.run_dir} cannot be written ({error.strerror}): give this user the right, "
            "or set BARQ_RUN_DIR to another directory."
        ) from error
    return f"{settings.run_dir} can be written."


def check_word_lists(settings: Settings) -> str:
    """Return how many lines the newsroom's own word lists add. Raises what is wrong with one."""
    from agents.word_lists import read_word_lists, told  # noqa: PLC0415  (loads cleaning)

    if settings.wordlists is None:
        return "Cleaning works with barq's own word lists."
    return f"{told(read_word_lists(settings.wordlists))} by {settings.wordlists}."


def check_watchlists(settings: Settings) -> str:
    """Return how many names the watch-lists have. Raises what is wrong with one."""
    from agents.newsroom import read_watchlists  # noqa: PLC0415  (loads the stages' models)

    names = read_watchlists(settings)
    return f"{len(names)} names are in the watch-lists at {settings.watchlists}."


def check_rules(settings: Settings) -> str:
    """Return how many rules there are. Raises what is wrong with one, or Unwell without any."""
    from agents.newsroom import load_rules, read_rules  # noqa: PLC0415  (loads the rule engine)

    load_rules(settings)
    number = len(read_rules(settings))
    if not number:
        raise Unwell(f"There are no rules at {settings.rules}, so nothing can raise an alert.")
    return f"{number} rules at {settings.rules} are right."


def check_broker(settings: Settings) -> str:
    """Return which broker answers and how many nodes it has. Raises BrokerMissing."""
    servers = bootstrap_servers(settings)
    with admin(settings, servers) as client:
        cluster = client.describe_cluster()
        nodes = cluster["brokers"]
        protocol = client.get_broker_version_data(nodes[0]["broker_id"]).broker_version
    speaks = ".".join(map(str, protocol))
    return (
        f"{len(nodes)} broker{'s' if len(nodes) > 1 else ''} at {servers}, "
        f"speaking as Kafka {speaks}, cluster {cluster['cluster_id']}."
    )


def check_all_topics(settings: Settings) -> str:
    """Return that the topics are as they should be. Raises TopicsWrong and BrokerMissing."""
    check_topics(settings)
    return f"All topics {settings.topics.name('*')} have {settings.partitions} partitions."


def check_embedded(settings: Settings) -> str:  # noqa: ARG001
    """Return that the embedded broker is installed. Raises CannotStart."""
    from agents.embedded import find_binary  # noqa: PLC0415

    find_binary()
    return "`make demo` and `make up` can start it."


def check_kafka(settings: Settings) -> str:  # noqa: ARG001
    """Return that Kafka can be started on this machine. Raises CannotStart or Unwell."""
    from agents.kafka import LIBS, find_java  # noqa: PLC0415

    find_java()
    if not any(LIBS.glob("kafka_*.jar")):
        raise Unwell("For `make kafka` its jars are missing: run `make kafka-jars`.")
    return "`make kafka` can start it."


def exit_code(checks: Sequence[Check]) -> int:
    """Return 0, or 1 if anything that is needed is not well."""
    needed = all(check.ok for check in checks if not check.optional)
    return exits.OK if needed else exits.PARTLY


def print_checks(checks: Sequence[Check], console: Console, *, as_json: bool) -> None:
    """Print the checks for people or as JSON."""
    if as_json:
        console.print_json(data=[asdict(check) for check in checks])
        return
    width = max(len(check.name) for check in checks)
    for check in checks:
        state, style = ("ok", "green") if check.ok else ("wrong", "red")
        if check.optional and not check.ok:
            state, style = "absent", "yellow"
        name = check.name.ljust(width)
        console.print(f"[{style}]{state:6}[/{style}]  {name}  {escape(check.sentence)}")
