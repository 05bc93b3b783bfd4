"""The dedup stage: is an article new, a new version of one that went on, or a copy of one.

`judge` decides and changes nothing; the shell applies the decision to the window and logs it.
"""

from collections.abc import Collection, Iterable
from dataclasses import fields

from pipeline.editions import (
    compare_versions,
    event_time,
    page_of,
    required,
    status_of,
    version_of,
)
from pipeline.entry import DUPLICATE_VERDICTS, NOTHING_MERGED, NOWHERE, Entry, Why
from pipeline.likeness import Likeness, compare, is_copy, resemblance, worth_a_look
from pipeline.outcome import Duplicate, Event, Keep, Outcome
from pipeline.revision import revision
from pipeline.sketch import Sketch, edition, identity, pack, read, sketch, title_marks, unpack
from pipeline.story import Carrier, Merged, alone, category_names, joined, merged, told
from pipeline.window import Known, Window

FIGURES = tuple(figure.name for figure in fields(Likeness))
MARKED_CORRECTION = title_marks(
    ("correct", "corrected", "correction", "corrects", "refile", "update", "updated", "writethru",
     "تصحيح", "تصويب", "تحديث", "rectificatif", "corrección", "düzeltme", "уточнение"),
)  # fmt: skip
"""Title words by which an agency marks an item as the correction of one before."""


def judge(
    clean: Event, window: Window, place: int = NOWHERE, agencies: Collection[str] = ()
) -> Entry:
    """Return the decision about a clean event. Raises Reject `missing_field`, `wrong_type`.

    `place` is where the event lies in its stream, by which it can be read again. `agencies` are
    the folded names of sources whose articles are quoted rather than an outlet's.

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
    carrier = (source, uid, stated, category_names(clean.get("categories")))
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
        carriers=alone(carrier),
        place=place,
    )
    mine = window.article(uid)
    if mine and window.knows(uid, fresh.edition):
        return again(fresh, mine, carrier, window, agencies)
    if mine:
        decided = judge_edition(fresh, mine, sketch(reading), window)
    elif twin := window.carrying(fresh.text, fresh.time):
        decided = copy_of(twin, fresh, "exact", 1.0, {"rule": "same_text"})
    else:
        decided = judge_text(fresh, sketch(reading), window)
    if decided.verdict == "new":
        return decided
    return carried(decided, carrier, window, agencies, counted=mine is not None)


def outcome(clean: Event, entry: Entry, before: Event | None = None) -> Outcome:
    """Return the clean event with its `story`: kept if new or an update, else a duplicate.

    `before` is the clean event at `entry.earlier`: the version that an update takes the place of.
    Without it the story does not say what was added and removed.
    """
    story: Event = {"id": entry.story, "verdict": entry.verdict}
    if entry.of is not None:
        story["of"] = entry.of
    if entry.similarity is not None:
        story["similarity"] = entry.similarity
    if entry.why:
        story["why"] = dict(entry.why)
    story.update(told(entry.carriers))
    if entry.verdict == "update":
        story["change"] = "version"
        if before is not None:
            story.update(revision(before, clean))
    value = {**clean, "story": story}
    if entry.verdict in DUPLICATE_VERDICTS:
        return Duplicate(value, entry.verdict)
    return Keep((value,))


def sources_update(survivor: Event, entry: Entry) -> Event:
    """Return the survivor once more, for a copy that brought its story a source or a category.

    `survivor` is the clean event at `entry.earlier`. `story.change` is `sources`: nothing of the
    text is news. `story.merged` says which copy brought what.
    """
    story: Event = {"id": entry.story, "verdict": "update", "of": survivor["uid"]}
    story["change"] = "sources"
    story["merged"] = {
        "uid": entry.uid,
        "sources": list(entry.merged.sources),
        "categories": list(entry.merged.categories),
    }
    story.update(told(entry.carriers))
    event = {**survivor, "story": story}
    own = survivor.get("categories")
    if entry.merged.categories and (own is None or isinstance(own, list)):
        event["categories"] = [*(own or ()), *entry.merged.categories]
    return event


def again(
    fresh: Entry, mine: Known, own: Carrier, window: Window, agencies: Collection[str]
) -> Entry:
    """Return the decision about an edition that is remembered.

    Nothing of its story changes, unless it comes under a category that the story had not.
    """
    known = fresh._replace(verdict="exact", of=fresh.uid, story=mine.story, similarity=1.0)
    known = known._replace(why={"rule": "same_edition"})
    before = window.carriers(mine.story)
    if before is None:
        return known
    new = merged(before, own)._replace(sources=())
    if new == NOTHING_MERGED:
        return known._replace(carriers=before)
    known = known._replace(carriers=joined(before, own, agencies, counted=True))
    return bringing(known, new, window.article(mine.survivor))


def carried(
    decided: Entry, own: Carrier, window: Window, agencies: Collection[str], *, counted: bool
) -> Entry:
    """Return a decision with the carriers of its story, and what a copy adds to the story.

    `counted` says that an edition of the article is remembered.
    """
    before = window.carriers(decided.story)
    if before is None:
        return decided
    after = joined(before, own, agencies, counted=counted)
    if decided.verdict == "update" or decided.of is None:
        return decided._replace(carriers=after)
    new = merged(before, own)
    survivor = window.article(decided.of) if new != NOTHING_MERGED else None
    return bringing(decided._replace(carriers=after), new, survivor)


def bringing(decided: Entry, new: Merged, survivor: Known | None) -> Entry:
    """Return a decision with what a copy brings its story, if the survivor can be sent for it."""
    if survivor is None or survivor.place == NOWHERE:
        return decided
    return decided._replace(merged=new, earlier=survivor.place)


def judge_edition(fresh: Entry, mine: Known, seen: Sketch, window: Window) -> Entry:
    """Return the decision about another edition of an article whose latest is `mine`."""
    order = compare_versions(fresh.version, mine.version)
    if order < 0 or (order == 0 and fresh.status == mine.status and earlier(fresh, mine)):
        return stale(fresh, mine, {"rule": "older_version"})
    # The outlets follow when an agency corrects a story: where the edition before was a copy, a
    # text that went on already is a copy too. A kill is not: it goes on whatever its text.
    if mine.survivor != mine.uid and fresh.status == mine.status:
        twin = window.carrying(fresh.text, fresh.time)
        if twin is not None:
            return copy_of(twin, fresh, "exact", 1.0, {"rule": "same_text"})
    rule = (
        "newer_version" if order > 0 else "rewritten" if fresh.status == mine.status else "status"
    )
    return update_of(mine, fresh, seen, {"rule": rule})


def judge_text(fresh: Entry, seen: Sketch, window: Window) -> Entry:
    """Return the decision about an article that was never seen, with a text never seen."""
    page = window.on_page(fresh.page, fresh.time)
    if page is not None:
        if earlier(fresh, page):
            return stale(fresh, page, {"rule": "same_page"})
        return update_of(page, fresh, seen, {"rule": "same_page"})
    packed = pack(seen)
    found = closest(fresh, seen, window.candidates(packed, fresh.time))
    if found is None:
        return fresh._replace(sketch=packed)
    known, likeness = found
    theirs = unpack(known.sketch)
    if is_marked_correction(fresh, seen, known, theirs):
        return update_of(known, fresh, seen, figures_of("marked_correction", likeness))
    why = figures_of("likeness", likeness)
    if likeness.larger < 1.25 * likeness.smaller or likeness.containment < 0.8:
        return copy_of(known, fresh, "near", likeness.jaccard, why)
    contained = copy_of(known, fresh, "contained", likeness.containment, why)
    # An extended copy holds text that the survivor has not; further copies are found by it.
    return contained._replace(sketch=packed) if seen.total > theirs.total else contained


def stale(fresh: Entry, known: Known, why: Why) -> Entry:
    """Return the decision that an article is older than a known one of its source."""
    return fresh._replace(verdict="stale", of=known.uid, story=known.story, why=why)


def copy_of(known: Known, fresh: Entry, verdict: str, similarity: float, why: Why) -> Entry:
    """Return the decision that an article repeats a known one, or what that one repeats."""
    return fresh._replace(
        verdict=verdict,
        of=known.survivor,
        story=known.story,
        similarity=round(similarity, 4),
        why=why,
    )


def update_of(known: Known, fresh: Entry, seen: Sketch, why: Why) -> Entry:
    """Return the decision that an article takes the place of a known one."""
    similarity = None
    if known.sketch:
        similarity = round(resemblance(unpack(known.sketch), seen), 4)
    return fresh._replace(
        verdict="update",
        of=known.uid,
        story=known.story,
        similarity=similarity,
        sketch=pack(seen),
        earlier=known.place,
        why=why,
    )


def figures_of(rule: str, likeness: Likeness) -> Why:
    """Return the rule that decided with the figures that it looked at, shares to four places."""
    figures = ((name, getattr(likeness, name)) for name in FIGURES)
    rounded = {n: round(f, 4) if isinstance(f, float) else f for n, f in figures}
    return {"rule": rule, **rounded}


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
