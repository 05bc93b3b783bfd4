"""Sentences made from slots, and lines with other names in them: what the tagger learns besides."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from bench.tagger_names import People
from bench.tagger_text import Chance, Labelled, Span
from pipeline.gazetteer import NO_NAME, Name

HERE = Path(__file__).parent / "tagger"
PATTERNS = {"en": "english.txt", "ar": "arabic.txt"}
SLOT = re.compile(r"\{([a-z]+)(?::([a-z]+))?\}")
LETTERS_BEFORE = re.compile(r"[\u0620-\u06d3]*$")


class Composer:
    """Fills slots of sentences with names, listed and unlisted, known and made up."""

    def __init__(
        self, people: People, listed: Sequence[Name], cities: Sequence[str], chance: Chance
    ) -> None:
        self.people = people
        self.chance = chance
        self.words = yaml.load((HERE / "words.yaml").read_text("utf-8"), yaml.BaseLoader)
        self.cities = {"en": list(cities), "ar": []}
        self.listed: dict[tuple[str, str], list[str]] = {}
        for name in listed:
            if name.type == NO_NAME:
                continue
            kind = "COUNTRY" if name.id.startswith("country:") else name.type
            for surface in name.surfaces:
                language = "ar" if re.match("[\u0620-\u06d3]", surface) else "en"
                if language == "ar" and name.type == "LOC" and surface != name.name_ar:
                    continue
                self.listed.setdefault((kind, language), []).append(surface)
        self.makers: dict[str, tuple[str, Callable[[str], str]]] = {
            "per": ("PER", self.person),
            "last": ("PER", self.surname),
            "given": ("PER", lambda language: self.chance.of(self.people.first[language])),
            "init": ("PER", self.initials),
            "city": ("LOC", self.city),
            "dateline": ("LOC", lambda language: self.city(language).upper()),
            "place": ("LOC", self.place),
            "region": ("LOC", self.region),
            "country": ("LOC", lambda language: self.chance.of(self.listed["COUNTRY", language])),
            "stadium": ("LOC", lambda _: f"{self.surname('en')} Stadium"),
            "org": ("ORG", self.organisation),
            "company": ("ORG", self.company),
            "team": ("ORG", self.team),
            "party": ("ORG", self.party),
            "hospital": ("ORG", lambda _: f"{self.surname('en')} Hospital"),
            "acro": ("ORG", self.acronym),
            "agency": ("ORG", lambda language: self.word(language, "agency")),
            "ministry": ("ORG", lambda language: self.word(language, "ministry")),
        }

    def word(self, language: str, kind: str) -> str:
        return self.chance.of(self.words[language][kind])

    def person(self, language: str) -> str:
        chance, people = self.chance, self.people
        if chance.happens(30):
            full = chance.of(people.full[language])
            if len(full.split()) < 5:
                return full
        first, last = chance.of(people.first[language]), self.surname(language)
        if language == "en":
            if chance.happens(10):
                return f"{first} {chr(65 + chance.below(26))}. {last}"
            if chance.happens(5):
                return f"{chr(65 + chance.below(26))}. {last}"
            if chance.happens(3):
                return f"{first}-{chance.of(people.first[language])} {last}"
        elif chance.happens(12):
            return f"{first} {chance.of(people.first[language])} {last}"
        return f"{first} {last}"

    def surname(self, language: str) -> str:
        chance = self.chance
        if language == "en" and chance.happens(15):
            return chance.of(self.people.full["en"]).split()[-1].capitalize()
        if language == "ar" and chance.happens(40):
            return chance.of(self.people.full["ar"]).split()[-1]
        return chance.of(self.people.last[language])

    def initials(self, language: str) -> str:
        chance = self.chance
        first = f"{chr(65 + chance.below(26))}. "
        if chance.happens(25):
            first = f"{first.strip()}{chr(65 + chance.below(26))}. "
        return first + self.surname(language)

    def city(self, language: str) -> str:
        if language == "en" and self.chance.happens(35):
            return self.chance.of(self.cities["en"])
        return self.chance.of(self.listed["LOC", language])

    def place(self, language: str) -> str:
        chance = self.chance
        if language == "en":
            if chance.happens(10):
                return f"{self.word('en', 'water')} {chance.of(self.cities['en'])}"
            if chance.happens(10):
                return f"{self.surname('en')} {self.word('en', 'spot')}"
            if chance.happens(60):
                return chance.of(self.cities["en"])
        return self.city(language)

    def region(self, language: str) -> str:
        if language == "en" and self.chance.happens(75):
            return self.word("en", "county").removeprefix("the ")
        return self.city(language)

    def organisation(self, language: str) -> str:
        chance = self.chance
        if chance.happens(40):
            return chance.of(self.listed["ORG", language])
        if language == "ar":
            name = f"{self.word('ar', 'body')} {self.word('ar', 'matter')}"
            return f"{name} {self.word('ar', 'about')}" if chance.happens(50) else name
        body, matter, about = (self.word("en", k) for k in ("body", "matter", "about"))
        patterns = (
            f"{about} {matter} {body}",
            f"{matter} {body}",
            f"{about} {body}",
            f"{body} of {matter}",
            f"{chance.of(self.listed['COUNTRY', 'en'])} {matter} {body}",
            f"{self.word('en', 'dem')} {matter} {body}",
            f"{self.city('en')} University",
            f"University of {self.city('en')}",
            f"{about} {body} for {matter}",
            f"{about} {matter} and {self.word('en', 'matter')} {body}",
            self.acronym("en"),
        )
        return chance.of(patterns)

    def company(self, language: str) -> str:
        chance = self.chance
        if chance.happens(35):
            return chance.of(self.listed["ORG", language])
        if language == "ar":
            return f"{self.word('ar', 'firm')} {chance.of(self.people.last['ar'])}"
        last, suffix, about, matter = (
            self.surname("en"),
            *(self.word("en", k) for k in ("suffix", "about", "matter")),
        )
        patterns = (
            f"{last} {suffix}",
            f"{last} {suffix}",
            f"{last} & {self.surname('en')}",
            f"{about} {matter} {suffix}",
            f"{matter} {suffix}",
            f"{last} {matter} {suffix}",
            f"{self.city('en')} {suffix}",
            f"{self.acronym('en')} {suffix}",
            f"{last}{chance.of(('tech', 'soft', 'com', 'co', 'tel', 'dyne', 'ex', 'is'))} {suffix}",
            f"{last}{chance.of(('tech', 'soft', 'com', 'co', 'tel', 'dyne', 'ex', 'is'))}",
        )
        return chance.of(patterns)

    def team(self, language: str) -> str:
        chance = self.chance
        if language == "ar":
            listed = chance.of(self.listed["ORG", "ar"])
            club = f"{self.word('ar', 'club')} {self.city('ar')}".strip()
            return club if chance.happens(60) else listed
        city, nick = self.city("en"), self.word("en", "nick")
        patterns = (f"{city} {nick}", f"{self.word('en', 'before')} {city}", nick, city)
        return chance.of(patterns)

    def party(self, language: str) -> str:
        if language == "ar":
            return f"حزب {self.word('ar', 'creed')}"
        creed = self.word("en", "creed")
        return self.chance.of((f"{creed} Party", creed + "s", f"{creed} Front", f"{creed} {creed}"))

    def acronym(self, _: str) -> str:
        return "".join(chr(65 + self.chance.below(26)) for _ in range(3 + self.chance.below(2)))

    def fill(self, pattern: str, language: str) -> Labelled:
        """Return a sentence with its slots filled."""
        text = ""
        spans: list[Span] = []
        position = 0
        for slot in SLOT.finditer(pattern):
            text += pattern[position : slot.start()]
            position = slot.end()
            kind, style = slot.groups()
            if kind in self.makers:
                label, maker = self.makers[style or kind][0], self.makers[style or kind][1]
                label = self.makers[kind][0] if style != "country" else label
                # Letters written onto an Arabic name belong to its word.
                start = len(text) - len(LETTERS_BEFORE.search(text)[0])
                text += maker(language)
                spans.append((start, len(text), label))
            else:
                text += self.word(language, kind)
        text += pattern[position:]
        return Labelled(text, tuple(spans), language, "made")

    def compose(self, count: int, language: str, patterns: Sequence[str]) -> list[Labelled]:
        """Return made sentences: some in capitals, some with words in capitals."""
        made = []
        for _ in range(count):
            line = self.fill(self.chance.of(patterns), language)
            if language == "en":
                style = self.chance.below(100)
                if style < 7 and len(line.text.upper()) == len(line.text):
                    line = Labelled(line.text.upper(), line.spans, language, "made")
                elif style < 10:
                    line = Labelled(titled(line.text), line.spans, language, "made")
            made.append(line)
        return made


def read_patterns(language: str) -> list[str]:
    """Return the sentences with slots."""
    lines = (HERE / PATTERNS[language]).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def titled(text: str) -> str:
    """Return a line with a capital at the beginning of each word, as in headlines."""
    return re.sub(r"(?<![\w'’])[a-z](?=\w{2})", lambda m: m[0].upper(), text)


def swapped(line: Labelled, composer: Composer) -> Labelled:
    """Return a line with half of its people under other names of the same number of words."""
    text = ""
    spans: list[Span] = []
    position = 0
    for start, end, kind in line.spans:
        text += line.text[position:start]
        name = line.text[start:end]
        if kind == "PER" and composer.chance.happens(70):
            many = " " in name
            name = composer.person(line.language) if many else composer.surname(line.language)
        spans.append((len(text), len(text) + len(name), kind))
        text += name
        position = end
    return Labelled(text + line.text[position:], tuple(spans), line.language, line.source)
