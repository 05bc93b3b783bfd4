"""What the feeder is given: files, directories and standard input, opened and read as streams."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.outcome import Event, Reject
from pipeline.readers import (
    FILE_READERS,
    LINE_READERS,
    SUFFIXES,
    Origin,
    Reading,
    Refused,
    as_event,
    suffix_of,
)

STDIN = "-"
LONGEST = 64 * 1024 * 1024
"""Bytes of a line, or of a file that is read as a whole, that are held in memory at most."""

CHUNK = 1024 * 1024


class InputsWrong(Exception):
    """What was to be fed is missing or of an unknown kind; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Input:
    """One file, or standard input where `path` is None; `size` is in bytes as stored."""

    name: str
    path: Path | None
    size: int


def find_inputs(names: Iterable[str], rejects: Path | None = None) -> list[Input]:
    """Return the files to read, in the order given, those of a directory sorted by path.

    Below a directory, hidden files and files of unknown kinds are passed over. `rejects` is the
    file that will be written: it may not be read at the same time. Raises InputsWrong before
    anything is read.
    """
    found: list[Input] = []
    for name in names:
        path = Path(name)
        if name == STDIN:
            found.append(Input("standard input", None, 0))
        elif path.is_dir():
            found += below(path)
        elif not path.exists():
            raise InputsWrong(f"{name} does not exist; name a file, a directory, or - for stdin.")
        elif suffix_of(path.name) is None:
            known = ", ".join(SUFFIXES)
            raise InputsWrong(f"{name} is of no kind that barq reads; name it {known} (or .gz).")
        else:
            found.append(Input(name, path, path.stat().st_size))
    if rejects is not None:
        check_apart(found, rejects)
    return found


def below(folder: Path) -> list[Input]:
    """Return the files of known kinds in a directory and all below it. Raises InputsWrong."""
    paths = sorted(
        path
        for path in folder.rglob("*")
        if suffix_of(path.name) is not None
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )
    if not paths:
        known = ", ".join(SUFFIXES)
        raise InputsWrong(f"{folder} holds no file that barq reads ({known}, plain or .gz).")
    return [Input(str(path), path, path.stat().st_size) for path in paths]


def check_apart(inputs: Iterable[Input], rejects: Path) -> None:
    """Raise InputsWrong if the rejects file is one of the inputs: it would never end."""
    if not rejects.exists():
        return
    for given in inputs:
        if given.path is not None and given.path.samefile(rejects):
            raise InputsWrong(
                f"{given.name} is also the file that rejects are written to; rename it, or name "
                "another with --rejects."
            )


def read_input(
    given: Input,
    source: str | None = None,
    watch: Callable[[int], object] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Reading | None]:
    """Yield what is read of one input, in order; None stands for a blank line.

    `watch` is called with the bytes read so far, as stored. A file that cannot be opened, breaks
    off or is no gzip ends with a Refused. Memory is bounded by LONGEST, whatever the input's size.
    """
    if given.path is None:
        yield from read_lines(stdin or sys.stdin.buffer, ".jsonl", Origin(given.name, "", source))
        return
    origin = Origin(given.path.name, given.path.resolve().parent.name, source)
    suffix = suffix_of(origin.name) or ".jsonl"
    line = 0
    try:
        with given.path.open("rb") as raw, unpacked(raw, origin.name) as stream:
            readings = (
                read_lines(stream, suffix, Origin(origin.name, "", source))
                if suffix in LINE_READERS
                else read_whole(stream, suffix, origin)
            )
            for reading in readings:
                line = line + 1 if reading is None else reading.line
                yield reading
                if watch is not None:
                    watch(raw.tell())
    except (OSError, EOFError, zlib.error) as error:
        yield Refused(line + 1, f"{given.name} cannot be read on from here: {error}.")


def unpacked(raw: BinaryIO, name: str) -> BinaryIO:
    """Return the stream of what is in a file, decompressed where its name ends in .gz."""
    if name.lower().endswith(".gz"):
        # Not behind a larger buffer: one that breaks off would take what it has read along.
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    return raw


def read_lines(stream: BinaryIO, suffix: str, origin: Origin) -> Iterator[Reading | None]:
    """Yield the readings of a stream line by line."""
    read, number = LINE_READERS[suffix], 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            while line and not line.endswith(b"\n"):
                line = stream.readline(CHUNK)
            yield Refused(number, f"line {number} is longer than {LONGEST} bytes; split it.")
        else:
            yield read(line, number, origin)


def read_whole(stream: BinaryIO, suffix: str, origin: Origin) -> Iterator[Reading]:
    """Yield the readings of a file that its reader needs as a whole."""
    content = stream.read(LONGEST + 1)
    if len(content) > LONGEST:
        yield Refused(1, f"{origin.name} is larger than {LONGEST} bytes; use JSON Lines.")
        return
    yield from FILE_READERS[suffix](content, origin)


def read_events(names: Iterable[str], source: str | None = None) -> Iterator[Event | Reject]:
    """Yield the raw event of every article in the inputs, or the refusal in its place.

    Blank lines are passed over. Raises InputsWrong before anything is read.
    """
    inputs = find_inputs(names)
    return (
        as_event(reading)
        for given in inputs
        for reading in read_input(given, source)
        if reading is not None
    )
