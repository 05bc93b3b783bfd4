"""The alerting stage: which rules an article meets, and the alerts that this raises."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from pipeline.checks import Check, Clause, Found
from pipeline.galley import Galley
from pipeline.matching import Article
from pipeline.outcome import Drop, Event, Keep, Outcome, Reject
from pipeline.rules import SEVERITIES, SLUG, Rule, RuleBook
from pipeline.tagged import (
    Property,
    article_of,
    merged_properties,
    required_text,
    story_properties,
)

ACTIONS = ("new", "update", "correct", "cancel")
STATUS_DROPS = {"withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
MOST_HIGHLIGHTS = 100
"""Highlights a clause in an alert; its count says how many there are. More would make alerts on
long listings larger than a broker takes."""
SNIPPET_LENGTH = 240
ARTICLE_FIELDS = ("uid", "title", "url", "source", "published_at", "language")
CHANGE_FIELDS = ("added", "removed", "omitted", "merged")
"""Fields of the story that say what an update brought; a correction is read by them."""
ALERT_FIELDS = {
    "alert_id": str,
    "action": str,
    "rule": dict,
    "story_id": str,
    "article": dict,
    "why": dict,
    "matched_at": str,
}
RULE_FIELDS = ("id", "version", "severity", "desk")


def match(tagged: Event, book: RuleBook, matched_at: str) -> Outcome:
    """Match all active rules of the book against a tagged article.

    `matched_at` (RFC 3339) is the article's own time in the pipeline, which a redelivery repeats.
    A rule is met by what the article says of itself, or by that with the sources and categories of
    all who carry its story; an event that only brings such (`story.change` is `sources`) meets
    those rules alone that were not met without them.
    Returns Keep with one match for each rule that the article meets, in the book's order; each is
    the alert of DESIGN.md section 3 with `why.snippet` besides. Returns Drop("no_match"),
    Drop("withheld") or Drop("canceled") by the article's `status`.

    Raises Reject: `missing_field` or `wrong_type` for an article that is not as the tagging stage
    writes it, `embargoed` before the time in `embargo_until`, `embargo_unreadable` if that is no
    such time, `rule_failed` if a rule cannot be asked, with its id.
    """
    article = article_of(tagged, entities_needed=book.engine.asks_entities)
    dropped = drop_of(tagged)
    if dropped is not None:
        return dropped
    refuse_embargoed(tagged, matched_at)
    matches = tuple(
        match_event(tagged, rule, clauses, article.galley, matched_at)
        for rule, clauses in rules_met(tagged, article, book)
    )
    return Keep(matches) if matches else Drop("no_match")


def announce(match: Event) -> Outcome:
    """Turn one match into what subscribers get: today one alert, the match itself.

    Raises Reject `missing_field` or `wrong_type` if the match is not as `match` writes it.
    """
    for name, kind in ALERT_FIELDS.items():
        if name not in match:
            raise Reject("missing_field", f"the match has no {name}; send what alerting writes")
        if not isinstance(match[name], kind):
            raise Reject("wrong_type", f"the match's {name} is no {kind.__name__}")
    rule = match["rule"]
    for name in RULE_FIELDS:
        required_text(rule, name, "the match's rule")
    known = rule["severity"] in SEVERITIES and match["action"] in ACTIONS
    if not (known and SLUG.fullmatch(rule["desk"])):
        raise Reject(
            "wrong_type",
            f"action {match['action']}, severity {rule['severity']} or desk {rule['desk']} "
            "is none that alerting writes",
        )
    return Keep((match,))


def explain(tagged: Event, rule: Rule) -> Event:
    """Say of one rule whether an article meets it, clause by clause, though it be disabled.

    Returns `{"rule", "version", "enabled", "matched", "why"}`; `why` is the query as a tree:
    `{"clause", "count", "matched"}` for a leaf, `{"all" | "any": […], "matched"}` and
    `{"not": …, "matched"}` for what joins them; NEAR is a leaf with `parts`. Status and embargo
    are not looked at. Raises Reject as `match` does for an article that is none.
    """
    book = RuleBook([replace(rule, enabled=True)])
    article = article_of(tagged, entities_needed=book.engine.asks_entities)
    why = book.engine.checks[0].told(book.engine.read(article))
    return {
        "rule": rule.id,
        "version": rule.version,
        "enabled": rule.enabled,
        "matched": why["matched"],
        "why": why,
    }


def rules_met(tagged: Event, article: Article, book: RuleBook) -> list[tuple[Rule, list[Clause]]]:
    """Return the rules that an article meets by itself, then those by its story besides."""
    others = tuple(story_properties(tagged))
    merged = merged_properties(tagged)
    if merged is not None:
        before = given(article, merged, ())
        known = {rule.id for rule, _ in met(book, book.engine.read(before))}
        if others:
            before = given(article, merged, others)
            known |= {rule.id for rule, _ in met(book, book.engine.read(before))}
        now = met(book, book.engine.read(given(article, (), others)))
        return [(rule, clauses) for rule, clauses in now if rule.id not in known]
    found = met(book, book.engine.read(article))
    if not others:
        return found
    known = {rule.id for rule, _ in found}
    wider = met(book, book.engine.read(given(article, (), others)))
    return found + [(rule, clauses) for rule, clauses in wider if rule.id not in known]


def given(article: Article, without: Collection[Property], others: tuple[Property, ...]) -> Article:
    """Return an article with the properties of others that carry its story, some left out."""
    every = dict.fromkeys((*article.properties, *others))
    return replace(article, properties=tuple(one for one in every if one not in without))


def met(book: RuleBook, found: Found) -> list[tuple[Rule, list[Clause]]]:
    """Return the rules that are met with the clauses that matched. Raises Reject `rule_failed`.

    A rule that fails takes the article to the dead letters, where it is seen and replayed:
    passing over the rule would be silence.
    """
    rules = []
    for number in book.engine.candidates(found):
        rule, check = book.active[number], book.engine.checks[number]
        try:
            if check.holds(found):
                rules.append((rule, merged(check, found)))
        except Exception as error:
            raise Reject(
                "rule_failed",
                f"rule {rule.id} ({rule.origin}, line {rule.line}) failed with "
                f"{type(error).__name__}: {error}; disable it and replay this letter",
            ) from error
    return rules


def merged(check: Check, found: Found) -> list[Clause]:
    """Return the clauses that matched, one that a query repeats only once."""
    return list({clause.text: clause for clause in check.clauses(found)}.values())


def match_event(
    tagged: Event, rule: Rule, clauses: list[Clause], galley: Galley, matched_at: str
) -> Event:
    """Return the match of a rule as an event."""
    story = tagged.get("story") or {}
    uid = tagged["uid"]
    # Who is alerted because a copy brought a source or a category has seen nothing of the story.
    renewed = story.get("verdict") == "update" and story.get("change") != "sources"
    action = "update" if renewed else "new"
    highlights = highlights_of(clauses, galley.text)
    event = {
        "alert_id": alert_id(rule, uid, tagged.get("version"), action),
        "action": action,
        "rule": {
            "id": rule.id,
            "version": rule.version,
            "severity": rule.severity,
            "desk": rule.desk,
        },
        "story_id": story.get("id") or uid,
        "article": {name: tagged.get(name) for name in ARTICLE_FIELDS},
        "why": {
            "clauses": [{"clause": one.text, "count": one.count} for one in clauses],
            "highlights": highlights,
            "snippet": snippet_of(galley.text, highlights),
        },
        "matched_at": matched_at,
    }
    changed = {name: story[name] for name in CHANGE_FIELDS if name in story}
    return {**event, "change": changed} if changed else event


def alert_id(rule: Rule, uid: str, version: object, action: str) -> str:
    """Return the id that a redelivery repeats: a hash of rule, article, version and action.

    The parts are joined as JSON, so that no two lists of parts join to the same text. Version 3
    and "3" are one version.
    """
    number = version if isinstance(version, str) else json.dumps(version, sort_keys=True)
    parts = json.dumps([rule.id, rule.version, uid, number, action])
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def highlights_of(clauses: list[Clause], text: str) -> list[Event]:
    """Return where the clauses stand in the text, in order, whole words as they stand there."""
    places = sorted(
        (start, end, number)
        for number, clause in enumerate(clauses)
        for start, end in clause.spans[:MOST_HIGHLIGHTS]
    )
    return [
        {"start": start, "end": end, "text": text[start:end], "clause": clauses[number].text}
        for start, end, number in places
    ]


def snippet_of(text: str, highlights: list[Event]) -> Event:
    """Return up to 240 characters around the first highlight, cut at white space.

    `start` is the offset of the snippet in the text. Without highlights it is the text's
    beginning; one long word is cut where the space ends.
    """
    first, last = (highlights[0]["start"], highlights[0]["end"]) if highlights else (0, 0)
    start = max(0, min(first, (first + last - SNIPPET_LENGTH) // 2))
    end = min(len(text), start + SNIPPET_LENGTH)
    start = max(0, end - SNIPPET_LENGTH)
    while 0 < start < first and not text[start - 1].isspace():
        start += 1
    cut = end
    while last < cut < len(text) and not text[cut].isspace():
        cut -= 1
    end = cut if cut > max(last, start) or end == len(text) else end
    shown = text[start:end]
    start += len(shown) - len(shown.lstrip())
    return {"start": start, "text": shown.strip()}


def drop_of(tagged: Event) -> Drop | None:
    """Return why an article that is withheld or canceled ends here, or None for one in use."""
    status = tagged.get("status")
    if status is None:
        return None
    if not isinstance(status, str):
        raise Reject("wrong_type", "status is no text; send usable, withheld or canceled")
    reason = STATUS_DROPS.get(status.strip().lower())
    return None if reason is None else Drop(reason)


def refuse_embargoed(tagged: Event, matched_at: str) -> None:
    """Raise Reject unless the article has no embargo or one that has ended by `matched_at`.

    It fails closed: what cannot be read or compared is not announced. An embargo that is null
    counts as none; one that is empty has no end that could be read.
    """
    embargo = tagged.get("embargo_until")
    if embargo is None:
        return
    until, now = time_of(embargo), time_of(matched_at)
    if until is None:
        raise Reject(
            "embargo_unreadable",
            f"embargo_until is {embargo!r}; send a time such as 2026-03-01T06:00:00+03:00, "
            "or leave the field out",
        )
    if now is None:
        raise Reject(
            "embargo_unreadable",
            f"whether the embargo until {embargo} has ended cannot be told at {matched_at!r}; "
            "send fetched_at or published_at as RFC 3339",
        )
    if until > now:
        raise Reject("embargoed", f"the article is under embargo; replay it after {embargo}")


def time_of(text: object) -> datetime | None:
    """Return the time that an RFC 3339 text means, or None: without offset it means none."""
    if not isinstance(text, str) or len(text) < len("2026-01-01T00:00Z"):
        return None
    try:
        time = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    return time if time.tzinfo is not None else None
