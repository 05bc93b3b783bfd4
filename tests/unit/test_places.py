"""The places of the world: countries, states and cities, without those that are common words."""

import pytest

from pipeline.folding import fold
from pipeline.gazetteer import Gazetteer, Name, build_gazetteer
from pipeline.mentions import choose
from pipeline.places import common_words, load_places


@pytest.fixture(scope="module")
def by_id() -> dict[str, Name]:
    return {name.id: name for name in load_places()}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return build_gazetteer(load_places())


def found(gazetteer: Gazetteer, text: str) -> list[str]:
    return [mention.name.id for mention in choose(gazetteer.find(text))]


def test_a_country_has_its_code_and_its_names(by_id: dict[str, Name]) -> None:
    iraq = by_id["country:IQ"]
    assert (iraq.type, iraq.name, iraq.name_ar, iraq.country) == ("LOC", "Iraq", "العراق", "IQ")
    assert {"Iraq", "العراق"} <= set(iraq.surfaces)


def test_every_place_lies_in_a_country(by_id: dict[str, Name]) -> None:
    places = [name for name in by_id.values() if name.type == "LOC"]
    assert len(places) > 3000
    for place in places:
        assert place.country is not None, place.id
        assert len(place.country) == 2, place.id
        assert f"country:{place.country}" in by_id, place.id
        assert place.name, place.id


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("بغداد", "geonames:98182"),
        ("ببغداد", "geonames:98182"),
        ("Baghdad", "geonames:98182"),
        ("سامراء", "geonames:91597"),
        ("وسامراء", "geonames:91597"),
        ("Samarra'", "geonames:91597"),
        ("Falluja", "geonames:99454"),
        ("Aleppo", "geonames:170063"),
        ("الرياض", "geonames:108410"),
        ("Berlin", "geonames:2950159"),
        ("Luxembourg", "country:LU"),
        ("Texas", "geonames:4736286"),
        ("كوريا الشمالية", "country:KP"),
        ("المملكة العربية السعودية", "country:SA"),
        ("مراكش", "geonames:2542997"),
        ("ایران", "country:IR"),
        ("پاکستان", "country:PK"),
    ],
)
def test_a_place_is_found_in_its_spellings(gazetteer: Gazetteer, text: str, id_: str) -> None:
    assert found(gazetteer, text) == [id_]


@pytest.mark.parametrize(
    "text",
    [
        # Arabic words and people that share their letters with a town
        "قال بشار إنه رشيد وكريم", "هذا بيان جديد في إطار الثورة", "كيف وصل سالم دوما",
        "وان كان جده", "عشرة دينار يوم الخميس", "ادانا الهجوم معا", "صور من المدينة",
        "في مسقط رأس", "سلالة جديدة", "البنك الدولي", "الجامعة", "سعر السكر",
        # English ones
        "Reading a book is Nice", "Mobile phones", "Most of Bath", "The Sale of Tire makers",
        "Stanley said Douglas can go", "Media in the Island", "Victoria and Nancy", "Van Gogh",
        "As Can be", "Rich Bush",
        # Adjectives are not the place
        "العراقية", "السورية", "التونسي", "Iraqi", "Syrians",
    ],
)  # fmt: skip
def test_a_common_word_is_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, text) == []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("العمارة", []),
        ("مدينة العمارة", ["geonames:99608"]),
        ("العمارة في العراق", ["geonames:99608", "country:IQ"]),
        ("العمارة في تونس", ["country:TN"]),
    ],
)
def test_a_doubtful_place_needs_company(gazetteer: Gazetteer, text: str, ids: list[str]) -> None:
    assert found(gazetteer, text) == ids


def test_the_left_out_forms_are_left_out(by_id: dict[str, Name]) -> None:
    words = common_words()
    for name in by_id.values():
        if name.type == "LOC":
            forms = {fold(surface) for surface in (*name.surfaces, *name.short)}
            assert not forms & words.never, name.id


def test_no_form_is_both_left_out_and_doubtful() -> None:
    words = common_words()
    assert not words.never & words.with_context
