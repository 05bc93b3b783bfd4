"""What stages work with, read from files once: alert rules, watch-lists, the gazetteer."""

from collections.abc import Callable, Container, Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from agents.settings import Settings
from pipeline.rules import Rule, RuleBook, parse_rules
from pipeline.watchlist_tables import entries_of_table
from pipeline.watchlists import Entry, entries_of, names_of

if TYPE_CHECKING:
    from pipeline.gazetteer import Gazetteer, Name


T = TypeVar("T")


class FilesWrong(Exception):
    """A file that barq was told to use is missing or wrong; the message says which and why."""


TABLE = ".csv"
WATCHLISTS = "watchlists"
"""A directory of this name below the rules holds watch-lists, whichever the settings point at."""


def yaml_files(path: Path, leave_out: str | None = None) -> list[Path]:
    """Return the YAML files at `path` (a file, or a directory with all below it), sorted.

    What lies in directories named `leave_out` below it is left out.
    """
    found = files_at(path, {".yaml", ".yml"})
    return [p for p in found if p == path or leave_out not in p.relative_to(path).parts[:-1]]


def files_at(path: Path, suffixes: Container[str]) -> list[Path]:
    """Return the files with these suffixes at `path`, a file or a directory, sorted."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise FilesWrong(f"{path} does not exist; point the setting at a file or a directory.")
    return sorted(p for p in path.rglob("*") if p.suffix in suffixes)


def read_all(files: Iterable[Path], parse: Callable[[str, str], list[T]]) -> list[T]:
    """Return what `parse(text, origin)` gives for each file. Raises FilesWrong."""
    results: list[T] = []
    for file in files:
        try:
            results += parse(file.read_text("utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise FilesWrong(f"{file} cannot be read: {error}") from error
    return results


def read_rules(settings: Settings) -> list[Rule]:
    """Return the alert rules of the settings, watch-lists left out."""
    return read_all(yaml_files(settings.rules, WATCHLISTS), parse_rules)


def load_rules(settings: Settings) -> RuleBook:
    """Return the rules as a book that can be matched."""
    return RuleBook(read_rules(settings))


def read_watchlists(settings: Settings) -> list["Name"]:
    """Return the names of the watch-lists of the settings, YAML and CSV."""
    return list(chain.from_iterable(map(names_of, read_entries(settings))))


def read_entries(settings: Settings) -> list[list[Entry]]:
    """Return the entries of the watch-lists of the settings as they are written, file by file."""
    files = files_at(settings.watchlists, {".yaml", ".yml", TABLE})
    return [
        read_all([file], entries_of_table if file.suffix == TABLE else entries_of) for file in files
    ]


def load_gazetteer(settings: Settings) -> "Gazetteer":
    """Return the places of the world and the names of the watch-lists as one gazetteer."""
    # The places of the world take a second to load, and only the taggers need them.
    from pipeline.gazetteer import build_gazetteer  # noqa: PLC0415
    from pipeline.places import load_places  # noqa: PLC0415

    return build_gazetteer([*load_places(), *read_watchlists(settings)])
