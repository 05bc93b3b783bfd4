"""The tagging stage: who, where and which organisation an article is about."""

from pipeline.gazetteer import Gazetteer
from pipeline.mentions import Mention, choose
from pipeline.outcome import Event, Keep, Outcome, Reject

WITHOUT_PARTICLES = frozenset({"fa", "ur", "ps", "ckb", "ku", "ug", "sd", "pa", "ks"})
"""Languages in Arabic letters that do not write particles onto the next word."""


def tag(unique: Event, gazetteer: Gazetteer) -> Outcome:
    r"""Return the article with its `entities`: each mention of a name of the gazetteer, in order.

    Offsets are code points of `title + "\n" + text`, and that slice is the entity's `text`.
    Mentions never overlap, never go over a line end, and are whole words: particles written onto
    an Arabic name belong to its mention (بالعراق), while `name` and `name_ar` are without.
    Raises Reject `missing_field` or `wrong_type` where title or text is not a string.
    """
    whole = text_of(unique, "title") + "\n" + text_of(unique, "text")
    hits = gazetteer.find(whole, particles=language_of(unique) not in WITHOUT_PARTICLES)
    entities = [entity_of(mention, whole) for mention in choose(hits)]
    return Keep(({**unique, "entities": entities},))


def text_of(unique: Event, field: str) -> str:
    """Return a required text of the article."""
    if field not in unique:
        raise Reject("missing_field", f"`{field}` is missing; tagging needs a title and a text")
    value = unique[field]
    if not isinstance(value, str):
        kind = type(value).__name__
        raise Reject("wrong_type", f"`{field}` is of type {kind}; send it as a string")
    return value


def language_of(unique: Event) -> str:
    """Return the article's language code, "" where there is none."""
    language = unique.get("language")
    code = language.get("code") if isinstance(language, dict) else language
    return code if isinstance(code, str) else ""


def entity_of(mention: Mention, whole: str) -> Event:
    """Return a mention as an entity of DESIGN.md section 3."""
    name = mention.name
    entity: Event = {
        "type": name.type,
        "text": whole[mention.start : mention.end],
        "start": mention.start,
        "end": mention.end,
        "id": name.id,
        "name": name.name,
    }
    known = {"name_ar": name.name_ar, "country": name.country, "wikidata": name.wikidata}
    entity.update({key: value for key, value in known.items() if value})
    entity.update(by="gazetteer", confidence=mention.confidence)
    return entity
