"""Line rules: which short paragraphs of a dispatch are not part of its story, and what they say.

A paragraph falls under a rule as a whole: it fits a pattern of the rule's word list, is made of the
words of its vocabulary, or has the structure of one (a signature, a credit, a path of sections).
What a line alone does not tell, its place may: see `pipeline.surroundings`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate

from pipeline.findings import LONGEST, Finding
from pipeline.folding import fold
from pipeline.patterns import normal_form, shipped
from pipeline.phrases import BULLET, Phrases, number_key
from pipeline.signatures import AUTHOR_WORDS, Signatures
from pipeline.spelling import LONGEST_SPELLED, Spelling
from pipeline.structure import LONGEST_STRUCTURE, SIGNS, structure_of

MOST_REMEMBERED = 20_000
"""Lines whose finding is remembered from one article to the next."""
LONGEST_LINE = max(LONGEST.values())
OPENING = re.compile(
    r"[\W_]{0,12}?([^\W_]+(?:['.&+@][^\W_]+|\+)*|©)(?:[\W_]*([^\W_]+(?:['.&+@][^\W_]+|\+)*))?"
)
AROUND = (
    " \t.,:;!?\u061f\u060c\u061b\u06d4\u2026\"'()[]{}<>|/\\*_-+#"
    "\u00ab\u00bb\u201c\u201d\u2039\u203a\u2022"
)
"""What may stand around the last word of a line."""
BEFORE_LAST = re.compile(r".*[^\w]")
FULL_STOPS = frozenset(".\u06d4")
LONGEST_FIRST = 24
WORD = re.compile(r"[^\W_]+")
LOOKED_AT = 40
"""Characters at the end of a paragraph in which its last word is looked for."""
BETWEEN = "\0"
"""Stands between paragraphs that are folded at one go; it is no character of a tidied text."""

CLAUSES = re.compile(r"[.!?\u061f\u06d4:\u2026]+\s+|\s[-\u2013\u2014|]\s")
MOST_CLAUSES = 4
SHORTEST_NAME = 5
"""Letters of an agency's name from which it is worth a look wherever in a line it stands."""
QUOTATION = re.compile(
    "[\"'\u201c\u201e\u00ab\u2018].{3,}?[\"'\u201d\u201c\u00bb\u2019][\\W_]{0,4}\\s\\w.*[.!?\u061f\u06d4]\\W?\\Z"
)
"""Somebody's words, then who said them and a full stop: whatever was said, it is the story's."""
BRACED = re.compile("[-\u2010-\u2015*]\\s*(.+?)\\s*[-\u2010-\u2015*]")
"""A line between two dashes is no item of a list."""


class LineRules:
    """The line rules with their word lists, ready to be asked about paragraphs."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        """Read the word lists, texts by name; raises ValueError as `parse_patterns` does."""
        self.signatures = Signatures(lists)
        self.spelling = Spelling(lists)
        names = [name for name in self.signatures.agencies if len(name) >= SHORTEST_NAME]
        self.phrases = Phrases(lists, names)
        self.reaches = self.measure()
        self.first_of_two = {words.split(" ")[0] for words in self.reaches if " " in words}
        self.closers = frozenset(
            [*self.phrases.by_last, *self.signatures.ends(), *self.signatures.photo.telling]
        )
        # The lines of a page are the same under each of its articles.
        self.examined: Callable[[str], Finding | None] = lru_cache(MOST_REMEMBERED)(self.examine)

    def measure(self) -> dict[str, int]:
        """Return for each opening, a word or two, the longest line that it may open."""
        reaches: dict[str, int] = {}
        by_first = self.phrases.by_first.items()
        openings = [
            *((words, LONGEST[one.rule]) for words, patterns in by_first for one in patterns),
            *self.spelling.openings(),
            *((word, LONGEST_SPELLED) for word in self.signatures.desk.telling),
            *((word, LONGEST["agency"]) for word in self.signatures.ends()),
            *((fold(word), LONGEST["byline"]) for word in AUTHOR_WORDS),
            *((word, LONGEST["caption"]) for word in ("reporting", "writing", "editing")),
        ]
        for words, longest in openings:
            reaches[words] = max(longest, reaches.get(words, 0))
        return reaches

    def find(self, texts: Sequence[str]) -> dict[int, Finding]:
        """Return the paragraphs that fall under a rule by themselves, by number.

        Texts are tidied NFC.
        """
        short = [(number, text) for number, text in enumerate(texts) if len(text) <= LONGEST_LINE]
        if not short:
            return {}
        together = fold(BETWEEN.join([text for _, text in short]))
        folded = together.split(BETWEEN)
        holding = self.holding(together, folded)
        found: dict[int, Finding] = {}
        for place, (number, text) in enumerate(short):
            if place in holding or self.is_worth_it(text, folded[place]):
                finding = self.examined(text)
                if finding is not None:
                    found[number] = finding
        return found

    def holding(self, together: str, folded: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the folded paragraphs that hold an inner phrase of a pattern."""
        hits = self.phrases.hits(together)
        if not hits:
            return frozenset()
        ends = list(accumulate(len(text) + 1 for text in folded))
        return frozenset(bisect_right(ends, start) for _, start in hits)

    def is_worth_it(self, text: str, folded: str) -> bool:
        """Return whether a line may fall under a rule at all, by its ends and its signs."""
        length = len(text)
        stopped = text[-1] in FULL_STOPS
        if self.opens(length, folded):
            return True
        if length <= LONGEST_SPELLED and self.tells(folded):
            return True
        if length > LONGEST_SPELLED and stopped:
            return False
        last = folded[-LOOKED_AT:].rstrip(AROUND).rpartition(" ")[2].lstrip(AROUND)
        if last in self.closers or BEFORE_LAST.sub("", last) in self.closers or text[-1] in ")]":
            return True
        return length <= LONGEST_STRUCTURE and SIGNS.search(text) is not None

    def tells(self, folded: str) -> bool:
        """Return whether one of a line's words tells a kind of lines."""
        words, mixed = WORD.findall(folded), self.spelling.mixed
        if not (self.spelling.telling.isdisjoint(words) and mixed.telling.isdisjoint(words)):
            return True
        return not folded.isascii() and any(map(mixed.tells, words))

    def opens(self, length: int, folded: str) -> bool:
        """Return whether a line of this length may fall under a rule by its first words."""
        first = folded[:LONGEST_FIRST].partition(" ")[0]
        if first.isalpha() and first not in self.first_of_two:
            return length <= self.reaches.get(first, 0)
        opening = OPENING.match(folded)
        if opening is None:
            return True
        first, second = opening.groups()
        key = number_key(first)
        if length <= self.reaches.get(key, 0):
            return True
        return key in self.first_of_two and length <= self.reaches.get(f"{key} {second}", 0)

    def examine(self, text: str) -> Finding | None:
        """Return what one paragraph is, or None for a part of the story."""
        if QUOTATION.match(text):
            return None
        folded = fold(text)
        if author := self.signatures.author(text):
            return Finding("byline", "byline", author)
        if agency := self.signatures.agency(text):
            return Finding("agency", "agency", agency)
        form = normal_form(text)
        braced = BRACED.fullmatch(text)
        is_item = braced is None and BULLET.match(text) is not None
        return (
            self.phrases.find(braced[1] if braced else text, form, folded)
            or self.as_signed(text)
            or self.spelling.label(text)
            or (None if is_item else self.spelling.find(text, form))
            or self.as_appeal(text)
            or self.as_structure(text)
        )

    def as_signed(self, text: str) -> Finding | None:
        """Return the rule of a line that credits a picture or those who wrote, or None."""
        if self.signatures.is_caption(text):
            return Finding("caption")
        return Finding("byline") if self.signatures.credit_line(text) else None

    def as_appeal(self, text: str) -> Finding | None:
        """Return promotion for a line whose second or later sentence is (“Want more? Sign up”)."""
        clauses = [clause.strip() for clause in CLAUSES.split(text) if clause.strip()]
        if not 2 <= len(clauses) <= MOST_CLAUSES or len(text) > LONGEST["promotion"]:
            return None
        for clause in clauses[1:]:
            form = normal_form(clause)
            words = form.split()
            found = self.phrases.find(clause, form, fold(clause))
            if found and found.rule == "promotion" and not clause[0].islower():
                return found
            if len(words) > 1 and self.spelling.vocabularies["promotion"].spells(words):
                return Finding("promotion")
        return None

    def as_structure(self, text: str) -> Finding | None:
        """Return the rule that the structure of a line gives away, or None."""
        rule = structure_of(text)
        return Finding(rule) if rule else None


@cache
def shipped_rules() -> LineRules:
    """Return the rules with the word lists that barq ships."""
    return LineRules(shipped())
