"""What a record of any topic says about its article, and which records belong together.

Every record names in a header the record that caused it, so that those of an article form one
chain for every time it was fed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import letters
from pipeline.outcome import Event
from pipeline.topology import DEAD

Headers = Mapping[str, bytes | None]

SOURCE = "barq-source"
MOST_NAMED = 12
RANKS = {"raw": 0, "clean": 1, "unique": 2, "duplicates": 2, "tagged": 3, "matches": 4, "alerts": 5}
LAST_RANK = 6
"""Of desk topics, which hold what `alerts` holds."""


@dataclass(frozen=True, slots=True)
class Step:
    """One record of the article: where it lies, who wrote it, what it says.

    `time` is RFC 3339, `cause` the record that it was made from, both as the broker has them.
    `ending` is said of a record from which nothing came: whether it waits or ended there.
    """

    topic: str
    partition: int
    offset: int
    time: str
    by: str
    what: str
    cause: str | None
    ending: str | None = None

    @property
    def place(self) -> str:
        """Where the record lies: `topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def about(uid: str, key: bytes | None, event: Event) -> bool:
    """Return whether a record is about the article, by its content or else by its key."""
    article = event.get("article")
    if isinstance(article, dict):
        return article.get("uid") == uid
    if "uid" in event:
        return bool(event["uid"] == uid)
    if "source" in event and "id" in event:
        return f"{event['source']}:{event['id']}" == uid
    return key == uid.encode("utf-8", "replace")


def copied(event: Event) -> str | None:
    """Return the uid of the article that dedup says this one is a copy of."""
    story = event.get("story")
    of = story.get("of") if isinstance(story, dict) else None
    return of if isinstance(of, str) else None


def story_of(event: Event) -> Event:
    """Return what dedup says of an article's story, {} where it says nothing."""
    return _table(event, "story")


def told(bare: str, headers: Headers, size: int, event: Event) -> tuple[str, str]:
    """Return who wrote a record, and in words what it says.

    `bare` is its topic without prefix, `size` its value in bytes, `event` what it decodes to ({}
    if it does not).
    """
    if bare == "raw":
        return told_raw(headers, size, event)
    if bare == DEAD:
        return told_dead(headers)
    if bare in TELLERS:
        hop, tell = TELLERS[bare]
        return hop, tell(event)
    return "announcing", f"alert to {bare}: {told_rule(event)}"


def told_raw(headers: Headers, size: int, event: Event) -> tuple[str, str]:
    """Return that a record was fed or replayed, with its size and version."""
    again = headers.get(letters.REPLAYED)
    version = f", version {event['version']}" if "version" in event else ""
    if again is None:
        return "feeder", f"fed, {size:,} bytes{version}"
    letter = again.decode("utf-8", "replace")
    return "replay", f"replayed from dead letter {letter}, {size:,} bytes{version}"


def told_dead(headers: Headers) -> tuple[str, str]:
    """Return which stage refused a record and why."""
    letter = letters.from_headers(headers)
    if letter is None:
        return "unknown", "a record of the dead topic without the headers of a letter"
    return letter.stage, f"dead letter, {letter.reason}: {letter.message}"


def told_clean(event: Event) -> str:
    """Return the language of an article and what was removed from it, by rule."""
    language = _table(event, "language")
    removed: Counter[str] = Counter()
    for piece in _tables(event, "removed"):
        at = piece.get("at")
        removed[str(piece.get("rule"))] += len(at) if isinstance(at, list) else 1
    parts = ", ".join(f"{rule} {number}" for rule, number in sorted(removed.items()))
    said = f"language {language.get('code')} ({language.get('confidence')})"
    said += f", {removed.total()} removals" + (f" ({parts})" if parts else "")
    for name in ("agency", "dateline", "byline"):
        if event.get(name):
            said += f", {name} {event[name]}"
    return said


def told_story(event: Event) -> str:
    """Return the verdict of dedup and the story, the figures behind it and what it brings."""
    story = story_of(event)
    if story.get("change") == "sources":
        merged = _table(story, "merged")
        brought = ", ".join(map(str, _list(merged, "sources") + _list(merged, "categories")))
        return f"story {story.get('id')} once more, for its copy {merged.get('uid')}: {brought}"
    said = f"{story.get('verdict')}, story {story.get('id')}"
    if "of" in story:
        said += f", of {story['of']}"
    if "similarity" in story:
        said += f", similarity {story['similarity']}"
    if "added" in story:
        said += f", {told_revision(story)}"
    why = _table(story, "why")
    if why:
        figures = ", ".join(f"{name} {why[name]}" for name in why if name != "rule")
        said += f" ({why.get('rule')}{': ' if figures else ''}{figures})"
    return said


def told_revision(story: Event) -> str:
    """Return how many sentences an update added and removed."""
    omitted = _table(story, "omitted")
    counts = []
    for side in ("added", "removed"):
        more = omitted.get(side)
        number = len(_list(story, side)) + (more if isinstance(more, int) else 0)
        counts.append(f"{number} sentence{'' if number == 1 else 's'} {side}")
    return ", ".join(counts)


def told_carriers(story: Event) -> list[str]:
    """Return who carries a story: a line on the whole, then one for each article that is named."""
    since = story.get("first_seen", "at a time unknown")
    whole = f"Story {story.get('id')}: {story.get('count')} articles, first seen {since}"
    lines = [f"{whole}, to quote {story.get('canonical')}"]
    for carrier in _tables(story, "sources"):
        line = f"{carrier.get('uid')}, {carrier.get('source')}"
        line += f", {carrier['at']}" if "at" in carrier else ""
        categories = ", ".join(map(str, _list(carrier, "categories")))
        lines.append(line + (f" ({categories})" if categories else ""))
    return lines


def fuller(one: Event, other: Event) -> Event:
    """Return of two tellings of a story the one that knows of more articles; then the later."""
    counts = [story.get("count") for story in (one, other)]
    known = [count if isinstance(count, int) else -1 for count in counts]
    return one if known[0] > known[1] else other


def told_entities(event: Event) -> str:
    """Return how many entities of each type were tagged, and the first names."""
    entities = _tables(event, "entities")
    types = Counter(str(entity.get("type")) for entity in entities)
    counts = ", ".join(f"{kind} {number}" for kind, number in sorted(types.items()))
    names = list(dict.fromkeys(str(e.get("name") or e.get("text")) for e in entities))
    named = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return f"{len(entities)} entities ({counts}): {named}" if entities else "no entities"


def told_rule(event: Event) -> str:
    """Return the rule of a match or an alert, and the clauses that matched."""
    rule, why = _table(event, "rule"), _table(event, "why")
    clauses = why.get("clauses")
    found = clauses if isinstance(clauses, list) else []
    words = [str(c.get("clause")) if isinstance(c, dict) else str(c) for c in found]
    said = f"rule {rule.get('id')}, {rule.get('severity')}, desk {rule.get('desk')}"
    return f"{said}, because of {'; '.join(words)}" if words else said


def _table(event: Event, name: str) -> dict[str, Any]:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _list(event: Event, name: str) -> list[Any]:
    value = event.get(name)
    return value if isinstance(value, list) else []


def _tables(event: Event, name: str) -> list[dict[str, Any]]:
    return [one for one in _list(event, name) if isinstance(one, dict)]


TELLERS: dict[str, tuple[str, Callable[[Event], str]]] = {
    "clean": ("cleaning", told_clean),
    "unique": ("dedup", told_story),
    "duplicates": ("dedup", told_story),
    "tagged": ("tagging", told_entities),
    "matches": ("alerting", lambda event: f"matched {told_rule(event)}"),
    "alerts": ("announcing", lambda event: f"alert: {told_rule(event)}"),
}


def feedings(steps: Iterable[Step], prefix: str) -> list[list[Step]]:
    """Return the steps in chains, one a feeding, each in the order of the flow.

    A record whose cause is not among the steps (its topic no longer keeps it) begins a chain.
    Chains are in the order of their first records.
    """
    by_place = {step.place: step for step in steps}
    chains: dict[str, list[Step]] = {}
    for step in by_place.values():
        chains.setdefault(first_cause(step, by_place), []).append(step)
    for chain in chains.values():
        chain.sort(key=lambda step: (rank(step, prefix), step.topic, step.partition, step.offset))
    return [chains[root] for root in sorted(chains, key=lambda at: (by_place[at].time, at))]


def first_cause(step: Step, by_place: Mapping[str, Step]) -> str:
    """Return the place of the record from which all led to this one."""
    seen = {step.place}
    while (cause := step.cause) is not None and cause in by_place and cause not in seen:
        seen.add(cause)
        step = by_place[cause]
    return step.place


def rank(step: Step, prefix: str) -> float:
    """Return where in the flow a record belongs; a dead letter stands behind what died."""
    bare = step.topic.removeprefix(prefix)
    if bare != DEAD:
        return RANKS.get(bare, LAST_RANK)
    cause = (step.cause or "").split("/", 1)[0].removeprefix(prefix)
    return RANKS.get(cause, LAST_RANK) + 0.5
