"""What dedup remembers of the articles it has judged: nothing but its log entries, in order.

So a window that is rebuilt from a whole log answers exactly as the one that was lost.
"""

import sys
from array import array
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.entry import DUPLICATE_VERDICTS, Entry, decode_entry, encode_entry
from pipeline.postings import Chain, Postings, put
from pipeline.sketch import digest, indexed
from pipeline.story import Carriers, alone

__all__ = ["Entry", "Known", "Window", "decode_entry", "encode_entry"]

CANDIDATES = 8
"""Articles that a text is compared with: those that share most of the indexed triples."""
LEAST_SHARED = 2
"""Indexed triples that a candidate shares at least; the decision asks for more."""
TIMES_KEPT = 31
"""Event times whose median an undated article gets."""


@dataclass(frozen=True, slots=True)
class Known:
    """One remembered edition of an article; `survivor` is its own uid unless it is a duplicate.

    `place` is where it lies in the stream that was judged.
    """

    serial: int
    uid: str
    source: str
    story: str
    survivor: str
    version: str
    status: str
    time: float
    dated: bool
    sketch: bytes
    place: int


def name_of(uid: str) -> int:
    """Return the number that stands for a uid; never 0."""
    return digest(uid.encode()) + 1


class Window:
    """The newest `limit` editions in order of arrival; copies are sought within `hours`.

    Articles are compared when their *own* event times lie at most `hours` apart, whatever the
    newest time is. So an archive that is fed in any order is deduplicated like the live wire
    beside it, and an article dated 9999 has no neighbours and can push nothing out. Only the
    count limits memory, oldest arrival first, because arrival is the one order that every
    rebuilt window shares.
    """

    def __init__(self, hours: float, limit: int) -> None:
        self.reach = hours * 3600
        self.limit = limit
        self.newest = 0
        """Serial number of the article applied last; the first has 1."""
        self.postings = Postings()
        self.names = Chain(limit)
        self.texts = Chain(limit)
        self.pages = Chain(limit)
        self.carried: dict[str, Carriers] = {}
        """Of stories with more than one edition; of the others the columns tell."""
        self.recent: deque[float] = deque(maxlen=TIMES_KEPT)
        # One column a field, and no object an article: a million objects would burden every
        # garbage collection. The place in a column is the serial number, round and round.
        self.uids: list[str] = []
        self.sources: list[str] = []
        self.stories: list[str] = []
        self.survivors: list[str] = []
        self.versions: list[str] = []
        self.statuses: list[str] = []
        self.sketches: list[bytes] = []
        self.categories: list[str] = []
        """Of each edition its categories in one string, line by line: most share theirs."""
        self.places = array("q")
        self.times = array("d")
        self.editions = array("Q")
        self.dated = array("b")
        self.stale = array("b")

    def __len__(self) -> int:
        return len(self.uids)

    def apply(self, entry: Entry) -> None:
        """Remember a decision.

        An edition that is remembered adds its new categories to its story, and nothing else.
        """
        if entry.verdict == "exact" and entry.of == entry.uid:
            if entry.merged.categories:
                self.carried[self._kept(entry.story)] = entry.carriers
            return
        place = self.newest % self.limit
        if place < len(self):
            self._forget(place)
        goes_on = entry.verdict not in DUPLICATE_VERDICTS
        uid = self._kept(entry.uid)
        story = uid if entry.story == entry.uid else self._kept(entry.story)
        survivor = uid if goes_on or entry.of is None else self._kept(entry.of)
        self.newest += 1
        put(self.uids, place, uid)
        put(self.sources, place, sys.intern(entry.source))
        put(self.stories, place, story)
        put(self.survivors, place, survivor)
        put(self.versions, place, sys.intern(entry.version))
        put(self.statuses, place, sys.intern(entry.status))
        put(self.sketches, place, entry.sketch)
        put(self.categories, place, sys.intern("\n".join(entry.carriers.named[0][3])))
        put(self.places, place, entry.place)
        put(self.times, place, entry.time)
        put(self.editions, place, entry.edition)
        put(self.dated, place, int(entry.dated))
        put(self.stale, place, int(entry.verdict == "stale"))
        self.names.add(name_of(uid))
        self.texts.add(entry.text if goes_on else 0)
        self.pages.add(0 if entry.verdict == "stale" else entry.page)
        if entry.verdict != "new":
            self.carried[story] = entry.carriers
        if entry.dated:
            self.recent.append(entry.time)
        if entry.sketch:
            self.postings.add(self.newest, indexed(entry.sketch))

    def undated(self) -> float:
        """Return the event time for an article without one: the median of the recent times.

        So neither one absurd date nor a jump back into an archive leads the others astray. 0
        where nothing was dated yet.
        """
        return sorted(self.recent)[len(self.recent) // 2] if self.recent else 0.0

    def knows(self, uid: str, edition: int) -> bool:
        """Return whether this edition of this article is remembered."""
        return any(self.editions[self._place(serial)] == edition for serial in self._of(uid))

    def article(self, uid: str) -> Known | None:
        """Return the latest edition of an article; one that came late only if there is no other."""
        late = 0
        for serial in self._of(uid):
            if not self.stale[self._place(serial)]:
                return self._known(serial)
            late = late or serial
        return self._known(late) if late else None

    def carrying(self, text: int, time: float) -> Known | None:
        """Return the first article, of those near that time, that brought exactly this text."""
        found = 0
        for serial in self.texts.find(text):
            if self._near(serial, time):
                found = serial
        return self._known(found) if found else None

    def on_page(self, page: int, time: float) -> Known | None:
        """Return the latest article of a source and URL if it is near that time."""
        serial = next(self.pages.find(page), 0) if page else 0
        return self._known(serial) if serial and self._near(serial, time) else None

    def candidates(self, sketch: bytes, time: float) -> Iterator[Known]:
        """Yield articles near that time that may share a sketch's text, the likeliest first."""
        hits = self.postings.find(indexed(sketch)).tolist()
        found = []
        for hit, shared in Counter(hits).items():
            if shared >= LEAST_SHARED:
                serial = self.newest - (self.newest - hit & 0xFFFFFFFF)
                if serial > self.newest - len(self) and self._near(serial, time):
                    found.append((-shared, serial))
        for _, serial in sorted(found)[:CANDIDATES]:
            yield self._known(serial)

    def carriers(self, story: str) -> Carriers | None:
        """Return who is known to carry a story, None where it is forgotten."""
        if story in self.carried:
            return self.carried[story]
        first = self.article(story)
        if first is None:
            return None
        categories = self.categories[self._place(first.serial)]
        at = first.time if first.dated else None
        return alone((first.source, story, at, tuple(categories.splitlines())))

    def _place(self, serial: int) -> int:
        return (serial - 1) % self.limit

    def _near(self, serial: int, time: float) -> bool:
        return abs(self.times[self._place(serial)] - time) <= self.reach

    def _of(self, uid: str) -> Iterator[int]:
        """Yield the serial numbers of an article's editions, newest first."""
        for serial in self.names.find(name_of(uid)):
            if self.uids[self._place(serial)] == uid:
                yield serial

    def _kept(self, uid: str) -> str:
        """Return the string object that already stands for a uid, so that it is kept once."""
        return next((self.uids[self._place(serial)] for serial in self._of(uid)), uid)

    def _known(self, serial: int) -> Known:
        place = self._place(serial)
        return Known(
            serial, self.uids[place], self.sources[place], self.stories[place],
            self.survivors[place], self.versions[place], self.statuses[place],
            self.times[place], bool(self.dated[place]), self.sketches[place], self.places[place],
        )  # fmt: skip

    def _forget(self, place: int) -> None:
        """Let go of the oldest edition, before its place is written over."""
        self.carried.pop(self.stories[place], None)
        if self.sketches[place]:
            self.postings.forget(len(indexed(self.sketches[place])))
