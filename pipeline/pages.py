"""HTML to the text of an article and what the page says about it.

Text comes from trafilatura in its fast mode; where it finds nothing or fails, all visible text of
the page counts. Markup inside a plain body is only taken off: a body is an article already.
"""

import html as entities
import re
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree, html
from trafilatura import extract
from trafilatura.metadata import extract_metadata

from pipeline.outcome import Reject
from pipeline.times import as_rfc_3339

MOST_TAGS = 20_000
"""Tags above which a page is no article page and only its visible text is taken: the extractor's
time grows faster than the page."""
DEEPEST = 200
"""Open elements above which the same holds; the parser itself stops at 256."""

INLINE_CLOSERS = "a|abbr|b|blockquote|body|div|em|figure|font|h[1-6]|html|i|li|ol|p|script|section"
EVIDENT = re.compile(
    rf"</(?:{INLINE_CLOSERS}|small|span|strong|style|sub|sup|table|td|tr|u|ul)\s*>"
    r"|<br\s*/?>|<(?:a|div|iframe|img|p|span)\s+[a-z-]+\s*=",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
MOST_ESCAPES = 6
AMPERSANDS = re.compile("&(?:amp;)+")
BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "dd",
        "details",
        "dialog",
    }
    | {"div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"}
    | {"h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p"}
    | {"pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr"}
    | {"ul"}
)
UNSEEN = (
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head", "select",
    "button", "textarea",
)  # fmt: skip
HTML_SPACE = re.compile(r"[ \t\r\n\f]+")
LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
FARTHEST_DATE = "2100-01-01"
"""The latest date that a page may bear; a fixed one, so that no clock is read."""


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page's article, and what its metadata say; "" for what they do not."""

    text: str
    title: str = ""
    byline: str = ""
    published_at: str = ""
    language: str = ""
    url: str = ""


def read_page(page: str, most_characters: int) -> Page:
    """Return the article of a page. Never fails on its content: at worst the text is empty.

    Raises Reject `html_too_large` for more than `most_characters`.
    """
    if len(page) > most_characters:
        sentence = f"html has {len(page)} characters; send at most {most_characters}"
        raise Reject("html_too_large", sentence)
    tree = parse(page)
    if tree is None:
        return Page(visible_text(page))
    if page.count("<") > MOST_TAGS or depth(tree) > DEEPEST:
        return Page(text_of_tree(tree))
    facts = read_facts(tree)
    try:
        text = extract(parse(page), fast=True, include_comments=False, deduplicate=False) or ""
    except Exception:  # noqa: BLE001  (a page that breaks the extractor is still a page)
        text = ""
    return replace(facts, text=text or text_of_tree(tree))


def parse(page: str) -> Any:
    """Return the tree of a page, or None if there is none to be had."""
    try:
        # An encoding that the page declares is void: it is text by now.
        return html.document_fromstring(
            page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def depth(tree: Any) -> int:
    """Return how many elements are open at most at a time."""
    deepest = level = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def read_facts(tree: Any) -> Page:
    """Return what the metadata of a page say about its article."""
    declared = LANGUAGE_TAG.fullmatch(tree.get("lang") or "")
    language = declared.group(1).lower() if declared else ""
    try:
        found = extract_metadata(
            tree, date_config={"max_date": FARTHEST_DATE, "extensive_search": False}
        )
    except Exception:  # noqa: BLE001  (metadata are welcome, not needed)
        return Page("", language=language)
    return Page(
        "",
        title=found.title or "",
        byline=found.author or "",
        published_at=as_rfc_3339(found.date or "") or "",
        language=language,
        url=found.url or "",
    )


def text_of_tree(tree: Any) -> str:
    """Return all visible text of a tree, a line for each block."""
    pieces = []
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in UNSEEN:
            hidden += 1 if event == "start" else -1
        if tag in BLOCKS and (event == "start" or tag != "br"):
            pieces.append("\n")
        follows = element.text if event == "start" else element.tail
        if follows and not hidden:
            pieces.append(HTML_SPACE.sub(" ", follows))
    return "".join(pieces).strip()


def visible_text(markup: str) -> str:
    """Return the text of a piece of markup without its tags, a line for each block."""
    tree = parse(f"<div>{markup}</div>")
    return "" if tree is None else text_of_tree(tree)


def is_markup(body: str) -> bool:
    """Return whether a plain body is evidently HTML: it closes elements or opens them as HTML does.

    A ticker symbol in angle brackets is no markup.
    """
    return "<" in body and EVIDENT.search(body) is not None


def plain_text(body: str) -> str:
    """Return a body without markup and with its character references read.

    What was escaped several times is read as often. A body with neither is returned as it is.
    """
    for _ in range(MOST_ESCAPES):
        if is_markup(body):
            body = visible_text(body)
        elif "&" in body and ENTITY.search(body):
            read = entities.unescape(AMPERSANDS.sub("&", body))
            if read == body:
                return body
            body = read
        else:
            return body
    return body
