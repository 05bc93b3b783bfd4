"""Markup without a tree: what is safe to parse, and the text between tags. Linear in its length.

The tokens are those of the HTML standard (13.2.5): tags with quoted values, comments, elements
whose content is text. No part of the page is looked at twice, whatever it holds.
"""

import html as entities
import re
from collections import Counter

MOST_TOKENS = 600
"""Names, values and gaps in a tag. The parser's time grows with the square of a tag's attributes;
no element that means something has two hundred."""

VALUE = r"""=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>]*+)"""
FEW = rf"(?:[\s/]++|[^\s/>=]{{1,64}}+|{VALUE}){{0,{MOST_TOKENS}}}+"
ANY = rf"(?:[^>=]++|{VALUE})*+"
COMMENT = r"!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?+)"
BOGUS = r"[!?](?!--)[^>]*+>?+|/(?![a-zA-Z])[^>]*+>?+"
RAW = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")


def any_case(name: str) -> str:
    """Return a pattern for a name in any case."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in name)


def raw(attributes: str) -> str:
    """Return a pattern for elements whose content is text, up to their end tag."""
    return "|".join(
        rf"{any_case(name)}(?=[\s/>]){attributes}"
        rf"(?:\Z|>(?:[^<]++|<(?!/{any_case(name)}))*+)"
        for name in RAW
    )


SAFE = re.compile(
    rf"(?:[^<]++|<(?:/[a-zA-Z]{ANY}>?+|(?=[sStTxXiInN])(?:{raw(FEW)})|[a-zA-Z]{FEW}(?:>|\Z)"
    rf"|{COMMENT}|{BOGUS}|(?![a-zA-Z/!?])))*+",
    re.ASCII,
)
TAG = re.compile(
    rf"<(?:(?P<end>/)(?P<ended>[a-zA-Z][^\s/>]*+){ANY}>?+|(?=[sStTxXiInN])(?:{raw(ANY)})"
    rf"|(?P<begun>[a-zA-Z][^\s/>]*+){ANY}>?+|{COMMENT}|{BOGUS})",
    re.ASCII,
)
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
})  # fmt: skip
UNSEEN = frozenset({
    "applet", "button", "head", "math", "noscript", "object", "select", "svg", "template",
})  # fmt: skip
"""Elements whose content is not seen, besides those whose content is text."""
MOST_LINE_ENDS = 2
LINE_ENDS = ["\n"] * MOST_LINE_ENDS
HTML_SPACE = re.compile(r"[ \t\r\n\f]+")


def parsable(page: str) -> str:
    """Return a page without the tags that have too many attributes, and without NUL."""
    page = page.replace("\0", "")
    pieces = []
    begun = 0
    while (safe := SAFE.match(page, begun)) is not None and safe.end() < len(page):
        pieces.append(page[begun : safe.end()])
        tag = TAG.match(page, safe.end())
        begun = tag.end() if tag is not None else safe.end() + 1
    return "".join([*pieces, page[begun:]]) if pieces else page


def visible_text(markup: str) -> str:
    """Return the text of a piece of markup without its tags, a line for each block."""
    pieces = []
    hidden: Counter[str] = Counter()
    at = 0
    for token in TAG.finditer(markup):
        if not hidden and at < token.start():
            pieces.append(text_between(markup[at : token.start()]))
        at = token.end()
        if (name := (token["begun"] or token["ended"] or "").lower()) in UNSEEN:
            hidden[name] += -1 if token["end"] else 1
            if hidden[name] <= 0:
                del hidden[name]
        elif name == "body":
            hidden.clear()
        ends = name in BLOCKS and not (name == "br" and token["end"])
        if ends and not hidden and pieces[-MOST_LINE_ENDS:] != LINE_ENDS:
            pieces.append("\n")
    if not hidden:
        pieces.append(text_between(markup[at:]))
    return "".join(pieces).strip()


def text_between(piece: str) -> str:
    """Return the text that stands between two tags."""
    return HTML_SPACE.sub(" ", entities.unescape(piece) if "&" in piece else piece)
