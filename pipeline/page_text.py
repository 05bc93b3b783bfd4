"""The article of a page: the section in which its sentences stand.

Sentences are counted for the section in which they stand side by side; the heaviest of such
clusters is the article's, and grows to a section around it where that brings more sentences than
links. What of that section is its story, `page_story` says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from pipeline.page_blocks import HEADINGS, Block, Section, read_blocks
from pipeline.page_furniture import COMMENTS, HIDDEN, POST
from pipeline.page_story import story_of

SENTENCE = re.compile(
    "[.!?\u061f\u06d4\u0964\u3002\uff1f\uff01\u2026:,\u060c\u061b]"
    "[\"'\u201d\u2019\u00bb)\\]]*(?:\\s|\\Z)"
)
"""A mark in or behind a sentence, in the scripts of the wire."""
SHORTEST_SENTENCE = 40
LONG_TEXT = 120
"""From so many characters on a text counts as sentences without any mark."""
MOST_LINKS = 0.5
LINKED_ITEM = 4
"""What of an item with a link counts is divided by this: it is rather a teaser than a paragraph."""

MAIN_PART = 0.4
MAIN_PART_HIDDEN = 0.7
"""Furniture that holds more than this part of a page's sentences is none. Hidden text must hold
more than twice as much as the rest: it is often the article once more."""
EARLY = 0.6
"""The first cluster with this part of the heaviest's weight is the article's: what follows an
article may be longer than the article, what precedes it is not."""
GROWTH = 0.1
"""A wider section must bring at least this part of the sentences that are there."""
BODY_NAME = 0.15
IN_ARTICLE = 0.2
"""What a name that bodies have (each of up to four), and an article element around it, add to the
weight of a cluster."""
NAMED_ABOVE = 3
"""Sections, from a cluster's own outwards, whose names are asked."""

ITEMS = frozenset({"p", "li", "pre", "dd", "dt", "td", "th"})
LISTS = frozenset({"ul", "ol", "dl", "blockquote", "tr", "tbody", "table"})
NESTED_LISTS = 8
"""Lists in lists that are taken for one: what stands in more of them is a cluster by itself."""
DEEPEST = 256
"""Sections around another at most: the parser goes no deeper."""
OUTERMOST = frozenset({"", "html", "body"})


@dataclass(frozen=True, slots=True)
class Found:
    """An article: its text, and how sure it is the page's own.

    `weight` is how many characters of sentences its section holds, `elsewhere` how many stand in
    the rest of the page, `furniture` how many in what looks like furniture, comments and hidden
    text left out.
    """

    text: str = ""
    weight: int = 0
    elsewhere: int = 0
    furniture: int = 0


def find_article(tree: Any, title: str = "", body: str = "") -> Found:
    """Return a page's article, its text a line a paragraph; an empty one without sentences.

    The headline is no part of it. `title` and `body` are what the page's metadata have as title and
    as text. The tree holds neither comments nor processing instructions.
    """
    blocks, sections = read_blocks(tree)
    weights = [sentences(block) for block in blocks]
    best = heaviest(blocks, weights, sections)
    if best is None:
        return Found()
    running = is_running(best, sections)
    main = best.article.parent if running and best.article else widened(best)
    assert main is not None  # noqa: S101  (an article element has a parent)
    first, last = main.number, main.last
    inside = [number for number, one in enumerate(blocks) if first <= one.section.number <= last]
    if not running:
        apart = best.article
        inside = [number for number in inside if blocks[number].section.article in (apart, None)]
    homes = {cluster_of(blocks[number].section) for number in inside if weights[number]}
    story = story_of(
        [blocks[number] for number in inside], [weights[number] for number in inside], homes,
        title, body,
    )  # fmt: skip
    text = "\n".join(block.text for block in story)
    furniture = sum(
        weight
        for block, weight in zip(blocks, weights, strict=True)
        if weight and block.section.furniture not in ("", COMMENTS, HIDDEN)
    )
    return Found(text, main.cluster, sections[0].cluster - main.cluster, furniture)


def sentences(block: Block) -> int:
    """Return how many characters of sentences a block holds: none in a heading or among links."""
    size = block.size - block.links
    if size < SHORTEST_SENTENCE or block.section.tag in HEADINGS:
        return 0
    if block.links > MOST_LINKS * block.size:
        return 0
    if block.size < LONG_TEXT and SENTENCE.search(block.text) is None:
        return 0
    return size // LINKED_ITEM if block.links and block.section.tag == "li" else size


def heaviest(
    blocks: Sequence[Block], weights: Sequence[int], sections: Sequence[Section]
) -> Section | None:
    """Return the section with the article's cluster, or None for a page without sentences.

    Afterwards `cluster` of each section is the weight of all clusters in it.
    """
    add_up(blocks, weights, sections)
    mark_furniture(sections)
    clusters: dict[Section, int] = {}
    for block, weight in zip(blocks, weights, strict=True):
        if weight and not block.section.furniture:
            place = cluster_of(block.section)
            clusters[place] = clusters.get(place, 0) + weight
    if not clusters:
        return None
    for section, weight in clusters.items():
        section.cluster = weight
    favours = {section: favour(section) for section in clusters}
    enough = EARLY * max(favours.values())
    best = min((one for one in clusters if favours[one] >= enough), key=lambda one: one.number)
    for section in reversed(sections):
        if section.parent is not None:
            section.parent.cluster += section.cluster
    return best


def add_up(blocks: Sequence[Block], weights: Sequence[int], sections: Sequence[Section]) -> None:
    """Set how many sentences, links and blocks each section holds, and the article around it."""
    for block, weight in zip(blocks, weights, strict=True):
        block.section.good += weight
        block.section.links += block.links
        block.section.runs += 1
    for section in reversed(sections):
        if section.parent is not None:
            section.parent.good += section.good
            section.parent.links += section.links
            section.parent.runs += section.runs


def mark_furniture(sections: Sequence[Section]) -> None:
    """Set the furniture that each section is part of, where that does not hold the main text."""
    total = sections[0].good
    for section in sections:
        outer = section.parent is None or section.parent.kind != COMMENTS
        if section.kind == COMMENTS and outer:
            total -= section.good
    for section in sections:
        inherited = section.parent.furniture if section.parent is not None else ""
        kind = section.kind
        if kind == POST:
            section.furniture = inherited if inherited in (COMMENTS, HIDDEN) else ""
        elif inherited or not kind or kind == COMMENTS:
            section.furniture = inherited or kind
        else:
            most = MAIN_PART_HIDDEN if kind == HIDDEN else MAIN_PART
            section.furniture = "" if section.good > most * total else kind


def cluster_of(section: Section) -> Section:
    """Return the section in which a block of this one stands beside others."""
    if section.tag in ITEMS and section.parent is not None:
        section = section.parent
    while section.runs == 1 and section.parent is not None and section.tag != "article":
        section = section.parent
    for outer in around(section, NESTED_LISTS):
        section = outer
        if section.tag not in LISTS:
            break
    return section


def favour(section: Section) -> float:
    """Return the weight of a cluster, more where names speak for an article's body."""
    body = max(one.body for one in around(section, NAMED_ABOVE))
    article = section.article is not None
    return section.cluster * (1 + BODY_NAME * min(body, 4) + IN_ARTICLE * article)


def around(section: Section | None, most: int = DEEPEST) -> list[Section]:
    """Return a section and those around it, outwards, at most so many."""
    found: list[Section] = []
    while section is not None and len(found) < most:
        found.append(section)
        section = section.parent
    return found


def widened(best: Section) -> Section:
    """Return the section that holds a cluster and what belongs to it, inside one article."""
    main = best
    outermost = best.article.number if best.article is not None else 0
    for above in takewhile(lambda one: one.tag not in OUTERMOST, around(best.parent)):
        if above.number < outermost:
            break
        more = above.cluster - main.cluster
        if more > GROWTH * main.cluster and more > above.links - main.links:
            main = above
    return main


def is_running(best: Section, sections: Sequence[Section]) -> bool:
    """Return whether a page is a running story: a headline, then articles side by side."""
    post = best.article
    if post is None or post.parent is None:
        return False
    beside = [one for one in sections if one.tag == "article" and one.parent is post.parent]
    if sum(1 for one in beside if one.cluster) < 3:
        return False
    return any(one.tag == "h1" and one.runs and one.number < beside[0].number for one in sections)
