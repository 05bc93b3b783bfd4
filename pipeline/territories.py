"""Countries by their names, so that a place in a rule also means what lies in that country."""

from functools import lru_cache

from babel import Locale

from pipeline.query_tree import folded_name

LANGUAGES = ("en", "ar", "fr", "fa", "ur", "tr")
"""Whose names of countries are known, from the CLDR data that Babel ships."""
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What CLDR lists among the territories without its being a country."""
OTHER_NAMES = {
    "AE": ("UAE", "Emirates", "الإمارات"),
    "BA": ("Bosnia",),
    "CD": ("DRC", "DR Congo", "Democratic Republic of the Congo", "الكونغو الديمقراطية"),
    "CI": ("Ivory Coast", "ساحل العاج"),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Britain", "Great Britain", "بريطانيا"),
    "HK": ("Hong Kong", "هونغ كونغ"),
    "KP": ("DPRK",),
    "MM": ("Burma", "Myanmar"),
    "PS": ("Palestine", "State of Palestine", "فلسطين"),
    "SA": ("KSA", "السعودية"),
    "TR": ("Turkey", "Turkiye"),
    "US": ("US", "U.S.", "USA", "United States of America", "America",
           "الولايات المتحدة الأمريكية", "أمريكا", "أميركا"),
}  # fmt: skip
"""Names that newsrooms use and CLDR does not list."""


def country_of(place: str) -> str | None:
    """Return the folded ISO 3166 code of the country that a folded name, id or code means."""
    return names().get(place.removeprefix("country:"))


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return the folded code of each country by its folded names and its code."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                found.setdefault(folded_name(name), code.lower())
    for code, others in OTHER_NAMES.items():
        found.update((folded_name(name), code.lower()) for name in others)
    # A code is never taken for a name in another language.
    codes = dict.fromkeys(found.values())
    return {**found, **{code: code for code in codes}}
