"""A stopwatch round the stage functions, the same in every worker: CPU time of the own thread.

It is kept in a file that is mapped into memory, so that the driver reads it at any instant, also
of a worker that was stopped or killed.
"""

import mmap
import struct
from collections.abc import Callable
from pathlib import Path
from time import thread_time
from typing import ParamSpec, TypeVar

LAYOUT = struct.Struct("<dQ")
"""Seconds spent in the stage, and records decided."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Meter:
    """Counts the seconds and records of one worker into a file."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(LAYOUT.size))
        with path.open("r+b") as file:
            self.page = mmap.mmap(file.fileno(), LAYOUT.size)
        self.seconds = 0.0
        self.records = 0

    def timed(self, decide: Callable[Given, Result]) -> Callable[Given, Result]:
        """Return the function with the stopwatch round it; one call is one record."""

        def decided(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            began = thread_time()
            try:
                return decide(*args, **kwargs)
            finally:
                self.seconds += thread_time() - began
                self.records += 1
                LAYOUT.pack_into(self.page, 0, self.seconds, self.records)

        return decided


def read_meter(path: Path) -> tuple[float, int]:
    """Return the seconds and records that a worker has counted so far."""
    data = path.read_bytes() if path.exists() else b""
    if len(data) < LAYOUT.size:
        return 0.0, 0  # the worker is about to make it
    seconds, records = LAYOUT.unpack(data)
    return seconds, records
