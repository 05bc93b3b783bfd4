r"""Articles of news pages against their ground truth: barq beside other extractors.

The measure is that of Scrapinghub's article-extraction-benchmark: words `\w+`, shingles of four of
them with their numbers, true and false ones as parts of all of a page, precision and recall as
means over the pages, F1 of these means. All systems get one page after the other in turn, and CPU
time is counted.

    python -m bench.cleaning_html [DATA]
"""

import gzip
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench import cleaning_peers
from bench.tables import table
from pipeline.cleaning import CleaningOptions, clean
from pipeline.outcome import Keep, Reject
from pipeline.pages import read_page

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
WORD = re.compile(r"\w+")
SHINGLE = 4
MOST_CHARACTERS = 2_000_000
WARM_UP = 10
"""Pages that are read before the clock runs."""
BASE = "trafilatura fast"
MILLI = 1e3
FOLDS = ("tuned on", "left aside")


class NewsPage(NamedTuple):
    """A page, its ground truth, and the half of the sites that it belongs to."""

    html: str
    body: str
    fold: str


class Score(NamedTuple):
    """Shingles of a page that are true, false and missing, as parts of all three."""

    true: float
    false: float
    missing: float


def rows(data: Path) -> list[dict[str, object]]:
    """Return a row for each system."""
    pages = load(data)
    systems: dict[str, Callable[[str], str]] = {
        "barq, text of the page": page_text,
        "barq, whole stage": clean_text,
        **{name: cleaning_peers.load(name) for name in cleaning_peers.PEERS},
    }
    texts, seconds = run(systems, [page.html for page in pages])
    return [
        row(name, pages, texts[name], seconds[name] / len(pages), seconds[name] / seconds[BASE])
        for name in systems
    ]


def load(data: Path) -> list[NewsPage]:
    """Return the pages of the set in the order of their names."""
    directory = data / "html"
    truth = json.loads((directory / "scrapinghub-ground-truth.json").read_text("utf-8"))
    pages = []
    for name in sorted(truth):
        packed = (directory / "scrapinghub" / f"{name}.html.gz").read_bytes()
        html = gzip.decompress(packed).decode("utf-8", "replace")
        pages.append(NewsPage(html, truth[name]["articleBody"], fold_of(truth[name]["url"])))
    return pages


def fold_of(url: str) -> str:
    """Return the half that a site belongs to: all of its pages are in one."""
    site = urlsplit(url).netloc
    return FOLDS[1 - hashlib.sha256(site.encode()).digest()[0] % 2]


def page_text(page: str) -> str:
    """Return what barq's extractor gives."""
    return read_page(page, MOST_CHARACTERS).text


def clean_text(page: str) -> str:
    """Return what barq's cleaning stage gives."""
    try:
        outcome = clean({"id": "1", "source": "bench", "html": page}, CleaningOptions())
    except Reject:
        return ""
    return str(outcome.values[0]["text"]) if isinstance(outcome, Keep) else ""


def run(
    systems: dict[str, Callable[[str], str]], pages: Sequence[str]
) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Return what each system gives for each page, and its CPU seconds. They go first by turns."""
    for page in pages[:WARM_UP]:
        for extract in systems.values():
            attempt(extract, page)
    texts: dict[str, list[str]] = {name: [] for name in systems}
    seconds = dict.fromkeys(systems, 0.0)
    names = list(systems)
    for number, page in enumerate(pages):
        first = number % len(names)
        for name in [*names[first:], *names[:first]]:
            begun = time.process_time()
            text = attempt(systems[name], page)
            seconds[name] += time.process_time() - begun
            texts[name].append(text)
    return texts, seconds


def attempt(extract: Callable[[str], str], page: str) -> str:
    """Return what an extractor gives, nothing where it fails."""
    try:
        return extract(page) or ""
    except Exception as error:  # noqa: BLE001  (a peer that fails has found nothing)
        print(f"{type(error).__name__}: {error}"[:200], file=sys.stderr)
        return ""


def row(
    name: str, pages: Sequence[NewsPage], texts: Sequence[str], seconds: float, times: float
) -> dict[str, object]:
    """Return the row of a system."""
    scores = [score(page.body, text) for page, text in zip(pages, texts, strict=True)]
    f1, precision, recall = overall(scores)
    folds: dict[str, Any] = {}
    for fold in FOLDS:
        of_fold = [one for one, page in zip(scores, pages, strict=True) if page.fold == fold]
        folds[f"F1, sites {fold}"] = f"{overall(of_fold)[0]:.3f}"
    return {
        "extractor": name,
        "F1": f"{f1:.3f}",
        "P": f"{precision:.3f}",
        "R": f"{recall:.3f}",
        **folds,
        "ms a page": f"{MILLI * seconds:.1f}",
        f"of {BASE}": f"{times:.2f} ×",
    }


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words with their numbers; a shorter text is one run."""
    words = WORD.findall(text)
    return Counter(tuple(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))


def score(truth: str, text: str) -> Score:
    """Return how the shingles of a text compare with those of the truth."""
    wanted, found = shingles(truth), shingles(text)
    true = (wanted & found).total()
    false, missing = (found - wanted).total(), (wanted - found).total()
    every = true + false + missing
    return Score(true / every, false / every, missing / every) if every else Score(1.0, 0.0, 0.0)


def overall(scores: Iterable[Score]) -> tuple[float, float, float]:
    """Return F1, precision and recall. A page without text has no precision and is left out."""
    scores = list(scores)
    precision = fmean(one.true / (one.true + one.false) for one in scores if one.true + one.false)
    recall = fmean(one.true / (one.true + one.missing) for one in scores if one.true + one.missing)
    both = precision + recall
    return (2 * precision * recall / both if both else 0.0), precision, recall


def main() -> None:
    found = rows(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
    heads = list(found[0])
    print(table(heads, [[str(one[head]) for head in heads] for one in found]))


if __name__ == "__main__":
    main()
