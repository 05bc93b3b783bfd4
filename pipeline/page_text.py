"""The article of a page: where its paragraphs cluster, without what stands between them.

Sentences are counted for the section in which they stand side by side; the heaviest such cluster
is the article's, and grows to a section around it as long as that brings more sentences than links.
"""

import re
from collections.abc import Sequence
from typing import Any

from pipeline.page_blocks import HEADINGS, Block, Section, read_blocks
from pipeline.page_furniture import COMMENTS, POST

SENTENCE = re.compile(
    "[.!?\u061f\u06d4\u0964\u3002\uff1f\uff01\u2026:,\u060c\u061b][\"'\u201d\u2019\u00bb)\\]]*(?:\\s|$)"
)
"""A mark inside or at the end of a sentence."""
CLOSED = re.compile("[.!?\u061f\u06d4\u0964\u3002\uff1f\uff01\u2026\"'\u201d\u2019\u00bb)\\]:;]\\Z")
ENDED = re.compile("[.!?؟۔।。？！…][\"'”’»]?\\Z")
import os
EARLY = float(os.environ.get("EARLY","0.6"))
SHORTEST_SENTENCE = 40
LONG_TEXT = 120
"""From so many characters on a text counts as sentences without any mark."""
MOST_LINKS = 0.5
MAIN_PART = 0.4
"""Furniture that holds more than this part of a page's sentences is none."""
ITEMS = frozenset({"p", "li", "pre", "dd", "dt", "td", "th"})
LISTS = frozenset({"ul", "ol", "dl", "blockquote", "tr", "tbody", "table"})
OUTERMOST = frozenset({"", "html", "body"})
SURE_FURNITURE = frozenset({COMMENTS, "hidden"})


def article_text(tree: Any, title: str = "") -> str:
    """Return the text of a page's article, a line a paragraph; "" if it has no sentences.

    The headline is no part of it. `title` is what the page's metadata say it is.
    """
    blocks, sections = read_blocks(tree)
    main = find_article(blocks, sections)
    if main is None:
        return ""
    inside = [block for block in blocks if main.number <= block.section.number <= main.last]
    return "\n".join(block.text for block in story_of(inside, title))


def sentences(block: Block) -> int:
    """Return how many characters of sentences a block holds: none in a heading or among links."""
    if block.section.tag in HEADINGS or block.size - block.links < SHORTEST_SENTENCE:
        return 0
    if block.links > MOST_LINKS * block.size:
        return 0
    if block.size < LONG_TEXT and SENTENCE.search(block.text) is None:
        return 0
    if block.links and block.section.tag == "li":
        return (block.size - block.links) // 4
    return block.size - block.links


def find_article(blocks: Sequence[Block], sections: Sequence[Section]) -> Section | None:
    """Return the section that holds the article, or None for a page without sentences."""
    weights = [sentences(block) for block in blocks]
    for block, weight in zip(blocks, weights, strict=True):
        block.section.good += weight
        block.section.links += block.links
        block.section.runs += 1
    for section in reversed(sections):
        if section.parent is not None:
            section.parent.good += section.good
            section.parent.links += section.links
            section.parent.runs += section.runs
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
    most = max(map(favour, clusters))
    best = next(section for section in sorted(clusters, key=lambda s: s.number) if favour(section) >= EARLY * most)
    for section in reversed(sections):
        if section.parent is not None:
            section.parent.cluster += section.cluster
    return widened(best)


def mark_furniture(sections: Sequence[Section]) -> None:
    """Set the furniture that each section is part of, where that does not hold the main text."""
    total = sections[0].good - sum(
        section.good
        for section in sections
        if section.kind == COMMENTS and (section.parent is None or section.parent.kind != COMMENTS)
    )
    for section in sections:
        inherited = section.parent.furniture if section.parent is not None else ""
        kind = section.kind
        if kind == POST:
            section.furniture = inherited if inherited in SURE_FURNITURE else ""
            continue
        if kind and kind not in SURE_FURNITURE and section.good > MAIN_PART * total:
            kind = ""
        section.furniture = inherited or kind


def cluster_of(section: Section) -> Section:
    """Return the section in which a block of this one stands beside others."""
    if section.tag in ITEMS and section.parent is not None:
        section = section.parent
    while section.runs == 1 and section.parent is not None and section.tag != "article":
        section = section.parent
    while section.tag in LISTS and section.parent is not None:
        section = section.parent
    return section


def favour(section: Section) -> float:
    """Return the weight of a cluster, more where names speak for an article's body."""
    body = 0
    above: Section | None = section
    for _ in range(3):
        if above is not None:
            body = max(body, above.body)
            above = above.parent
    article = 0
    above = section
    while above is not None:
        if above.tag == "article":
            article = 1
        above = above.parent
    return section.cluster * (1 + 0.15 * min(body, 4) + 0.2 * article)


def widened(best: Section) -> Section:
    """Return the section that holds a cluster and what belongs to it."""
    main = best
    above = best.parent
    while above is not None and above.tag not in OUTERMOST and main.tag != "article":
        more = above.cluster - main.cluster
        if more > 0.1 * main.cluster and more > above.links - main.links:
            main = above
        above = above.parent
    return main


def story_of(blocks: Sequence[Block], title: str) -> list[Block]:
    """Return the blocks of an article's section that are its story."""
    dropped = drops_of(blocks)
    begins = next((n for n, block in enumerate(blocks) if n not in dropped and sentences(block)), 0)
    ends = len(blocks) - next((n for n, block in enumerate(reversed(blocks)) if len(blocks) - 1 - n not in dropped and sentences(block)), 0)
    kept = []
    homes = {cluster_of(block.section) for n, block in enumerate(blocks) if n not in dropped and sentences(block)}
    for number, block in enumerate(blocks):
        if number in dropped:
            continue
        if not begins <= number < ends and not CLOSED.search(block.text):
            if not (block.section.tag in LISTED or block.section.parent in homes or block.section in homes):
                continue
        if number < begins and block.section.tag in HEADINGS and (block.section.tag == "h1" or block.section.parent not in homes): continue
        if number < begins and same(block.text, title): continue
        kept.append(block)
    while kept and kept[-1].section.tag in HEADINGS:
        kept.pop()
    return kept

LISTED={'li','td','th','dd','dt'}
def same(a, b):
    return WORDS.findall(a.lower()) == WORDS.findall(b.lower())
WORDS=re.compile(r"\w+")

def drops_of(blocks):
    dropped = set()
    groups = {}
    for n, b in enumerate(blocks):
        if b.section.furniture or (b.links > 0.6 * b.size and not (b.size - b.links > 25 and ENDED.search(b.text))):
            dropped.add(n)
        s = b.section
        for _ in range(3):
            if s.tag in ("ul", "ol") or s.parent is None: break
            s = s.parent
        if s.tag in ("ul", "ol"): groups.setdefault(s, []).append(n)
    for s, ns in groups.items():
        if all(blocks[n].links for n in ns) and sum(blocks[n].links for n in ns) > 0.35 * sum(blocks[n].size for n in ns) and sum(blocks[n].size for n in ns) <= 100 * len(ns):
            dropped.update(ns)
    ahead = None
    for n in range(len(blocks) - 1, -1, -1):
        b = blocks[n]
        if b.section.tag in HEADINGS and n not in dropped:
            if ahead is None or ahead in dropped: dropped.add(n)
        if not (b.section.furniture in ("picture", "advertising")): ahead = n
    return dropped
