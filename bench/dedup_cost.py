"""What an article costs a system that remembers so many: CPU time and memory.

The stream is both wires again and again, each time with the letters of both alphabets put in
another order, so that every word is another one and lengths, repetitions and copies stay.
"""

import random
import string
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import process_time

import psutil

from bench.articles import EPOCH
from bench.cleaning_dirt import read_lines
from bench.dedup_systems import SYSTEMS, Barq
from bench.dedup_wires import WIRES
from pipeline.outcome import Event

Row = dict[str, object]
BLOCK, BLOCKS = 2_000, 3
"""Articles in one measurement, and measurements, before each size is reached."""
SPACING = timedelta(seconds=0.2)
"""Between two articles: a million of them within the window."""
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def rows(data: Path, sizes: Sequence[int], seed: int, limit: float) -> list[Row]:
    """Return a row for each system, at the sizes that it reaches in `limit` CPU seconds."""
    found = []
    for name in SYSTEMS:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            row = pool.submit(measure, name, data, sizes, seed, limit).result()
        print(row, flush=True)
        found.append(row)
    return found


def measure(name: str, data: Path, sizes: Sequence[int], seed: int, limit: float) -> Row:
    """Return µs and bytes an article of one system, in its first setting, at each size."""
    system = Barq(max(sizes)) if name == "barq" else SYSTEMS[name][0].make()
    events = stream(data, seed)
    warm = SYSTEMS[name][0].make()
    for number, event in enumerate(islice(stream(data, seed), 50)):
        warm.nearest(number, event)
    before = psutil.Process().memory_info().rss
    row: Row = {"system": name}
    number, spent = 0, 0.0
    for size in sizes:
        micros: list[float] = []
        while number < size and spent < limit:
            block = list(islice(events, min(BLOCK, size - number)))
            began = process_time()
            for event in block:
                system.nearest(number, event)
                number += 1
            took = process_time() - began
            spent += took
            micros.append(1e6 * took / len(block))
        if number < size:
            break
        memory = psutil.Process().memory_info().rss - before
        row[f"µs at {size:,}"] = round(median(micros[-BLOCKS:]))
        row[f"bytes at {size:,}"] = round(memory / size)
    return row


def stream(data: Path, seed: int) -> Iterator[Event]:
    """Yield clean events without end."""
    wires = [event for name in WIRES for event in read_lines(data / "wire" / f"{name}.jsonl.gz")]
    chance = random.Random(seed)
    number = 0
    for turn in count():
        letters = {} if turn == 0 else reordered(chance)
        for event in wires:
            number += 1
            uid = f"{event['source']}:{event['id']}-{turn}"
            yield {
                "uid": uid,
                "source": event["source"],
                "title": (event["title"] or "").translate(letters),
                "text": (event["body"] or "").translate(letters),
                "version": 1,
                "url": f"https://wire.example/{turn}/{event['id']}",
                "published_at": (EPOCH + SPACING * number).isoformat(),
            }


def reordered(chance: random.Random) -> dict[int, str]:
    """Return a table that puts the letters of both alphabets in another order."""
    table: dict[int, str] = {}
    latin = chance.sample(string.ascii_lowercase, 26)
    for alphabet, order in (
        (string.ascii_lowercase, latin),
        (string.ascii_uppercase, [letter.upper() for letter in latin]),
        (ARABIC, chance.sample(ARABIC, len(ARABIC))),
    ):
        table |= dict(zip(map(ord, alphabet), order, strict=True))
    return table
