"""The systems that find copies, as the benchmark asks them: an article in, the one it copies out.

Each is given the articles in order and remembers all of them. The peers know neither titles nor
times; they are given the words of the text, folded as barq folds them, in runs of some length.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any, NamedTuple, Protocol

import numpy as np

from pipeline.dedup import judge
from pipeline.folding import fold
from pipeline.outcome import Event
from pipeline.window import Window

HOURS = 72.0
HASHES = 128
"""Hash functions of a MinHash, the usual number."""
WORD = re.compile(r"\w+")
SEED = 1
VALUES_AT_FIRST = 1 << 16

Found = tuple[float, int]
"""How like the likeliest article is, 0 to 1, and its number in the order of coming."""


class System(Protocol):
    """A system that was set up in one way."""

    def nearest(self, number: int, event: Event) -> Found | None:
        """Return the likeliest article before this one, None without any, and remember this."""
        ...


class Setting(NamedTuple):
    """A way to set a system up: how it is told in the tables, and what makes it."""

    told: str
    make: Callable[[], System]


class Barq:
    """barq, whose answer is a decision: what it links is wholly alike."""

    def __init__(self, articles: int = 1_000_000) -> None:
        self.window = Window(HOURS, articles)

    def nearest(self, number: int, event: Event) -> Found | None:  # noqa: ARG002  (a System)
        """Return what barq links the article to."""
        entry = judge(event, self.window)
        self.window.apply(entry)
        found = None if entry.of is None else self.window.article(entry.of)
        # No article comes twice, so that its serial number tells its place.
        return None if found is None else (1.0, found.serial - 1)


def runs(text: str, words: int) -> set[str]:
    """Return the runs of so many words in a text; of a shorter one, the whole."""
    found = WORD.findall(fold(text))
    if len(found) <= words:
        return {" ".join(found)}
    return {" ".join(found[at : at + words]) for at in range(len(found) - words + 1)}


class Datasketch:
    """datasketch: MinHash and an LSH of bands, candidates ranked by their estimated Jaccard."""

    def __init__(self, words: int, bands: int) -> None:
        from datasketch import MinHash, MinHashLSH  # noqa: PLC0415  (each loads its own)

        self.words = words
        self.sketch = MinHash
        self.model = MinHash(HASHES, SEED)
        self.index = MinHashLSH(num_perm=HASHES, params=(bands, HASHES // bands))
        self.known: list[Any] = []

    def nearest(self, number: int, event: Event) -> Found | None:
        """Return the most alike of the articles that share a band."""
        made = self.model.copy()
        made.update_batch([run.encode() for run in runs(event["text"], self.words)])
        ranked = [(made.jaccard(self.known[other]), -other) for other in self.index.query(made)]
        self.index.insert(number, made, check_duplication=False)
        self.known.append(made)
        best = max(ranked, default=None)
        return (best[0], -best[1]) if best else None


class Rensa:
    """rensa: R-MinHash and its LSH, candidates ranked by their estimated Jaccard."""

    def __init__(self, words: int, bands: int) -> None:
        from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415  (each loads its own)

        self.words = words
        self.sketch = RMinHash
        self.index = RMinHashLSH(threshold=0.0, num_perm=HASHES, num_bands=bands)
        self.known: list[Any] = []

    def nearest(self, number: int, event: Event) -> Found | None:
        """Return the most alike of the articles that share a band."""
        made = self.sketch(HASHES, SEED)
        made.update(list(runs(event["text"], self.words)))
        ranked = [(made.jaccard(self.known[other]), -other) for other in self.index.query(made)]
        self.index.insert(number, made)
        self.known.append(made)
        best = max(ranked, default=None)
        return (best[0], -best[1]) if best else None


class SimHash:
    """simhash: values of 64 bits, every one of which is looked at.

    No index is sooner for values that differ in a dozen bits, and so nothing is missed.
    """

    def __init__(self, words: int) -> None:
        from simhash import Simhash  # noqa: PLC0415  (each loads its own)

        self.words = words
        self.sketch = Simhash
        self.values = np.zeros(VALUES_AT_FIRST, np.uint64)

    def nearest(self, number: int, event: Event) -> Found | None:
        """Return the article whose value differs in the fewest bits."""
        value = np.uint64(self.sketch(list(runs(event["text"], self.words))).value)
        if number == len(self.values):
            self.values = np.concatenate((self.values, np.zeros_like(self.values)))
        bits = np.bitwise_count(self.values[:number] ^ value)
        self.values[number] = value
        if not number:
            return None
        best = int(bits.argmin())
        return 1.0 - int(bits[best]) / 64, best


DISTRIBUTIONS = ("datasketch", "rensa", "simhash")
SYSTEMS: dict[str, Sequence[Setting]] = {
    "barq": [Setting("as it comes", Barq)],
    "datasketch MinHash LSH": [
        Setting(f"{words} words, {bands} bands", partial(Datasketch, words, bands))
        for words in (2, 3)
        for bands in (64, 32)
    ],
    "rensa R-MinHash LSH": [
        Setting(f"{words} words, {bands} bands", partial(Rensa, words, bands))
        for words in (2, 3)
        for bands in (64, 32)
    ],
    "SimHash": [Setting(f"{words} words", partial(SimHash, words)) for words in (1, 2, 3)],
}
"""Every system with the settings that are tried, of which the best is taken."""


def versions() -> dict[str, str]:
    """Return the versions of the peers' distributions."""
    return {name: version(name) for name in DISTRIBUTIONS}


def ask(system: System, events: Iterable[Event]) -> list[Found | None]:
    """Return what a system finds for each article."""
    return [system.nearest(number, event) for number, event in enumerate(events)]
