"""One decision of the dedup stage as it is logged: the log of these is the stage's state."""

from dataclasses import dataclass
from types import NoneType
from typing import Any

import orjson

from pipeline.outcome import Reject
from pipeline.sketch import check_packed

FORMAT = 1
"""First byte of an encoded entry; another number means another layout."""

DUPLICATE_VERDICTS = frozenset({"exact", "near", "contained", "stale"})
LOGGED = (
    "uid", "source", "version", "status", "verdict", "story", "of", "similarity", "time", "dated",
    "text", "edition", "page", "sources",
)  # fmt: skip
"""Fields of the line of JSON, in order."""
SHAPES = frozenset(
    (*6 * (str,), of, similarity, float, bool, int, int, int)
    for of in (str, NoneType) for similarity in (float, NoneType)
)  # fmt: skip
"""The types that these may have, all but the last."""
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
        *fields, named = orjson.loads(line)
        check(data[0], fields, packed)
        sources = tuple((check_name(source), check_name(uid)) for source, uid in named)
        fields += (packed, sources or ((fields[1], fields[0]),))
        return Entry(*fields)
    except (IndexError, TypeError, ValueError) as error:
        sentence = f"a log entry cannot be read: {error}; read the log with the barq that wrote it"
        raise Reject("unreadable_entry", sentence) from error


def check(layout: int, fields: list[Any], packed: bytes) -> None:
    """Raise TypeError or ValueError unless every field of an entry but `sources` has its type."""
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


def check_name(name: object) -> str:
    """Return a name. Raises TypeError."""
    if not isinstance(name, str):
        raise TypeError("a name is not a string")
    return name
