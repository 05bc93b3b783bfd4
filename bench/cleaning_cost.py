"""What cleaning costs: CPU time by the length of an article, and of texts made to be slow."""

import contextlib
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import fmean, median
from time import process_time

from bench.cleaning_dirt import read_lines, text_of
from bench.cleaning_peers import PEERS, as_page, load
from bench.cleaning_wires import WIRES
from pipeline.cleaning import CleaningOptions
from pipeline.outcome import Event

BANDS = (0, 500, 1_000, 1_500, 1_900, 3_000, 6_000, 1_000_000)
"""Lengths of bodies in characters from one of which to the next articles are taken together."""
MOST = 200
"""Articles of a band that are measured, chosen by chance."""
PASSES = 3
"""Times that each article is cleaned; the fastest counts, for other programs run beside."""

MEGABYTE = 1_000_000

Row = dict[str, object]
System = Callable[[Event], object]


def by_length(data: Path, seed: int) -> list[Row]:
    """Return for each band of lengths what an article costs barq, and beside it the peers."""
    bands = banded(
        chain.from_iterable(read_lines(data / "wire" / f"{name}.jsonl.gz") for name in WIRES)
    )
    chance = random.Random(seed)
    systems = {name: system(name) for name in ("barq", *PEERS)}
    found = []
    for (low, high), raws in bands.items():
        chosen = chance.sample(raws, min(MOST, len(raws)))
        if not chosen:
            continue
        times = {name: costs(run, chosen) for name, run in systems.items()}
        length = fmean(len(raw["body"]) for raw in chosen)
        found.append(
            {
                "characters": f"{low:,} to {high:,}",
                "articles": len(chosen),
                "mean length": round(length),
                "barq median µs": round(1e6 * median(times["barq"]), 1),
                "barq mean µs": round(1e6 * fmean(times["barq"]), 1),
                **{f"{name} median µs": round(1e6 * median(times[name])) for name in PEERS},
            }
        )
    return found


def banded(raws: Iterable[Event]) -> dict[tuple[int, int], list[Event]]:
    """Return the articles by the band of their length."""
    bands: dict[tuple[int, int], list[Event]] = {band: [] for band in pairwise(BANDS)}
    for raw in raws:
        size = len(raw.get("body") or "")
        for (low, high), members in bands.items():
            if low <= size < high:
                members.append(raw)
    return bands


def system(name: str) -> System:
    """Return what a system does with a raw article; a peer is given it as a page."""
    if name == "barq":
        options = CleaningOptions()
        return partial(text_of, options)
    extract = load(name)
    return lambda raw: extract(raw.get("html") or as_page(raw.get("title") or "", raw["body"]))


def costs(run: System, raws: Iterable[Event]) -> list[float]:
    """Return the CPU seconds of each article: the fastest of some passes, after one unmeasured.

    Making the page for a peer is measured with it: it is a small part of what a peer takes.
    """
    raws = list(raws)
    passes = [[once(run, raw) for raw in raws] for _ in range(1 + PASSES)][1:]
    return [min(times) for times in zip(*passes, strict=True)]


def once(run: System, raw: Event) -> float:
    """Return the CPU seconds that a system takes for an article, also where it fails."""
    started = process_time()
    with contextlib.suppress(Exception):  # what fails has taken its time, too
        run(raw)
    return process_time() - started


def hostile(names: Sequence[str], limit: float) -> list[Row]:
    """Return the CPU seconds of each system for each text of 1 MB that was made to be slow."""
    found: list[Row] = []
    for shape, raw in shapes().items():
        print(f"  {shape}", file=sys.stderr)
        found.append({"text": shape, **{name: limited(name, raw, limit) for name in names}})
    return found


def limited(name: str, raw: Event, limit: float) -> object:
    """Return the CPU seconds of a system for a text, or how it ended without an answer.

    Each runs in a process of its own: some fall over such texts, or never come to an end.
    """
    context = get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    child = context.Process(target=report, args=(writer, name, raw))
    child.start()
    writer.close()
    try:
        seconds: object = round(reader.recv(), 3) if reader.poll(limit) else f"over {limit:g}"
    except EOFError:
        seconds = "crashed"
    child.kill()
    child.join()
    return seconds


def report(writer: Connection, name: str, raw: Event) -> None:
    """Send the CPU seconds of one text (in a process of its own), the second time it is met."""
    run = system(name)
    once(run, {"id": "1", "source": "bench", "title": "T", "body": "A first text. " * 20})
    writer.send(once(run, raw))


def shapes() -> dict[str, Event]:
    """Return articles of 1 MB, each of a shape that some algorithm is slow on."""
    line = "The ferry will sail again before the winter, the harbour master said on Tuesday."
    numbered = (f"{line} {number}" for number in range(MEGABYTE // 90))
    bodies = {
        "one letter": "a",
        "one word without end": "ferry",
        "one paragraph": f"{line} ",
        "short lines": "a\n",
        "one line again and again": f"{line}\n",
        "two lines in turn": f"{line}\nNo. {line}\n",
        "blank lines": "\n",
        "line ends of every kind": "a\r\n\u2028\r\u2029\v\f",
        "white space": " \t\u00a0\u3000",
        "combining marks": "e\u0301\u0327\u0323",
        "marks without a letter": "\u0301\u0327",
        "hidden characters": "a\u200b\u202e\u2066\ufeff",
        "joiners": "می\u200cشود\u200d ",
        "letters as shapes": "\ufefb\ufe8d ",
        "control characters": "\x00\x1b[31m",
        "share buttons": "Share on facebook\n",
        "pointers": "Read also:\nFerry crews ask for new jobs\n",
        "calls without a channel": "follow us follow us follow ",
        "captions": "The ferry at the pier (file photo)\n",
        "datelines": "BAGHDAD (Reuters) - ",
        "capital words": "A B C D E, ",
        "names": "By Ann Other and Ben Other\n",
        "agencies": "Reuters - AP - AFP / dpa\n",
        "parentheses": "(",
        "separators": "|-:/",
        "ellipses": "… ",
        "wrapped lines": f"{line[:64]}\n",
        "indented lines": f"  {line[:64]}\n",
        "less-than signs": "<",
        "open elements": "<div>",
        "attributes": "<a a=",
        "references": "&amp;",
        "escaped references": "&amp;amp;lt;b&amp;amp;gt; ",
        "mojibake": "ÃƒÂ© Ø§Ù„ ",
        "surrogates": "\ud800a",
    }
    found = {shape: repeated(piece) for shape, piece in bodies.items()}
    found["lines that differ by a number"] = article("\n".join(numbered))
    found["a body twice in a paragraph"] = article(f"{'ferry ' * (MEGABYTE // 12)}" * 2)
    pages = {
        "page: nested elements": "<div>",
        "page: inline elements": "<b><i>x</b>",
        "page: paragraphs": f"<p>{line}</p>",
        "page: links": "<a href='/x'>read also</a> ",
        "page: comments": "<!-- x -->",
        "page: scripts": "<script>if(a<b){}</script>",
        "page: table cells": "<table><tr><td>",
        "page: text without elements": "ferry ",
    }
    for shape, piece in pages.items():
        html = f"<html><body>{(piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]}</body></html>"
        found[shape] = {"id": "1", "source": "bench", "title": "T", "html": html}
    return found


def repeated(piece: str) -> Event:
    """Return an article whose body is a piece again and again, up to 1 MB."""
    return article((piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE])


def article(body: str) -> Event:
    """Return a raw article with a body."""
    return {"id": "1", "source": "bench", "title": "T", "body": body}
