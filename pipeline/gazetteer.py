"""Names of people, places and organisations, and where they may stand in a text.

A gazetteer finds the names that it was built from, as whole words, in any spelling that folding
makes equal. It says what a mention can be; `pipeline.mentions` decides what it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, product

from ahocorasick_rs import AhoCorasick

from pipeline.cues import Cues
from pipeline.haystack import Haystack, closed, haystack_of
from pipeline.name_words import name_words, rest_after
from pipeline.vicinity import is_announced, is_of_another, is_word

PREFIXES = frozenset({"و", "ف", "ب", "ك", "ل", "وب", "وك", "ول", "فب", "فك", "فل"})
"""Arabic particles written onto the next word: and, so, in, like, for, and two of them together."""
PREFIXES_OF_LAM = frozenset({"و", "ف"})
"""What stands before the particle ل once it has swallowed the alef of the article (للعراق)."""
LONGEST_PREFIX = 2
FEWEST_LETTERS = 3
"""A shorter rest is no evidence that a word is a particle and a name."""
FEWEST_LETTERS_WITH_HAA = 5
MOST_TAA_MARBUTAS = 3
"""A form with more is also found with haa for all of them, but not for some."""
LONGEST_ACRONYM = 6
NO_NAME = "NONE"
"""The type of phrases that contain a name and are none: they keep it from being found."""

ARTICLE = "ال"
LAM_ARTICLE = "لل"
ARABIC = re.compile("[\u0621-\u064a]")
WORD_START = re.compile(r"(?<![^\W_])[^\W\d_]")
TAA_MARBUTA = re.compile(r"ة(?!\w)")


@dataclass(frozen=True, slots=True)
class Name:
    """One person, place or organisation and the ways to write it.

    `id` names it for rules (`country:IQ`, `geonames:98182`, `org:daesh`), `type` is PER, LOC, ORG
    or MISC, `name` and `name_ar` are for display ("" where unknown). `surfaces` are full forms.
    `short` are doubtful forms: they count only in an article that also has a full form of the name
    or, for a place, another place of its country, or after a word such as “city”. `country` is the
    ISO 3166 alpha-2 code of a place. Of places that share a form, the one of the greatest `rank`
    (such as its population) is meant if nothing says otherwise. `cues` are words of which one in
    the article makes the doubtful forms count as well; one that ends in * may go on. `never` are
    phrases that hold a form of the name and do not mean it.
    """

    id: str
    type: str
    name: str
    name_ar: str
    surfaces: tuple[str, ...]
    short: tuple[str, ...] = ()
    country: str | None = None
    wikidata: str | None = None
    rank: int = 0
    cues: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form can mean, and which capitals it needs to mean it.

    `capitals` are offsets in the folded form; an `acronym` is in capitals throughout. `cued` says
    that a doubtful form is not `short` in this article, since it has one of the name's cues.
    """

    name: Name
    short: bool
    acronym: bool
    capitals: frozenset[int]
    cued: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something may be mentioned (code points, `end` excluded) and what it can be.

    `start` is where the word begins, particles included, `name_start` where the name does. `said`
    is where the mention begins: at `start`, or behind a title (الملك) or kind (شركة) in the form.
    `announced` says that the word before is one such as “city” in Arabic.
    """

    start: int
    name_start: int
    said: int
    end: int
    readings: tuple[Reading, ...]
    announced: bool


class Gazetteer:
    """Names ready to be found. `build_gazetteer` makes one; it never changes."""

    def __init__(self, readings: dict[str, tuple[Reading, ...]], after_lam: frozenset[str]) -> None:
        forms = sorted(readings)
        self.automaton = AhoCorasick(forms, store_patterns=False)
        self.readings = [readings[form] for form in forms]
        self.prefixes = [prefixes_of(form, after_lam) for form in forms]
        self.heads = [len(form) - len(bare(form, readings)) for form in forms]

    def find(self, text: str, *, particles: bool = True) -> list[Hit]:
        """Return all that a text may mention, by start; of one start, the whole word first.

        A form counts where it is a whole word or, with `particles` (Arabic), what remains of a
        word after its particles. No hit goes over a line end. Hits may overlap.
        """
        haystack = haystack_of(text)
        cues = Cues(haystack.text)
        hits = []
        for index, head, begin, last in self.words(haystack.text, particles=particles):
            start, stop = haystack.span(head, last)
            if "\n" in text[start:stop]:
                continue
            readings = tuple(
                in_article(reading, cues)
                for reading in self.readings[index]
                if spelled(reading, haystack, begin, last)
            )
            if readings:
                announced = any(r.short for r in readings) and is_announced(haystack.text, head)
                name_start = start if head == begin else haystack.at(begin)
                ahead = self.heads[index]
                said = haystack.at(begin + ahead) if ahead else start
                end = closed(text, said, stop)
                hits.append(Hit(start, name_start, said, end, readings, announced))
        hits.sort(key=lambda hit: (hit.start, hit.name_start, -hit.end))
        return hits

    def words(self, text: str, *, particles: bool) -> Iterator[tuple[int, int, int, int]]:
        """Yield each form between word boundaries: its index, word start, own start, and end."""
        length = len(text)
        matches = self.automaton.find_matches_as_indexes(text, overlapping=True)
        for index, start, end in matches:
            if end < length and text[end].isalnum():
                continue
            head = start
            while head and start - head <= LONGEST_PREFIX and text[head - 1].isalnum():
                head -= 1
            if head == start or (particles and text[head:start] in self.prefixes[index]):
                yield index, head, start, end


def bare(form: str, readings: Mapping[str, tuple[Reading, ...]]) -> str:
    """Return a form without the title of a person, or the kind of what has a name without it."""
    words, names = name_words(), [reading.name for reading in readings[form]]
    if all(name.type == "PER" for name in names):
        return rest_after(form, words.titles) or form
    rest = rest_after(form, words.kinds)
    known = {reading.name.id for reading in readings.get(rest, ())}
    return rest if names[0].type == "ORG" and known.issuperset(n.id for n in names) else form


def prefixes_of(form: str, after_lam: frozenset[str]) -> frozenset[str]:
    """Return the particles that a form can carry."""
    if ARABIC.match(form) is None or len(ARABIC.findall(form)) < FEWEST_LETTERS:
        return frozenset()
    return PREFIXES_OF_LAM if form in after_lam else PREFIXES


def spelled(reading: Reading, haystack: Haystack, begin: int, end: int) -> bool:
    """Say whether a match, given by its place in the haystack, has the capitals it needs."""
    original = haystack.original
    if reading.acronym:
        start, stop = haystack.span(begin, end)
        return original[start:stop].isupper() and not is_word(original, start, stop)
    if not all(original[haystack.at(begin + at)].isupper() for at in reading.capitals):
        return False
    family = reading.short and reading.capitals and reading.name.type == "PER"
    return not (family and is_of_another(original, haystack.at(begin)))


def in_article(reading: Reading, cues: Cues) -> Reading:
    """Return a reading as it counts in an article with these cues."""
    if reading.short and reading.name.cues and cues.has_any(reading.name.cues):
        return replace(reading, short=False, cued=True)
    return reading


def build_gazetteer(names: Iterable[Name]) -> Gazetteer:
    """Return a gazetteer of the names.

    Names with the same id are one: all their forms count, and the last one given is shown. So a
    list can add spellings to a place or give it a better display name.
    """
    given = list(names)
    given += [Name(f"none:{n.id}", NO_NAME, "", "", n.never) for n in given if n.never]
    shown = merged(given)
    forms: defaultdict[str, dict[str, Reading]] = defaultdict(dict)
    for name in given:
        for surface in (*name.surfaces, *name.short):
            form, reading = read(shown[name.id], surface, short=surface not in name.surfaces)
            forms[form][name.id] = lenient(reading, forms[form].get(name.id))
    after_lam = set()
    for form, readings in list(forms.items()):
        # A doubtful form is not spread to a spelling that may be another word (عنة, عنه).
        full = {id_: reading for id_, reading in readings.items() if not reading.short}
        for spelling, meant in ((form, readings), *((haa, full) for haa in with_haa(form))):
            for alias in (spelling, after_lam_of(spelling)):
                if alias in {form, ""}:
                    continue
                if alias not in forms and alias != spelling:
                    after_lam.add(alias)
                for id_, reading in meant.items():
                    forms[alias].setdefault(id_, reading)
    return Gazetteer(
        {form: distinct(readings.values()) for form, readings in forms.items() if form},
        frozenset(after_lam),
    )


def merged(names: Iterable[Name]) -> dict[str, Name]:
    """Return one name an id: the last one, with what only an earlier one knows."""
    shown: dict[str, Name] = {}
    for name in names:
        before = shown.get(name.id, name)
        shown[name.id] = replace(
            name,
            name_ar=name.name_ar or before.name_ar,
            country=name.country or before.country,
            wikidata=name.wikidata or before.wikidata,
            cues=tuple(dict.fromkeys((*before.cues, *name.cues))),
            rank=max(name.rank, before.rank),
        )
    return shown


def distinct(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings by id; of several places in one country the greatest stands for all.

    So a country and its capital of the same name are not two meanings (تونس).
    """
    kept: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda r: (r.short, -r.name.rank, r.name.id)):
        name = reading.name
        kept.setdefault(name.country if name.type == "LOC" and name.country else name.id, reading)
    return tuple(sorted(kept.values(), key=lambda reading: reading.name.id))


def read(name: Name, surface: str, *, short: bool) -> tuple[str, Reading]:
    """Return the folded form of a surface, and what it means."""
    haystack = haystack_of(surface.strip())
    starts = (m.start() for m in WORD_START.finditer(haystack.text))
    capitals = frozenset(at for at in starts if haystack.original[haystack.at(at)].isupper())
    letters = sum(map(str.isalpha, surface))
    acronym = surface.isupper() and " " not in surface and 1 < letters <= LONGEST_ACRONYM
    return haystack.text, Reading(name, short, acronym, capitals)


def lenient(reading: Reading, other: Reading | None) -> Reading:
    """Return what two readings of one form and name both allow."""
    if other is None:
        return reading
    return Reading(
        reading.name,
        short=reading.short and other.short,
        acronym=reading.acronym and other.acronym,
        capitals=reading.capitals & other.capitals,
    )


def with_haa(form: str) -> tuple[str, ...]:
    """Return an Arabic form with haa for some or all final taa marbutas, as many people write it.

    A short one is left as it is: with haa it may be another word (جدة Jeddah, جده his grandfather).
    """
    parts = TAA_MARBUTA.split(form)
    if len(form) < FEWEST_LETTERS_WITH_HAA or len(parts) == 1:
        return ()
    if len(parts) > MOST_TAA_MARBUTAS + 1:
        return ("ه".join(parts),)
    ends = product("ةه", repeat=len(parts) - 1)
    return tuple("".join(chain(*zip(parts, (*end, ""), strict=True))) for end in ends)[1:]


def after_lam_of(form: str) -> str:
    """Return how a form with the article is written after ل (العراق, للعراق), "" without one."""
    if not form.startswith(ARTICLE) or len(form) < FEWEST_LETTERS + len(ARTICLE):
        return ""
    return LAM_ARTICLE + form.removeprefix(ARTICLE)
