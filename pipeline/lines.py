"""Line rules: which short paragraphs of a dispatch are not part of its story, and what they say.

A paragraph falls under a rule as a whole: it fits a pattern of the rule's word list, or it has the
structure of one (a row of share buttons, an agency's signature, a byline).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.folding import REMOVED, fold
from pipeline.patterns import (
    NUMERIC,
    SEPARATORS,
    Pattern,
    entries,
    normal_form,
    parse_patterns,
    shipped,
)

LONGEST = {
    "share": 120,
    "read-also": 180,
    "caption": 200,
    "promotion": 160,
    "navigation": 120,
    "legal": 300,
    "credit": 60,
    "byline": 90,
    "sign-off": 40,
    "agency": 50,
}
"""The longest paragraph, in characters, that may fall under a rule; a longer one is story."""

PATTERN_RULES = (
    "share", "read-also", "caption", "byline", "credit", "legal", "navigation", "sign-off",
    "promotion",
)  # fmt: skip
"""The rules with a list of patterns; where two fit, the first counts."""

EDGES = frozenset({"credit", "sign-off"})
"""Rules that hold only in the first or last two paragraphs: elsewhere such a line is a table's."""
EDGE_PARAGRAPHS = 2

LONGEST_LINE = max(LONGEST.values())
OPENING = re.compile(
    r"[\W_]{0,12}?([^\W_]+(?:['\u2019.&+@][^\W_]+|\+)*|©)(?:[\W_]*([^\W_]+(?:['\u2019.&+@][^\W_]+|\+)*))?"
)
WORD = re.compile(r"[^\W_]+")
LOOKED_AT = 40
"""Characters at either end of a paragraph in which its first and last word are looked for."""

SURE_SHARE_WORDS = frozenset(
    [
        "share",
        "tweet",
        "pin",
        "facebook",
        "twitter",
        "whatsapp",
        "شارك",
        "فيسبوك",
        "تويتر",
        "واتساب",
    ]
)
"""One of these must stand in a row of share words, all of which mean something else elsewhere."""

AUTHOR_WORDS = ("By", "Par", "Von", "Por")
AUTHOR = re.compile(r"(?:By|BY|Par|Von|Por)\s+(.{3,60})")
NAME_WORD = re.compile(
    r"(?:[A-Z\u00c0-\u00de][\w'\u2019.-]*,?|and|AND|et|und|y|de|van|von|bin|al-\w+|&)"
)
SENTENCE_END = re.compile(r"[.!?\u061f\u06d4\u2026:,\u060c]\Z")
SENTENCES = re.compile(r"[^\W_]{3}[.!?\u061f\u06d4]\s")
BULLET = re.compile("[-\u2010-\u2015*\u2022\u25aa\u25cf\u00b7]\\s")
PAGE_RULES = frozenset({"navigation", "promotion", "sign-off"})
HEADLINE_LENGTH = 140


@dataclass(frozen=True, slots=True)
class Finding:
    """What a paragraph is: the rule it falls under and the field that it fills, if any."""

    rule: str
    field: str = ""
    value: str = ""


class LineRules:
    """The line rules with their word lists, ready to be asked about paragraphs."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        """Read the word lists, texts by name; raises ValueError as `parse_patterns` does."""
        self.by_first: dict[str, list[Pattern]] = {}
        self.by_last: dict[str, list[Pattern]] = {}
        for rule in PATTERN_RULES:
            for pattern in parse_patterns(rule, lists):
                for word in sorted(pattern.first):
                    self.by_first.setdefault(word, []).append(pattern)
                for word in sorted(pattern.last):
                    self.by_last.setdefault(word, []).append(pattern)
        self.share_words = phrases([*entries(lists["share-words"]), *entries(lists["network"])])
        names = list(entries(lists["agency"]))
        self.agencies = {normal_form(name) for name in names if not shouted(name)}
        self.shouted_agencies = {name for name in names if shouted(name)}
        self.agency_ends = {form.rsplit(" ", 1)[-1] for form in self.agencies} | {
            fold(name) for name in self.shouted_agencies
        }
        self.reaches = self.measure()
        self.first_of_two = {words.split(" ")[0] for words in self.reaches if " " in words}
        # Most paragraphs are ruled out by one look at their first and last word as written.
        self.reach: Callable[[str], tuple[int, str]] = lru_cache(50_000)(self.look_up)
        self.closes: Callable[[str], bool] = lru_cache(50_000)(self.may_close)

    def measure(self) -> dict[str, int]:
        """Return for each opening, a word or two, the longest line that it may open."""
        reaches: dict[str, int] = {}
        openings = [
            *(
                (words, LONGEST[one.rule])
                for words, found in self.by_first.items()
                for one in found
            ),
            *((word, LONGEST["share"]) for word in sorted(self.share_words)),
            *((word, LONGEST["agency"]) for word in sorted(self.agency_ends)),
            *((fold(word), LONGEST["byline"]) for word in AUTHOR_WORDS),
        ]
        for words, longest in openings:
            reaches[words] = max(longest, reaches.get(words, 0))
        return reaches

    def look_up(self, first: str) -> tuple[int, str]:
        """Return the longest line that a word may open, and its key if the next word counts."""
        key = word_key(first)
        return self.reaches.get(key, 0), key if key in self.first_of_two else ""

    def may_open(self, length: int, first: str, second: str) -> bool:
        """Return whether a line of this length that begins so can fall under a rule."""
        reach, key = self.reach(first)
        if length <= reach or not key:
            return length <= reach
        return length <= self.reaches.get(f"{key} {fold(second)}", 0)

    def may_close(self, word: str) -> bool:
        """Return whether a line that ends with this word can fall under a rule."""
        key = word_key(word)
        return key in self.by_last or key in self.agency_ends

    def find(self, texts: Sequence[str]) -> dict[int, Finding]:
        """Return the paragraphs that fall under a rule, by number. Texts are tidied NFC."""
        found: dict[int, Finding] = {}
        known: dict[str, Finding | None] = {}
        leads_on = False
        for number, text in enumerate(texts):
            if len(text) > LONGEST_LINE:
                leads_on = False
                continue
            if text not in known:
                known[text] = self.examine(text)
            finding = known[text]
            if finding is None and leads_on and looks_like_headline(text):
                finding = Finding("read-also")
            leads_on = finding == Finding("read-also") and is_bare_pointer(text)
            if finding is not None:
                found[number] = finding
        return without_inner(found, len(texts)) if found else found

    def examine(self, text: str) -> Finding | None:
        """Return what one paragraph is, or None for a part of the story."""
        opening = OPENING.match(REMOVED.sub("", text[:LOOKED_AT]))
        if opening is None:
            return None
        first, second = opening.group(1), opening.group(2) or ""
        last = (WORD.findall(REMOVED.sub("", text[-LOOKED_AT:])) or [first])[-1]
        if not self.may_open(len(text), first, second) and not self.closes(last):
            return None
        form = normal_form(text)
        return (
            as_author(text)
            or self.as_agency(text)
            or self.as_pattern(text, form)
            or self.as_share_row(text, form)
        )

    def as_pattern(self, text: str, form: str) -> Finding | None:
        """Return the rule whose word list the paragraph fits, or None."""
        words = form.split(" ")
        first, last = number_key(words[0]), number_key(words[-1])
        candidates = [
            *self.by_first.get(first, ()),
            *self.by_first.get(" ".join([first, *words[1:2]]), ()),
            *self.by_last.get(last, ()),
        ]
        fitting = [
            pattern
            for pattern in candidates
            if len(text) <= LONGEST[pattern.rule] and may_fit(pattern, text) and pattern.match(form)
        ]
        if not fitting:
            return None
        rule = min((pattern.rule for pattern in fitting), key=PATTERN_RULES.index)
        if rule == "byline":
            return as_labelled(text, rule, "byline")
        return as_labelled(text, rule, "agency") if rule == "credit" else Finding(rule)

    def as_share_row(self, text: str, form: str) -> Finding | None:
        """Return the share rule for a row of buttons, networks and counts, or None."""
        words = form.replace("|", " ").split()
        if len(text) > LONGEST["share"] or len(words) < 2:
            return None
        sure = SURE_SHARE_WORDS.intersection(words)
        known = all(word in self.share_words or word.isdecimal() for word in words)
        return Finding("share") if sure and known else None

    def as_agency(self, text: str) -> Finding | None:
        """Return the agency rule for a line that is a signature, or None.

        A signature is an agency's name, or names and one place or outlet joined by separators.
        """
        if len(text) > LONGEST["agency"]:
            return None
        parts = [part.strip(" .") for part in SEPARATORS.split(text) if part.strip(" .,*<>_")]
        parts = [part for each in parts for part in re.split(r"\s*[,\u060c]\s*", each) if part]
        agencies = [part for part in parts if self.is_agency(part)]
        others = [part for part in parts if part not in agencies]
        if not agencies or len(parts) > 4 or len(others) > 1:
            return None
        if any(len(part.split()) > 3 or any(map(str.isdigit, part)) for part in others):
            return None
        return Finding("agency", "agency", text.strip(" -\u2013\u2014()[].*:|/\u2026"))

    def is_agency(self, name: str) -> bool:
        """Return whether a piece of a line is an agency's name."""
        return name in self.shouted_agencies or normal_form(name) in self.agencies


def without_inner(found: Mapping[int, Finding], count: int) -> dict[int, Finding]:
    """Return the findings, those of edge rules only where little of the story lies outside them.

    `count` is the number of paragraphs.
    """
    kept = {}
    story = count - len(found)
    for before_it, (number, finding) in enumerate(found.items()):
        before = number - before_it
        if finding.rule not in EDGES or min(before, story - before) < EDGE_PARAGRAPHS:
            kept[number] = finding
    return kept


def may_fit(pattern: Pattern, text: str) -> bool:
    """Return whether a paragraph has the structure of what a pattern is about.

    An item of a list is not page furniture, and what follows whole sentences is their remark.
    """
    if pattern.rule in PAGE_RULES and BULLET.match(text):
        return False
    return not pattern.last or SENTENCES.search(text) is None


def word_key(word: str) -> str:
    """Return the form under which a first or last word, as written, is looked up."""
    return number_key(fold(word))


def number_key(word: str) -> str:
    """Return the form under which a folded word is looked up: all numbers share one."""
    return NUMERIC if word[:1].isdecimal() else word


def phrases(lines: Iterable[str]) -> frozenset[str]:
    """Return the folded words that stand in the lines."""
    return frozenset(word for line in lines for word in normal_form(line).split())


def shouted(name: str) -> bool:
    """Return whether a name is in capital letters, as an abbreviation is."""
    return name.isascii() and name.isupper()


def as_labelled(text: str, rule: str, field: str) -> Finding | None:
    """Return a finding whose value stands behind a label, or None if it is more than a name."""
    label, separator, value = text.partition(":")
    if not separator:
        label, separator, value = text.partition(" - ")
    value = value.strip(" ()[].*-") if separator and len(label) < 30 else text.strip(" ()[].*-")
    if len(value.split()) > 10:
        return None
    author = AUTHOR.fullmatch(value)
    return Finding(rule, field, author.group(1) if author else value)


def as_author(text: str) -> Finding | None:
    """Return the byline rule for a line such as “By Ann Other, Reuters”, or None."""
    author = AUTHOR.fullmatch(text)
    if author is None:
        return None
    words = author.group(1).split()
    named = all(NAME_WORD.fullmatch(word) for word in words)
    if not named or not 2 <= len(words) <= 8 or SENTENCE_END.search(text):
        return None
    return Finding("byline", "byline", author.group(1))


def is_bare_pointer(text: str) -> bool:
    """Return whether a line announces another story and leaves its headline to the next line."""
    return text.endswith(":") and len(text.split()) <= 5


def looks_like_headline(text: str) -> bool:
    """Return whether a paragraph is short and does not end as a sentence does."""
    return len(text) <= HEADLINE_LENGTH and SENTENCE_END.search(text) is None


@cache
def shipped_rules() -> LineRules:
    """Return the rules with the word lists that barq ships."""
    return LineRules(shipped())
