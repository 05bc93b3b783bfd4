"""The indexes of the dedup window: serial numbers of articles by triples and by identities.

They hold numbers in flat arrays, a tenth of what dictionaries take.
"""

from array import array
from collections.abc import Iterator, MutableSequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.sketch import Codes

WAYS = 16
"""Places in a row: two cache lines of hashes and of serial numbers."""
FULLNESS = 0.55
"""Places in use on average. Rows not yet split hold more: up to one posting in fifteen is lost."""
ONE_TRIPLE = 8
"""Places that one triple may take in its row."""
FIRST_ROWS = 1 << 14
FIRST_HEADS = 1 << 10
LONGEST_WALK = 64
"""Articles with one identity that are looked at: editions of one article, days of one section."""
ROWS_AT_ONCE = 256
"""Rows split together, as numpy is fast in bulk only."""


Value = TypeVar("Value")


def put(column: MutableSequence[Value], place: int, value: Value) -> None:
    """Set a place of a column, or the place right behind its end."""
    if place == len(column):
        column.append(value)
    else:
        column[place] = value


class Chain:
    """Identity (a positive 64-bit number) to the serial numbers of its articles, newest first.

    The newest `limit` articles are found. Buckets are linked lists through a ring of places, as
    in the window of a Lempel-Ziv compressor: what is too old ends a list, so nothing is deleted.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.newest = 0
        self.heads = array("Q", bytes(8 * FIRST_HEADS))
        self.identities = array("Q")
        self.older = array("Q")

    def add(self, identity: int) -> None:
        """Give the next article, whose serial number is one higher, its identity; 0 for none."""
        place = self.newest % self.limit
        self.newest += 1
        put(self.identities, place, identity)
        bucket = identity & len(self.heads) - 1
        put(self.older, place, self.heads[bucket] if identity else 0)
        if identity:
            self.heads[bucket] = self.newest
        if len(self.identities) > len(self.heads):
            self._double()

    def find(self, identity: int) -> Iterator[int]:
        """Yield the serial numbers under an identity, newest first, at most LONGEST_WALK."""
        serial, found = self.heads[identity & len(self.heads) - 1], 0
        while serial > self.newest - len(self.identities) and found < LONGEST_WALK:
            place = (serial - 1) % self.limit
            if self.identities[place] == identity:
                found += 1
                yield serial
            serial = self.older[place]

    def _double(self) -> None:
        """Link all articles anew under twice as many heads, in bulk."""
        self.heads = array("Q", bytes(16 * len(self.heads)))
        identities = np.frombuffer(self.identities, np.uint64)
        places = np.flatnonzero(identities)
        buckets = identities[places] & np.uint64(len(self.heads) - 1)
        order = np.argsort(buckets, kind="stable")
        # The ring has not gone round yet, or it would grow no more: place + 1 is the serial.
        serials, buckets = places[order] + 1, buckets[order]
        same = buckets[1:] == buckets[:-1]
        older = np.frombuffer(self.older, np.uint64)
        older[serials[:1] - 1] = 0
        older[serials[1:] - 1] = np.where(same, serials[:-1], 0)
        # Written in order, so that the newest of a bucket remains.
        np.frombuffer(self.heads, np.uint64)[buckets] = serials


class Postings:
    """Hash to serial numbers of articles (1 up, mod 2^32); at most ONE_TRIPLE for one hash.

    Rows of sixteen places, grown by a few rows at a time (linear hashing: Litwin, 1980), so that
    no article pays for the growth of all. A full row gives up its oldest place, and a triple that
    everybody uses keeps only its newest few: that is the cap on boilerplate.

    What it gives is a hint: the caller compares sketches. Forgetting is only counted here; the
    caller passes over serial numbers that it no longer knows, and in time they are written over.
    """

    def __init__(self) -> None:
        self.rows = FIRST_ROWS
        self.level = FIRST_ROWS
        """Rows at the start of this doubling; a power of two, at most `rows`."""
        self.count = 0
        self.hashes: Codes = np.zeros((FIRST_ROWS, WAYS), np.uint32)
        self.serials: Codes = np.zeros((FIRST_ROWS, WAYS), np.uint32)

    def find(self, hashes: Codes) -> Codes:
        """Return the serial numbers under these hashes, one for each hit, in no useful order."""
        rows = self._rows_of(hashes)
        hits: Codes = self.serials[rows][self.hashes[rows] == hashes[:, None]]
        return hits

    def add(self, serial: int, hashes: Codes) -> None:
        """Put an article under these hashes."""
        now = np.uint32(serial & 0xFFFFFFFF)
        rows = self._rows_of(hashes)
        serials = self.serials[rows]
        ages = now - serials  # an empty place has serial number 0, so it is the oldest
        same = self.hashes[rows] == hashes[:, None]
        if np.count_nonzero(same) >= ONE_TRIPLE:
            crowded = same.sum(axis=1) >= ONE_TRIPLE
            ages[crowded] = np.where(same[crowded], ages[crowded], np.uint32(0))
        places = ages.argmax(axis=1)
        self.hashes[rows, places] = hashes
        self.serials[rows, places] = now
        self.count += len(hashes)
        self._grow()

    def forget(self, number: int) -> None:
        """Note that an article with this many hashes is no longer asked for."""
        self.count -= number

    def _rows_of(self, hashes: Codes) -> NDArray[np.intp]:
        rows = (hashes & np.uint32(2 * self.level - 1)).astype(np.intp)
        rows[rows >= self.rows] -= self.level
        return rows

    def _grow(self) -> None:
        """Split rows, in order, until the places suffice again."""
        while self.count > self.rows * WAYS * FULLNESS:
            first = self.rows - self.level
            number = min(ROWS_AT_ONCE, self.level - first)
            self._reserve(self.rows + number)
            old, new = slice(first, first + number), slice(self.rows, self.rows + number)
            moves = (self.hashes[old] & np.uint32(self.level)) != 0
            for places in (self.hashes, self.serials):
                places[new] = np.where(moves, places[old], 0)
                places[old] = np.where(moves, 0, places[old])
            self.rows += number
            if self.rows == 2 * self.level:
                self.level = self.rows

    def _reserve(self, rows: int) -> None:
        """Make room for rows, an eighth more at a time; the system moves pages, not bytes."""
        if rows > len(self.hashes):
            room = (len(self.hashes) + len(self.hashes) // 8, WAYS)
            self.hashes.resize(room, refcheck=False)
            self.serials.resize(room, refcheck=False)
