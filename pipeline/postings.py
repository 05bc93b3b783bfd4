"""The indexes of the dedup window: serial numbers of articles by triples and by identities.

They hold numbers in flat arrays, a tenth of what dictionaries take.
"""

from array import array
from collections.abc import Iterator, MutableSequence, Sequence
from sys import getsizeof
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.sketch import TRIPLES_INDEXED, Codes, Words

Places: TypeAlias = NDArray[np.intp]
Marks: TypeAlias = NDArray[np.bool_]
Tags: TypeAlias = NDArray[np.uint16]

WAYS = 16
"""Places in a row: half a cache line of tags and one of serial numbers."""
FULLNESS = 0.55
"""Places in use on average. Rows not yet split hold more: up to one posting in fifteen is lost."""
AT_ONCE = 512
"""Articles for which room is made, and which are put in, at once: numpy is fast in bulk only."""
ONE_TRIPLE = 8
"""Places that one triple may take in its row."""
FIRST_ROWS = 1 << 14
FIRST_HEADS = 1 << 10
LONGEST_WALK = 64
"""Articles with one identity that are looked at: editions of one article, days of one section."""
# Arrays without dimensions, which numpy works with sooner than with scalars.
WIDTH, TAG_FROM = np.array(WAYS), np.array(FIRST_ROWS.bit_length() - 1, np.uint32)

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
        older = 0
        if identity:
            bucket = identity & len(self.heads) - 1
            older = self.heads[bucket]
            self.heads[bucket] = self.newest
        if place == len(self.identities):
            self.identities.append(identity)
            self.older.append(older)
        else:
            self.identities[place] = identity
            self.older[place] = older
        if len(self.identities) > len(self.heads):
            self._double()

    def add_all(self, identities: Sequence[int]) -> None:
        """Give the next articles their identities, as `add` does one after the other."""
        begin = 0
        while begin < len(identities):
            # No place twice at once, and none overwritten before the ring is whole.
            room = self.limit - len(self.identities) or self.limit
            end = begin + min(room, AT_ONCE)
            self._add_some(np.array(identities[begin:end], np.uint64))
            begin = end

    def find(self, identity: int) -> Iterator[int]:
        """Yield the serial numbers under an identity, newest first, at most LONGEST_WALK."""
        serial, found = self.heads[identity & len(self.heads) - 1], 0
        while serial > self.newest - len(self.identities) and found < LONGEST_WALK:
            place = (serial - 1) % self.limit
            if self.identities[place] == identity:
                found += 1
                yield serial
            serial = self.older[place]

    def size(self) -> int:
        """Return how many bytes it takes."""
        return sum(map(getsizeof, (self.heads, self.identities, self.older)))

    def _add_some(self, identities: Words) -> None:
        """Give the next articles, for which places are free or all are taken, their identities."""
        if len(self.identities) < self.limit:
            self.identities.frombytes(identities.tobytes())
            self.older.frombytes(bytes(8 * len(identities)))
        offsets = np.flatnonzero(identities)
        buckets = identities[offsets] & np.uint64(len(self.heads) - 1)
        order = np.argsort(buckets, kind="stable")
        offsets, buckets = offsets[order], buckets[order]
        serials = (offsets + (self.newest + 1)).astype(np.uint64)
        heads, older = (np.frombuffer(column, np.uint64) for column in (self.heads, self.older))
        before = heads[buckets]
        before[1:] = np.where(buckets[1:] == buckets[:-1], serials[:-1], before[1:])
        places = (np.arange(len(identities)) + self.newest) % self.limit
        np.frombuffer(self.identities, np.uint64)[places] = identities
        older[places] = 0
        older[places[offsets]] = before
        # Written in order, so that the newest of a bucket remains.
        heads[buckets] = serials
        del heads, older  # an array that is looked at cannot grow
        self.newest += len(identities)
        while len(self.identities) > len(self.heads):
            self._double()

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


def rows_for(articles: int) -> int:
    """Return the rows for so many articles, as many as for the next multiple of AT_ONCE."""
    places = TRIPLES_INDEXED * AT_ONCE * -(-articles // AT_ONCE)
    return max(FIRST_ROWS, int(places / (WAYS * FULLNESS)))


def tags_of(hashes: Codes) -> Tags:
    """Return what is kept of hashes beside their rows."""
    return (hashes >> TAG_FROM).astype(np.uint16)


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
        self.tags: Tags = np.zeros((FIRST_ROWS, WAYS), np.uint16)
        self.serials: Codes = np.zeros((FIRST_ROWS, WAYS), np.uint32)
        """0 where nothing is yet."""
        self._measure()

    def find(self, hashes: Codes) -> Codes:
        """Return the serial numbers under these hashes, one for each hit, in no useful order."""
        rows = self._rows_of(hashes)
        hits: Codes = self.serials.take(rows, axis=0)[self._same(rows, tags_of(hashes))]
        if not hits.all():  # the tag of an empty place is 0, which may be a hash's too
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
            same &= serials != 0
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
        return self.tags.nbytes + self.serials.nbytes

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
