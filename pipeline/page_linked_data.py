"""What the JSON-LD of a page says about its article: schema.org, in the forms sites write it in."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

LONGEST_SCRIPT = 500_000
MOST_SCRIPTS = 20
MOST_OBJECTS = 2_000
"""Bounds of what is read: characters of a script, scripts of a page, objects of a page."""
MOST_NAMES = 12
ARTICLE_TYPES = frozenset({"LiveBlogPosting", "BlogPosting", "SocialMediaPosting", "Report"})
BEFORE = ("<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */", "<![CDATA[")
BEHIND = ("-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", ";")
"""What sites put around a script."""
TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,1000}>")
BREAK = re.compile(r"<(?:br|p|/p|div|/div|li|/li|h\d|/h\d)\b[^<>]{0,1000}>", re.IGNORECASE)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """An article as JSON-LD describes it; "" for what it leaves out."""

    headline: str = ""
    byline: str = ""
    published: str = ""
    language: str = ""
    url: str = ""
    site: str = ""
    body: str = ""


def read_linked_data(scripts: list[str], titles: frozenset[str] = frozenset()) -> LinkedArticle:
    """Return the article that JSON-LD scripts describe; one without any if they describe none.

    Of several articles the one whose headline is among `titles` counts, then the first.
    """
    objects: list[Json] = []
    for script in scripts[:MOST_SCRIPTS]:
        objects.extend(objects_of(parsed(script), MOST_OBJECTS - len(objects)))
    by_id = {one["@id"]: one for one in reversed(objects) if isinstance(one.get("@id"), str)}
    articles = [one for one in objects if is_article(one)]
    if not articles:
        return LinkedArticle(site=site_of(objects))
    named = (one for one in articles if text_of(one.get("headline")) in titles)
    article = next(named, articles[0])
    publisher = names_of(article.get("publisher"), by_id)
    return LinkedArticle(
        headline=text_of(article.get("headline")) or text_of(article.get("name")),
        byline=", ".join(names_of(article.get("author") or article.get("creator"), by_id)),
        published=text_of(article.get("datePublished") or article.get("dateCreated")),
        language=language_of(article.get("inLanguage")),
        url=url_of(article.get("mainEntityOfPage")) or url_of(article.get("url")),
        site=publisher[0] if publisher else site_of(objects),
        body=body_of(article.get("articleBody")),
    )


def parsed(script: str) -> Any:
    """Return the value of a script, or None. Comment marks and control characters are let pass."""
    if len(script) > LONGEST_SCRIPT:
        return None
    try:
        return orjson.loads(script)
    except ValueError:
        pass
    try:
        return json.loads(unwrapped(script), strict=False)
    except (ValueError, RecursionError):
        return None


def unwrapped(script: str) -> str:
    """Return a script without the marks that hide it from old browsers."""
    script = script.strip()
    for mark in BEFORE:
        script = script.removeprefix(mark).lstrip()
    for mark in BEHIND:
        script = script.removesuffix(mark).rstrip()
    return script


def objects_of(value: Any, most: int) -> Iterator[Json]:
    """Yield the objects in a JSON value, outer ones first, at most so many."""
    level = [value]
    while level and most > 0:
        deeper: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                yield one
                most -= 1
                deeper.extend(one.values())
            elif isinstance(one, list):
                deeper.extend(one)
            if most <= 0 or len(deeper) > LONGEST_SCRIPT:
                return
        level = [one for one in deeper if isinstance(one, dict | list)]


def is_article(one: Json) -> bool:
    """Return whether an object is an article: NewsArticle or another one, or a live blog."""
    types = one.get("@type")
    return any(
        isinstance(name, str) and (name.endswith("Article") or name in ARTICLE_TYPES)
        for name in (types if isinstance(types, list) else [types])
    )


def text_of(value: Any) -> str:
    """Return a text, the first of a list of texts, or "" for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return html.unescape(value).strip() if isinstance(value, str) else ""


def names_of(value: Any, by_id: Mapping[str, Json]) -> list[str]:
    """Return the names of persons or organisations: an object, a text, or a list of them.

    An object may only refer to another one by its identifier. Addresses are no names.
    """
    names: list[str] = []
    for one in (value if isinstance(value, list) else [value])[:MOST_NAMES]:
        if isinstance(one, dict):
            known = one if "name" in one else by_id.get(str(one.get("@id")), {})
            listed = known.get("name")
            found = [text_of(name) for name in (listed if isinstance(listed, list) else [listed])]
        else:
            found = [text_of(one)]
        names += [name for name in found if name and "://" not in name and name not in names]
    return names[:MOST_NAMES]


def language_of(value: Any) -> str:
    """Return a language: a text, or an object with an alternate name."""
    if isinstance(value, dict):
        return text_of(value.get("alternateName")) or text_of(value.get("name"))
    return text_of(value)


def url_of(value: Any) -> str:
    """Return an address: a text, or an object with an identifier."""
    if isinstance(value, dict):
        return text_of(value.get("@id")) or text_of(value.get("url"))
    return text_of(value)


def site_of(objects: list[Json]) -> str:
    """Return the name of the site, if an object describes one."""
    return next((text_of(one.get("name")) for one in objects if one.get("@type") == "WebSite"), "")


def body_of(value: Any) -> str:
    """Return the text of an article body without markup; blocks that it marks are lines."""
    text = text_of(value)
    return TAG.sub("", BREAK.sub("\n", text)).strip() if "<" in text else text
