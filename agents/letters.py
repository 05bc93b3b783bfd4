"""Dead letters for people: list them, and look at one of them."""

import heapq
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agents import exits
from agents.reading import Record, fetch, scan
from agents.settings import Settings
from agents.writing import visible
from pipeline import letters
from pipeline.letters import Letter
from pipeline.topology import DEAD

NEWEST_LISTED = 100


class LetterWrong(Exception):
    """There is no such dead letter; the message says what to write."""

    exit_code = exits.USAGE


@dataclass(frozen=True, slots=True)
class Found:
    """A dead letter as it lies in the dead topic.

    `number` counts from 1, the oldest by time; `size` is that of the original value in bytes.
    """

    number: int
    partition: int
    offset: int
    size: int
    letter: Letter

    @property
    def position(self) -> str:
        """What `barq dead show` takes: `partition:offset`."""
        return f"{self.partition}:{self.offset}"


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest matching letters, oldest first; `matching` and `total` count all there are."""

    found: list[Found]
    matching: int
    total: int


def matches(letter: Letter, stage: str | None, reason: str | None) -> bool:
    """Return whether a letter is of this stage and this reason; None is any."""
    return (stage is None or letter.stage == stage) and (reason is None or letter.reason == reason)


def read_letters(settings: Settings) -> Iterator[tuple[Record, Letter]]:
    """Yield all dead letters; records of the dead topic that are none are passed over."""
    for record in scan(settings, [settings.topics.name(DEAD)]):
        letter = letters.from_headers(record.headers)
        if letter is not None:
            yield record, letter


def list_letters(
    settings: Settings,
    *,
    stage: str | None = None,
    reason: str | None = None,
    limit: int = NEWEST_LISTED,
) -> Listing:
    """Return the newest letters that match. Raises BrokerMissing.

    A letter's number counts all letters, whatever is filtered, so that `show` finds it again.
    Memory: three integers a letter, and `limit` letters.
    """
    order: list[tuple[int, int, int]] = []
    newest: list[tuple[tuple[int, int, int], int, Letter]] = []
    matching = 0
    for record, letter in read_letters(settings):
        key = (record.timestamp, record.partition, record.offset)
        order.append(key)
        if not matches(letter, stage, reason):
            continue
        matching += 1
        entry = (key, len(record.value or b""), letter)
        if len(newest) < limit:
            heapq.heappush(newest, entry)
        elif newest:
            heapq.heappushpop(newest, entry)
    wanted = {key for key, _, _ in newest}
    numbers = {key: n for n, key in enumerate(sorted(order), 1) if key in wanted}
    found = [Found(numbers[k], k[1], k[2], size, letter) for k, size, letter in sorted(newest)]
    return Listing(found, matching, len(order))


def find_letter(settings: Settings, which: str) -> tuple[Record, Letter]:
    """Return the letter at `partition:offset`, or the one of a number of the listing.

    Raises LetterWrong and BrokerMissing.
    """
    partition, colon, offset = which.partition(":")
    numbers = [letters.number(part) for part in ((partition, offset) if colon else (which,))]
    if None in numbers:
        raise LetterWrong(
            f"{which!r} names no dead letter: write a number of `barq dead list`, or "
            "partition:offset as in 3:41."
        )
    if colon:
        at, where = (int(partition), int(offset)), f"at {which}"
    else:
        order = sorted((r.timestamp, r.partition, r.offset) for r, _ in read_letters(settings))
        if not 1 <= int(which) <= len(order):
            raise LetterWrong(f"There is no dead letter {which}: there are {len(order)}.")
        at, where = order[int(which) - 1][1:], f"number {which}"
    record = fetch(settings, settings.topics.name(DEAD), *at)
    letter = letters.from_headers(record.headers) if record is not None else None
    if record is None or letter is None:
        raise LetterWrong(f"There is no dead letter {where}: `barq dead list` shows them.")
    return record, letter


def as_dict(found: Found) -> dict[str, Any]:
    """Return a listed letter as JSON has it."""
    names = {"number": found.number, "position": found.position, "bytes": found.size}
    return names | asdict(found.letter)


def print_listing(listing: Listing, console: Console, *, as_json: bool) -> None:
    """Print letters as a table or as JSON."""
    if as_json:
        console.print_json(data=[as_dict(found) for found in listing.found])
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("no.", justify="right")
    for heading in ("position", "time", "stage", "reason", "source", "message"):
        table.add_column(heading)
    for found in listing.found:
        letter = found.letter
        cells = (letter.time, letter.stage, letter.reason, letter.source, letter.message)
        shown = (escape(visible(cell)) for cell in cells)
        table.add_row(str(found.number), found.position, *shown)
    if listing.found:
        console.print(table)
    shown_of = f"{len(listing.found)} shown, {listing.matching} match, {listing.total} dead letters"
    console.print(f"{shown_of} in all.")


def print_letter(record: Record, letter: Letter, console: Console, *, as_json: bool) -> None:
    """Print one letter with its record, whatever its bytes are."""
    key, value = letters.readable(record.key), letters.readable(record.value)
    if as_json:
        place = {"position": f"{record.partition}:{record.offset}"}
        console.print_json(data=place | asdict(letter) | {"key": key, "value": value})
        return
    for name, text in asdict(letter).items():
        console.print(f"[bold]{name}[/bold] {escape(visible(str(text)))}")
    console.print(f"[bold]key[/bold] {escape(key)}")
    console.print(f"[bold]record[/bold] {len(record.value or b'')} bytes")
    console.print(value, markup=False)
