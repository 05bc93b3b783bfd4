"""What a page says about its article: title, byline, date, language, address.

Read from JSON-LD, meta elements (OpenGraph, article:*, Dublin Core and their like), <html lang>,
<link rel=canonical>, <time>, <h1> and <title>, in the order in which they can be relied on.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipeline.page_linked_data import LinkedArticle, read_linked_data
from pipeline.times import as_rfc_3339

TELLING = ("meta", "link", "base", "title", "script", "h1", "time")
MOST_ELEMENTS = 2_000
"""Elements that are looked at; a page has some hundred."""
LONGEST = 500
"""Characters of a title or a byline; what is longer is no such thing."""
LONGEST_URL = 2_000
LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
SEPARATORS = re.compile(r"\s+(?:[|\u2013\u2014\u00bb\u00ab\u2022\u00b7:~-]|::)\s+|\s*[|\uff5c]\s*")
BY = re.compile(r"\A(?:by|par|von|por)\s+", re.IGNORECASE)
MARKED_AUTHORS = "(//*[@rel='author' or @itemprop='author'])[position() <= 3]"
WORDS = re.compile(r"\w+")

TITLES = ("og:title", "twitter:title", "parsely-title", "dc.title", "dcterms.title", "title")
AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator",
           "sailthru.author", "byl", "citation_author", "dc.contributor")  # fmt: skip
DATES = ("article:published_time", "og:published_time", "parsely-pub-date", "datepublished",
         "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "pubdate",
         "publishdate", "publish-date", "publication_date", "article.published", "citation_date",
         "date")  # fmt: skip
LANGUAGES = ("og:locale", "content-language", "dc.language", "language")
SITES = ("og:site_name", "application-name", "twitter:site")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says; "" for what it does not. `body` is its text as JSON-LD has it."""

    title: str = ""
    byline: str = ""
    published_at: str = ""
    language: str = ""
    url: str = ""
    body: str = ""


def read_facts(tree: Any) -> Facts:
    """Return what a page says about its article."""
    found = elements_of(tree)
    meta = meta_of(found["meta"])
    headlines = [one for one in map(text_in, found["h1"]) if one]
    titles = [meta[name] for name in TITLES if name in meta]
    linked = read_linked_data(scripts_of(found["script"]), frozenset([*titles, *headlines]))
    return Facts(
        title=title_of(found["title"], meta, headlines, linked),
        byline=byline_of(tree, meta, linked),
        published_at=date_of(found["time"], meta, linked),
        language=language_of([
            tree.get("lang") or "", linked.language, *(meta.get(name, "") for name in LANGUAGES)
        ]),
        url=url_of(found["link"], found["base"], meta, linked),
        body=linked.body,
    )  # fmt: skip


def elements_of(tree: Any) -> dict[str, list[Any]]:
    """Return the elements that may tell something by their tags, in order, as many as are read."""
    found: dict[str, list[Any]] = {tag: [] for tag in TELLING}
    for element in islice(tree.iter(*TELLING), MOST_ELEMENTS):
        found[element.tag].append(element)
    return found


def meta_of(elements: Iterable[Any]) -> dict[str, str]:
    """Return the contents of meta elements by lower-case name; of several the first counts."""
    meta: dict[str, str] = {}
    for element in elements:
        get = element.get
        name = get("property") or get("name") or get("itemprop") or get("http-equiv")
        content = get("content")
        if name and content and (content := content.strip()):
            meta.setdefault(name.strip().lower(), content)
    return meta


def scripts_of(elements: Iterable[Any]) -> list[str]:
    """Return the JSON-LD scripts."""
    return [
        element.text
        for element in elements
        if element.text and "ld+json" in (element.get("type") or "")
    ]


def text_in(element: Any) -> str:
    """Return the text of an element on one line, "" if it is too long."""
    text = " ".join("".join(islice(element.itertext(), LONGEST)).split())
    return text if len(text) <= LONGEST else ""


def title_of(
    elements: Sequence[Any], meta: Mapping[str, str], headlines: list[str], linked: LinkedArticle
) -> str:
    """Return the title without the name of the site.

    A headline in the page counts before the others if it is the only one.
    """
    whole = text_in(elements[0]) if elements else ""
    found = [linked.headline, *(meta.get(name, "") for name in TITLES), *headlines[:1], whole]
    said = [" ".join(one.split()) for one in found if one and len(one) <= LONGEST]
    if not said:
        return ""
    sites = {key(name) for name in (linked.site, *(meta.get(name, "") for name in SITES)) if name}
    return without_site(said[0], {key(one) for one in [*said, *headlines]}, sites)


def key(text: str) -> str:
    """Return the words of a text, for comparison."""
    return " ".join(WORDS.findall(text.casefold()))


def without_site(title: str, titles: set[str], sites: set[str]) -> str:
    """Return a title without the name of the site behind or before it.

    It is cut only where `sites` has it, or where `titles`, what the page calls itself elsewhere,
    has the title without it.
    """
    marks = list(SEPARATORS.finditer(title))[:10]
    for mark in marks:
        for part, rest in (
            (title[: mark.start()], title[mark.end() :]),
            (title[mark.end() :], title[: mark.start()]),
        ):
            if key(part) and (key(part) in titles or key(rest) in sites):
                return part.strip()
    return title


def byline_of(tree: Any, meta: Mapping[str, str], linked: LinkedArticle) -> str:
    """Return who wrote the article; several names are joined by commas. Accounts are no names."""
    for said in [linked.byline, *(meta.get(name, "") for name in AUTHORS)]:
        name = " ".join(said.split())
        if is_name(name) and len(name) <= LONGEST:
            return name
    marked = map(text_in, tree.xpath(MARKED_AUTHORS))
    names = (BY.sub("", one) for one in marked if not any(map(str.isdecimal, one)))
    return ", ".join(dict.fromkeys(name for name in names if is_name(name) and len(name) <= 80))


def is_name(text: str) -> bool:
    """Return whether a text may name a person or a desk: it is no address and no account."""
    return bool(text) and not (
        "://" in text or text.startswith("@") or text.casefold() in ("admin", "administrator")
    )


def date_of(elements: Iterable[Any], meta: Mapping[str, str], linked: LinkedArticle) -> str:
    """Return when the article was published, as RFC 3339."""
    for said in (linked.published, *(meta.get(name, "") for name in DATES)):
        if said and (time := as_rfc_3339(said)):
            return time
    times = (element.get("datetime") for element in elements)
    return next((time for one in times if one and (time := as_rfc_3339(one))), "")


def language_of(said: Iterable[str]) -> str:
    """Return the code of the first language tag among what was said."""
    tags = (LANGUAGE_TAG.fullmatch(one.strip()) for one in said if len(one) <= LONGEST)
    return next((tag.group(1).lower() for tag in tags if tag), "")


def url_of(
    links: Iterable[Any], bases: Iterable[Any], meta: Mapping[str, str], linked: LinkedArticle
) -> str:
    """Return the address that the page gives itself: absolute, http or https, or ""."""
    canonical = (
        (element.get("href") or "").strip()
        for element in links
        if "canonical" in (element.get("rel") or "").lower().split()
    )
    base = next((element.get("href") or "" for element in bases), "")
    said = [next(canonical, ""), meta.get("og:url", ""), linked.url]
    around = next((one for one in [*said[1:], base] if is_address(one)), "")
    for one in said:
        if is_address(one):
            return one
        if one and around and len(one) <= LONGEST_URL and is_address(whole := joined(around, one)):
            return whole
    return ""


def joined(base: str, address: str) -> str:
    """Return an address that may be relative as an absolute one, or "" if it is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def is_address(text: str) -> bool:
    """Return whether a text is an absolute address of the web."""
    if not text.lower().startswith(("http://", "https://")) or len(text) > LONGEST_URL:
        return False
    try:
        host = urlsplit(text).hostname
    except ValueError:
        return False
    return bool(host) and not any(character.isspace() for character in text)
