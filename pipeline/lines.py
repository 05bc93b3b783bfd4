"""Line rules: which short paragraphs of a dispatch are not part of its story, and what they say.

A paragraph falls under a rule as a whole: it fits a pattern of the rule's word list, is made of the
words of its vocabulary, or has the structure of one (a signature, a credit, a path of sections).
What a line alone does not tell, its place may: see `pipeline.surroundings`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation

from pipeline.folding import fold
from pipeline.patterns import ANYTHING, NUMERIC, Pattern, entries, normal_form, parse_patterns, shipped
from pipeline.signatures import AUTHOR_WORDS, SENTENCES, STOP, Signatures
from pipeline.structure import LONGEST_STRUCTURE, SIGNS, structure_of
from pipeline.vocabulary import Vocabulary, is_number, read_vocabulary

LONGEST = {
    "share": 120,
    "read-also": 180,
    "caption": 260,
    "promotion": 200,
    "navigation": 140,
    "legal": 300,
    "credit": 60,
    "byline": 90,
    "sign-off": 40,
    "agency": 60,
}
"""The longest paragraph, in characters, that may fall under a rule; a longer one is story."""

PATTERN_RULES = (
    "share", "read-also", "caption", "byline", "credit", "legal", "navigation", "sign-off",
    "promotion",
)  # fmt: skip
"""The rules with a list of patterns; where two fit, the first counts."""

VOCABULARIES = ("share", "sign-off", "promotion", "caption", "read-also", "navigation")
"""The rules with a vocabulary; where two spell a line, the first counts."""

NETWORKED = frozenset({"share", "promotion", "caption"})
"""Those whose lines may name networks."""

MOST_REMEMBERED = 20_000
"""Lines whose finding is remembered from one article to the next."""
LONGEST_LINE = max(LONGEST.values())
LONGEST_SPELLED = 70
MOST_SPELLED = 9
"""Characters and words of the longest line that a vocabulary may spell."""
OPENING = re.compile(
    r"[\W_]{0,12}?([^\W_]+(?:['.&+@][^\W_]+|\+)*|©)(?:[\W_]*([^\W_]+(?:['.&+@][^\W_]+|\+)*))?"
)
AROUND = " \t.,:;!?\u061f\u060c\u061b\u06d4\u2026\"'()[]{}<>|/\\*_-+#\u00ab\u00bb\u201c\u201d\u2039\u203a\u2022"
"""What may stand around the last word of a line."""
BEFORE_LAST = re.compile(r".*[^\w]")
LOOKED_AT = 40
"""Characters at the end of a paragraph in which its last word is looked for."""
BETWEEN = "\0"
"""Stands between paragraphs that are folded at one go; it is no character of a tidied text."""

LABEL = re.compile(
    r"[\W_]*(?P<label>[^:|\u2013\u2014\u00bb\u203a>\u2192\u2026]{2,45}?)\s*"
    r"(?::|\uff1a|\||\.\.+|\u2026|\s[-\u2013\u2014]|[\u00bb\u203a>\u2192])+\s*(?P<rest>.*)"
)
COMMA = re.compile("[,\u060c]")
CLAUSES = re.compile(r"[.!?\u061f\u06d4:\u2026]+\s+|\s[-\u2013\u2014|]\s")
MOST_CLAUSES = 4
LONGEST_LABEL = 6
SHORTEST_NAME = 5
"""Letters of an agency's name from which it is worth a look wherever in a line it stands."""
BULLET = re.compile("[-\u2010-\u2015*\u2022\u25aa\u25cf\u00b7]\\s")
BRACED = re.compile("[-\u2010-\u2015*]\\s*(.+?)\\s*[-\u2010-\u2015*]")
"""A line between two dashes is no item of a list."""
PAGE_RULES = frozenset({"navigation", "promotion", "sign-off"})
GUARDED = frozenset(PATTERN_RULES) - {"sign-off"}
"""Rules whose open patterns leave sentences alone."""
FEW_WORDS = 2
FEW_WORDS_OF_APPEAL = 6
"""Words behind a pattern up to which a line with a full stop is no sentence of a story."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a paragraph is: the rule it falls under and the field that it fills, if any.

    `bare`: it announces other stories and leaves their headlines to the next lines.
    """

    rule: str
    field: str = ""
    value: str = ""
    bare: bool = False


class LineRules:
    """The line rules with their word lists, ready to be asked about paragraphs."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        """Read the word lists, texts by name; raises ValueError as `parse_patterns` does."""
        self.by_first: dict[str, list[Pattern]] = {}
        self.by_last: dict[str, list[Pattern]] = {}
        self.by_inner: dict[str, list[Pattern]] = {}
        for rule in PATTERN_RULES:
            for pattern in parse_patterns(rule, lists):
                for index, words in (
                    (self.by_first, pattern.first),
                    (self.by_last, pattern.last),
                    (self.by_inner, pattern.inner),
                ):
                    for word in sorted(words):
                        index.setdefault(word, []).append(pattern)
        self.signatures = Signatures(lists)
        self.vocabularies = {name: read_vocabulary(name, lists) for name in VOCABULARIES}
        self.also = frozenset(normal_form(word) for word in entries(lists.get("also", "")))
        self.legal: Vocabulary = read_vocabulary("legal", lists)
        self.dates: Vocabulary = read_vocabulary("date", lists)
        self.networks = {normal_form(name) for name in entries(lists["network"])}
        self.network_words = frozenset(word for name in self.networks for word in name.split())
        self.sections = {normal_form(name) for name in entries(lists.get("section", ""))}
        self.telling = frozenset().union(*(each.telling for each in self.vocabularies.values()))
        self.menu = self.sections | self.vocabularies["navigation"].telling
        self.media = {normal_form(name) for name in entries(lists.get("media", ""))}
        self.closers = frozenset([*self.by_last, *self.signatures.ends(), *self.photo_ends()])
        names = {name for name in self.signatures.agencies if len(name) >= SHORTEST_NAME}
        self.inner = sorted(names.union(self.by_inner))
        self.finder = AhoCorasick(self.inner, implementation=Implementation.DFA)
        # The lines of a page are the same under each of its articles.
        self.examined: Callable[[str], Finding | None] = lru_cache(MOST_REMEMBERED)(self.examine)
        self.reaches = self.measure()
        self.first_of_two = {words.split(" ")[0] for words in self.reaches if " " in words}

    def photo_ends(self) -> frozenset[str]:
        """Return the words with which the credit of a picture may end."""
        return self.signatures.photo.telling

    def measure(self) -> dict[str, int]:
        """Return for each opening, a word or two, the longest line that it may open."""
        reaches: dict[str, int] = {}
        pointing = self.vocabularies["read-also"].telling
        openings = [
            *((words, LONGEST[one.rule]) for words, all_ in self.by_first.items() for one in all_),
            *((word, LONGEST_SPELLED) for each in self.vocabularies.values() for word in each.words),
            *((word, LONGEST_SPELLED) for word in [*self.network_words, *self.dates.words]),
            *((word, LONGEST_SPELLED) for word in self.signatures.desk.telling),
            *((word, LONGEST["agency"]) for word in self.signatures.ends()),
            *((name.split(" ")[0], LONGEST["read-also"]) for name in self.media),
            *((word, LONGEST["read-also"]) for word in pointing),
            *((name.split(" ")[0], LONGEST_SPELLED) for name in self.sections),
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
        known: dict[str, Finding | None] = {}
        for place, (number, text) in enumerate(short):
            if text not in known:
                worth = place in holding or self.is_worth_it(text, folded[place])
                known[text] = self.examined(text) if worth else None
            finding = known[text]
            if finding is not None:
                found[number] = finding
        return found

    def holding(self, together: str, folded: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the folded paragraphs that hold an inner phrase of a pattern."""
        hits = self.finder.find_matches_as_indexes(together) if self.inner else []
        if not hits:
            return frozenset()
        ends = list(accumulate(len(text) + 1 for text in folded))
        return frozenset(bisect_right(ends, start) for _, start, _ in hits)

    def is_worth_it(self, text: str, folded: str) -> bool:
        """Return whether a line may fall under a rule at all, by its ends and its signs."""
        length = len(text)
        opening = OPENING.match(folded)
        if opening is None:
            return True
        first, second = opening.groups()
        key = number_key(first)
        if length <= self.reaches.get(key, 0):
            return True
        if key in self.first_of_two and length <= self.reaches.get(f"{key} {second}", 0):
            return True
        if length > LONGEST_SPELLED and text[-1] == ".":
            return False
        last = folded[-LOOKED_AT:].rstrip(AROUND).rpartition(" ")[2].lstrip(AROUND)
        if last in self.closers or BEFORE_LAST.sub("", last) in self.closers or text[-1] in ")]":
            return True
        return length <= LONGEST_STRUCTURE and SIGNS.search(text) is not None

    def examine(self, text: str) -> Finding | None:
        """Return what one paragraph is, or None for a part of the story."""
        folded = fold(text)
        if author := self.signatures.author(text):
            return Finding("byline", "byline", author)
        if agency := self.signatures.agency(text):
            return Finding("agency", "agency", agency)
        form = normal_form(text)
        braced = BRACED.fullmatch(text)
        return (
            self.as_pattern(braced[1] if braced else text, form, folded)
            or self.as_signed(text)
            or self.as_label(text)
            or self.as_spelled(text, form, is_item=braced is None and bool(BULLET.match(text)))
            or self.as_appeal(text)
            or self.as_structure(text)
        )

    def as_appeal(self, text: str) -> Finding | None:
        """Return promotion for a line whose second or last sentence is it (“Want more? Sign up”)."""
        clauses = [clause.strip() for clause in CLAUSES.split(text) if clause.strip()]
        if not 2 <= len(clauses) <= MOST_CLAUSES or len(text) > LONGEST["promotion"]:
            return None
        for clause in clauses[1:]:
            form = normal_form(clause)
            found = form and self.as_pattern(clause, form, fold(clause))
            if found and found.rule == "promotion" and not clause[0].islower():
                return found
            words = form.split()
            if form and self.vocabularies["promotion"].spells(words) and len(words) > 1:
                return Finding("promotion")
        return None

    def as_structure(self, text: str) -> Finding | None:
        """Return the rule that the structure of a line gives away, or None."""
        rule = structure_of(text)
        return Finding(rule) if rule else None

    def as_signed(self, text: str) -> Finding | None:
        """Return the rule of a line that credits a picture or those who wrote, or None."""
        if self.signatures.is_caption(text):
            return Finding("caption")
        return Finding("byline") if self.signatures.credit_line(text) else None

    def as_pattern(self, text: str, form: str, folded: str) -> Finding | None:
        """Return the rule whose word list the paragraph fits, or None."""
        words = form.split(" ")
        first, last = number_key(words[0]), number_key(words[-1])
        candidates = [
            *self.by_first.get(first, ()),
            *self.by_first.get(" ".join([first, *words[1:2]]), ()),
            *self.by_last.get(last, ()),
        ]
        for index, _, _ in self.finder.find_matches_as_indexes(folded) if self.inner else ():
            candidates += self.by_inner.get(self.inner[index], ())
        rules = {
            pattern.rule
            for pattern in candidates
            if fits(pattern, text, form, self.also)
            and (pattern.rule != "legal" or not pattern.inner or self.is_legal(text, words))
        }
        if not rules:
            return None
        rule = min(rules, key=PATTERN_RULES.index)
        if rule == "byline":
            return as_labelled(text, rule, "byline")
        if rule == "credit":
            return as_labelled(text, rule, "agency")
        return Finding(rule, bare=rule == "read-also" and self.is_bare(candidates, form, words))

    def is_bare(self, patterns: Iterable[Pattern], form: str, words: Sequence[str]) -> bool:
        """Return whether a line holds nothing but the words of a label that leads on."""
        if self.vocabularies["read-also"].spells(words):
            return True
        matches = [one.match(form) for one in patterns if one.rule == "read-also"]
        return any(match and not any(match.groups()) for match in matches)

    def is_legal(self, text: str, words: Sequence[str]) -> bool:
        """Return whether a line holds words on rights: one, or two if it is a sentence."""
        held = sum(word in self.legal.telling for word in words)
        return held >= (2 if STOP.search(text) else 1)

    def as_label(self, text: str) -> Finding | None:
        """Return read-also for a label of its words and the headline behind it, or None.

        Behind a label of one word a sentence with a full stop is somebody's words.
        """
        found = LABEL.fullmatch(text)
        if found is None or len(text) > LONGEST["read-also"]:
            return None
        label, rest = normal_form(found["label"]), found["rest"]
        words = label.replace("|", " ").split()
        if len(words) > LONGEST_LABEL or is_number(words[0] if words else "0"):
            return None
        points = self.vocabularies["read-also"].spells(words)
        if not points and not (label in self.media and rest):
            return None
        sentence = STOP.search(rest) is not None and rest[-1] not in "!?\u061f"
        if sentence and (len(words) == 1 or label in self.media):
            return None
        return Finding("read-also", bare=not rest)

    def as_spelled(self, text: str, form: str, *, is_item: bool) -> Finding | None:
        """Return the rule whose vocabulary spells a line, or None."""
        words = form.replace("|", " ").split()
        if is_item or len(text) > LONGEST_SPELLED or not 0 < len(words) <= MOST_SPELLED:
            return None
        if text[-1] in ".\u06d4" and (text[0].islower() or text[0].isdecimal()):
            return None  # the end of a sentence that was cut in two
        if all(word in self.network_words or is_number(word) for word in words):
            whole = len(words) > 1 or form in self.networks
            return Finding("share") if whole and not is_number(words[0]) else None
        for rule in VOCABULARIES:
            vocabulary = self.vocabularies[rule]
            rest = words
            if rule in NETWORKED:
                rest = [word for word in words if word not in self.network_words]
            if rest and vocabulary.spells(rest):
                return Finding(rule, bare=rule == "read-also")
        share = self.vocabularies["share"]
        linked = any(word in self.network_words for word in words)
        if linked and all(w in share.words or w in self.network_words for w in words):
            return Finding("share")
        if len(words) > 1 and all(word in self.telling for word in words):
            return Finding("navigation")
        if "|" in form and all(part.strip() in self.menu for part in form.split("|")):
            return Finding("navigation")
        dated = self.dates.spells(words) and (has_number(words) or len(words) > 1)
        return Finding("navigation") if dated else None


def fits(pattern: Pattern, text: str, form: str, also: frozenset[str]) -> bool:
    """Return whether a paragraph fits a pattern and has the structure of what it is about.

    An item of a list is not page furniture, what follows whole sentences is their remark, and a
    sentence that only begins as a label does, without one of the words of `also`, is a part of
    the story.
    """
    if len(text) > LONGEST[pattern.rule]:
        return False
    if pattern.rule in PAGE_RULES and BULLET.match(text):
        return False
    if pattern.last and SENTENCES.search(text):
        return False
    match = pattern.match(form)
    if match is None:
        return False
    if not pattern.is_open or pattern.rule not in GUARDED or STOP.search(text) is None:
        return True
    rest = match.group(match.lastindex) if match.lastindex else ""
    begun = form[: len(form) - len(rest)].replace("|", " ").split()
    if rest.startswith("|") or form[: len(form) - len(rest)].rstrip().endswith("|"):
        return len(begun) > 1 or len(rest.split()) <= FEW_WORDS
    if pattern.rule == "promotion":
        simple = sum(part != (ANYTHING,) for part in pattern.parts) == 1
        many = len(form.split() if pattern.inner else rest.split()) > FEW_WORDS_OF_APPEAL
        return not (simple and (many or COMMA.search(text)))
    sure = pattern.rule in {"legal", "navigation"} and (len(begun) > 2 or bool(pattern.inner))
    sure = sure or (pattern.rule == "read-also" and not also.isdisjoint(begun))
    return sure or len(rest.split()) <= FEW_WORDS


def number_key(word: str) -> str:
    """Return the form under which a folded word is looked up: all numbers share one."""
    return NUMERIC if word[:1].isdecimal() else word


def has_number(words: Iterable[str]) -> bool:
    """Return whether one of the words is a number."""
    return any(word[:1].isdecimal() for word in words)


def as_labelled(text: str, rule: str, field: str) -> Finding | None:
    """Return a finding whose value stands behind a label, or None if it is more than a name."""
    label, separator, value = text.partition(":")
    if not separator:
        label, separator, value = text.partition(" - ")
    value = value.strip(" ()[].*-") if separator and len(label) < 30 else text.strip(" ()[].*-")
    return Finding(rule, field, value) if len(value.split()) <= 10 else None


@cache
def shipped_rules() -> LineRules:
    """Return the rules with the word lists that barq ships."""
    return LineRules(shipped())
