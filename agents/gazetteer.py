"""What barq says of its names: conflicts in the watch-lists, and whence all names come."""

from collections import Counter
from dataclasses import asdict
from itertools import chain

from rich.console import Console

from agents import exits
from agents.newsroom import read_entries
from agents.report import print_json
from agents.settings import Settings
from pipeline.list_check import check_lists
from pipeline.name_sources import SOURCES
from pipeline.places import load_places
from pipeline.watchlists import names_of


def print_findings(settings: Settings, console: Console, *, notes: bool, as_json: bool) -> int:
    """Print what is to be said of the watch-lists; return the exit code."""
    files = read_entries(settings)
    names = list(chain.from_iterable(map(names_of, files)))
    found = check_lists(names, chain.from_iterable(files), load_places())
    wrong = sum(finding.wrong for finding in found)
    shown = [finding for finding in found if notes or finding.wrong]
    if as_json:
        print_json(console, [{**asdict(finding), "wrong": finding.wrong} for finding in shown])
    else:
        for finding in shown:
            console.print(finding.sentence, markup=False)
        types = Counter(name.type for name in names)
        counts = ", ".join(f"{number} {kind}" for kind, number in sorted(types.items()))
        console.print(
            f"{len(names)} names ({counts}): {wrong} to mend, {len(found) - wrong} notes"
            f"{'' if notes or wrong == len(found) else ' (--notes shows them)'}.",
            markup=False,
        )
    return exits.PARTLY if wrong else exits.OK


def print_sources(console: Console, *, as_json: bool) -> None:
    """Print each source of names with its files and its licence."""
    if as_json:
        print_json(console, [asdict(source) for source in SOURCES])
        return
    for source in SOURCES:
        console.print(f"{source.files}\n  {source.what}\n  {source.licence}", markup=False)
