"""Lines that are spelled by the words of a kind: button rows, menus, labels, time stamps."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.findings import LONGEST, Finding
from pipeline.patterns import entries, normal_form
from pipeline.signatures import STOP
from pipeline.vocabulary import JOINING, Vocabulary, folded_words, is_number, read_vocabulary

VOCABULARIES = ("share", "sign-off", "promotion", "caption", "read-also", "navigation")
"""The rules with a vocabulary; where two spell a line, the first counts."""
NETWORKED = frozenset({"share", "promotion", "caption"})
"""Those whose lines may name networks."""

LONGEST_SPELLED = 70
MOST_SPELLED = 9
"""Characters and words of the longest line that a vocabulary may spell."""
MIXED = ("share", "promotion", "read-also", "caption", "navigation")
CALLING = ("call", "channel")
QUOTES = frozenset("\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb")
SHORTEST_SPOKEN = 3
OURS_AND_YOURS = ("نا", "كم", "ك")
"""What stands for “our” and “your” at the end of an Arabic word."""
LABEL = re.compile(
    r"[\W_]*(?P<label>[^:|\u2013\u2014\u00bb\u203a>\u2192\u2026]{2,45}?)\s*"
    r"(?::|\uff1a|\||\.\.+|\u2026|\s[-\u2013\u2014]|[\u00bb\u203a>\u2192]"
    r"|(?<=[A-Z\u00c0-\u00dd]{2})\.(?=\s))+\s*(?P<rest>.*)"
)
LONGEST_LABEL = 6
SHORTEST_PIECE = 2


class Spelling:
    """The vocabularies and the names of networks, sections and media labels."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        """Read the word lists."""
        self.vocabularies = {name: read_vocabulary(name, lists) for name in VOCABULARIES}
        self.dates = read_vocabulary("date", lists)
        self.networks = forms(lists, "network")
        self.network_words = frozenset(word for name in self.networks for word in name.split())
        self.sections = forms(lists, "section")
        self.media = forms(lists, "media")
        self.telling = frozenset().union(*(each.telling for each in self.vocabularies.values()))
        self.mixed = read_mixed(lists, [self.vocabularies[rule] for rule in MIXED])
        self.address = forms(lists, "address")
        self.joining = frozenset(folded_words(lists.get(JOINING, "")))
        self.calls = forms(lists, "call")
        self.menu = self.sections | self.vocabularies["navigation"].telling

    def openings(self) -> Iterable[tuple[str, int]]:
        """Yield the words that may begin a line of these kinds, each with the line's length.

        The lines that vocabularies spell may begin otherwise, but hold a telling word.
        """
        ends = self.vocabularies["sign-off"].words
        known = self.network_words | self.dates.words | ends
        short = [known - self.joining, firsts(self.sections)]
        long = [firsts(self.media), self.vocabularies["read-also"].telling]
        for words, longest in ((short, LONGEST_SPELLED), (long, LONGEST["read-also"])):
            yield from ((word, longest) for each in words for word in each)

    def label(self, text: str) -> Finding | None:
        """Return read-also for a label of its words and the headline behind it, or None.

        Behind a label of one word a sentence with a full stop is somebody's words. Such a label
        must be in the list as it is: with an article it may be who speaks (“الشاهد”, the witness).
        """
        found = LABEL.fullmatch(text)
        if found is None or len(text) > LONGEST["read-also"]:
            return None
        label, rest = normal_form(found["label"]), found["rest"]
        words = label.replace("|", " ").split()
        if not 0 < len(words) <= LONGEST_LABEL or is_number(words[0]):
            return None
        pointing = self.vocabularies["read-also"]
        points = pointing.spells(words) and (len(words) > 1 or words[0] in pointing.telling)
        if not points and not (label in self.media and looks_like_piece(rest)):
            return None
        sentence = STOP.search(rest) is not None and rest[-1] not in "!?\u061f"
        if sentence and (len(words) == 1 or label in self.media):
            return None
        return Finding("read-also", bare=not rest)

    def find(self, text: str, form: str) -> Finding | None:
        """Return the rule whose words spell a line, or None."""
        words = form.replace("|", " ").split()
        quoted = text[0] in QUOTES and text[-1] in QUOTES and "|" not in form
        if quoted or len(text) > LONGEST_SPELLED or not 0 < len(words) <= MOST_SPELLED:
            return None
        if text[-1] in ".\u06d4" and (text[0].islower() or text[0].isdecimal()):
            return None  # the end of a sentence that was cut in two
        if self.is_network(words, form):
            return Finding("share")
        for rule in VOCABULARIES:
            rest = words
            if rule in NETWORKED:
                rest = [word for word in words if word not in self.network_words]
            asked = text[-1] in "?\u061f" and rule not in NETWORKED
            if rest and not asked and self.vocabularies[rule].spells(rest):
                return Finding(rule, bare=rule == "read-also")
        if self.is_menu(words, form) or self.is_dated(words):
            return Finding("navigation")
        return self.mixture(text, words)

    def mixture(self, text: str, words: Sequence[str]) -> Finding | None:
        """Return the rule of a line whose words are those of several kinds, or None.

        Two of them must be telling, and half of all, for a subheading may consist of such words,
        too. One is enough where the line begins with a call; where it speaks of the page and its
        reader (“our”, “your”) one word may be any.
        """
        if len(words) < 2 or text[-1] in ".:\u06d4" or not QUOTES.isdisjoint(text):
            return None
        rest = [word for word in words if word not in self.network_words]
        telling = [word for word in rest if self.mixed.tells(word)]
        if not telling or sum(map(is_number, rest)) > 1:
            return None
        calls = any(" ".join(rest[:size]) in self.calls for size in (1, 2, 3))
        speaks = any(map(self.speaks, rest))
        if not (calls or speaks) and len(telling) < max(2, len(rest) / 2):
            return None
        strange = sum(not self.mixed.knows(word) for word in rest)
        if strange > (speaks and len(rest) >= SHORTEST_SPOKEN):
            return None
        rules = (rule for rule in MIXED if any(map(self.vocabularies[rule].tells, telling)))
        return Finding(next(rules, "navigation"))

    def speaks(self, word: str) -> bool:
        """Return whether a folded word is one for the page itself or its reader, or ends in one."""
        if word in self.address:
            return True
        return any(
            word.endswith(ending) and self.mixed.knows(word.removesuffix(ending))
            for ending in OURS_AND_YOURS
        )

    def is_network(self, words: Sequence[str], form: str) -> bool:
        """Return whether a line names networks, beside numbers and the words of buttons."""
        share = self.vocabularies["share"].words
        named = sum(word in self.network_words for word in words)
        if not named or is_number(words[0]) or (len(words) == 1 and form not in self.networks):
            return False
        return all(word in self.network_words or word in share or is_number(word) for word in words)

    def is_menu(self, words: Sequence[str], form: str) -> bool:
        """Return whether a line is made of the entries of menus."""
        if len(words) > 1 and all(word in self.telling for word in words):
            return True
        return "|" in form and all(part.strip() in self.menu for part in form.split("|"))

    def is_dated(self, words: Sequence[str]) -> bool:
        """Return whether a line says when a page was made, not only a day."""
        numbered = any(word[:1].isdecimal() for word in words)
        return self.dates.spells(words) and (numbered or len(words) > 1)


def read_mixed(lists: Mapping[str, str], parts: Iterable[Vocabulary]) -> Vocabulary:
    """Return one vocabulary of several, and of the words in which a page calls its reader."""
    parts = [*parts, read_vocabulary("legal", lists)]
    called = {word for name in CALLING for form in forms(lists, name) for word in form.split()}
    return Vocabulary(
        frozenset(called).union(*(part.words for part in parts)),
        frozenset().union(*(part.telling for part in parts)),
    )


def looks_like_piece(text: str) -> bool:
    """Return whether what stands behind a label may be a headline and is no figure of a table."""
    return len(text.split()) >= SHORTEST_PIECE and not text[0].isdecimal()


def forms(lists: Mapping[str, str], name: str) -> frozenset[str]:
    """Return the entries of a list in normal form."""
    return frozenset(map(normal_form, entries(lists.get(name, ""))))


def firsts(names: Iterable[str]) -> frozenset[str]:
    """Return the first word, or two, of names in normal form."""
    return frozenset(" ".join(name.replace("|", " ").split()[:2]) for name in names)
