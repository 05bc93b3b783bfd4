"""Which blocks of an article's section are its story: what stands between and around it goes."""

import re
from collections.abc import Collection, Sequence

from pipeline.page_blocks import HEADINGS, Block, Section

STOP = ".!?\u061f\u06d4\u0964\u3002\uff1f\uff01\u2026"
ENDED = re.compile(f"[{STOP}][\"'\u201d\u2019\u00bb]?\\Z")
"""How a sentence ends."""
CLOSED = re.compile(f"[{STOP}\"'\u201d\u2019\u00bb)\\]:;]\\Z")
"""How a paragraph may end that a date line, a tag or a label never ends like."""
WORDS = re.compile(r"\w+")

MOST_LINKS = 0.6
SHORTEST_OWN = 25
"""A paragraph may be mostly link if it ends as a sentence and has so many characters besides."""
LINK_LIST = 0.35
LONGEST_LINK_ITEM = 100
"""A list is one of links if all its items have some, so much is links, and items are short."""
LONGEST_LABEL = 60
PASSED_OVER = frozenset({"picture", "advertising"})
"""Furniture that may stand between a heading and what it heads."""
LISTED = frozenset({"li", "td", "th", "dd", "dt"})
NESTED = 3
"""Sections between a block and the list that it is an item of, at most."""

SHINGLE = 4
SAME = 0.6
"""A block is in the body that the metadata have if so many of its shingles are."""
WHOLE_BODY = 0.7
"""That body is taken for whole if it has so much of the story's text; it is often cut short."""


def story_of(
    blocks: Sequence[Block], weights: Sequence[int], homes: Collection[Section], title: str,
    body: str,
) -> list[Block]:  # fmt: skip
    """Return the blocks of an article's section that are its story.

    `weights` are the characters of sentences of each block, `homes` the sections in which such
    stand side by side. `title` and `body` are what the page's metadata have, "" for nothing.
    """
    dropped = furniture_in(blocks)
    dropped |= orphans(blocks, dropped)
    told = [number for number, weight in enumerate(weights) if weight and number not in dropped]
    if not told:
        return []
    headline = words(title)
    kept = []
    for number, block in enumerate(blocks):
        if number in dropped or (not weights[number] and words(block.text) == headline):
            continue
        if told[0] <= number <= told[-1] or belongs(block, homes):
            kept.append((number, block))
    story = within_body(kept, body) if body else kept
    while story and story[-1][1].section.tag in HEADINGS:
        story.pop()
    return [block for _, block in story]


def words(text: str) -> list[str]:
    """Return the words of a text, for comparison."""
    return WORDS.findall(text.casefold())


def belongs(block: Block, homes: Collection[Section]) -> bool:
    """Return whether a block before the first or behind the last sentences belongs to the story."""
    section = block.section
    at_home = section in homes or section.parent in homes
    if section.tag in HEADINGS:
        return at_home and section.tag != "h1"
    return at_home or section.tag in LISTED or CLOSED.search(block.text) is not None


def furniture_in(blocks: Sequence[Block]) -> set[int]:
    """Return the numbers of the blocks that are furniture, links, or part of a list of links."""
    dropped = set()
    lists: dict[Section, list[int]] = {}
    for number, block in enumerate(blocks):
        own = block.size - block.links
        if block.section.furniture or (
            block.links > MOST_LINKS * block.size
            and not (own > SHORTEST_OWN and ENDED.search(block.text))
        ):
            dropped.add(number)
        if (around := list_around(block.section)) is not None:
            lists.setdefault(around, []).append(number)
    for numbers in lists.values():
        if is_link_list([blocks[number] for number in numbers]):
            dropped.update(numbers)
            before = numbers[0] - 1
            if before >= 0 and is_label(blocks[before]):
                dropped.add(before)
    return dropped


def list_around(section: Section) -> Section | None:
    """Return the list that a section is in, or None."""
    above: Section | None = section
    for _ in range(NESTED):
        if above is None or above.tag in ("ul", "ol"):
            return above
        above = above.parent
    return None


def is_link_list(items: Sequence[Block]) -> bool:
    """Return whether the items of a list lead elsewhere."""
    size = sum(item.size for item in items)
    links = sum(item.links for item in items)
    if not all(item.links for item in items) or size > LONGEST_LINK_ITEM * len(items):
        return False
    return links > LINK_LIST * size


def is_label(block: Block) -> bool:
    """Return whether a block is what a list is called by."""
    return block.size <= LONGEST_LABEL and ENDED.search(block.text) is None


def orphans(blocks: Sequence[Block], dropped: Collection[int]) -> set[int]:
    """Return the numbers of the headings of which nothing follows that stays."""
    found: set[int] = set()
    follows = False
    for number in range(len(blocks) - 1, -1, -1):
        section = blocks[number].section
        if number in dropped:
            follows = follows and section.furniture in PASSED_OVER
        elif section.tag in HEADINGS and not follows:
            found.add(number)
        else:
            follows = True
    return found


def within_body(kept: Sequence[tuple[int, Block]], body: str) -> list[tuple[int, Block]]:
    """Return the blocks from the first to the last that is in the body that the metadata have.

    All are returned if that body is not the whole story.
    """
    known = set(shingles(body))
    inside = [place for place, (_, block) in enumerate(kept) if is_in(block, known)]
    size = sum(kept[place][1].size for place in inside)
    if not inside or size < WHOLE_BODY * sum(block.size for _, block in kept):
        return list(kept)
    return list(kept[inside[0] : inside[-1] + 1])


def shingles(text: str) -> list[tuple[str, ...]]:
    """Return the runs of so many words in a text."""
    found = words(text)
    return [tuple(found[i : i + SHINGLE]) for i in range(max(1, len(found) - SHINGLE + 1))]


def is_in(block: Block, known: Collection[tuple[str, ...]]) -> bool:
    """Return whether a block is in the text of which these are the shingles."""
    own = shingles(block.text)
    return sum(1 for one in own if one in known) >= SAME * len(own)
