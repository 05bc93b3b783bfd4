"""What a line's place tells about it: blocks under a label, the ends of a text, dirt beside dirt.

A date, a section's name or a headline may stand in any story. Under “Related stories”, before the
first or behind the last paragraph of the story, or beside a share button it is page furniture.
"""

import re
from collections.abc import Mapping, Sequence

from pipeline.findings import Finding
from pipeline.lines import LineRules
from pipeline.patterns import normal_form
from pipeline.phrases import BULLET
from pipeline.signatures import SENTENCE_END, STOP, is_name, is_placed
from pipeline.spelling import QUOTES
from pipeline.structure import points_on
from pipeline.vocabulary import is_number

EDGES = frozenset({"credit", "sign-off"})
"""Rules that hold only in the first or last two paragraphs: elsewhere such a line is a table's."""
EDGE_PARAGRAPHS = 2
SIGNED = frozenset({"agency", "byline", "credit", "sign-off"})
"""Rules of what may stand right behind the last line of a story, if that is a list, too."""
REPEATED = frozenset({"byline", "caption", "read-also"})
"""Rules of lines that are as sure in a second place as in the first."""

HEADLINE_LENGTH = 140
HEADLINE_WORDS = 3
MOST_LISTED = 8
"""Headlines of one block, or loose lines in a row."""
MOST_AT_EDGE = 8
LONGEST_LOOSE = 60
"""Characters of the longest line that its place alone may condemn."""
LONGEST_CAPTION = 80
"""The same for a sentence with an agency in brackets behind it."""
ARROWS = frozenset(
    ">\u2190\u25b6\u25ba\u25c0\u25c4\u27a1\u2b05\u27a4\u279c\u2192\u21d2\u00bb\u203a\U0001f449\U0001f448\U0001f517"
)
MOST_BETWEEN = 2
MOST_LOOSE = 8
"""Words of such a line."""
FRACTION = re.compile(r"\d[.,\u066b]\d")
LONGEST_ROW = 5
"""Words of a row of a table with a price in it; a headline may hold one, too."""
RANK = re.compile(r"\d{1,2}[.)\u06d4-]?\s")
YEAR_OR_CLOCK = re.compile(r"(?<!\d)(?:\d{4}|\d{1,2}[:.]\d{2})(?!\d)")
PERIOD = frozenset({"year", "years", "to", "from", "months", "month", "quarter", "and", "by", "on"})
"""Words that head the columns of a table."""
TAG = re.compile(r"[^\W\dA-Z_][^\WA-Z_]*(?: [^\W\dA-Z_][^\WA-Z_]*)?")


def find_all(rules: LineRules, texts: Sequence[str]) -> dict[int, Finding]:
    """Return the paragraphs that fall under a rule, by themselves or by their place, by number."""
    found = rules.find(texts)
    edges = Surroundings(rules, texts, found)
    if found:
        edges.list_headlines()
        edges.look_beside()
    edges.follow_arrows()
    edges.look_at_edges()
    edges.look_for_captions()
    if found:
        edges.look_at_foot()
        edges.look_between()
        edges.look_again()
    return without_inner(found, len(texts)) if found else found


class Surroundings:
    """The paragraphs of a text and what is found of them so far; each look adds to `found`."""

    def __init__(self, rules: LineRules, texts: Sequence[str], found: dict[int, Finding]) -> None:
        self.rules = rules
        self.texts = texts
        self.found = found

    def list_headlines(self) -> None:
        """Find the headlines that stand under a label which has none on its own line."""
        for number in sorted(self.found):
            if self.found[number].bare:
                self.found.update(self.block(number + 1))

    def follow_arrows(self) -> None:
        """Find headlines behind an arrow. Arrows that stand one below the other are bullets."""
        pointing = [
            number
            for number, text in enumerate(self.texts)
            if text[0] in ARROWS and points_on(text) and looks_like_headline(text)
        ]
        for number in pointing:
            if number not in self.found and not {number - 1, number + 1}.intersection(pointing):
                self.found[number] = Finding("read-also")

    def block(self, number: int) -> dict[int, Finding]:
        """Return the headlines from `number` on, all of one kind: plain, ranked or with bullets."""
        block: dict[int, Finding] = {}
        kind = ""
        for at in range(number, min(number + 3 * MOST_LISTED, len(self.texts))):
            if at in self.found:
                if self.found[at].rule != "read-also":
                    break
                continue
            text = self.texts[at]
            if text.isdecimal() and len(text) <= 2:
                block[at] = Finding("read-also")
                continue
            if not (looks_like_headline(text) or is_asked(text)):
                break
            if len(text.split()) < HEADLINE_WORDS or is_row(text):
                break
            if (kind := kind or kind_of(text)) != kind_of(text) or len(block) >= MOST_LISTED:
                break
            block[at] = Finding("read-also")
        return block if kind else {}

    def look_beside(self) -> None:
        """Find the loose lines that stand beside lines which are found.

        Lines below a clause with a colon are the story's list.
        """
        listed = self.listed()
        for step in (1, -1):
            for number in sorted(self.found, reverse=step < 0):
                rule: str | None = self.found[number].rule
                end = number + step * (MOST_LISTED + 1)
                for at in range(number + step, max(-1, min(end, len(self.texts))), step):
                    known = at in self.found or at in listed
                    rule = None if known else self.beside(self.texts[at], rule or "")
                    if rule is None:
                        break
                    self.found[at] = Finding(rule)

    def listed(self) -> set[int]:
        """Return the numbers of the short lines below a clause that ends with a colon."""
        numbers: set[int] = set()
        for number, text in enumerate(self.texts):
            if number in self.found:
                continue
            follows = number - 1 in numbers and len(text) <= LONGEST_LOOSE
            if follows or (text[-1] == ":" and len(text.split()) > HEADLINE_WORDS):
                numbers.add(number)
        return numbers

    def look_at_foot(self) -> None:
        """Find one or two loose lines between the last sentence and the foot of the page."""
        foot = len(self.texts)
        while foot - 1 in self.found:
            foot -= 1
        if all(self.found[number].rule in SIGNED for number in range(foot, len(self.texts))):
            return
        last = foot - 1
        while last > 0 and self.is_loose(self.texts[last]) and last not in self.found:
            last -= 1
        sentence = last not in self.found and STOP.search(self.texts[last]) is not None
        if sentence and 0 < foot - 1 - last <= MOST_BETWEEN:
            self.found.update(dict.fromkeys(range(last + 1, foot), Finding("navigation")))

    def look_between(self) -> None:
        """Find one or two loose lines between lines that are found, or behind the last of them.

        Only behind the first paragraph of the story: above it stands what may be its headline.
        """
        size = len(self.texts)
        story = next((number for number in range(size) if number not in self.found), size)
        for number in [one for one in sorted(self.found) if one > story]:
            stop = number + 1
            while stop < size and stop not in self.found and self.is_loose(self.texts[stop]):
                stop += 1
            closed = stop == size or stop in self.found
            if closed and stop - number - 1 <= MOST_BETWEEN:
                self.found.update(dict.fromkeys(range(number + 1, stop), Finding("navigation")))

    def look_again(self) -> None:
        """Find short lines that say again what a line says which its place gave away."""
        if REPEATED.isdisjoint(finding.rule for finding in self.found.values()):
            return
        known = {
            self.texts[number]: finding
            for number, finding in self.found.items()
            if finding.rule in REPEATED and len(self.texts[number]) <= LONGEST_LOOSE
        }
        for number, text in enumerate(self.texts):
            if text in known:
                self.found.setdefault(number, known[text])

    def is_loose(self, text: str) -> bool:
        """Return whether a line is short, no sentence, no item of a list and no row of a table."""
        if len(text) > LONGEST_LOOSE or SENTENCE_END.search(text) or BULLET.match(text):
            return False
        quoted = text[0] in QUOTES or text[-1] in QUOTES
        return not quoted and not any(map(str.isdigit, text)) and len(text.split()) <= MOST_LOOSE

    def beside(self, text: str, rule: str) -> str | None:
        """Return the rule of a loose line beside one that falls under `rule`, or None."""
        if len(text) > LONGEST_LOOSE or BULLET.match(text):
            return None
        words = normal_form(text).replace("|", " ").split()
        if not words or len(words) > 8:
            return None
        if rule == "share" and len(words) == 1 and is_number(words[0]):
            return "share"
        if self.is_section(text) or self.is_stamp(text, words):
            return "navigation"
        if rule == "navigation" and TAG.fullmatch(text) and (text.isascii() or len(words) == 1):
            return "navigation"
        return None

    def look_at_edges(self) -> None:
        """Find the loose lines before the first and behind the last paragraph of the story."""
        left = len(self.texts) - len(self.found)
        size = len(self.texts)
        for head, order in ((True, range(size)), (False, range(size - 1, -1, -1))):
            taken = 0
            for number in order:
                if number in self.found:
                    continue
                rule = self.at_edge(number, head=head) if left > 1 else None
                if rule is None or taken == MOST_AT_EDGE:
                    break
                self.found[number] = Finding(rule)
                taken += 1
                left -= 1

    def look_for_captions(self) -> None:
        """Find short captions with a full stop that an agency signs, between other paragraphs.

        The last paragraph of a story may be signed so itself.
        """
        left = [number for number in range(len(self.texts)) if number not in self.found]
        for number in left[:-1]:
            if self.is_signed_caption(self.texts[number]):
                self.found[number] = Finding("caption")

    def is_signed_caption(self, text: str) -> bool:
        """Return whether a paragraph is a short caption that an agency signs."""
        if text[-1] not in ")]" or len(text) > LONGEST_CAPTION:
            return False
        return self.rules.signatures.is_caption(text, signed=True)

    def at_edge(self, number: int, *, head: bool) -> str | None:
        """Return the rule of a loose line at an end of a text, or None."""
        text = self.texts[number]
        if head and self.is_signed_caption(text):
            return "caption"
        if len(text) > LONGEST_LOOSE:
            return None
        after = self.texts[number + 1] if number + 1 < len(self.texts) else ""
        if SENTENCE_END.search(text) or BULLET.match(text):
            return None
        words = normal_form(text).replace("|", " ").split()
        if self.is_section(text) or self.is_stamp(text, words):
            return "navigation"
        alone = head and STOP.search(after) and len(after) >= LONGEST_LOOSE
        named = alone and (is_name(text) or is_placed(text))
        return "byline" if named or self.rules.signatures.is_role(text) else None

    def is_section(self, text: str) -> bool:
        """Return whether a line is the name of a section, or several of them."""
        form = normal_form(text)
        parts = [part.strip() for part in form.split("|")]
        return all(part in self.rules.spelling.sections for part in parts)

    def is_stamp(self, text: str, words: Sequence[str]) -> bool:
        """Return whether a line is a date with its year, or a time of day, and nothing else."""
        if YEAR_OR_CLOCK.search(text) is None or STOP.search(text):
            return False
        return all(
            word in self.rules.spelling.dates.words or is_number(word) for word in words
        ) and (PERIOD.isdisjoint(words))


def kind_of(text: str) -> str:
    """Return how a line of a list begins."""
    if RANK.match(text):
        return "ranked"
    if points_on(text):
        return "arrow"
    return "item" if BULLET.match(text) else "plain"


def is_asked(text: str) -> bool:
    """Return whether a paragraph is one short question, as headlines are."""
    return len(text) <= HEADLINE_LENGTH and text[-1] in "?\u061f" and text.count(text[-1]) == 1


def is_row(text: str) -> bool:
    """Return whether a line is the row of a table: a figure stands at its end, or a price in it."""
    return text[-1].isdecimal() or (
        FRACTION.search(text) is not None and len(text.split()) <= LONGEST_ROW
    )


def looks_like_headline(text: str) -> bool:
    """Return whether a paragraph is short and does not end as a sentence does."""
    return len(text) <= HEADLINE_LENGTH and SENTENCE_END.search(text) is None


def without_inner(found: Mapping[int, Finding], count: int) -> dict[int, Finding]:
    """Return the findings, those of edge rules only where little of the story lies outside them.

    `count` is the number of paragraphs.
    """
    kept = {}
    story = count - len(found)
    for before_it, (number, finding) in enumerate(sorted(found.items())):
        before = number - before_it
        if finding.rule not in EDGES or min(before, story - before) < EDGE_PARAGRAPHS:
            kept[number] = finding
    return kept
