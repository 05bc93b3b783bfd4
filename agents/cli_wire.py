"""Commands about the wire: feed it, filter it, follow its alerts, ask what became of an article."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console, RenderableType

from agents import exits
from agents.cli_app import Json, RulesOption, WordListsOption, app, dead_app, out
from agents.settings import load_settings

if TYPE_CHECKING:
    from agents.writing import Bidi

BidiOption = Annotated[
    str, typer.Option(help="auto, on or off: order right-to-left text for the terminal.")
]

STAGE_HELP = """One stage as a filter without a broker: JSON Lines in, JSON Lines out.

Example: barq stage cleaning < raw.jsonl > clean.jsonl
         barq stage cleaning --explain < raw.jsonl | less -R

One line is written for each line read, in order; alerting writes one for each alert. A rejected
line becomes {"dead":{"reason","detail"},"line":N}, one that ends on purpose
{"dropped":{"reason"},"line":N}. With --explain cleaning shows a person each article instead: what
went, by which rule, and what was found.
"""


@app.command(help=STAGE_HELP)
def stage(
    name: Annotated[str, typer.Argument(help="cleaning, dedup, tagging or alerting")],
    rules: RulesOption = None,
    wordlists: WordListsOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what cleaning took out and why.")
    ] = False,
    bidi: BidiOption = "auto",
) -> None:
    """Run one stage over standard input."""
    from agents.filters import run_stage, stage_step
    from pipeline.topology import BY_NAME

    if name not in BY_NAME:
        raise typer.BadParameter(f"there is no stage {name!r}; stages are {', '.join(BY_NAME)}")
    settings = load_settings(rules=rules, wordlists=wordlists)
    if not explain:
        write_lines(run_stage(name, settings, sys.stdin.buffer))
        return
    if name != "cleaning":
        raise typer.BadParameter("--explain is for cleaning; drop it, or see barq explain UID")
    from agents.proof import proofs

    step = stage_step(name, settings)
    print_all(proofs(step, sys.stdin.buffer, known_bidi(bidi), os.environ))


PIPE_HELP = """All four stages as one filter without a broker.

Example: barq pipe --rules rules/ story.txt wire.jsonl

Reads JSON Lines from standard input, or the files given (.jsonl, .jsonl.gz, .txt, .html). Writes
one JSON line an article: the tagged article with its alerts under "alerts", or the duplicate with
its verdict, or {"dead":{"reason","detail"},"line":N}.
"""


@app.command(help=PIPE_HELP)
def pipe(
    inputs: Annotated[
        list[str] | None, typer.Argument(help="Files or directories; - is stdin")
    ] = None,
    rules: RulesOption = None,
    wordlists: WordListsOption = None,
) -> None:
    """Run the whole pipeline over files or standard input."""
    from agents.filters import run_pipe
    from agents.inputs import read_events
    from pipeline import codec

    settings = load_settings(rules=rules, wordlists=wordlists)
    events = read_events(inputs or ["-"])
    write_lines(codec.encode(event) + b"\n" for event in run_pipe(settings, events))


def known_bidi(word: str) -> "Bidi":
    """Return who orders right-to-left text, or end with what may be said."""
    if word not in {"auto", "on", "off"}:
        raise typer.BadParameter("--bidi is auto, on or off")
    return cast("Bidi", word)


def write_lines(lines: Iterator[bytes]) -> None:
    """Write lines to standard output; a reader that closes early ends it quietly."""
    try:
        for line in lines:
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_all(found: Iterator[RenderableType]) -> None:
    """Print what a person reads; a reader that closes early ends it quietly."""
    console = out()
    try:
        for one in found:
            console.print(one)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command()
def feed(
    inputs: Annotated[list[str], typer.Argument(help="Files or directories; - is stdin.")],
    rate: Annotated[float | None, typer.Option(help="Records a second at most.", min=0.001)] = None,
    rejects: Annotated[
        Path, typer.Option(help="File that lines which cannot be sent are appended to.")
    ] = Path("rejects.jsonl"),
    source: Annotated[
        str | None, typer.Option(help="Source of articles that do not name theirs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Feed articles to the raw topic: .jsonl, .jsonl.gz, .txt, .html, directories, stdin.

    Example: barq feed --rate 50 samples/

    Exits with 0 when all is fed, 1 when some lines were rejected, 69 when the broker went away.
    """
    from agents.feed_report import FeedOptions, print_report
    from agents.feeder import feed as run_feed

    options = FeedOptions(rate=rate, rejects=rejects, source=source)
    report = run_feed(inputs, load_settings(), options, console=Console(stderr=True))
    print_report(report, out(), Console(stderr=True), rejects, as_json=as_json)
    raise typer.Exit(report.exit_code)


@app.command()
def alerts(
    desk: Annotated[list[str] | None, typer.Option(help="Follow this desk's topic.")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Show only this rule's alerts.")] = None,
    severity: Annotated[str | None, typer.Option(help="Show this severity and above.")] = None,
    since: Annotated[
        str | None, typer.Option(help="RFC 3339, 10m, 2h ago, or beginning. Default: now.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Remember under this name how far you have read.")
    ] = None,
    count: Annotated[int | None, typer.Option(help="Stop after so many alerts.")] = None,
    timeout: Annotated[
        float | None, typer.Option(help="Stop when none came for so many seconds.")
    ] = None,
    bidi: BidiOption = "auto",
    as_json: Json = False,
) -> None:
    """Follow the alerts, each once, until Ctrl-C.

    Example: barq alerts --desk security --severity high --since 2h
    """
    from agents.subscriber import AlertFollower, Wanted, print_alerts

    follower = AlertFollower(
        load_settings(),
        since=since,
        desks=desk or (),
        wanted=Wanted(frozenset(rule or ()), severity),
        group=group,
    )
    raise typer.Exit(
        print_alerts(
            follower,
            out(),
            as_json=as_json,
            count=count,
            timeout=timeout,
            bidi=known_bidi(bidi),
            environment=os.environ,
        )
    )


StageFilter = Annotated[str | None, typer.Option("--stage", help="Letters of this stage only.")]
ReasonFilter = Annotated[str | None, typer.Option("--reason", help="Letters of this reason only.")]


@dead_app.command("list")
def dead_list(
    stage: StageFilter = None,
    reason: ReasonFilter = None,
    limit: Annotated[int, typer.Option(help="The newest so many.", min=1)] = 50,
    as_json: Json = False,
) -> None:
    """Print the newest dead letters: stage, reason, where they came from.

    Example: barq dead list --reason not_json
    """
    from agents.letters import list_letters, print_listing

    listing = list_letters(load_settings(), stage=stage, reason=reason, limit=limit)
    print_listing(listing, out(), as_json=as_json)


@dead_app.command("show")
def dead_show(
    which: Annotated[str, typer.Argument(help="Its number in the list, or partition:offset.")],
    as_json: Json = False,
) -> None:
    """Print one dead letter whole, safely for a terminal.

    Example: barq dead show 3
    """
    from agents.letters import find_letter, print_letter

    record, letter = find_letter(load_settings(), which)
    print_letter(record, letter, out(), as_json=as_json)


@dead_app.command("replay")
def dead_replay(
    stage: StageFilter = None,
    reason: ReasonFilter = None,
    limit: Annotated[int | None, typer.Option(help="At most so many.", min=1)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many.")] = False,
    as_json: Json = False,
) -> None:
    """Send dead letters back to the topic that they came from, their bytes unchanged.

    Example: barq dead replay --reason embargoed --dry-run
    """
    from agents.replay import print_replay, replay_letters

    report = replay_letters(
        load_settings(), stage=stage, reason=reason, limit=limit, dry_run=dry_run
    )
    print_replay(report, out(), as_json=as_json)
    raise typer.Exit(report.exit_code)


@app.command()
def explain(
    uid: Annotated[str, typer.Argument(help="source:id of the article")],
    as_json: Json = False,
) -> None:
    """Print what happened to one article in every stage.

    Example: barq explain harbour-wire:2026-0417
    """
    from agents.tracing import explain as trace
    from agents.tracing import print_trace

    found = trace(uid, load_settings())
    print_trace(found, out(), as_json=as_json)
    raise typer.Exit(exits.OK if found.feedings else exits.PARTLY)
