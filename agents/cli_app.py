"""The Typer application that the commands hang in, and what they share."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

PIPED_WIDTH = 160

app = typer.Typer(
    help="barq reads live newswire, cleans it, finds copies, tags who and where, raises alerts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
rules_app = typer.Typer(help="Check, list and test alert rules.", no_args_is_help=True)
topics_app = typer.Typer(help="Create and describe barq's topics.", no_args_is_help=True)
wordlists_app = typer.Typer(help="Check the word lists of cleaning.", no_args_is_help=True)
gazetteer_app = typer.Typer(
    help="Check the watch-lists; say whence all names come.", no_args_is_help=True
)
dead_app = typer.Typer(help="List, show and replay dead letters.", no_args_is_help=True)
config_app = typer.Typer(help="Show the settings in force.", no_args_is_help=True)
for name, group in (
    ("rules", rules_app),
    ("wordlists", wordlists_app),
    ("gazetteer", gazetteer_app),
    ("topics", topics_app),
    ("dead", dead_app),
    ("config", config_app),
):
    app.add_typer(group, name=name)

Json = Annotated[bool, typer.Option("--json", help="Write JSON for a program to read.")]
RulesOption = Annotated[
    Path | None, typer.Option("--rules", help="File or directory of alert rules.")
]
WordListsOption = Annotated[
    Path | None, typer.Option("--wordlists", help="Directory of word lists of your own.")
]
WatchlistsOption = Annotated[
    Path | None, typer.Option("--watchlists", help="File or directory of watch-lists.")
]


def out() -> Console:
    """Return the console for what a command prints; in a pipe lines are not folded at 80."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, soft_wrap=True, highlight=False)
