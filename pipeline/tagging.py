"""The tagging stage: who, where and which organisation an article is about."""

from pipeline.gazetteer import Gazetteer
from pipeline.mentions import Mention, choose
from pipeline.names_model import Found, NamesModel
from pipeline.naming import settle
from pipeline.outcome import Event, Keep, Outcome, Reject

WITHOUT_PARTICLES = frozenset({"fa", "ur", "ps", "ckb", "ku", "ug", "sd", "pa", "ks"})
"""Languages in Arabic letters that do not write particles onto the next word."""


LEARNT = frozenset({"ar", "en"})
"""Languages that the model of names knows; in others the gazetteer alone decides."""
LEAST, MOST = 0.5, 0.9
"""The confidence of a name that the model only just sees, and the limit of that of a clear one."""
CLEAR = 600
"""From this margin on, half of the way between them is made."""


def tag(unique: Event, gazetteer: Gazetteer, model: NamesModel | None = None) -> Outcome:
    r"""Return the article with its `entities`, people, places and organisations, in order.

    They are names of the gazetteer, with their ids, and, in Arabic and English, names that only
    the model sees (`by`: "model", without an id); `pipeline.naming` says which of two counts.

    Offsets are code points of `title + "\n" + text`, and that slice is the entity's `text`.
    Mentions never overlap, never go over a line end, and are whole words: particles written onto
    an Arabic name belong to its mention (بالعراق), while `name` and `name_ar` are without.
    Raises Reject `missing_field` or `wrong_type` where title or text is not a string.
    """
    whole = text_of(unique, "title") + "\n" + text_of(unique, "text")
    language = language_of(unique).lower().partition("-")[0]
    mentions = choose(gazetteer.find(whole, particles=language not in WITHOUT_PARTICLES))
    if model is None or language not in LEARNT:
        entities = [entity_of(mention, whole) for mention in mentions]
    else:
        settled = settle(mentions, model.read(whole, mentions), language)
        entities = [entity_of(name, whole) for name in settled]
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


def entity_of(mention: Mention | Found, whole: str) -> Event:
    """Return a name as an entity of DESIGN.md section 3."""
    if isinstance(mention, Found):
        return {
            "type": mention.type,
            "text": whole[mention.start : mention.end],
            "start": mention.start,
            "end": mention.end,
            "by": "model",
            "confidence": confidence_of(mention.margin),
        }
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


def confidence_of(margin: int) -> float:
    """Return how sure a name of the model is: LEAST at no margin, towards MOST."""
    margin = max(0, margin)
    return round(LEAST + (MOST - LEAST) * margin / (margin + CLEAR), 2)
