"""Watch-lists kept as tables: CSV with a heading, one row an entry."""

import csv
import io

from pipeline.gazetteer import Name
from pipeline.watchlists import Entry, WatchlistError, listed, names_of

COLUMNS = {
    "id": "id",
    "type": "type",
    "name_en": "name",
    "name_ar": "name_ar",
    "aliases": "also",
    "short": "short",
    "with": "with",
    "not": "not",
    "country": "country",
    "wikidata": "wikidata",
}
"""The columns and what they are called in a list in YAML."""
REQUIRED = ("id", "type", "name_en")
LISTS = frozenset({"also", "short", "with", "not"})
"""What holds several forms in one cell, with semicolons or bars between them."""


def parse_table(text: str, origin: str) -> list[Name]:
    """Return the names of a watch-list in CSV; `origin` names the file in errors.

    The first row names the columns (`COLUMNS`, in any order): `id`, `type` and `name_en` must be
    there. A cell of `aliases`, `short`, `with` or `not` holds forms separated by ; or |. Empty
    cells are as absent, and so are empty rows. What the columns mean is said at
    `watchlists.parse_watchlist`. Raises WatchlistError.
    """
    return names_of(entries_of_table(text, origin))


def entries_of_table(text: str, origin: str) -> list[Entry]:
    """Return the entries of a watch-list in CSV as they stand. Raises WatchlistError."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        heading = [cell.strip().lower() for cell in next(reader, [])]
        check_heading(heading, origin)
        return [
            entry_of(heading, row, f"{origin}, line {reader.line_num}")
            for row in reader
            if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise WatchlistError(
            f"{origin}, line {reader.line_num}: this is no CSV: {error}."
        ) from error


def check_heading(heading: list[str], origin: str) -> None:
    """Refuse a heading that lacks a column, has one twice, or one that barq does not know."""
    for column in REQUIRED:
        if column not in heading:
            raise WatchlistError(
                f"{origin}: there is no column `{column}`; the first row must name the columns."
            )
    for column in heading:
        if column not in COLUMNS:
            raise WatchlistError(
                f"{origin}: the column `{column}` is unknown; use {listed(tuple(COLUMNS))}."
            )
        if heading.count(column) > 1:
            raise WatchlistError(f"{origin}: the column `{column}` is there twice.")


def entry_of(heading: list[str], row: list[str], where: str) -> Entry:
    """Return a row as an entry."""
    if len(row) > len(heading):
        raise WatchlistError(
            f"{where}: there are {len(row)} cells for {len(heading)} columns; "
            "put quotation marks around a cell that holds a comma."
        )
    fields: dict[str, object] = {}
    for column, cell in zip(heading, row, strict=False):
        key = COLUMNS[column]
        if cell.strip():
            parts = cell.replace("|", ";").split(";")
            fields[key] = [p.strip() for p in parts if p.strip()] if key in LISTS else cell.strip()
    return Entry(fields, f"{where} ({fields.get('id', 'without id')})")
