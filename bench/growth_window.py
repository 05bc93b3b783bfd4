"""What judging an article costs beside a full dedup window of some size."""

import random
from collections.abc import Iterator, Sequence
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import psutil

from bench.articles import EPOCH, make_wire
from bench.stages import WINDOW_HOURS, bind, judging
from pipeline import codec
from pipeline.entry import Entry
from pipeline.sketch import TRIPLES_KEPT, Sketch, pack, read, sketch
from pipeline.story import alone
from pipeline.window import Window

BLOCK = 2_000
"""Articles judged in one measurement."""
BLOCKS = 3
AT_ONCE = 10_000
SHARED = 2
"""Triples of an invented article that articles of the wire use too: phrases that all share."""
WORDS = 250
"""Triples of an article of the usual size, of which a sketch keeps the lowest."""
CEILING = 0xFFFFFFFF * TRIPLES_KEPT // WORDS
OUTLETS = 200


def measure(size: int, seed: int) -> dict[str, Any]:
    """Return the CPU time an article and the memory of a window of so many articles."""
    wire = [
        out.value
        for raw in make_wire(BLOCK * BLOCKS, seed)
        for out in bind("cleaning")["raw"](raw, None, 0, 0.0)
    ]
    process = psutil.Process()
    before = process.memory_info().rss
    began = process_time()
    window = Window(WINDOW_HOURS, size)
    for entry in invented(size, seed, common_triples(wire[:500])):
        window.apply(entry)
    filled = process_time()
    memory = process.memory_info().rss - before
    decide = judging({0: window})
    micros = []
    for block in range(BLOCKS):
        began_block = process_time()
        for value in wire[block * BLOCK : (block + 1) * BLOCK]:
            decide(value, None, 0, 0.0)
        micros.append(1e6 * (process_time() - began_block) / BLOCK)
    return {
        "articles": size,
        "micros": median(micros),
        "memory": memory,
        "fill_micros": 1e6 * (filled - began) / size,
    }


def common_triples(wire: Sequence[bytes]) -> list[int]:
    """Return the indexed triples of some articles."""
    events = [codec.decode(value) for value in wire]
    return [
        triple
        for event in events
        for triple in sketch(read(event["title"], event["text"])).triples
        if triple <= CEILING
    ]


def invented(size: int, seed: int, shared: Sequence[int]) -> Iterator[Entry]:
    """Yield the entries of so many different articles of the 72 hours before the wire begins."""
    chance = random.Random(seed)
    numbers = np.random.default_rng(seed)
    for first in range(0, size, AT_ONCE):
        rows = numbers.integers(0, CEILING, (AT_ONCE, TRIPLES_KEPT), np.uint32)
        common = numbers.integers(0, len(shared), (AT_ONCE, SHARED))
        rows[:, :SHARED] = np.array(shared, np.uint32)[common]
        rows.sort(axis=1)
        for number, row in enumerate(rows.tolist()[: size - first], first):
            yield entry(number, tuple(row), chance)


def entry(number: int, triples: tuple[int, ...], chance: random.Random) -> Entry:
    """Return the decision that an article of these triples is new."""
    uid, source = f"outlet-{number % OUTLETS}:{number}", f"outlet-{number % OUTLETS}"
    marks = frozenset(chance.sample(range(1 << 16), 7))
    packed = pack(Sketch(triples, CEILING, WORDS, marks, frozenset()))
    return Entry(
        uid=uid, source=source, version="1", status="", verdict="new", story=uid, of=None,
        similarity=None, time=EPOCH.timestamp() - chance.random() * 3600 * WINDOW_HOURS / 2,
        dated=True, text=chance.getrandbits(60), edition=chance.getrandbits(60),
        page=chance.getrandbits(60), sketch=packed,
        carriers=alone((source, uid, None, ())),
    )  # fmt: skip
