"""Tagged articles as the matching engine reads them, with what is wrong about one that is none."""

from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from pipeline.galley import set_galley
from pipeline.matching import Article, Mention
from pipeline.outcome import Event, Reject
from pipeline.query_tree import folded_name
from pipeline.story import CATEGORY_KEYS

Property: TypeAlias = tuple[str, str]

FIELD_OF_TYPE = {"LOC": "place", "PER": "person", "ORG": "org"}
NAMED_BY = ("id", "name", "name_ar", "text")
PLACE = itemgetter(3)


def article_of(tagged: Event, *, entities_needed: bool) -> Article:
    """Return a tagged article as the engine reads it.

    Raises Reject `missing_field` without `uid`, `title` or `text`, and without `entities` where
    rules ask for them, since those rules would be silent; `wrong_type` for a field that is
    there and is not as DESIGN.md says. Other fields may be missing.
    """
    required_text(tagged, "uid", "the article")
    title = required_text(tagged, "title", "the article")
    text = required_text(tagged, "text", "the article")
    if entities_needed and "entities" not in tagged:
        raise Reject(
            "missing_field", "the article has no entities, which rules ask for; send it tagged"
        )
    checked(tagged, "story", dict, "an object")
    galley = set_galley(f"{title}\n{text}", len(title))
    return Article(galley, tuple(properties(tagged)), tuple(mentions(tagged, len(galley.text))))


def required_text(event: Event, name: str, whose: str) -> str:
    """Return a text that must be there. Raises Reject."""
    if name not in event:
        raise Reject("missing_field", f"{whose} has no {name}; send it")
    value = event[name]
    if not isinstance(value, str):
        raise Reject("wrong_type", f"{name} of {whose} is no text; send text")
    return value


def checked(event: Event, name: str, kind: type | tuple[type, ...], called: str) -> None:
    """Raise Reject `wrong_type` if a field is there, not null, and not of its kind."""
    value = event.get(name)
    if value is not None and not isinstance(value, kind):
        raise Reject("wrong_type", f"{name} of the article is not {called}; send {called}")


def properties(tagged: Event) -> Iterator[Property]:
    """Yield the language, source and categories of an article as (field, folded value)."""
    checked(tagged, "language", (dict, str), "an object with a code")
    language = tagged.get("language")
    code = language.get("code") if isinstance(language, dict) else language
    if isinstance(code, str):
        code = code.lower()
        yield from (("lang", one) for one in dict.fromkeys((code, code.partition("-")[0])))
    checked(tagged, "source", str, "text")
    checked(tagged, "categories", list, "a list")
    yield from carried_by(tagged)


def carried_by(carrier: Event) -> Iterator[Property]:
    """Yield the source and the categories of an article, or of one that carries its story."""
    source, categories = carrier.get("source"), carrier.get("categories")
    if source and isinstance(source, str):
        yield "source", name_of(source)
    for category in categories if isinstance(categories, list) else ():
        if isinstance(category, str):
            yield "category", name_of(category)
        elif isinstance(category, dict):
            named = (category.get(key) for key in CATEGORY_KEYS)
            yield from (("category", name_of(one)) for one in named if isinstance(one, str))


def story_properties(tagged: Event) -> Iterator[Property]:
    """Yield the sources and categories of the others that carry the story of an article."""
    for one in listed(table(tagged, "story"), "sources"):
        if isinstance(one, dict) and one.get("uid") != tagged["uid"]:
            yield from carried_by(one)


def merged_properties(tagged: Event) -> frozenset[Property] | None:
    """Return what a copy brought to the story; None unless that is all that the event says."""
    story = table(tagged, "story")
    if story.get("change") != "sources":
        return None
    merged = table(story, "merged")
    return frozenset(
        (field, name_of(name))
        for field, key in (("source", "sources"), ("category", "categories"))
        for name in listed(merged, key)
        if isinstance(name, str)
    )


def table(event: Event, name: str) -> Event:
    """Return an object of the event, {} where it is none."""
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def listed(event: Event, name: str) -> list[Any]:
    """Return a list of the event, [] where it is none."""
    value = event.get(name)
    return value if isinstance(value, list) else []


def mentions(tagged: Event, length: int) -> list[Mention]:
    """Return the places, persons and organisations that are tagged, in text order."""
    checked(tagged, "entities", list, "a list")
    found = []
    for entity in tagged.get("entities") or ():
        if not isinstance(entity, dict):
            raise Reject("wrong_type", "an entity of the article is no object; send it tagged")
        kind, start, end = entity.get("type"), entity.get("start"), entity.get("end")
        field = FIELD_OF_TYPE.get(kind) if isinstance(kind, str) else None
        if field is None:
            continue
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length):
            raise Reject(
                "wrong_type", "start and end of an entity are no span of the title and text"
            )
        try:
            names = folded_names(*map(entity.get, NAMED_BY))
        except TypeError:  # a name that is a list or an object names nothing
            told = map(entity.get, NAMED_BY)
            names = folded_names(*(one if isinstance(one, str) else None for one in told))
        country = entity.get("country")
        code = country.lower() if isinstance(country, str) else ""
        found.append(Mention(field, names, code, (start, end)))
    found.sort(key=PLACE)
    return found


@lru_cache(maxsize=1 << 16)
def folded_names(full_id: object, *names: object) -> tuple[str, ...]:
    """Return an entity's id, with and without its kind, and its names as they are compared."""
    short_id = full_id.partition(":")[2] if isinstance(full_id, str) else None
    told = (one for one in (full_id, short_id, *names) if isinstance(one, str))
    return tuple(dict.fromkeys(folded for folded in map(name_of, told) if folded))


@lru_cache(maxsize=1 << 16)
def name_of(name: str) -> str:
    """Return the form in which a name is compared; the news repeats its names."""
    return folded_name(name)
