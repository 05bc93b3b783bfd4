"""What judging an article costs beside a full dedup window of some size, and its recovery."""

import random
from collections.abc import Iterator, Sequence
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import numpy as np
import psutil

from agents.decisions import AT_ONCE as RECORDS_AT_ONCE
from agents.delivery import Headers
from agents.settings import Settings, load_settings
from agents.shard import Decision, Shard, headers_of
from bench.articles import EPOCH, make_wire
from bench.stages import WINDOW_HOURS, bind, judging
from pipeline import codec
from pipeline.entry import Entry, encode_entry
from pipeline.sketch import TRIPLES_KEPT, Sketch, pack, read, sketch
from pipeline.story import alone

BLOCK = 2_000
"""Articles judged in one measurement."""
BLOCKS = 3
AT_ONCE = 1_000
WARM_UP = 1_000
"""Entries read before memory is measured, so that what does not grow is not counted."""
SHARED = 2
"""Triples of an invented article that articles of the wire use too: phrases that all share."""
WORDS = 250
"""Triples of an article of the usual size, of which a sketch keeps the lowest."""
CEILING = 0xFFFFFFFF * TRIPLES_KEPT // WORDS
OUTLETS = 200


def measure(size: int, seed: int) -> dict[str, Any]:
    """Return what a window of so many articles costs.

    CPU time an article; memory, and what the window counts of it; CPU seconds to take it over from
    its log, the fetching from the broker not counted.
    """
    wire = [
        out.value
        for raw in make_wire(BLOCK * BLOCKS, seed)
        for out in bind("cleaning")["raw"](raw, None, 0, 0.0)
    ]
    common = common_triples(wire[:500])
    settings = load_settings(dedup_window_hours=WINDOW_HOURS, dedup_window_articles=size)
    recover(settings, log_of(invented(WARM_UP, seed, common)))
    process = psutil.Process()
    before = process.memory_info().rss
    shard, recovery = recover(settings, log_of(invented(size, seed, common)))
    memory = process.memory_info().rss - before
    decide = judging({0: shard.window})
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
        "counted": shard.window.size(),
        "recovery": recovery,
    }


class Logged(NamedTuple):
    """A record of the log of decisions."""

    offset: int
    value: bytes
    headers: Headers


def recover(settings: Settings, log: Iterator[list[Logged]]) -> tuple[Shard, float]:
    """Return a shard that has read a log, and the CPU seconds that it took."""
    shard, seconds = Shard(settings, decisions_kept=1), 0.0
    for records in log:
        began = process_time()
        shard.read(records)
        seconds += process_time() - began
    return shard, seconds


def log_of(entries: Iterator[Entry]) -> Iterator[list[Logged]]:
    """Yield the log of some decisions as it is read, a batch after the other."""
    batch = []
    for number, one in enumerate(entries):
        batch.append(
            Logged(number, encode_entry(one), headers_of(number, Decision(number, number, one)))
        )
        if len(batch) == RECORDS_AT_ONCE:
            yield batch
            batch = []
    yield batch


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
    time = EPOCH.timestamp() - chance.random() * 3600 * WINDOW_HOURS / 2
    return Entry(
        uid=uid, source=source, version="1", status="", verdict="new", story=uid, of=None,
        similarity=None, time=time, dated=True, text=chance.getrandbits(60),
        edition=chance.getrandbits(60), page=chance.getrandbits(60), sketch=packed,
        carriers=alone((source, uid, time, ())),
    )  # fmt: skip
