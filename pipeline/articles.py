"""Raw articles: what must be there and of which type, what may be put right, who they are."""

from dataclasses import dataclass
from typing import Any

from pipeline.characters import EDGE, normal, tidy
from pipeline.outcome import Event, Reject
from pipeline.times import as_rfc_3339

TEXTS = ("title", "body", "html")
TIMES = ("published_at", "fetched_at", "embargo_until")
NAMES = ("url", "byline", "dateline", "agency")
STATUSES = {
    "usable": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "cancel": "canceled",
    "killed": "canceled",
    "kill": "canceled",
    "withdrawn": "canceled",
    "retracted": "canceled",
}
UNREADABLE = "unreadable"
"""The field that keeps what the sender wrote where it could not be read, by field name."""


@dataclass(frozen=True, slots=True)
class Article:
    """A raw article that may be cleaned.

    `fields` are the metadata that go on, in the sender's order, with `uid`; `title`, `body` and
    `html` are as they were sent, "" where there was none.
    """

    uid: str
    fields: Event
    title: str
    body: str
    html: str


def read_article(raw: Event) -> Article:
    """Return the article in a raw event.

    `id` may be a whole number and becomes text. Optional fields that cannot be read never stop an
    article: what was sent moves to `unreadable`, except `embargo_until`, which also stays as it is,
    so that nobody takes the article for free. A status is put in IPTC's words (usable, withheld,
    canceled); an unknown one is usable and kept in `unreadable`.

    Raises Reject: `missing_field` (no id or source, or nothing in title, body and html),
    `wrong_type` (one of these five is of another type).
    """
    identity = {name: required(raw, name) for name in ("id", "source")}
    texts = {name: text_of(raw, name) for name in TEXTS}
    if not any(text.strip(EDGE) for text in texts.values()):
        raise Reject("missing_field", "the article has no title, body or html; send one of them")
    fields: Event = {}
    unreadable: Event = {}
    for name, value in raw.items():
        if name in TEXTS or value is None:
            continue
        if name in identity:
            fields[name] = identity[name]
            continue
        read = read_field(name, value)
        if read is not None:
            fields[name] = read
        if read is None or (name == "status" and read != STATUSES.get(plain(value))):
            unreadable[name] = value
        if read is None and name == "embargo_until":
            fields[name] = value
    if unreadable:
        before = raw.get(UNREADABLE)
        fields[UNREADABLE] = {**before, **unreadable} if isinstance(before, dict) else unreadable
    uid = f"{identity['source']}:{identity['id']}"
    return Article(uid, fields, **texts)


def required(raw: Event, name: str) -> str:
    """Return an identifying field as text, or raise Reject."""
    value = raw.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    if value is None:
        raise Reject("missing_field", f"the article has no {name}; send one")
    if not isinstance(value, str):
        kind = type(value).__name__
        raise Reject("wrong_type", f"{name} is of type {kind}; send text")
    text = tidy(normal(value)).strip(EDGE)
    if not text:
        raise Reject("missing_field", f"{name} is blank; send one")
    return text


def text_of(raw: Event, name: str) -> str:
    """Return one of the texts of an article, "" if there is none, or raise Reject."""
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        kind = type(value).__name__
        raise Reject("wrong_type", f"{name} is of type {kind}; send text")
    return value


def read_field(name: str, value: Any) -> Any:
    """Return an optional field as it goes on, or None if it cannot be read."""
    if name in TIMES:
        return as_rfc_3339(value) if isinstance(value, str) else None
    if name in NAMES:
        return (tidy(normal(value)).strip(EDGE) or None) if isinstance(value, str) else None
    if name == "version":
        known = isinstance(value, int | str) and not isinstance(value, bool)
        return value if known else None
    if name == "status":
        return STATUSES.get(plain(value), "usable")
    return value


def plain(value: Any) -> str:
    """Return a word as it is looked up, "" for what is no text."""
    return value.strip().lower() if isinstance(value, str) else ""
