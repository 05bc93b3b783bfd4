"""One decision of the dedup stage as it is logged: the log of these is the stage's state."""

from collections.abc import Mapping
from operator import attrgetter
from types import NoneType
from typing import Any, NamedTuple, TypeAlias

import orjson

from pipeline.outcome import Reject
from pipeline.sketch import check_packed
from pipeline.story import Carrier, Carriers, Merged, alone

FORMAT = 2
"""First byte of an encoded entry; another number means another layout."""

DUPLICATE_VERDICTS = frozenset({"exact", "near", "contained", "stale"})
LOGGED = (
    "uid", "source", "version", "status", "verdict", "story", "of", "similarity", "time", "dated",
    "text", "edition", "page", "place", "earlier", "why", "carriers", "merged",
)  # fmt: skip
"""Fields of the line of JSON, in order."""
SHAPES = frozenset(
    (*6 * (str,), of, similarity, float, bool, int, int, int)
    for of in (str, NoneType) for similarity in (float, NoneType)
)  # fmt: skip
"""The types that the fields up to `page` may have."""
VERDICTS = DUPLICATE_VERDICTS | {"new", "update"}
NOWHERE = -1
NOTHING_MERGED = Merged((), ())

Why: TypeAlias = Mapping[str, str | float | None]
"""The rule that decided, under `rule`, and the figures that it looked at."""


NO_FIGURES: Why = {}


class Entry(NamedTuple):
    """A decision about one article, with all that the window needs to know again.

    A tuple, since each article makes two of them, and of so many fields that costs a data class
    ten times as much.

    `version` and `status` are "" where the article has none. `of` is the surviving uid, or the
    uid that an update replaces; None for `new`. `similarity` is 0 to 1. `time` is the event time
    in seconds since 1970, `dated` whether the article stated it. `text` identifies the text
    across articles, `edition` this edition of this article, `page` source and URL (0: no URL).
    `sketch` is a packed `Sketch`, empty where no copy needs to be found by it.

    `place` is where the article lies in the stream that was judged, `earlier` the place of the
    one that is needed to tell what this one brings: of an update the version before, of a copy
    with something `merged` the latest version of the survivor. `carriers` are those of the story,
    this article counted.
    """

    uid: str
    source: str
    version: str
    status: str
    verdict: str
    story: str
    of: str | None
    similarity: float | None
    time: float
    dated: bool
    text: int
    edition: int
    page: int
    sketch: bytes
    carriers: Carriers
    place: int = NOWHERE
    earlier: int = NOWHERE
    why: Why = NO_FIGURES
    merged: Merged = NOTHING_MERGED

    @property
    def at(self) -> float | None:
        """The time that the article states, None where it states none."""
        return self.time if self.dated else None


logged_of = attrgetter(*LOGGED[:-2])


def encode_entry(entry: Entry) -> bytes:
    """Return an entry as a format byte, a line of JSON, and the sketch as it is."""
    line = orjson.dumps([*logged_of(entry), packed_carriers(entry), packed_merged(entry.merged)])
    return bytes((FORMAT,)) + line + b"\n" + entry.sketch


def packed_carriers(entry: Entry) -> list[Any]:
    """Return the carriers as they are logged: of an article alone its categories only."""
    carriers = entry.carriers
    source, uid, at, categories = carriers.named[0]
    first = carriers.count == len(carriers.named) == 1 and carriers.first_seen == at == entry.at
    if first and carriers.canonical == uid == entry.uid and source == entry.source:
        return [categories]
    return [carriers.first_seen, carriers.count, carriers.canonical, carriers.named]


def packed_merged(merged: Merged) -> list[Any]:
    """Return what a copy merged as it is logged; mostly nothing."""
    return [] if merged == NOTHING_MERGED else [merged.sources, merged.categories]


def decode_entry(data: bytes) -> Entry:
    """Return the entry in `data`. Raises Reject `unreadable_entry`."""
    try:
        line, _, packed = data[1:].partition(b"\n")
        *fields, place, earlier, why, carriers, merged = orjson.loads(line)
        check(data[0], fields, packed)
        check_places(place, earlier, why)
        fields += (packed, unpacked_carriers(fields, carriers))
        fields += (place, earlier, why, unpacked_merged(merged))
        return Entry(*fields)
    except (IndexError, TypeError, ValueError) as error:
        sentence = f"a log entry cannot be read: {error}; read the log with the barq that wrote it"
        raise Reject("unreadable_entry", sentence) from error


def unpacked_carriers(fields: list[Any], logged: Any) -> Carriers:
    """Return the carriers of a logged line. Raises TypeError or ValueError."""
    if len(logged) == 1:
        uid, source, *_, time, dated = fields[:10]
        return alone((source, uid, time if dated else None, words(logged[0])))
    first_seen, count, canonical, carriers = logged
    if type(first_seen) not in {float, NoneType} or type(count) is not int:
        raise TypeError("the carriers' time or number is none")
    every: list[Carrier] = []
    for source, uid, at, categories in carriers:
        if type(at) not in {float, NoneType}:
            raise TypeError("the time of a carrier is not a number of seconds")
        words([source, uid])
        every.append((source, uid, at, words(categories)))
    [quoted] = words([canonical])
    return Carriers(first_seen, count, quoted, tuple(every))


def unpacked_merged(logged: Any) -> Merged:
    """Return what was merged by a logged line. Raises TypeError or ValueError."""
    if logged == []:
        return NOTHING_MERGED
    sources, categories = logged
    return Merged(words(sources), words(categories))


def words(values: Any) -> tuple[str, ...]:
    """Return a list of strings as a tuple. Raises TypeError."""
    if type(values) is not list or not {str}.issuperset(map(type, values)):
        raise TypeError("a name is not a string")
    return tuple(values)


def check_places(place: Any, earlier: Any, why: Any) -> None:
    """Raise TypeError unless these are two offsets and a table."""
    if not (type(place) is type(earlier) is int and min(place, earlier) >= NOWHERE):
        raise TypeError("a place is not an offset")
    if type(why) is not dict:
        raise TypeError("the figures are no table")


def check(layout: int, fields: list[Any], packed: bytes) -> None:
    """Raise TypeError or ValueError unless the fields up to `page` have their types."""
    if layout != FORMAT:
        raise ValueError(f"it has format {layout}, not {FORMAT}")
    if tuple(map(type, fields)) not in SHAPES:
        raise TypeError("its fields are not those of an entry")
    verdict, of = fields[4], fields[6]
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict!r} is no verdict")
    if (of is None) != (verdict == "new"):
        raise ValueError(f"{verdict} does not go with the survivor {of!r}")
    if not (min(fields[-3:]) >= 0 and max(fields[-3:]) < 1 << 64):
        raise ValueError("an identity is not a 64-bit number")
    if packed:
        check_packed(packed)


def is_remembered(entry: Entry) -> bool:
    """Return whether a window remembers a decision: all but the identical redelivery."""
    return entry.verdict != "exact" or entry.of != entry.uid


def text_of(entry: Entry) -> int:
    """Return the text under which an entry is found; 0 for one that did not go on."""
    return 0 if entry.verdict in DUPLICATE_VERDICTS else entry.text


def page_of(entry: Entry) -> int:
    """Return the page under which an entry is found; 0 for none."""
    return 0 if entry.verdict == "stale" else entry.page
