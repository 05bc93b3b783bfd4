"""What counts where the gazetteer and the model disagree."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gazetteer import Name
from pipeline.loops import LANES
from pipeline.mentions import Mention
from pipeline.names_model import Found, Reading
from pipeline.naming import settle

HALABJA = Name("geonames:1", "LOC", "Halabja", "حلبجة", ("Halabja",), country="IQ")
ROME = Name("geonames:2", "LOC", "Rome", "روما", ("Rome",), country="IT")
IRAQ = Name("country:IQ", "LOC", "Iraq", "العراق", ("Iraq",), country="IQ")
ANNAN = Name("person:annan", "PER", "Kofi Annan", "كوفي أنان", ("Annan",))
UN = Name("org:un", "ORG", "United Nations", "الأمم المتحدة", ("United Nations",))


def at(name: Name, start: int, end: int) -> Mention:
    return Mention(start, end, name, 0.95)


def reading(found: list[Found], tokens: int = 1, **lanes: int) -> Reading:
    """Give a reading whose every token scores so by lane; mentions are a token each."""
    scores = np.zeros((tokens, LANES), np.int16)
    for lane, score in lanes.items():
        scores[:, int(lane.removeprefix("lane"))] = score
    return Reading(found, scores, [(i, i + 1) for i in range(tokens)])


def test_names_that_only_one_knows_all_count() -> None:
    found = [Found(0, 4, "PER", 10), Found(20, 24, "ORG", 10)]
    mention = at(IRAQ, 10, 14)
    assert settle([mention], reading(found), "en") == [found[0], mention, found[1]]


@pytest.mark.parametrize("name", [HALABJA, IRAQ, ANNAN, UN])
def test_of_the_same_span_the_gazetteers_name_counts(name: Name) -> None:
    mention = at(name, 5, 9)
    kind = "PER" if name.type != "PER" else "LOC"
    assert settle([mention], reading([Found(5, 9, kind, 900)]), "ar") == [mention]


def test_a_person_is_the_wider_name_and_keeps_the_id_of_its_beginning() -> None:
    mention = at(ANNAN, 5, 10)
    wider = Found(5, 16, "PER", 90)
    assert settle([mention], reading([wider]), "en") == [replace(mention, end=16)]
    another = Found(0, 10, "PER", 90)
    assert settle([mention], reading([another]), "en") == [another]


@pytest.mark.parametrize("kind", ["PER", "ORG", "LOC"])
def test_a_place_is_part_of_a_wider_name_that_is_clear(kind: str) -> None:
    mention = at(IRAQ, 11, 15)
    wider = Found(0, 15, kind, 90)
    assert settle([mention], reading([wider]), "en") == [wider]
    unclear = Found(0, 15, kind, 10)
    assert settle([mention], reading([unclear]), "en") == [mention]


def test_an_organisation_of_a_list_is_not_widened() -> None:
    mention = at(UN, 0, 14)
    assert settle([mention], reading([Found(0, 30, "ORG", 900)]), "en") == [mention]


def test_several_places_are_not_one_name() -> None:
    mentions = [at(ROME, 0, 4), at(IRAQ, 5, 9)]
    assert settle(mentions, reading([Found(0, 9, "LOC", 900)], 2), "en") == mentions


def test_a_name_that_lies_across_the_end_of_a_mention_goes() -> None:
    mention = at(UN, 0, 14)
    assert settle([mention], reading([Found(7, 20, "ORG", 900)]), "en") == [mention]


def test_a_town_that_the_model_takes_for_a_word_is_none_but_a_country_stays() -> None:
    doubted = reading([], lane0=800)
    assert settle([at(ROME, 0, 4)], doubted, "en") == []
    assert settle([at(IRAQ, 0, 4)], doubted, "en") == [at(IRAQ, 0, 4)]
    assert settle([at(ROME, 0, 4)], reading([], lane3=800), "en") == [at(ROME, 0, 4)]


def test_a_town_can_be_the_club_of_its_name() -> None:
    club = Found(0, 4, "ORG", 900)
    assert settle([at(ROME, 0, 4)], reading([club], lane5=900), "en") == [club]
    assert settle([at(ROME, 0, 4)], reading([club], lane3=900), "en") == [at(ROME, 0, 4)]


SPANS = st.lists(st.integers(0, 60), max_size=24, unique=True).map(sorted)


@given(SPANS, SPANS, st.sampled_from(["ar", "en"]), st.integers(-900, 900))
def test_whatever_is_said_nothing_overlaps(
    known: list[int], seen: list[int], language: str, score: int
) -> None:
    names = (ROME, IRAQ, ANNAN, UN)
    mentions = [
        at(names[i % 4], a, b)
        for i, (a, b) in enumerate(zip(known[::2], known[1::2], strict=False))
    ]
    found = [
        Found(a, b, ("PER", "LOC", "ORG")[i % 3], score)
        for i, (a, b) in enumerate(zip(seen[::2], seen[1::2], strict=False))
    ]
    end = 0
    for name in settle(mentions, reading(found, len(mentions), lane5=score), language):
        assert end <= name.start < name.end
        end = name.end
