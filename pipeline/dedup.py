"""The dedup stage: is an article new, a new version of one that went on, or a copy of one.

`judge` decides and changes nothing; the shell applies the decision to the window and logs it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.entry import DUPLICATE_VERDICTS, Entry
from pipeline.likeness import Likeness, compare, is_copy, resemblance, worth_a_look
from pipeline.outcome import Duplicate, Event, Keep, Outcome, Reject
from pipeline.sketch import (
    Sketch,
    digest,
    edition,
    identity,
    pack,
    read,
    sketch,
    title_marks,
    unpack,
)
from pipeline.window import Known, Window

SOURCES_NAMED = 16
"""Sources of a story that an article names at most."""
LONGEST_NUMBER = 18
"""Digits of a version that is compared as a number."""
MARKED_CORRECTION = title_marks(
    ("correct", "corrected", "correction", "corrects", "refile", "update", "updated", "writethru",
     "تصحيح", "تصويب", "تحديث", "rectificatif", "corrección", "düzeltme", "уточнение"),
)  # fmt: skip
"""Title words by which an agency marks an item as the correction of one before."""
TRACKING = re.compile(r"([?&])(?:utm_\w+|fbclid|gclid)=[^&]*")


def judge(clean: Event, window: Window) -> Entry:
    """Return the decision about a clean event. Raises Reject `missing_field`, `wrong_type`.

    The rules, first match first:
    an edition that is remembered (same uid, version, status, words) is `exact`, whatever its time;
    an older edition than the latest of its uid is `stale`, any other an `update`, or `exact` if
    the edition before was a copy and this text went on from another uid;
    a text that went on from another uid is `exact`;
    another text at the same URL of the same source is an `update`;
    a text much like one that went on is `near` or `contained`, or an `update` if the same source
    marks it as a correction in its title;
    all else is `new`.
    """
    uid, source = required(clean, "uid"), required(clean, "source")
    text = required(clean, "text", empty=True)
    title = "" if clean.get("title") is None else required(clean, "title", empty=True)
    version, status = version_of(clean), status_of(clean)
    reading = read(title, text)
    stated, words = event_time(clean), identity(reading)
    fresh = Entry(
        uid=uid,
        source=source,
        version=version,
        status=status,
        verdict="new",
        story=uid,
        of=None,
        similarity=None,
        time=window.undated() if stated is None else stated,
        dated=stated is not None,
        text=words,
        edition=edition(reading, words, version, status),
        page=page_of(clean, source),
        sketch=b"",
        sources=((source, uid),),
    )
    mine = window.article(uid)
    if mine and window.knows(uid, fresh.edition):
        decided = replace(fresh, verdict="exact", of=uid, story=mine.story, similarity=1.0)
    elif mine:
        decided = judge_edition(fresh, mine, sketch(reading), window)
    elif twin := window.carrying(fresh.text, fresh.time):
        decided = copy_of(twin, fresh, "exact", 1.0)
    else:
        decided = judge_text(fresh, sketch(reading), window)
    if decided.verdict == "new":
        return decided
    return replace(decided, sources=sources_of(decided, window))


def outcome(clean: Event, entry: Entry) -> Outcome:
    """Return the clean event with its `story`: kept if new or an update, else a duplicate."""
    story: Event = {"id": entry.story, "verdict": entry.verdict}
    if entry.of is not None:
        story["of"] = entry.of
    if entry.similarity is not None:
        story["similarity"] = entry.similarity
    story["sources"] = [{"source": source, "uid": uid} for source, uid in entry.sources]
    value = {**clean, "story": story}
    if entry.verdict in DUPLICATE_VERDICTS:
        return Duplicate(value, entry.verdict)
    return Keep((value,))


def judge_edition(fresh: Entry, mine: Known, seen: Sketch, window: Window) -> Entry:
    """Return the decision about another edition of an article whose latest is `mine`."""
    order = compare_versions(fresh.version, mine.version)
    if order < 0 or (order == 0 and fresh.status == mine.status and earlier(fresh, mine)):
        return replace(fresh, verdict="stale", of=mine.uid, story=mine.story)
    # The outlets follow when an agency corrects a story: where the edition before was a copy, a
    # text that went on already is a copy too. A kill is not: it goes on whatever its text.
    if mine.survivor != mine.uid and fresh.status == mine.status:
        twin = window.carrying(fresh.text, fresh.time)
        if twin is not None:
            return copy_of(twin, fresh, "exact", 1.0)
    return update_of(mine, fresh, seen)


def judge_text(fresh: Entry, seen: Sketch, window: Window) -> Entry:
    """Return the decision about an article that was never seen, with a text never seen."""
    page = window.on_page(fresh.page, fresh.time)
    if page is not None:
        if earlier(fresh, page):
            return replace(fresh, verdict="stale", of=page.uid, story=page.story)
        return update_of(page, fresh, seen)
    packed = pack(seen)
    found = closest(fresh, seen, window.candidates(packed, fresh.time))
    if found is None:
        return replace(fresh, sketch=packed)
    known, likeness = found
    theirs = unpack(known.sketch)
    if is_marked_correction(fresh, seen, known, theirs):
        return update_of(known, fresh, seen)
    if likeness.larger < 1.25 * likeness.smaller or likeness.containment < 0.8:
        return copy_of(known, fresh, "near", likeness.jaccard)
    contained = copy_of(known, fresh, "contained", likeness.containment)
    # An extended copy holds text that the survivor has not; further copies are found by it.
    return replace(contained, sketch=packed) if seen.total > theirs.total else contained


def copy_of(known: Known, fresh: Entry, verdict: str, similarity: float) -> Entry:
    """Return the decision that an article repeats a known one, or what that one repeats."""
    return replace(
        fresh,
        verdict=verdict,
        of=known.survivor,
        story=known.story,
        similarity=round(similarity, 4),
    )


def update_of(known: Known, fresh: Entry, seen: Sketch) -> Entry:
    """Return the decision that an article takes the place of a known one."""
    similarity = None
    if known.sketch:
        similarity = round(resemblance(unpack(known.sketch), seen), 4)
    return replace(
        fresh,
        verdict="update",
        of=known.uid,
        story=known.story,
        similarity=similarity,
        sketch=pack(seen),
    )


def closest(
    fresh: Entry, seen: Sketch, candidates: Iterable[Known]
) -> tuple[Known, Likeness] | None:
    """Return the article that a text copies; of several the most alike, then the first applied."""
    best: tuple[float, int] | None = None
    found = None
    for known in candidates:
        if not worth_a_look(seen, known.sketch):
            continue
        theirs = unpack(known.sketch)
        likeness = compare(seen, theirs)
        if likeness is None:
            continue
        # A correction may differ in one figure only, as otherwise two different stories do.
        half = likeness.jaccard >= 0.5 and is_marked_correction(fresh, seen, known, theirs)
        if not half and not is_copy(likeness, abs(fresh.time - known.time)):
            continue
        rank = (likeness.jaccard + likeness.containment, -known.serial)
        if best is None or rank > best:
            best, found = rank, (known, likeness)
    return found


def is_marked_correction(fresh: Entry, seen: Sketch, known: Known, theirs: Sketch) -> bool:
    """Return whether a source says in the title that it corrects an article of its own."""
    return known.source == fresh.source and bool(MARKED_CORRECTION & seen.title - theirs.title)


def earlier(fresh: Entry, known: Known) -> bool:
    """Return whether an article says that it is older than a known one."""
    return fresh.dated and known.dated and fresh.time < known.time


def sources_of(entry: Entry, window: Window) -> tuple[tuple[str, str], ...]:
    """Return who carries the known story of a decision: those before, then this article."""
    carriers = window.carriers(entry.story)
    own = (entry.source, entry.uid)
    return carriers if own in carriers else (*carriers, own)[:SOURCES_NAMED]


def compare_versions(one: str, other: str) -> int:
    """Return -1, 0 or 1 as the first version is lower than, equal to or higher than the second.

    Whole numbers compare as such, all else as strings; no version is version 0.
    """
    one, other = one or "0", other or "0"
    if one.isdecimal() and other.isdecimal():
        return (int(one) > int(other)) - (int(one) < int(other))
    return (one > other) - (one < other)


def required(clean: Event, field: str, *, empty: bool = False) -> str:
    """Return a string of a clean event. Raises Reject `missing_field` or `wrong_type`."""
    value = clean.get(field)
    if value is None or (value == "" and not empty):
        raise Reject("missing_field", f"{field} is missing; send what the cleaning stage writes")
    if not isinstance(value, str):
        raise Reject("wrong_type", f"{field} is a {type(value).__name__}; send a string")
    return value if empty else writable(value, field)


def writable(value: str, field: str) -> str:
    """Return the value if it can be logged. Raises Reject `wrong_type` for lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Reject("wrong_type", f"{field} is no valid Unicode; send UTF-8") from error
    return value


def version_of(clean: Event) -> str:
    """Return the version, a whole number without leading zeros, or "". Raises Reject."""
    version = clean.get("version")
    if isinstance(version, float) and version.is_integer():
        version = int(version)
    if version is None:
        return ""
    if isinstance(version, bool) or not isinstance(version, str | int | float):
        sentence = f"version is a {type(version).__name__}; send a number or a string"
        raise Reject("wrong_type", sentence)
    written = writable(str(version).strip(), "version")
    if written.isdecimal() and len(written) <= LONGEST_NUMBER:
        return str(int(written))
    return written


def status_of(clean: Event) -> str:
    """Return the status in one spelling, "" for the ordinary one."""
    status = clean.get("status")
    if not isinstance(status, str):
        return ""
    status = writable(status.strip().lower(), "status")
    return {"usable": "", "cancelled": "canceled"}.get(status, status)


def event_time(clean: Event) -> float | None:
    """Return when an article was published, or else fetched (seconds since 1970, UTC assumed)."""
    for field in ("published_at", "fetched_at"):
        try:
            stated = datetime.fromisoformat(clean[field])
            if stated.tzinfo is None:
                stated = stated.replace(tzinfo=UTC)
            return stated.timestamp()
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return None


def page_of(clean: Event, source: str) -> int:
    """Return a number for source and URL, 0 where the URL names no single page."""
    url = clean.get("url")
    if not isinstance(url, str) or not url.strip():
        return 0
    page = url.strip().partition("#")[0]
    if "?" in page:
        page = TRACKING.sub(r"\1", page).rstrip("?&")
    page = page.rstrip("/")
    scheme, separator, rest = page.partition("://")
    if separator and scheme.lower() in {"http", "https"}:
        page = rest.removeprefix("www.")
        if "/" not in page and "?" not in page:
            return 0  # the front page carries every story in turn
    return digest(source.encode(), page.encode("utf-8", "surrogatepass"))
