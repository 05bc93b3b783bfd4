"""A page as blocks of running text in sections, the form in which its article is looked for.

A block is a run of text that no block element interrupts: a paragraph, an item, a heading. A
section is a block element with what its name and attributes say about its part in the page. One
pass over the tree, a bounded amount of work for each node.
"""

from typing import Any

from lxml import etree

from pipeline.page_furniture import BODY_TAGS, FURNITURE_TAGS, POST, furniture_of_class

UNSEEN = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "applet",
    "head", "select", "option", "datalist", "button", "textarea", "input", "audio", "video",
    "canvas", "map", "dialog",
})  # fmt: skip
"""Elements whose text no reader of the page sees, or that are controls."""

HEADINGS = frozenset({
    "h1", "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
SECTIONS = HEADINGS | frozenset({
    "address", "amp-ad", "amp-sidebar", "article", "aside", "blockquote", "body", "caption",
    "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
SETS_OFF = frozenset({"notice", "hidden", "picture"})
"""What a span inside running text may be without being a part of it."""
PROPERTIES = frozenset({
    "author", "publisher", "headline", "image", "datePublished", "dateModified", "keywords",
})  # fmt: skip
"""Properties of an article (schema.org) that are not its text."""
ROLES = frozenset({
    "navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alert",
})  # fmt: skip
LINE = "\f"
"""Stands for a line break until the white space around it is gone; HTML has no use for it."""


class Section:
    """A block element. `number` counts sections in order, `last` is its last descendant's.

    `kind` is the furniture that it looks like, "" for none; `body` how much its name speaks for an
    article's body; `article` the innermost article element around it. `good`, `links` and `runs`
    (characters of sentences and of links, number of blocks) and `cluster` (see `page_text`) are its
    own until those of its descendants are added.
    """

    __slots__ = (
        "article", "body", "cluster", "furniture", "good", "kind", "last", "links", "number",
        "parent", "runs", "tag",
    )  # fmt: skip

    def __init__(self, tag: str, parent: "Section | None", number: int) -> None:
        self.tag = tag
        self.parent = parent
        self.number = self.last = number
        self.article: Section | None = None
        self.kind = self.furniture = ""
        self.body = self.good = self.links = self.runs = self.cluster = 0


class Block:
    """A run of text, how many of its characters are links, and the section it stands in."""

    __slots__ = ("links", "section", "size", "text")

    def __init__(self, text: str, links: int, section: Section) -> None:
        self.text = text
        self.size = len(text)
        self.links = min(links, self.size)
        self.section = section


class Reading:
    """Blocks and sections while a page is read."""

    def __init__(self) -> None:
        self.section = Section("", None, 0)
        self.sections = [self.section]
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.links = self.anchors = self.breaks = 0

    def open(self, element: Any, tag: str) -> None:
        """Begin a section."""
        self.flush()
        around = self.section
        self.section = Section(tag, around, len(self.sections))
        self.section.article = self.section if tag == "article" else around.article
        self.sections.append(self.section)
        self.section.kind, self.section.body = reading_of(element, tag)

    def close(self) -> None:
        """End the section that is open."""
        self.flush()
        self.section.last = len(self.sections) - 1
        self.section = self.section.parent or self.section

    def add(self, text: str) -> None:
        """Add a piece of text."""
        if text.isspace():
            if self.pieces:
                self.pieces.append(" ")
            return
        self.breaks = 0
        if self.anchors:
            self.links += len(text.strip())
        if self.section.tag == "pre":
            text = text.replace("\n", LINE)
        self.pieces.append(text)

    def break_line(self) -> None:
        """Begin a line, or a block where the line before is empty."""
        self.breaks += 1
        if self.breaks > 1:
            self.flush()
        elif self.pieces:
            self.pieces.append(LINE)

    def flush(self) -> None:
        """End the block."""
        self.breaks = 0
        if not self.pieces:
            return
        text = "".join(self.pieces)
        if LINE in text:
            lines = [" ".join(line.split()) for line in text.split(LINE)]
            text = "\n".join([line for line in lines if line])
        else:
            text = " ".join(text.split())
        if text:
            self.blocks.append(Block(text, self.links, self.section))
        self.pieces.clear()
        self.links = 0


def read_blocks(tree: Any) -> tuple[list[Block], list[Section]]:
    """Return the blocks of a page and its sections, both in order; the first section is the page.

    The tree holds neither comments nor processing instructions.
    """
    reading = Reading()
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in UNSEEN or (tag == "span" and is_set_off(element)):
                walker.skip_subtree()
                continue
            if tag in SECTIONS:
                reading.open(element, tag)
            elif tag == "a":
                reading.anchors += 1
            elif tag == "br":
                reading.break_line()
            text = element.text
        else:
            if tag in SECTIONS:
                reading.close()
            elif tag == "a":
                reading.anchors -= 1
            text = element.tail
        if text:
            reading.add(text)
    reading.close()
    return reading.blocks, reading.sections


def is_set_off(element: Any) -> bool:
    """Return whether a span is no part of the text around it: a hidden one, a caption."""
    names = element.get("class")
    return bool(names) and furniture_of_class(names)[0] in SETS_OFF


def reading_of(element: Any, tag: str) -> tuple[str, int]:
    """Return what furniture a section looks like and how much its name speaks for a body."""
    kind = FURNITURE_TAGS.get(tag, "")
    attributes = element.attrib
    if not attributes:
        return kind, 0
    get = attributes.get
    if get("aria-hidden") == "true" or "hidden" in attributes or hides(get("style")):
        return "hidden", 0
    names = get("class", "")
    if identifier := get("id"):
        names = f"{names} {identifier}"
    named, body = furniture_of_class(names) if names else ("", 0)
    prop = get("itemprop")
    if prop and "articleBody" in prop:
        return "", 4
    if tag in BODY_TAGS and named != POST:
        named = ""
    if prop in PROPERTIES and not named:
        named = "byline"
    if not named and get("role") in ROLES:
        named = "navigation"
    return named or kind, body


def hides(style: str | None) -> bool:
    """Return whether a style attribute hides its element."""
    if not style or ":" not in style:
        return False
    style = style.replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style
