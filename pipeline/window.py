"""What dedup remembers of the articles it has judged: nothing but its log entries, in order.

What a window answers follows from the newest `limit` entries that it remembers, their order, and
the number of those before. So one that is rebuilt from the end of the log answers exactly as the
one that was lost. Each of its parts keeps to this: the columns and chains are rings of `limit`
places, and the postings give up the oldest first in rows whose number follows from the count.
"""

from array import array
from collections import Counter, deque
from collections.abc import Iterator, MutableSequence, Sequence
from dataclasses import dataclass
from sys import getsizeof, intern
from typing import Any

import numpy as np

from pipeline.chain import Chain, name_of
from pipeline.entry import (
    DUPLICATE_VERDICTS,
    Entry,
    is_remembered,
    page_of,
    text_of,
)
from pipeline.postings import AT_ONCE, Postings
from pipeline.sketch import indexed
from pipeline.story import Carriers, alone, pack_carriers, unpack_carriers

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


class Window:
    """The newest `limit` editions in order of arrival; copies are sought within `hours`.

    Articles are compared when their *own* event times lie at most `hours` apart, whatever the
    newest time is. So an archive that is fed in any order is deduplicated like the live wire
    beside it, and an article dated 9999 has no neighbours and can push nothing out. Only the
    count limits memory, oldest arrival first, because arrival is the one order that every
    rebuilt window shares.
    """

    def __init__(self, hours: float, limit: int, before: int = 0) -> None:
        """Make an empty window; `before`: entries that were remembered and left out here."""
        self.reach = hours * 3600
        self.limit = limit
        self.before = before
        self.newest = 0
        """Serial number of the article applied last; the first has 1."""
        self.postings = Postings()
        self.names = Chain(limit)
        self.texts = Chain(limit)
        self.pages = Chain(limit)
        self.carried: dict[str, bytes] = {}
        """Of stories with more than one edition who carries them, behind a serial number: when
        that edition is forgotten, this is. Of other stories the columns tell."""
        self.recent: deque[tuple[int, float]] = deque(maxlen=TIMES_KEPT)
        """Serial numbers and times of the newest dated articles."""
        self.words = 0
        """Bytes of the objects that the columns refer to and share with none."""
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
        self.columns: tuple[MutableSequence[Any], ...] = (
            self.uids, self.sources, self.stories, self.survivors, self.versions, self.statuses,
            self.sketches, self.categories, self.places, self.times, self.editions, self.dated,
            self.stale,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.uids)

    def apply(self, entry: Entry) -> None:
        """Remember a decision.

        An edition that is remembered adds its new categories to its story, and nothing else.
        """
        if not is_remembered(entry):
            self._recategorise(entry)
            return
        self._remember(entry)
        self.texts.add(text_of(entry))
        self.pages.add(page_of(entry))
        self.postings.grow(min(self.before + self.newest, self.limit))
        if entry.sketch:
            self.postings.add(self.newest, indexed(entry.sketch))

    def apply_all(self, entries: Sequence[Entry]) -> None:
        """Remember decisions, as `apply` does one after the other, in a third of the time."""
        fresh: list[Entry] = []
        for entry in entries:
            if not is_remembered(entry):
                self._recategorise(entry)
                continue
            self._remember(entry)
            fresh.append(entry)
            # The postings make room for so many at once, and must not get it too early.
            if not (self.before + self.newest) % AT_ONCE:
                self._index(fresh)
                fresh = []
        self._index(fresh)

    def _index(self, entries: Sequence[Entry]) -> None:
        """Put entries that were remembered last into the indexes that numpy fills at once."""
        self.texts.add_all([text_of(entry) for entry in entries])
        self.pages.add_all([page_of(entry) for entry in entries])
        self.postings.grow(min(self.before + self.newest, self.limit))
        found = [
            (serial & 0xFFFFFFFF, indexed(entry.sketch))
            for serial, entry in enumerate(entries, self.newest - len(entries) + 1)
            if entry.sketch
        ]
        if found:
            lengths = [len(hashes) for _, hashes in found]
            serials = np.repeat(np.array([serial for serial, _ in found], np.uint32), lengths)
            self.postings.add_all(serials, np.concatenate([hashes for _, hashes in found]))

    def _remember(self, entry: Entry) -> None:
        """Put an entry into the columns, the names and the story's carriers."""
        place = self.newest % self.limit
        if place < len(self):
            self._forget(place)
        name = name_of(entry.uid)
        uid = self._kept(entry.uid, name)
        story = uid if entry.story == entry.uid else self._kept(entry.story, name_of(entry.story))
        survivor = uid
        if entry.verdict in DUPLICATE_VERDICTS and entry.of is not None:
            survivor = story if entry.of == story else self._kept(entry.of, name_of(entry.of))
        self.newest += 1
        row = (
            uid, intern(entry.source), story, survivor, intern(entry.version),
            intern(entry.status), entry.sketch, intern("\n".join(entry.carriers.named[0][3])),
            entry.place, entry.time, entry.edition, entry.dated, entry.verdict == "stale",
        )  # fmt: skip
        if place == len(self):
            for column, value in zip(self.columns, row, strict=True):
                column.append(value)
        else:
            for column, value in zip(self.columns, row, strict=True):
                column[place] = value
        self.names.add(name)
        self.words += getsizeof(uid) + getsizeof(entry.sketch)
        if entry.verdict != "new":
            self._carry(story, self.newest, entry.carriers)
        if entry.dated:
            self.recent.append((self.newest, entry.time))

    def undated(self) -> float:
        """Return the event time for an article without one: the median of the recent times.

        So neither one absurd date nor a jump back into an archive leads the others astray. Where
        no remembered article is dated it is the time that the one before got; at first 0.
        """
        oldest = self.newest - len(self) + 1
        times = sorted(time for serial, time in self.recent if serial >= oldest)
        if times:
            return times[len(times) // 2]
        return self.times[self._place(self.newest)] if self.newest else 0.0

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
        if len(hits) < LEAST_SHARED:
            return
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
        held = self.carried.get(story)
        if held is not None:
            return unpack_carriers(held[8:])
        first = self.article(story)
        if first is None:
            return None
        categories = self.categories[self._place(first.serial)]
        at = first.time if first.dated else None
        return alone((first.source, story, at, tuple(categories.splitlines())))

    def size(self) -> int:
        """Return about how many bytes the window takes: what it counts, without small objects."""
        indexes = (self.names, self.texts, self.pages, self.postings)
        columns = (*self.columns, self.carried)
        return self.words + sum(map(getsizeof, columns)) + sum(index.size() for index in indexes)

    def _place(self, serial: int) -> int:
        return (serial - 1) % self.limit

    def _near(self, serial: int, time: float) -> bool:
        return abs(self.times[self._place(serial)] - time) <= self.reach

    def _of(self, uid: str) -> Iterator[int]:
        """Yield the serial numbers of an article's editions, newest first."""
        for serial in self.names.find(name_of(uid)):
            if self.uids[self._place(serial)] == uid:
                yield serial

    def _kept(self, uid: str, name: int) -> str:
        """Return the string object that already stands for a uid, so that it is kept once."""
        for serial in self.names.find(name):
            if self.uids[self._place(serial)] == uid:
                return self.uids[self._place(serial)]
        return uid

    def _known(self, serial: int) -> Known:
        place = self._place(serial)
        return Known(
            serial, self.uids[place], self.sources[place], self.stories[place],
            self.survivors[place], self.versions[place], self.statuses[place],
            self.times[place], bool(self.dated[place]), self.sketches[place], self.places[place],
        )  # fmt: skip

    def _recategorise(self, entry: Entry) -> None:
        """Let a known edition that came again bring its story new categories.

        They are kept as long as the edition or what was known of the story, whichever is longer.
        """
        if not entry.merged.categories:
            return
        story = self._kept(entry.story, name_of(entry.story))
        held = self.carried.get(story, bytes(8))
        newest = max(int.from_bytes(held[:8]), next(self._of(entry.uid), 0))
        if newest:
            self._carry(story, newest, entry.carriers)

    def _carry(self, story: str, serial: int, carriers: Carriers) -> None:
        """Keep who carries a story as long as an edition of it."""
        self.words -= getsizeof(self.carried.get(story, b""))
        self.carried[story] = serial.to_bytes(8) + pack_carriers(carriers)
        self.words += getsizeof(self.carried[story])

    def _forget(self, place: int) -> None:
        """Let go of the oldest edition, before its place is written over."""
        story = self.stories[place]
        held = self.carried.get(story)
        self.words -= getsizeof(self.uids[place]) + getsizeof(self.sketches[place])
        if held is not None and int.from_bytes(held[:8]) == self.newest + 1 - self.limit:
            self.words -= getsizeof(held)
            del self.carried[story]
