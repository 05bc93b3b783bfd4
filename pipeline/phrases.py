"""The patterns of the word lists, looked up by the words with which a line begins or ends."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from ahocorasick_rs import AhoCorasick, Implementation

from pipeline.findings import LONGEST, Finding, as_labelled
from pipeline.patterns import ANYTHING, NUMERIC, Pattern, entries, normal_form, parse_patterns
from pipeline.signatures import SENTENCES, STOP
from pipeline.vocabulary import folded_words, read_vocabulary

PATTERN_RULES = (
    "share", "read-also", "caption", "byline", "credit", "legal", "navigation", "sign-off",
    "promotion",
)  # fmt: skip
"""The rules with a list of patterns; where two fit, the first counts."""

HYPHENED = re.compile(r"[a-z]+-[a-z]", re.IGNORECASE)
"""A first word of two parts is no label: “previously-announced”."""
COMMA = re.compile("[,\u060c]")
BULLET = re.compile("[-\u2010-\u2015*\u2022\u25aa\u25cf\u00b7]\\s")
PAGE_RULES = frozenset({"navigation", "promotion", "sign-off"})
REPORTED = frozenset({"legal", "navigation", "promotion"})
"""Rules under which no sentence falls that reports what a court, a law or a speaker says."""
GUARDED = frozenset(PATTERN_RULES) - {"sign-off"}
"""Rules whose open patterns leave sentences alone."""
LONGEST_HEADING = 6
"""Words up to which a line with a colon at its end is the heading of a list."""
FEW_WORDS = 2
FEW_WORDS_OF_APPEAL = 6
"""Words behind a pattern up to which a line with a full stop is no sentence of a story."""


class Phrases:
    """The patterns of all rules, ready to be asked about lines."""

    def __init__(self, lists: Mapping[str, str], sought: Iterable[str]) -> None:
        """Read the lists; `sought` are other phrases worth a look wherever in a line they stand.

        Raises ValueError as `parse_patterns` does.
        """
        self.by_first: dict[str, list[Pattern]] = {}
        self.by_last: dict[str, list[Pattern]] = {}
        self.by_inner: dict[str, list[Pattern]] = {}
        for pattern in chain.from_iterable(parse_patterns(rule, lists) for rule in PATTERN_RULES):
            for index, words in (
                (self.by_first, pattern.first),
                (self.by_last, pattern.last),
                (self.by_inner, pattern.inner),
            ):
                for word in sorted(words):
                    index.setdefault(word, []).append(pattern)
        self.inner = sorted(set(sought).union(self.by_inner))
        self.finder = AhoCorasick(self.inner, implementation=Implementation.DFA)
        self.also = frozenset(map(normal_form, entries(lists.get("also", ""))))
        self.legal = read_vocabulary("legal", lists)
        self.pointing = read_vocabulary("read-also", lists)
        self.reporting = frozenset(folded_words(lists.get("words-reporting", "")))

    def hits(self, folded: str) -> list[tuple[int, int]]:
        """Return which inner phrases stand in a folded text, by number, and where."""
        if not self.inner:
            return []
        return [(index, at) for index, at, _ in self.finder.find_matches_as_indexes(folded)]

    def find(self, text: str, form: str, folded: str) -> Finding | None:
        """Return the rule whose word list a line fits, or None."""
        words = form.split(" ")
        first, last = number_key(words[0]), number_key(words[-1])
        candidates = [
            *self.by_first.get(first, ()),
            *self.by_first.get(" ".join([first, *words[1:2]]), ()),
            *self.by_last.get(last, ()),
        ]
        for index, _ in self.hits(folded):
            candidates += self.by_inner.get(self.inner[index], ())
        rules = {pattern.rule for pattern in candidates if self.fits(pattern, text, form, words)}
        if not rules:
            return None
        rule = min(rules, key=PATTERN_RULES.index)
        if rule in {"byline", "credit"}:
            return as_labelled(text, rule, "byline" if rule == "byline" else "agency")
        return Finding(rule, bare=rule == "read-also" and self.is_bare(candidates, form, words))

    def is_bare(self, patterns: Iterable[Pattern], form: str, words: Sequence[str]) -> bool:
        """Return whether a line holds nothing but the words of a label that leads on."""
        if all(map(self.pointing.knows, words)):
            return True
        matches = [one.match(form) for one in patterns if one.rule == "read-also"]
        return any(match and not any(match.groups()) for match in matches)

    def fits(self, pattern: Pattern, text: str, form: str, words: Sequence[str]) -> bool:
        """Return whether a line fits a pattern and has the structure of what it is about.

        An item of a list is not page furniture, and what follows whole sentences is their remark.
        """
        if len(text) > LONGEST[pattern.rule] or (pattern.last and SENTENCES.search(text)):
            return False
        if pattern.rule in PAGE_RULES and BULLET.match(text):
            return False
        match = None if self.reports(pattern, text, words) else pattern.match(form)
        if match is None or (pattern.is_label and HYPHENED.match(text)):
            return False
        sentence = STOP.search(text) is not None or introduces(text, words)
        if pattern.rule == "legal" and pattern.inner:
            return sum(word in self.legal.telling for word in words) >= 1 + sentence
        if not sentence or not pattern.is_open or pattern.rule not in GUARDED:
            return True
        rest = match.group(match.lastindex) if match.lastindex else ""
        return self.is_no_sentence(pattern, text, form, rest)

    def reports(self, pattern: Pattern, text: str, words: Sequence[str]) -> bool:
        """Return whether a sentence reports what a court, a law or a speaker says."""
        if pattern.rule not in REPORTED or self.reporting.isdisjoint(words):
            return False
        return STOP.search(text) is not None or introduces(text, words)

    def is_no_sentence(self, pattern: Pattern, text: str, form: str, rest: str) -> bool:
        """Return whether a line with a full stop is still what an open pattern is about.

        `rest` is what stands behind the pattern's words. A sentence that only begins as a label
        does is a part of the story.
        """
        begun = form[: len(form) - len(rest)]
        size, few = len(begun.replace("|", " ").split()), len(rest.split()) <= FEW_WORDS
        if rest.startswith("|") or begun.rstrip().endswith("|"):
            return size > 1 or few
        if pattern.rule == "promotion":
            simple = sum(part != (ANYTHING,) for part in pattern.parts) == 1
            counted = form if pattern.inner else rest
            many = len(counted.split()) > FEW_WORDS_OF_APPEAL
            return not (simple and (many or COMMA.search(text)))
        if pattern.rule == "read-also" and not self.also.isdisjoint(begun.split()):
            return True
        if pattern.rule == "legal" and form.startswith("\u00a9"):
            return True
        if pattern.rule == "legal" and not few:
            return size > 2 and sum(word in self.legal.telling for word in form.split()) > 1
        return few or (pattern.rule == "navigation" and (size > 2 or bool(pattern.inner)))


def introduces(text: str, words: Sequence[str]) -> bool:
    """Return whether a line is a clause that leads to what the next paragraphs say."""
    return text[-1] == ":" and len(words) > LONGEST_HEADING


def number_key(word: str) -> str:
    """Return the form under which a folded word is looked up: all numbers share one."""
    return NUMERIC if word[:1].isdecimal() else word
