"""One decision of the dedup stage as it is logged: the log of these is the stage's state."""

from dataclasses import dataclass
from types import NoneType
from typing import Any

import orjson

from pipeline.outcome import Reject
from pipeline.sketch import unpack

FORMAT = 1
"""First byte of an encoded entry; another number means another layout."""

DUPLICATE_VERDICTS = frozenset({"exact", "near", "contained", "stale"})
LOGGED = (
    "uid", "source", "version", "status", "verdict", "story", "of", "similarity", "time", "dated",
    "text", "edition", "page", "sources",
)  # fmt: skip
"""Fields of the line of JSON, in order."""
NAMES = ("uid", "source", "version", "status", "verdict", "story")
IDENTITIES = ("text", "edition", "page")
VERDICTS = DUPLICATE_VERDICTS | {"new", "update"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision about one article, with all that the window needs to know again.

    `version` and `status` are "" where the article has none. `of` is the surviving uid, or the
    uid that an update replaces; None for `new`. `similarity` is 0 to 1. `time` is the event time
    in seconds since 1970, `dated` whether the article stated it. `text` identifies the text
    across articles, `edition` this edition of this article, `page` source and URL (0: no URL).
    `sketch` is a packed `Sketch`, empty where no copy needs to be found by it. `sources` are the
    (source, uid) pairs that carry the story, the first and this one among them.
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
    sources: tuple[tuple[str, str], ...]


def encode_entry(entry: Entry) -> bytes:
    """Return an entry as a format byte, a line of JSON, and the sketch as it is."""
    own = ((entry.source, entry.uid),)
    fields = [getattr(entry, name) for name in LOGGED[:-1]]
    line = orjson.dumps([*fields, () if entry.sources == own else entry.sources])
    return bytes((FORMAT,)) + line + b"\n" + entry.sketch


def decode_entry(data: bytes) -> Entry:
    """Return the entry in `data`. Raises Reject `unreadable_entry`."""
    try:
        line, _, packed = data[1:].partition(b"\n")
        named = dict(zip(LOGGED, orjson.loads(line), strict=True))
        check(data[0], named, packed)
        sources = named.pop("sources") or [(named["source"], named["uid"])]
        return Entry(
            **named, sketch=packed, sources=tuple((source, uid) for source, uid in sources)
        )
    except (IndexError, TypeError, ValueError) as error:
        sentence = f"a log entry cannot be read: {error}; read the log with the barq that wrote it"
        raise Reject("unreadable_entry", sentence) from error


def check(layout: int, named: dict[str, Any], packed: bytes) -> None:
    """Raise TypeError or ValueError unless every field of an entry has its type."""
    if layout != FORMAT:
        raise ValueError(f"it has format {layout}, not {FORMAT}")
    pairs = [word for source, uid in named["sources"] for word in (source, uid)]
    if not all(isinstance(word, str) for word in (*(named[name] for name in NAMES), *pairs)):
        raise TypeError("a name is not a string")
    if not all(type(named[name]) is int and 0 <= named[name] < 1 << 64 for name in IDENTITIES):
        raise TypeError("an identity is not a 64-bit number")
    if type(named["time"]) is not float or type(named["dated"]) is not bool:
        raise TypeError("the time is not a number of seconds")
    if type(named["similarity"]) not in {float, NoneType}:
        raise TypeError("the similarity is not a number")
    if named["verdict"] not in VERDICTS:
        raise ValueError(f"{named['verdict']!r} is no verdict")
    if type(named["of"]) is not (NoneType if named["verdict"] == "new" else str):
        raise ValueError(f"{named['verdict']} does not go with the survivor {named['of']!r}")
    if packed:
        unpack(packed)
