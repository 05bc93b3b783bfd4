"""A page as blocks of running text in sections, the form in which its article is looked for.

A block is a run of text that no block element interrupts: a paragraph, an item, a heading. A
section is a block element, with what its tag, its class and its attributes say about its part in
the page. One pass over the tree, a constant amount of work for each node.
"""

import re
from functools import lru_cache
from typing import Any

from lxml import etree

UNSEEN = frozenset(
    "script style noscript template svg math iframe object embed applet head select option "
    "datalist button textarea input audio video canvas map dialog".split()
)
"""Elements whose text no reader of the page sees, or that are controls."""

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
SECTIONS = HEADINGS | frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre section "
    "summary table tbody td tfoot th thead tr ul amp-sidebar amp-ad amp-analytics".split()
)

FURNITURE_TAGS = {
    "nav": "navigation",
    "menu": "navigation",
    "footer": "footer",
    "aside": "aside",
    "header": "head",
    "hgroup": "head",
    "figure": "picture",
    "figcaption": "picture",
    "form": "form",
    "fieldset": "form",
    "address": "byline",
    "amp-sidebar": "navigation",
    "amp-ad": "advertising",
}
"""What an element's own name says about it; all of it may turn out wrong, see `page_text`."""

FURNITURE_WORDS = {
    "share": "share shares sharing shared sharebar sharethis sharetools addthis addtoany social "
    "socials sociable facebook twitter whatsapp follow followus",
    "related": "related relateds recirc recirculation recommend recommended recommendation "
    "recommendations readmore readalso seealso readnext upnext morefrom alsoread trending popular "
    "mostread mostpopular mostviewed latest teaser teasers outbrain taboola zergnet similar "
    "crosslink crosslinks",
    "promotion": "newsletter newsletters subscribe subscription subscriptions signup optin promo "
    "promos promobox promotion promotional sponsor sponsored sponsors donate donation membership",
    "advertising": "ad ads adv advert adverts advertising advertisement adsense adslot adunit "
    "dfp banner banners mpu leaderboard",
    "notice": "cookie cookies cookiebar consent gdpr ccpa modal popup popover overlay tooltip "
    "rollover flyout dropdown lightbox toast",
    "navigation": "breadcrumb breadcrumbs crumbs nav navi navigation navbar topnav subnav menu "
    "menus submenu sidebar sitemap pagination pager paging toc skiplink",
    "footer": "footer foot colophon copyright",
    "head": "masthead headline headlines kicker eyebrow subheadline subhead standfirst dek deck",
    "picture": "caption captions figcaption photocredit credit credits imagecredit gallery "
    "slideshow carousel slider wpcaption",
    "byline": "byline bylines author authors authorbox bio contributor contributors timestamp "
    "datetime dateline pubdate published postmeta meta metadata",
    "tags": "tags tag taglist topics keywords labels",
    "comments": "comment comments commentlist disqus respond livefyre replies discussion",
    "controls": "toolbar toolbox tools utility actions button buttons btn rating ratings vote "
    "poll quiz login signin search print printonly",
}
WORD_TO_KIND = {word: kind for kind, words in FURNITURE_WORDS.items() for word in words.split()}
PAIRS = {
    ("read", "more"): "related",
    ("read", "also"): "related",
    ("see", "also"): "related",
    ("read", "next"): "related",
    ("up", "next"): "related",
    ("more", "from"): "related",
    ("more", "stories"): "related",
    ("more", "news"): "related",
    ("most", "read"): "related",
    ("most", "popular"): "related",
    ("most", "viewed"): "related",
    ("wp", "caption"): "picture",
    ("sign", "up"): "promotion",
    ("pull", "quote"): "related",
}
HIDDEN = frozenset("hidden hide is-hidden u-hidden d-none invisible offscreen off-screen sr-only sronly visually-hidden visuallyhidden screen-reader-text screen-reader element-invisible element-hidden a11y-hidden".split())
OF_OTHERS = frozenset("with has have no not without non".split())
BODY_WORDS = frozenset(
    "articlebody article body content entry post story text maincontent storybody bodytext "
    "bodycopy fulltext richtext prose".split()
)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
LETTERS = re.compile(r"[a-z]+")
LONGEST_CLASS = 300
"""Characters of a class attribute that are looked at."""
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Section:
    """A block element: its tag, what furniture it looks like, and what text it holds."""

    __slots__ = ("tag", "parent", "kind", "likely", "level", "good", "other", "number", "last", "runs", "sign")

    def __init__(self, tag: str, parent: "Section | None", kind: str, likely: int, number: int, sign: str) -> None:
        self.tag = tag
        self.parent = parent
        self.kind = kind
        self.likely = likely
        self.level: int = parent.level + 1 if parent else 0
        self.number = number
        self.last = number
        self.good = 0.0
        self.other = 0.0
        self.runs = 0
        self.sign = sign


class Block:
    """A run of text: how much of it is links and where it stands."""

    __slots__ = ("text", "links", "section", "tag", "number", "size", "bold")

    def __init__(self, text: str, links: int, section: Section, tag: str, number: int) -> None:
        self.text = text
        self.links = links
        self.section = section
        self.tag = tag
        self.number = number
        self.size = len(text)


@lru_cache(20_000)
def class_says(names: str) -> tuple[str, int]:
    """Return the kind of furniture that a class and id name ("" for none), and whether a body."""
    kind = ""
    body = set()
    for name in CAMEL.sub("-", names).lower().split():
        words = LETTERS.findall(name)
        body.update(words)
        if kind or not OF_OTHERS.isdisjoint(words):
            continue
        if name in HIDDEN:
            kind = "hidden"
            continue
        for word in words:
            if word in WORD_TO_KIND:
                kind = WORD_TO_KIND[word]
                break
        else:
            for pair in zip(words, words[1:]):
                if pair in PAIRS:
                    kind = PAIRS[pair]
                    break
    return kind, len(BODY_WORDS.intersection(body))


def read_blocks(tree: Any) -> list[Block]:
    """Return the blocks of a page in order."""
    blocks: list[Block] = []
    root = section = Section("", None, "", 0, 0, "")
    pieces: list[str] = []
    links = anchors = count = 0
    tag_of_block = ""
    walker = etree.iterwalk(tree, events=("start", "end"))
    breaks = 0

    def flush() -> None:
        nonlocal links, breaks
        text = "".join(pieces)
        pieces.clear()
        text = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\f"))))
        if text:
            blocks.append(Block(text, min(links, len(text)), section, section.tag, len(blocks)))
        links = breaks = 0

    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in UNSEEN:
                walker.skip_subtree()
                continue
            if tag in SECTIONS:
                flush()
                count += 1
                kind, likely, sign = read_section(element, tag)
                section = Section(tag, section, kind, likely, count, sign)
            elif tag == "br":
                breaks += 1
                if breaks > 1:
                    flush()
                elif pieces:
                    pieces.append("\f")
                continue
            elif tag == "a":
                anchors += 1
            elif tag == "span" and element.get("class") and class_says(element.get("class")[:LONGEST_CLASS])[0] in ("notice", "hidden"):
                walker.skip_subtree()
                continue
            text = element.text
            if text:
                text = text.replace("\f", " ")
                if not text.isspace():
                    breaks = 0
                pieces.append(text)
                if anchors:
                    links += len(text.strip())
        else:
            if tag in SECTIONS:
                flush()
                section = section.parent or root
            elif tag == "a" and anchors:
                anchors -= 1
            text = element.tail
            if text:
                text = text.replace("\f", " ")
                if not text.isspace():
                    breaks = 0
                pieces.append(text)
                if anchors:
                    links += len(text.strip())
    flush()
    return blocks


def read_section(element: Any, tag: str) -> tuple[str, int, str]:
    """Return what furniture an element looks like, how much like an article's body, its sign."""
    kind = FURNITURE_TAGS.get(tag, "")
    attributes = element.attrib
    if not attributes:
        return kind, 0, tag
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:LONGEST_CLASS]
    named, likely = class_says(names) if names != " " else ("", 0)
    if tag in ("body", "html", "main", "article", "blockquote"):
        named = ""
    prop = attributes.get("itemprop", "")
    if prop:
        if "articleBody" in prop:
            return "", 4, tag
        if prop in ("author", "publisher", "headline", "description", "image", "datePublished", "comment", "keywords"):
            named = named or "byline"
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or HIDING.search(attributes.get("style", "")):
        named = "hidden"
    role = attributes.get("role", "")
    if role in ("navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alert"):
        named = named or "navigation"
    return named or kind, likely, f"{tag}.{attributes.get('class','')}"
