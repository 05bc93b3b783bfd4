"""The query language read slowly and directly, with no index, to compare the engine with."""

import re
from dataclasses import dataclass

from pipeline.folding import REMOVED, fold
from pipeline.query_tree import And, Field, Near, Node, Not, Or, Words

CLITIC = "[وف]?(?:[بك]?ال|لل|[بكل])?"
CLITIC_WITH_ARTICLE = "(?:[وف]?(?:[بك]?ال|لل))?"


@dataclass(frozen=True)
class Word:
    """A word of a text: folded, its offsets, and what parts it from the word before."""

    text: str
    start: int
    end: int
    gap: str
    in_title: bool


def words_in(title: str, text: str) -> list[Word]:
    """Return the words of an article, read character by character."""
    whole = f"{title}\n{text}"
    places = [i for i, character in enumerate(whole) if not REMOVED.match(character)]
    kinds = []
    for n, i in enumerate(places):
        folded = fold(whole[i])
        near = [fold(whole[places[m]]) for m in (n - 1, n + 1) if 0 <= m < len(places)]
        inside = folded == "'" and len(near) == 2 and all(one.isalnum() for one in near)
        kinds.append(folded.isalnum() or inside)
    found: list[Word] = []
    n = 0
    while n < len(places):
        if not kinds[n]:
            n += 1
            continue
        first = n
        while n < len(places) and kinds[n]:
            n += 1
        start, end = places[first], places[n] if n < len(places) else len(whole)
        before = whole[found[-1].end : start] if found else ""
        folded = "".join(fold(whole[i]) for i in places[first:n])
        found.append(Word(folded, start, end, before, start < len(title)))
    return found


def word_meets(
    word: str, term: str, *, first: bool, last: bool, alone: bool, open_end: bool
) -> bool:
    """Say whether a word of the text is a word of the query."""
    tail = (
        r"\w*(?:'\w+)*" if last and open_end else ("(?:'s)?" if last and term[-1].isascii() else "")
    )
    if not (first and term[0] >= "ء"):
        return re.fullmatch(re.escape(term) + tail, word) is not None
    clitic = CLITIC_WITH_ARTICLE if alone and len(term) < 3 else CLITIC
    if re.fullmatch(clitic + re.escape(term) + tail, word):
        return True
    if term.startswith("ال") and len(term) > 3:
        rest = term[2:].removeprefix("ل")
        return re.fullmatch("[وف]?لل" + re.escape(rest) + tail, word) is not None
    return False


def places_of(node: Words, words: list[Word]) -> list[tuple[int, int]]:
    """Return the first and last word of each occurrence."""
    size = len(node.words)
    return [
        (at, at + size - 1)
        for at in range(len(words) - size + 1)
        if (words[at].in_title or not node.in_title)
        and all(
            word_meets(
                words[at + k].text,
                node.words[k],
                first=k == 0,
                last=k == size - 1,
                alone=size == 1,
                open_end=node.open_end,
            )
            for k in range(size)
        )
        and not continues(words, at, at - 1)
        and not continues(words, at + size, at + size - 1)
        and all(may_stand(words[at + k + 1], words[at + k], node.gaps[k]) for k in range(size - 1))
    ]


def continues(words: list[Word], outer: int, inner: int) -> bool:
    """Say whether a number goes on from an inner to an outer word; either may be first."""
    before, behind = min(outer, inner), max(outer, inner)
    if before < 0 or behind >= len(words):
        return False
    points = words[behind].gap in {".", ",", "٫", "٬"}
    return points and words[before].text[-1].isdigit() and words[behind].text[0].isdigit()


def may_stand(word: Word, before: Word, gap: str) -> bool:
    """Say whether a word of a phrase may follow another."""
    mark = re.sub(r"[\s\-\"“”„«»‹›_'’‘]", "", REMOVED.sub("", word.gap))
    return word.in_title == before.in_title and mark in {"", gap}


def spots(node: Node, words: list[Word]) -> list[tuple[int, int]]:
    """Return the occurrences of words or of a group of words."""
    if isinstance(node, Or):
        return [spot for part in node.parts for spot in spots(part, words)]
    assert isinstance(node, Words)
    return places_of(node, words)


def meets(node: Node, words: list[Word], fields: set[tuple[str, str]]) -> bool:
    """Say whether an article meets a query."""
    match node:
        case Words():
            return bool(places_of(node, words))
        case Field(name, value, _):
            return (name, value) in fields
        case Not(part):
            return not meets(part, words, fields)
        case And(parts):
            return all(meets(part, words, fields) for part in parts)
        case Or(parts):
            return any(meets(part, words, fields) for part in parts)
        case Near(left, right, distance, _):
            return any(
                words[a[0]].in_title == words[b[0]].in_title
                and (0 <= b[0] - a[1] - 1 <= distance or 0 <= a[0] - b[1] - 1 <= distance)
                for a in spots(left, words)
                for b in spots(right, words)
            )
