"""The audit of cleaning: every edit of an input text as JSON, and the way back.

An entry is `{"rule","start","end","text"}`: `text` is what stood in the NFC input from `start` to
`end` (code points). `put`, if present, is what stands in its place now. `at`, if present, lists the
starts of all the places where the same rule made the same edit, the first of which is `start`.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from pipeline.characters import Edit

GROUPED = frozenset({"spacing", "invisible-character", "control-character", "presentation-form"})
"""Rules of single characters: equal edits share one entry, or a dirty text would grow manifold."""


def record(source: str, edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """Return the entries for the edits of `source`, in the order of their (first) places."""
    entries: list[dict[str, Any]] = []
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for edit in sorted(edits, key=attrgetter("start")):
        text = source[edit.start : edit.end]
        key = (edit.rule, text, edit.put)
        if edit.rule in GROUPED and key in groups:
            group = groups[key]
            group.setdefault("at", [group["start"]]).append(edit.start)
            continue
        entry: dict[str, Any] = {
            "rule": edit.rule,
            "start": edit.start,
            "end": edit.end,
            "text": text,
        }
        if edit.put:
            entry["put"] = edit.put
        if edit.rule in GROUPED:
            groups[key] = entry
        entries.append(entry)
    return entries


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
