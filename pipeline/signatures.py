"""Signatures: lines that name an agency, an author or a photographer, and credits of captions."""

import re
from collections.abc import Mapping, Sequence

from pipeline.patterns import SEPARATORS, entries, normal_form
from pipeline.vocabulary import Vocabulary, folded_words, read_vocabulary

LONGEST_SIGNATURE = 60
LONGEST_BYLINE = 220
LONGEST_CAPTION = 260
LONGEST_NAME = 40
LONGEST_DESCRIPTION = 160
MOST_OTHERS = 2
"""Words beside those of a desk or a role: a name or a place."""
MOST_NAMES = 3
"""Words of each part of a credit."""
MOST_GIVEN = 4
"""Words of a credit in brackets that is no known agency."""
SHORTEST_DESCRIPTION = 3
"""Words that must stand before a dash and an agency's name to be the description of a picture."""

AUTHOR_WORDS = ("By", "Par", "Von", "Por", "De", "Oleh")
AUTHOR = re.compile(r"(?:By|BY|Par|PAR|Von|VON|Por|POR|Oleh|OLEH)\s*:?\s+(.{3,60})")
NAME_WORD = re.compile(
    r"(?:[A-Z\u00c0-\u00de][\w'\u2019.-]*,?|and|AND|et|und|y|de|van|von|bin|al-\w+|&"
    r"|with|in|avec|\u00e0|con|en|mit|dengan|di)"
)
NAME_WORD_FIRST = re.compile("[A-Z\u00c0-\u00de]")
PARTS = re.compile(r"\s+[-\u2010-\u2015/|]\s+|[,\u060c]\s+")
NAME_PART = "[A-Z\u00c0-\u00de\u0410-\u042f][a-z\u00df-\u00ff\u0430-\u044f\u0451]+"
PARTICLE = "(?:de|van|von|bin|al|el|da|del|ben)"
PLAIN_NAME = re.compile(
    rf"{NAME_PART} (?:{PARTICLE} )?{NAME_PART}(?:-{NAME_PART})?(?: (?:in|\u00e0|en|a) {NAME_PART})?"
)
SENTENCE_END = re.compile(r"[.!?\u061f\u06d4\u2026:,\u060c]\Z")
SENTENCES = re.compile(r"[^\W_]{3}[.!?\u061f\u06d4]\s")
STOP_INSIDE = re.compile(r"[.!?\u061f\u06d4]\s")
STOP = re.compile(r"[.!?\u061f\u06d4][\"\u201d\u00bb)]?\Z")

COMMA = re.compile("[,\u060c]")
BRACKET = re.compile(r"(?P<before>.*)[(\[\uff08](?P<credit>[^()\[\]]{2,60})[)\]\uff09][.\u06d4]?")
DASHED = re.compile(
    r"(?P<before>.*?)\s*(?:\s[-\u2010-\u2015|/]\s|/|\u00a9)\s*(?P<credit>[^/|\u00a9]{2,40})"
)
BEHIND_STOP = re.compile(r"(?P<before>.*[.\u06d4])\s+(?P<credit>\S+(?:\s\S+){0,4})")
CREDIT_PARTS = re.compile(r"\s*(?:[/|,\u060c\u2013\u2014-]|\bvia\b)\s*")
CREDITS = re.compile(
    r"(?:reporting|writing|editing|compiled|translated|translation|additional reporting)\b"
    r"(?: and (?:writing|editing|reporting))? by\b", re.IGNORECASE
)  # fmt: skip


class Signatures:
    """The agencies and outlets that are known, and the words of credits."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        """Read the word lists."""
        names = [*entries(lists["agency"]), *entries(lists.get("outlet", ""))]
        self.agencies = {normal_form(name) for name in names if not shouted(name)}
        self.shouted = {name for name in names if shouted(name)}
        self.photo: Vocabulary = read_vocabulary("caption", lists)
        self.desk: Vocabulary = read_vocabulary("byline", lists)
        self.archives = frozenset(folded_words(lists.get("words-archive", "")))
        self.givers = frozenset(folded_words(lists.get("words-giver", "")))

    def ends(self) -> set[str]:
        """Return the folded words that a signature may end with."""
        forms = [*self.agencies, *map(normal_form, self.shouted)]
        return {form.rsplit(" ", 1)[-1] for form in forms if form}

    def is_agency(self, name: str) -> bool:
        """Return whether a piece of a line is an agency's or an outlet's name."""
        return name in self.shouted or normal_form(name) in self.agencies

    def agency(self, text: str) -> str | None:
        """Return what an agency's signature says, or None for any other line.

        It is an agency's name, or names and one or two places or people joined by separators.
        """
        if len(text) > LONGEST_SIGNATURE:
            return None
        parts = [part.strip(" .") for part in SEPARATORS.split(text) if part.strip(" .,*<>_")]
        parts = [part for each in parts for part in re.split(r"\s*[,\u060c]\s*", each) if part]
        agencies = [part for part in parts if self.is_agency(part)]
        others = [part for part in parts if part not in agencies]
        if not agencies or len(parts) > 4 or len(others) > 2:
            return None
        most = 1 if ":" in text else MOST_NAMES
        if any(len(part.split()) > most or any(map(str.isdigit, part)) for part in others):
            return None
        return text.strip(" -\u2013\u2014()[].*:|/\u2026")

    def is_caption(self, text: str, *, signed: bool = False) -> bool:
        """Return whether a line is the description of a picture with its credit behind it.

        `signed`: an agency alone in brackets behind one sentence credits a picture, too; it may as
        well sign the sentence, but not above the story.
        """
        if len(text) > LONGEST_CAPTION:
            return False
        for form in (BRACKET, DASHED, BEHIND_STOP):
            found = form.fullmatch(text)
            if found is None:
                continue
            before = found["before"].strip()
            before = before[:-1] if signed and form is not BEHIND_STOP else before
            if self.credits(before, found["credit"], form):
                return True
        return False

    def credits(self, before: str, credit: str, form: re.Pattern[str]) -> bool:
        """Return whether what stands at the end of a line credits its picture."""
        words = folded_words(credit)
        labelled = self.is_labelled(credit)
        shown = form is not BEHIND_STOP or credit.isupper() or "/" in credit or labelled
        if not words or not shown:
            return False
        if not before:
            return form is BRACKET and (labelled or self.is_photo(words, credit))
        given = form is BRACKET and self.is_given(before, words)
        if given or labelled or self.photo.spells(words):
            return given or form is BEHIND_STOP or STOP_INSIDE.search(before) is None
        return self.names_agency(before, credit, form)

    def names_agency(self, before: str, credit: str, form: re.Pattern[str]) -> bool:
        """Return whether a credit names an agency as the credits of pictures do.

        An agency alone in brackets behind a sentence signs the sentence.
        """
        parts = [part for part in CREDIT_PARTS.split(credit) if part]
        photo = self.is_photo(folded_words(credit), credit)
        if not photo and not any(map(self.is_agency, parts)):
            return False
        if any(len(part.split()) > MOST_NAMES for part in parts):
            return False
        if len(parts) > 1 or photo:
            return form is not DASHED or STOP.search(before) is None
        described = form is BRACKET or len(before.split()) >= SHORTEST_DESCRIPTION
        plain = STOP_INSIDE.search(before + " ") is None and len(before) < LONGEST_DESCRIPTION
        return form is not BEHIND_STOP and described and plain

    def is_given(self, before: str, words: Sequence[str]) -> bool:
        """Return whether a credit in brackets names an archive, or who gave a picture.

        Behind a full stop an authority in brackets may be the source of the sentence.
        """
        if len(words) > MOST_GIVEN or len(before.split()) < SHORTEST_DESCRIPTION:
            return False
        if not self.archives.isdisjoint((words[0], words[-1])):
            return STOP_INSIDE.search(before) is None
        return words[0] in self.givers and STOP.search(before) is None

    def is_photo(self, words: Sequence[str], credit: str) -> bool:
        """Return whether a credit says that an agency's picture is meant: “AFP Photo/Ann Other”."""
        parts = [part for part in CREDIT_PARTS.split(credit) if part]
        return not self.photo.telling.isdisjoint(words) and any(map(self.has_agency, parts))

    def is_labelled(self, credit: str) -> bool:
        """Return whether a credit says what it is: “Photo: Ann Other”, “© Reuters”."""
        label, colon, name = credit.partition(":")
        if not colon:
            return credit[0] == "\u00a9" and len(credit.split()) <= 1 + MOST_NAMES
        words = folded_words(label)
        return 0 < len(name.split()) <= 1 + MOST_NAMES and self.photo.spells(words)

    def has_agency(self, part: str) -> bool:
        """Return whether a piece of a credit begins with an agency's name."""
        return self.is_agency(part.split(maxsplit=1)[0]) if part.strip() else False

    def author(self, text: str) -> str | None:
        """Return the name in a line such as “By Ann Other, Reuters”, or None."""
        author = AUTHOR.fullmatch(text)
        if author is None:
            return None
        words = author.group(1).split()
        named = all(NAME_WORD.fullmatch(word) for word in words) and NAME_WORD_FIRST.match(words[0])
        if not named or len(words) > 8 or SENTENCE_END.search(text):
            return None
        if len(words) == 1 and not self.is_agency(words[0]):
            return None
        return author.group(1)

    def credit_line(self, text: str) -> bool:
        """Return whether a line lists who reported, wrote and edited."""
        if len(text) > LONGEST_BYLINE or CREDITS.match(text.lstrip("([*_ ")) is None:
            return False
        words = [word.strip("()[];,.*_") for word in text.split()]
        return all(
            NAME_WORD.fullmatch(word) or normal_form(word) in self.desk.words or not word.isalpha()
            or word.lower() in CREDIT_WORDS
            for word in words if word
        )  # fmt: skip

    def is_role(self, text: str) -> bool:
        """Return whether a short line names a desk or a role, with a place or a name at most."""
        if len(text) > LONGEST_SIGNATURE or STOP.search(text) or any(map(str.isdigit, text)):
            return False
        words = folded_words(text)
        if self.desk.telling.isdisjoint(words) or len(words) > 6:
            return False
        others = [word for word in text.split() if normal_form(word) not in self.desk.words]
        most = MOST_OTHERS + (COMMA.search(text) is not None)
        return len(others) <= most and not any(word[0].islower() for word in others)


CREDIT_WORDS = frozenset(
    {"reporting", "writing", "editing", "compiled", "translated", "translation", "additional", "by"}
)


def shouted(name: str) -> bool:
    """Return whether a name is in capital letters, as an abbreviation is."""
    return name.isascii() and name.isupper()


def is_placed(text: str) -> bool:
    """Return whether a line is a name and a place, or the like: two short parts, no more."""
    parts = PARTS.split(text)
    if len(text) > LONGEST_NAME or len(parts) != 2 or any(map(str.isdigit, text)):
        return False
    words = [part.split() for part in parts]
    return all(0 < len(each) <= 2 for each in words) and all(
        word[0] == word[0].upper() for each in words for word in each
    )


def is_name(text: str) -> bool:
    """Return whether a line is nothing but two capitalised words, as a name is."""
    return len(text) <= LONGEST_NAME and PLAIN_NAME.fullmatch(text) is not None
