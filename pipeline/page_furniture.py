"""What the names of a page's elements and classes say about the part that they play."""

import re
from functools import lru_cache
from itertools import pairwise

POST = "post"
"""A post of a social network inside a story: part of the story, wherever it stands."""
COMMENTS = "comments"
HIDDEN = "hidden"

FURNITURE_TAGS = {
    "address": "byline",
    "amp-ad": "advertising",
    "amp-sidebar": "navigation",
    "aside": "aside",
    "fieldset": "form",
    "figcaption": "picture",
    "figure": "picture",
    "footer": "footer",
    "form": "form",
    "header": "head",
    "hgroup": "head",
    "menu": "navigation",
    "nav": "navigation",
}
"""What an element's own name says; all of it is taken back where most of the page's text stands."""

BODY_TAGS = frozenset({"article", "blockquote", "body", "html", "main"})
"""Elements that are not judged by their class: themes put there what is in the page elsewhere."""

FURNITURE_WORDS = {
    "share": "share shares sharing sharebar sharethis sharetools addthis addtoany social socials "
    "sociable facebook twitter whatsapp telegram follow followus",
    "related": "related relateds recirc recirculation recommend recommended recommendation "
    "recommendations readmore readalso seealso readnext upnext morefrom alsoread trending popular "
    "mostread mostpopular mostviewed latest teaser teasers outbrain taboola zergnet similar "
    "crosslink crosslinks relatedposts pullquote",
    "promotion": "newsletter newsletters subscribe subscription subscriptions signup optin promo "
    "promos promobox promotion promotional sponsor sponsored sponsors donate donation membership",
    "advertising": "ad ads adv advert adverts advertising advertisement adsense adslot adunit dfp "
    "banner banners mpu leaderboard",
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
    COMMENTS: "comment comments commentlist disqus respond livefyre replies",
    "controls": "toolbar toolbox tools utility actions button buttons btn rating ratings vote poll "
    "quiz login signin search print printonly",
}
"""Words in class names and identifiers, by the furniture that they name."""

WORD_TO_KIND = {word: kind for kind, words in FURNITURE_WORDS.items() for word in words.split()}
PAIRS = {
    **dict.fromkeys(
        [
            ("read", "more"), ("read", "also"), ("see", "also"), ("read", "next"), ("up", "next"),
            ("more", "from"), ("more", "stories"), ("more", "news"), ("most", "read"),
            ("most", "popular"), ("most", "viewed"), ("pull", "quote"), ("also", "read"),
        ],
        "related",
    ),
    ("wp", "caption"): "picture",
    ("sign", "up"): "promotion",
}  # fmt: skip
HIDING_NAMES = frozenset({
    "hidden", "hide", "is-hidden", "u-hidden", "d-none", "invisible", "offscreen", "off-screen",
    "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader",
    "element-invisible", "element-hidden",
})  # fmt: skip
"""Whole class names that hide; as a word inside a name, hidden is a label's or a border's."""
POSTS = frozenset({"twitter-tweet", "instagram-media", "tiktok-embed", "telegram-post"})
OF_OTHERS = frozenset({
    "with", "has", "have", "no", "not", "non", "without",
})  # fmt: skip
"""A name with one of these speaks of something else: content-with-sidebar, no-banner."""
BODY_WORDS = frozenset({
    "articlebody", "article", "body", "content", "entry", "post", "story", "text", "maincontent",
    "storybody", "bodytext", "bodycopy", "fulltext", "richtext", "prose",
})  # fmt: skip
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
LETTERS = re.compile(r"[a-z]+")
LONGEST_NAMES = 300
"""Characters of a class attribute and an identifier that are looked at."""


def furniture_of_class(names: str) -> tuple[str, int]:
    """Return what furniture class names and an identifier name, and how much like a body they are.

    "" stands for no furniture; the second is how many of the words that article bodies are named by
    are among them.
    """
    return look_up(names[:LONGEST_NAMES])


@lru_cache(20_000)
def look_up(names: str) -> tuple[str, int]:
    """Return the same for names that are not too long. The first word that tells counts."""
    kind = ""
    spoken: set[str] = set()
    for name in CAMEL.sub("-", names).lower().split():
        words = LETTERS.findall(name)
        spoken.update(words)
        kind = kind or (
            HIDDEN if name in HIDING_NAMES else POST if name in POSTS else of_words(words)
        )
    return kind, len(BODY_WORDS.intersection(spoken))


def of_words(words: list[str]) -> str:
    """Return the furniture that the words of one name speak of."""
    if not OF_OTHERS.isdisjoint(words):
        return ""
    for word in words:
        if word in WORD_TO_KIND:
            return WORD_TO_KIND[word]
    return next((PAIRS[pair] for pair in pairwise(words) if pair in PAIRS), "")
