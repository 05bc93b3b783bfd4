"""HTML to the text of an article and what the page says about it.

The text is that of the article that `page_text` finds. Where it finds none, or most of the page's
sentences stand elsewhere, trafilatura in its fast mode is asked; where that finds nothing either,
all visible text of the page counts. Markup inside a plain body is only taken off: a body is
an article already.
"""

import html as entities
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree
from trafilatura import extract

from pipeline.markup import parsable, visible_text
from pipeline.outcome import Reject
from pipeline.page_facts import Facts, read_facts
from pipeline.page_text import Found, find_article

MOST_TAGS = 20_000
"""Tags above which trafilatura is not asked: its time grows faster than the page."""
MOST_FURNITURE = 2
"""How many times an article's sentences may stand in furniture; with more, that may be the body."""
SHORTEST_BODY = 200
PART = 0.5
"""What the metadata have as body, from so many characters on, counts where the page shows less than
this part of it: scripts put the text there."""

INLINE_CLOSERS = "a|abbr|b|blockquote|body|div|em|figure|font|h[1-6]|html|i|li|ol|p|script|section"
EVIDENT = re.compile(
    rf"</(?:{INLINE_CLOSERS}|small|span|strong|style|sub|sup|table|td|tr|u|ul)\s*>"
    r"|<br\s*/?>|<(?:a|div|iframe|img|p|span)\s+[a-z-]+\s*=",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
MOST_ESCAPES = 6
AMPERSANDS = re.compile("&(?:amp;)+")


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
    page = parsable(page)
    tree = parse(page)
    if tree is None:
        return Page(visible_text(page))
    facts = read_facts(tree)
    return Page(
        text=text_of(page, tree, facts) or visible_text(page),
        title=facts.title,
        byline=facts.byline,
        published_at=facts.published_at,
        language=facts.language,
        url=facts.url,
    )


def parse(page: str) -> Any:
    """Return the tree of a page, or None if there is none to be had or it would be incomplete.

    The parser stops where more than 256 elements are open.
    """
    # An encoding that the page declares is void: it is text by now.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    last = parser.error_log.last_error
    return None if last is not None and last.level == etree.ErrorLevels.FATAL else tree


def text_of(page: str, tree: Any, facts: Facts) -> str:
    """Return the text of a page's article, "" if there is none to be found."""
    found = find_article(tree, facts.title, facts.body)
    if len(found.text) < PART * len(facts.body) and len(facts.body) >= SHORTEST_BODY:
        return facts.body
    if not is_doubtful(found) or page.count("<") > MOST_TAGS:
        return found.text
    try:
        other = extract(page, fast=True, include_comments=False, deduplicate=False)
    except Exception:  # noqa: BLE001  (a page that breaks the extractor is still a page)
        other = None
    return other or found.text


def is_doubtful(found: Found) -> bool:
    """Return whether an article may be the wrong one: it is empty, or most stands elsewhere."""
    return (
        not found.text
        or found.elsewhere > found.weight
        or found.furniture > MOST_FURNITURE * found.weight
    )


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
