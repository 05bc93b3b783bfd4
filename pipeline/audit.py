"""The audit of cleaning: every edit of an input text as JSON, and the way back.

An entry is `{"rule","start","end","text"}`: `text` is what stood in the NFC input from `start` to
`end` (code points). `put`, if present, is what stands in its place now. `at`, if present, lists the
starts of all the places where the same rule made the same edit, the first of which is `start`.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from pipeline.characters import Change

GROUPED = frozenset({"spacing", "invisible-character", "control-character", "presentation-form"})
"""Rules of single characters: equal edits share one entry, or a dirty text would grow manifold."""


def record(source: str, edits: Iterable[Change]) -> list[dict[str, Any]]:
    """Return the entries for the edits of `source`, in the order of their (first) places."""
    entries: list[dict[str, Any]] = []
    groups: dict[tuple[str, str, str], list[int]] = {}
    for start, end, rule, put in edits:
        text = source[start:end]
        if rule in GROUPED:
            places = groups.get((rule, text, put))
            if places is None:
                groups[rule, text, put] = [start]
            else:
                places.append(start)
        else:
            entries.append(entry_of(start, rule, text, put))
    for (rule, text, put), places in groups.items():
        places.sort()
        entry = entry_of(places[0], rule, text, put)
        if len(places) > 1:
            entry["at"] = places
        entries.append(entry)
    entries.sort(key=itemgetter("start"))
    return entries


def entry_of(start: int, rule: str, text: str, put: str) -> dict[str, Any]:
    """Return the entry of one edit."""
    entry = {"rule": rule, "start": start, "end": start + len(text), "text": text}
    return entry | {"put": put} if put else entry


def places_of(entry: Mapping[str, Any]) -> Sequence[int]:
    """Return where in the input an entry's text stood, at least once."""
    places: Sequence[int] = entry.get("at") or (entry["start"],)
    return places


def by_rule(entries: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """Return for each rule in how many places it made an edit, and by how many characters fewer."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        places, characters = found.get(entry["rule"], (0, 0))
        number = len(places_of(entry))
        lost = max(0, len(entry["text"]) - len(entry.get("put", "")))
        found[entry["rule"]] = places + number, characters + number * lost
    return found


def undo(text: str, entries: Iterable[dict[str, Any]]) -> str:
    """Return the input of which `text` was made by the edits that `entries` record."""
    places = [
        (start, entry["text"], entry.get("put", ""))
        for entry in entries
        for start in places_of(entry)
    ]
    pieces = []
    read = written = 0
    for start, gone, put in sorted(places, key=itemgetter(0)):
        kept = start - written
        pieces += [text[read : read + kept], gone]
        read += kept + len(put)
        written = start + len(gone)
    return "".join([*pieces, text[read:]])
