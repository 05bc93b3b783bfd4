"""The index of the dedup window by identities: the serial numbers of articles, newest first.

It holds numbers in flat arrays, a tenth of what dictionaries take.
"""

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from sys import getsizeof

import numpy as np

from pipeline.sketch import Words

FIRST_HEADS = 1 << 10
LONGEST_WALK = 64
"""Articles with one identity that are looked at: editions of one article, days of one section."""
AT_ONCE = 512
"""Articles put in at once: numpy is fast in bulk only."""


def name_of(uid: str) -> int:
    """Return the number that stands for a uid; never 0."""
    return (int.from_bytes(blake2b(uid.encode(), digest_size=8).digest()) >> 4) + 1


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
