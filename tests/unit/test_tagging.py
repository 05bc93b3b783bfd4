"""The tagging stage: an article goes on with its people, places and organisations."""

import copy
import gzip
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import codec
from pipeline.gazetteer import Gazetteer, build_gazetteer
from pipeline.names_model import load_names_model
from pipeline.outcome import Event, Keep, Reject
from pipeline.places import load_places
from pipeline.tagging import tag
from pipeline.watchlists import parse_watchlist

WATCHLISTS = Path(__file__).parents[2] / "rules" / "watchlists"


def everything() -> Gazetteer:
    lists = [parse_watchlist(p.read_text("utf-8"), p.name) for p in sorted(WATCHLISTS.glob("*"))]
    return build_gazetteer([*load_places(), *(name for names in lists for name in names)])


GAZETTEER = everything()


def tagged(title: str, text: str, language: str = "ar", **more: Any) -> Event:
    event = {
        "title": title,
        "text": text,
        "language": {"code": language, "confidence": 1.0},
        **more,
    }
    outcome = tag(event, GAZETTEER)
    assert isinstance(outcome, Keep)
    (value,) = outcome.values
    return value


def ids(title: str, text: str, language: str = "ar") -> list[str]:
    return [entity["id"] for entity in tagged(title, text, language)["entities"]]


def test_an_entity_says_what_where_and_how_sure() -> None:
    event = tagged("هدوء في بغداد", "وصل الوزير إلى العراق.")
    assert event["entities"] == [
        {
            "type": "LOC",
            "text": "بغداد",
            "start": 8,
            "end": 13,
            "id": "geonames:98182",
            "name": "Baghdad",
            "name_ar": "بغداد",
            "country": "IQ",
            "by": "gazetteer",
            "confidence": 0.95,
        },
        {
            "type": "LOC",
            "text": "العراق",
            "start": 29,
            "end": 35,
            "id": "country:IQ",
            "name": "Iraq",
            "name_ar": "العراق",
            "country": "IQ",
            "wikidata": "Q796",
            "by": "gazetteer",
            "confidence": 0.95,
        },
    ]


def test_only_places_carry_a_country() -> None:
    entities = tagged("Hezbollah in Beirut", "Nabih Berri spoke.", "en")["entities"]
    assert [(e["type"], e.get("country")) for e in entities] == [
        ("ORG", None),
        ("LOC", "LB"),
        ("PER", None),
    ]


def test_a_place_in_several_countries_has_none() -> None:
    (entity,) = tagged("", "Talks on the Middle East", "en")["entities"]
    assert "country" not in entity


def test_every_mention_is_listed() -> None:
    assert ids("داعش", "قال داعش إن داعش وداعش") == ["org:daesh"] * 4


def test_a_name_does_not_go_from_the_title_into_the_text() -> None:
    assert ids("South", "Sudan", "en") == ["country:SD"]


def test_the_article_goes_on_with_all_that_it_carried_and_is_not_changed() -> None:
    event = {"title": "Iraq", "text": "", "uid": "a:1", "odd": [1], "entities": "old"}
    before = copy.deepcopy(event)
    outcome = tag(event, GAZETTEER)
    assert isinstance(outcome, Keep)
    assert event == before
    assert {**outcome.values[0], "entities": "old"} == before


def test_tagging_twice_is_tagging_once() -> None:
    once = tagged("Iraq", "Baghdad", "en")
    assert tag(once, GAZETTEER) == Keep((once,))


@pytest.mark.parametrize(
    ("event", "reason", "field"),
    [
        ({"text": ""}, "missing_field", "title"),
        ({"title": ""}, "missing_field", "text"),
        ({"title": None, "text": ""}, "wrong_type", "title"),
        ({"title": "", "text": ["x"]}, "wrong_type", "text"),
        ({"title": 3, "text": ""}, "wrong_type", "title"),
    ],
)
def test_an_article_without_title_or_text_is_refused(event: Event, reason: str, field: str) -> None:
    with pytest.raises(Reject) as refusal:
        tag(event, GAZETTEER)
    assert refusal.value.reason == reason
    assert f"`{field}`" in refusal.value.detail


@pytest.mark.parametrize("language", [None, "ar", {"code": None}, {}, 7, {"code": "xx"}, ["ar"]])
def test_an_odd_language_does_not_matter(language: object) -> None:
    outcome = tag({"title": "", "text": "بالعراق", "language": language}, GAZETTEER)
    assert isinstance(outcome, Keep)
    assert [entity["text"] for entity in outcome.values[0]["entities"]] == ["بالعراق"]


def test_persian_has_no_particles_on_its_names() -> None:
    assert ids("", "وداعش", "fa") == []
    assert ids("", "داعش", "fa") == ["org:daesh"]


SPELLINGS = {
    "org:daesh": ["داعش", "تنظيم الدولة الإسلامية", "ISIS", "ISIL", "Daesh", "Islamic State group"],
    "org:al-qaeda": ["تنظيم القاعدة", "al-Qaeda", "Al Qaida", "al Qaeda"],
    "org:pmf": ["الحشد الشعبي", "للحشد الشعبي", "Hashd al-Shaabi", "Popular Mobilisation Forces"],
    "org:global-coalition": ["التحالف الدولي", "والتحالف الدولي", "U.S.-led coalition"],
    "org:hezbollah": ["حزب الله", "وحزب الله", "Hizbullah", "Hezbollah"],
    "org:un": ["الأمم المتحدة", "للأمم المتحدة", "الامم المتحده", "UN", "U.N.", "United Nations"],
    "org:nato": ["حلف شمال الأطلسي", "الناتو", "NATO", "Nato"],
    "org:eu": ["الاتحاد الأوروبي", "الإتحاد الاوروبي", "EU", "European Union"],
    "person:mustafa-al-kadhimi": ["مصطفى الكاظمي", "مصطفي الكاظمي", "Mustafa Al-Kadhimi"],
    "person:wayne-marotto": ["واين ماروتو", "Wayne Marotto"],
    "person:recep-tayyip-erdogan": ["أردوغان", "اردوغان", "Recep Tayyip Erdogan", "Erdoğan"],
    "person:muammar-gaddafi": ["معمر القذافي", "القذافي", "Muammar Gaddafi", "Moammar Gadhafi"],
    "person:benjamin-netanyahu": ["نتنياهو", "بنيامين نتانياهو", "Benjamin Netanyahu"],
    "country:US": ["الولايات المتحدة الأمريكية", "أميركا", "U.S.", "USA", "United States"],
    "country:GB": ["بريطانيا", "المملكة المتحدة", "UK", "Britain"],
    "country:SY": ["سوريا", "سورية", "وسوريا", "Syria"],
    "country:AE": ["الإمارات", "الامارات العربية المتحدة", "UAE"],
    "geonames:91597": ["سامراء", "وسامراء", "Samarra"],
    "geonames:172955": ["الرقة", "Raqqa", "Ar Raqqah"],
    "region:iq-diyala": ["ديالى", "بديالى", "Diyala"],
    "region:ps-gaza-strip": ["قطاع غزة", "Gaza Strip"],
}


@pytest.mark.parametrize(
    ("surface", "id_"), [(s, id_) for id_, surfaces in SPELLINGS.items() for s in surfaces]
)
def test_every_spelling_leads_to_one_id(surface: str, id_: str) -> None:
    assert ids("", f"- {surface} -") == [id_]


@pytest.mark.parametrize(
    "text",
    [
        "قوات عراقية وأردنية", "وفيات جديدة", "ولكن القاعدة العسكرية", "صلاح الدين مهندس",
        "برج بابل", "النهضة العلمية", "كان هنا", "هذا مبارك", "صدر البيان", "مالي وإداري",
        "الصدر والكتف", "السد العالي", "لنا ولكم", "وادي السيليكون",
        "Congressional", "TELL US NOW", "united nations", "apple pie", "shell shock",
        "the state department store", "He who is", "A nice reading", "IS IT OK FOR US",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert ids("", text) == []


def test_the_seed_names_whom_it_should_and_nobody_else(evaluation_data: Path) -> None:
    (path,) = (evaluation_data / "seed").glob("*.txt")
    title, _, text = path.read_text("utf-8").partition("\n")
    kinds = {(e["type"], e["id"]) for e in tagged(title, text)["entities"]}
    assert kinds == {
        ("LOC", "country:IQ"),
        ("LOC", "country:SY"),
        ("LOC", "country:US"),
        ("LOC", "geonames:98182"),
        ("LOC", "geonames:91597"),
        ("LOC", "region:iq-salah-al-din"),
        ("LOC", "region:iq-diyala"),
        ("ORG", "org:daesh"),
        ("ORG", "org:global-coalition"),
        ("ORG", "org:al-qaeda"),
        ("ORG", "org:pmf"),
        ("ORG", "org:iraqi-army"),
        ("ORG", "org:security-media-cell"),
        ("PER", "person:wayne-marotto"),
        ("PER", "person:mustafa-al-kadhimi"),
    }


PIECES = st.sampled_from([
    *(surface for surfaces in SPELLINGS.values() for surface in surfaces),
    "و", "ب", "«", "»", "\u0640", "\u064b", "\u200f", "\n", ",", "e\u0301", "😀",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.just(" "), st.characters(codec="utf-8")), max_size=25).map(
    "".join
)


@given(TEXTS, TEXTS, st.sampled_from(["ar", "en", "fa", "und"]))
def test_entities_are_slices_of_the_article_in_order_and_apart(
    title: str, text: str, language: str
) -> None:
    event = tagged(title, text, language)
    whole = title + "\n" + text
    end = 0
    for entity in event["entities"]:
        assert end <= entity["start"] < entity["end"]
        assert whole[entity["start"] : entity["end"]] == entity["text"]
        assert "\n" not in entity["text"]
        assert 0 < entity["confidence"] <= 1
        end = entity["end"]
    assert (
        codec.decode(codec.encode({"entities": event["entities"]}))["entities"] == event["entities"]
    )


def with_model(title: str, text: str, language: str) -> list[Event]:
    event = {"title": title, "text": text, "language": {"code": language}}
    outcome = tag(event, GAZETTEER, load_names_model())
    assert isinstance(outcome, Keep)
    entities: list[Event] = outcome.values[0]["entities"]
    return entities


def test_a_name_that_no_list_holds_has_no_id_and_says_who_found_it() -> None:
    text = "Trade Minister Petra Lindqvist spoke in Baghdad."
    person, place = with_model("", text, "en")
    assert person.keys() == {"type", "text", "start", "end", "by", "confidence"}
    assert (person["type"], person["text"], person["by"]) == ("PER", "Petra Lindqvist", "model")
    assert 0.5 <= person["confidence"] <= 0.9
    assert (place["id"], place["by"]) == ("geonames:98182", "gazetteer")


@pytest.mark.parametrize("language", ["fa", "de", "und", ""])
def test_in_other_languages_the_gazetteer_alone_decides(language: str) -> None:
    text = "Trade Minister Petra Lindqvist spoke in Baghdad."
    assert [e["by"] for e in with_model("", text, language)] == ["gazetteer"]


@pytest.mark.parametrize("language", ["ar", "en", "en-GB"])
@given(TEXTS, TEXTS)
def test_with_the_model_too_entities_are_slices_in_order_and_apart(
    language: str, title: str, text: str
) -> None:
    whole = title + "\n" + text
    end = 0
    for entity in with_model(title, text, language):
        assert end <= entity["start"] < entity["end"]
        assert whole[entity["start"] : entity["end"]] == entity["text"]
        assert "\n" not in entity["text"]
        assert entity["text"].strip()
        end = entity["end"]


@pytest.mark.parametrize(("file", "language"), [("reuters-a", "en"), ("ant-v1", "ar")])
def test_entities_of_the_wires_are_slices(evaluation_data: Path, file: str, language: str) -> None:
    with gzip.open(evaluation_data / "wire" / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 200):
            raw = codec.decode(line.encode())
            title, text = raw.get("title") or "", raw.get("body") or ""
            whole = title + "\n" + text
            for entity in with_model(title, text, language):
                assert whole[entity["start"] : entity["end"]] == entity["text"]


@pytest.mark.parametrize("piece", [" “", '"', "ا", "ا\u064e", "US ", "و", "_", "\n"])
def test_a_megabyte_of_anything_is_read_once(piece: str) -> None:
    """A step that went back over its run would not end within the time limit of a test."""
    event = tagged("", piece * (1_000_000 // len(piece)))
    assert {entity["id"] for entity in event["entities"]} <= {"country:US"}
