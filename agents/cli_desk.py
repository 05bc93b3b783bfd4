"""Commands about the running of barq: workers, topics, lag, rules, settings, health."""

from typing import Annotated

import typer

from agents.cli_app import (
    Json,
    RulesOption,
    WatchlistsOption,
    WordListsOption,
    app,
    config_app,
    gazetteer_app,
    out,
    rules_app,
    topics_app,
    wordlists_app,
)
from agents.settings import load_settings


@app.command()
def worker(
    name: Annotated[str, typer.Argument(metavar="STAGE", help="the stage to work for")],
) -> None:
    """Run one worker of a stage until SIGTERM or Ctrl-C (what docker-compose runs).

    Example: barq worker cleaning
    """
    from agents.worker import run_worker
    from pipeline.topology import BY_NAME

    if name not in BY_NAME:
        raise typer.BadParameter(f"there is no stage {name!r}; stages are {', '.join(BY_NAME)}")
    raise typer.Exit(run_worker(name, load_settings()))


@app.command()
def up(
    workers: Annotated[int | None, typer.Option(help="Workers a stage.")] = None,
) -> None:
    """Run all stages on this machine, with an embedded broker unless BARQ_BOOTSTRAP_SERVERS is set.

    Example: barq up, then in another terminal: barq feed samples/ and barq alerts
    """
    from agents.up import run_up

    raise typer.Exit(run_up(load_settings(workers=workers), out()))


@app.command()
def demo(
    inputs: Annotated[list[str] | None, typer.Argument(help="What to feed.")] = None,
) -> None:
    """Play the sample wire through all stages, print alerts and the balance, and stop.

    Example: barq demo
    """
    from agents.demo import run_demo

    raise typer.Exit(run_demo(load_settings(), inputs, out()))


@app.command()
def balance(as_json: Json = False) -> None:
    """Print how the records of every stage ended since `barq up` started, and whether all did.

    Example: barq balance
    """
    from agents.up import print_balance

    raise typer.Exit(print_balance(load_settings(), out(), as_json=as_json))


@app.command()
def audit(
    since: Annotated[
        str | None, typer.Option(help="RFC 3339, 10m, or 2h ago. Default: all that is kept.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Name so many lost records.", min=0)] = 20,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on as a service with metrics.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare what every stage has read with what the topics show of it, record by record.

    Example: barq audit --since 2h

    Exits with 0 when every record has ended in a known way, 1 when some are unaccounted: each is
    named by topic, partition and offset.
    """
    from datetime import UTC, datetime

    from agents.auditor import audit_once, run_auditor
    from agents.subscription import parse_since

    start = parse_since(since, datetime.now(UTC)) if since is not None else None
    stamp = start.timestamp() if start is not None else None
    if not follow:
        code = audit_once(load_settings(), stamp, limit, out(), as_json=as_json)
    elif as_json:
        raise typer.BadParameter("--follow exports metrics; leave --json out")
    else:
        code = run_auditor(load_settings(), stamp)
    raise typer.Exit(code)


@topics_app.command("create")
def topics_create() -> None:
    """Create every topic that is missing, the desks' of the rules included.

    Example: BARQ_BOOTSTRAP_SERVERS=127.0.0.1:9092 barq topics create
    """
    from agents.newsroom import read_rules
    from agents.topics import create_topics

    settings = load_settings()
    created = create_topics(settings, sorted({rule.desk for rule in read_rules(settings)}))
    out().print(f"{len(created)} topics created.", *created, sep="\n")


@topics_app.command("describe")
def topics_describe(as_json: Json = False) -> None:
    """Print the topics with their partitions and records.

    Example: barq topics describe
    """
    from agents.topics import describe_topics, print_topics

    print_topics(describe_topics(load_settings()), out(), as_json=as_json)


@app.command()
def lag(as_json: Json = False) -> None:
    """Print how many records each stage has still to read, as the broker counts.

    Example: barq lag --json
    """
    from agents.lag import print_lags, read_lags

    print_lags(read_lags(load_settings()), out(), as_json=as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check this machine, the settings, the broker, the topics and the rules.

    Example: barq doctor
    """
    from agents.doctor import examine, exit_code, print_checks

    found = examine(load_settings())
    print_checks(found, out(), as_json=as_json)
    raise typer.Exit(exit_code(found))


@config_app.command("show")
def config_show(as_json: Json = False) -> None:
    """Print every setting with its value and its variable; secrets are hidden.

    Example: BARQ_PARTITIONS=4 barq config show
    """
    from agents.report import print_settings

    print_settings(load_settings(), out(), as_json=as_json)


@rules_app.command("check")
def rules_check(rules: RulesOption = None) -> None:
    """Read all rules and say what is wrong with the first that is.

    Example: barq rules check --rules rules/
    """
    from agents.newsroom import load_rules

    out().print(f"{len(load_rules(load_settings(rules=rules)))} rules are right.")


@rules_app.command("list")
def rules_list(rules: RulesOption = None, as_json: Json = False) -> None:
    """Print the rules with severity, desk and query.

    Example: barq rules list --json
    """
    from agents.newsroom import read_rules
    from agents.report import print_rules

    print_rules(read_rules(load_settings(rules=rules)), out(), as_json=as_json)


@rules_app.command("test")
def rules_test(rules: RulesOption = None) -> None:
    """Run every rule over the stories that it ships: those that fire it and those that do not.

    Example: barq rules test
    """
    from agents.report import print_rule_tests

    raise typer.Exit(print_rule_tests(load_settings(rules=rules), out()))


@wordlists_app.command("check")
def wordlists_check(wordlists: WordListsOption = None) -> None:
    """Read your word lists and say what is wrong with the first line that is.

    Example: barq wordlists check --wordlists rules/wordlists/
    """
    from agents.word_lists import read_word_lists, told

    folder = load_settings(wordlists=wordlists).wordlists
    if folder is None:
        raise typer.BadParameter("name a directory with --wordlists, or set BARQ_WORDLISTS")
    out().print(f"{told(read_word_lists(folder))}: all lines of {folder} are right.")


@gazetteer_app.command("check")
def gazetteer_check(
    watchlists: WatchlistsOption = None,
    notes: Annotated[bool, typer.Option("--notes", help="Also what is only good to know.")] = False,
    as_json: Json = False,
) -> None:
    """Read the watch-lists and report conflicts: a form of two names, or one that is a common word.

    Example: barq gazetteer check --watchlists rules/watchlists/ --notes

    Exits with 1 when something should be mended.
    """
    from agents.gazetteer import print_findings

    settings = load_settings(watchlists=watchlists)
    raise typer.Exit(print_findings(settings, out(), notes=notes, as_json=as_json))


@gazetteer_app.command("sources")
def gazetteer_sources(as_json: Json = False) -> None:
    """Print the origin and licence of every file of names and words that tagging uses.

    Example: barq gazetteer sources
    """
    from agents.gazetteer import print_sources

    print_sources(out(), as_json=as_json)
