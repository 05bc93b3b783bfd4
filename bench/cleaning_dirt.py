"""Dirt that was put into articles: how much of it goes, and whether the story stays, once."""

import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from bench.cleaning_peers import PEERS, as_page, load
from pipeline.cleaning import CleaningOptions, clean
from pipeline.outcome import Keep

Row = dict[str, object]
Case = dict[str, Any]

UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


def rows(data: Path) -> list[Row]:
    """Return a row for barq and for each peer, over the articles of `cleaning/dirty-dev`."""
    cases = list(read_lines(data / "cleaning" / "dirty-dev.jsonl.gz"))
    options = CleaningOptions()
    systems = {"barq": partial(text_of, options)} | {
        name: partial(of_peer, load(name)) for name in PEERS
    }
    for cleaned in systems.values():
        cleaned(cases[0]["raw"])  # what is read once at the first article is no cost of an article
    return [score(name, cases, cleaned) for name, cleaned in systems.items()]


def read_lines(path: Path) -> Iterator[Any]:
    """Yield the values of a file of JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def text_of(options: CleaningOptions, raw: Case) -> str:
    """Return what barq leaves of an article."""
    outcome = clean(raw, options)
    assert isinstance(outcome, Keep)
    text: str = outcome.values[0]["text"]
    return text


def of_peer(extract: Callable[[str], str], raw: Case) -> str:
    """Return what a peer leaves of an article; nothing if it fails."""
    try:
        return extract(as_page(raw.get("title") or "", raw.get("body") or ""))
    except Exception:  # noqa: BLE001  (whatever a peer raises, it has extracted nothing)
        return ""


def score(name: str, cases: Iterable[Case], cleaned: Callable[[Case], str]) -> Row:
    """Return the parts of dirt that went and of paragraphs that stayed, and the time it took.

    Dirt has gone if no line of the text is it; a paragraph is kept if the text holds it, and kept
    once if it does so once. Spacing and invisible characters do not count.
    """
    counts: Counter[str] = Counter()
    seconds = 0.0
    for case in cases:
        started = process_time()
        text = cleaned(case["raw"])
        seconds += process_time() - started
        counts += count(case, text)
    return {
        "system": name,
        "articles": counts["articles"],
        "junk removed": part(counts["junk gone"], counts["junk"]),
        "gold kept": part(counts["kept"], counts["gold"]),
        "gold once": part(counts["once"], counts["kept"]),
        "mean µs": round(1e6 * seconds / max(1, counts["articles"])),
    }


def count(case: Case, text: str) -> Counter[str]:
    """Return the counts of one article."""
    lines = {plain(line) for line in text.split("\n")}
    whole = plain(text)
    times = [whole.count(plain(paragraph)) for paragraph in case["gold"]]
    return Counter(
        {
            "articles": 1,
            "junk": len(case["junk"]),
            "junk gone": sum(plain(line) not in lines for line in case["junk"]),
            "gold": len(times),
            "kept": sum(number > 0 for number in times),
            "once": sum(number == 1 for number in times),
        }
    )


def plain(text: str) -> str:
    """Return text as it is compared."""
    seen = UNSEEN.sub("", unicodedata.normalize("NFC", text)).replace("\u00a0", " ")
    return " ".join(seen.split())


def part(some: int, of: int) -> float:
    """Return a part of a whole; 0 of nothing."""
    return round(some / of, 4) if of else 0.0
