"""The index of the dedup window by triples of words: the serial numbers of articles that have them.

It holds numbers in flat arrays, a tenth of what dictionaries take.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.sketch import TRIPLES_INDEXED, Codes

Places: TypeAlias = NDArray[np.intp]
Marks: TypeAlias = NDArray[np.bool_]
Tags: TypeAlias = NDArray[np.uint16]

WAYS = 16
"""Places in a row: half a cache line of tags and one of serial numbers."""
FULLNESS = 0.55
"""Places in use on average. Rows not yet split hold more: up to one posting in fifteen is lost."""
ONE_TRIPLE = 8
"""Places that one triple may take in its row."""
AT_ONCE = 512
"""Articles for which room is made, and which are put in, at once: numpy is fast in bulk only."""
FIRST_ROWS = 1 << 14
FIRST_ROOM = 1 << 20
"""Rows that there is room for at first. What is untouched takes no memory; and from these 32 MiB on
the C library gives a block pages of its own, so that growing leaves no holes behind."""
# Arrays without dimensions, which numpy works with sooner than with scalars.
WIDTH, TAG_FROM = np.array(WAYS), np.array(FIRST_ROWS.bit_length() - 1, np.uint32)


def tags_of(hashes: Codes) -> Tags:
    """Return what is kept of hashes beside their rows."""
    return (hashes >> TAG_FROM).astype(np.uint16)


def rows_for(articles: int) -> int:
    """Return the rows for so many articles, as many as for the next multiple of AT_ONCE."""
    places = TRIPLES_INDEXED * AT_ONCE * -(-articles // AT_ONCE)
    return max(FIRST_ROWS, int(places / (WAYS * FULLNESS)))


def last_of_each(rows: Places) -> list[int]:
    """Return where each row stands for the last time."""
    return [*dict(zip(rows.tolist(), range(len(rows)), strict=True)).values()]


class Postings:
    """Hash to serial numbers of articles (1 up, mod 2^32); at most ONE_TRIPLE for one hash.

    Rows of sixteen places, grown by a few rows at a time (linear hashing: Litwin, 1980), so that
    no article pays for the growth of all. A full row gives up its oldest place, and a triple that
    everybody uses keeps only its newest few: that is the cap on boilerplate.

    Of a hash its row tells the low bits, so that a place holds sixteen bits above those and not
    the two highest, which are 0 in the lowest triples of all but the shortest texts.

    What it gives is a hint: the caller compares sketches, and passes over serial numbers that it
    no longer knows; in time they are written over. Which postings of the newest articles are
    found depends on no older ones, as these are always given up first, and on the number of rows
    while they were put in. So that number follows from the number of articles alone.
    """

    def __init__(self) -> None:
        self.rows = FIRST_ROWS
        self.level = FIRST_ROWS
        """Rows at the start of this doubling; a power of two, at most `rows`."""
        self.tags: Tags = np.zeros((FIRST_ROOM, WAYS), np.uint16)
        self.serials: Codes = np.zeros((FIRST_ROOM, WAYS), np.uint32)
        """0 where nothing is yet."""
        self._measure()

    def find(self, hashes: Codes) -> Codes:
        """Return the serial numbers under these hashes, one for each hit, in no useful order."""
        rows = self._rows_of(hashes)
        hits: Codes = self.serials.take(rows, axis=0)[self._same(rows, tags_of(hashes))]
        if not hits.all():
            hits = hits[hits != 0]
        return hits

    def add(self, serial: int, hashes: Codes) -> None:
        """Put an article under these hashes; of several in one row the last counts."""
        self._put(self._rows_of(hashes), tags_of(hashes), np.array(serial & 0xFFFFFFFF, np.uint32))

    def add_all(self, serials: Codes, hashes: Codes) -> None:
        """Put articles under hashes, pair by pair, as `add` does one article after the other.

        The serial numbers rise, and all pairs of an article are there.
        """
        rows, tags = self._rows_of(hashes), tags_of(hashes)
        order = np.argsort(rows, kind="stable")
        rows, tags, serials = rows[order], tags[order], serials[order]
        last = np.ones(len(rows), np.bool_)
        last[:-1] = (rows[1:] != rows[:-1]) | (serials[1:] != serials[:-1])
        rows, tags, serials = rows[last], tags[last], serials[last]
        # Each row takes its articles in turn: first what comes first to every row, and so on.
        begins = np.flatnonzero(np.diff(rows, prepend=-1))
        ends = np.append(begins[1:], len(rows))
        while len(begins):
            self._put(rows[begins], tags[begins], serials[begins])
            begins += 1
            left = begins < ends
            begins, ends = begins[left], ends[left]

    def _put(self, rows: Places, tags: Tags, now: Codes) -> None:
        """Put a tag into each of several rows; where a row comes again, its last tag counts."""
        serials = self.serials.take(rows, axis=0)
        ages = now[..., None] - serials  # an empty place has serial number 0: it is the oldest
        same = self._same(rows, tags)
        if np.count_nonzero(same) >= ONE_TRIPLE:
            same &= serials != 0  # the tag of an empty place is 0
            crowded = same.sum(axis=1) >= ONE_TRIPLE
            if crowded.any():
                last = last_of_each(rows)
                if len(last) < len(rows):
                    # Which place each took would hang on the past.
                    self._put(rows[last], tags[last], now if now.ndim == 0 else now[last])
                    return
                ages[crowded] = np.where(same[crowded], ages[crowded], np.uint32(0))
        rows = rows * WIDTH
        rows += ages.argmax(axis=1)
        self.tags.reshape(-1)[rows] = tags
        self.serials.reshape(-1)[rows] = now

    def _same(self, rows: Places, tags: Tags) -> Marks:
        """Return which places of these rows hold these tags."""
        same: Marks = self.tags.take(rows, axis=0) == tags[:, None]
        return same

    def grow(self, articles: int) -> None:
        """Split rows, in order, until they suffice for so many articles."""
        wanted = rows_for(articles)
        while self.rows < wanted:
            first = self.rows - self.level
            number = min(wanted - self.rows, self.level - first)
            self._reserve(self.rows + number)
            old, new = slice(first, first + number), slice(self.rows, self.rows + number)
            moves = (self.tags[old] & np.uint16(self.level // FIRST_ROWS)) != 0
            self.tags[new] = np.where(moves, self.tags[old], 0)
            self.serials[new] = np.where(moves, self.serials[old], 0)
            self.serials[old] = np.where(moves, 0, self.serials[old])
            self.rows += number
            if self.rows == 2 * self.level:
                self.level = self.rows
            self._measure()

    def size(self) -> int:
        """Return how many bytes it takes."""
        return self.rows * WAYS * (self.tags.itemsize + self.serials.itemsize)

    def _rows_of(self, hashes: Codes) -> Places:
        rows = hashes & self.mask
        if self.rows < 2 * self.level:
            rows -= (rows >= self.bound) * self.step
        return rows.astype(np.intp)

    def _measure(self) -> None:
        """Keep what says in which row a hash is, as arrays without dimensions."""
        self.mask, self.bound, self.step = (
            np.array(number, np.uint32) for number in (2 * self.level - 1, self.rows, self.level)
        )

    def _reserve(self, rows: int) -> None:
        """Make room for rows, a 32nd more at a time; the system moves pages, not bytes."""
        if rows > len(self.tags):
            room = max(rows, len(self.tags) + len(self.tags) // 32)
            self.tags.resize((room, WAYS), refcheck=False)
            self.serials.resize((room, WAYS), refcheck=False)
