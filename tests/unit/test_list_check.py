"""A newsroom is told where its lists conflict; the shipped lists do not."""

from itertools import chain
from pathlib import Path

import pytest

from pipeline.gazetteer import Name
from pipeline.list_check import Finding, check_lists
from pipeline.name_sources import SOURCES
from pipeline.places import load_places
from pipeline.watchlists import entries_of, names_of

CHECKOUT = Path(__file__).parents[2]
SHIPPED = sorted((CHECKOUT / "rules" / "watchlists").glob("*"))
ENTRIES = [entries_of(path.read_text("utf-8"), path.name) for path in SHIPPED]
NAMES = [name for entries in ENTRIES for name in names_of(entries)]


def found(text: str, places: tuple[Name, ...] = ()) -> list[Finding]:
    entries = entries_of(f"type: ORG\nnames:\n{text}", "list.yaml")
    return check_lists(names_of(entries), entries, places)


def test_a_form_of_two_names_is_wrong() -> None:
    (one,) = found(
        "  - {id: org:a, name: Alpha, name_ar: المُستقرّ}\n"
        "  - {id: org:b, name: Beta, also: [المستقر]}\n"
    )
    assert one == Finding(
        "two-ids",
        "المستقر",
        ("org:a", "org:b"),
        (
            "“المستقر” is a full form of org:a and org:b; write it under `short` of one of them, "
            "or of both with the words that tell them apart under `with`."
        ),
    )


def test_two_places_of_one_name_are_not() -> None:
    text = (
        "  - {id: region:a, type: LOC, name: Alpha}\n  - {id: region:b, type: LOC, name: alpha}\n"
    )
    assert found(text) == []


@pytest.mark.parametrize("form", ["Shadow", "حماس", "حَماس", "Us"])
def test_a_common_word_is_wrong_as_a_full_form(form: str) -> None:
    (one,) = found(f"  - {{id: org:a, name: Alpha, also: [{form}]}}\n")
    assert (one.kind, one.wrong, one.ids) == ("word", True, ("org:a",))


@pytest.mark.parametrize("form", ["WHO", "Shadow Cabinet"])
def test_an_acronym_that_capitals_decide_and_a_phrase_are_not(form: str) -> None:
    assert found(f"  - {{id: org:a, name: Alpha, also: [{form}]}}\n") == []


def test_a_common_word_as_a_doubtful_form_is_right() -> None:
    assert found("  - {id: org:a, name: Alpha, short: [Shadow], with: [party]}\n") == []


def test_a_form_that_is_a_place_is_good_to_know() -> None:
    places = (Name("geonames:1", "LOC", "Everton", "", ("Everton",)),)
    (one,) = found("  - {id: org:everton, name: Everton}\n", places)
    assert (one.kind, one.wrong, one.ids) == ("place", False, ("org:everton", "geonames:1"))


def test_a_form_that_folding_makes_another_is_good_to_know() -> None:
    (one,) = found("  - {id: org:a, name: NATO, also: [Nato, Nató]}\n")
    assert (one.kind, one.wrong, one.form) == ("repeated", False, "nato")


def test_the_shipped_lists_have_nothing_to_mend() -> None:
    findings = check_lists(NAMES, chain.from_iterable(ENTRIES), load_places())
    assert [finding.sentence for finding in findings if finding.wrong] == []


def test_an_id_stands_in_one_list() -> None:
    assert len({name.id for name in NAMES}) == len(NAMES)


def test_the_shipped_names_are_shown_in_both_languages_and_have_ids_of_their_type() -> None:
    kinds = {"PER": {"person"}, "ORG": {"org"}, "LOC": {"country", "region", "geonames"}}
    odd = [n.id for n in NAMES if not n.name_ar or n.id.partition(":")[0] not in kinds[n.type]]
    assert odd == []


def test_no_item_of_wikidata_is_claimed_twice() -> None:
    items = [name.wikidata for name in NAMES if name.wikidata]
    assert len(items) == len(set(items))


def test_the_shipped_lists_are_large_enough_to_be_useful() -> None:
    count = {kind: sum(name.type == kind for name in NAMES) for kind in ("PER", "ORG")}
    assert count["ORG"] >= 1_700
    assert count["PER"] >= 1_400


def test_every_data_file_of_names_has_its_source() -> None:
    patterns = [source.files for source in SOURCES]
    for path in [*SHIPPED, *(CHECKOUT / "pipeline" / "data").glob("*")]:
        relative = path.relative_to(CHECKOUT)
        assert any(relative.match(pattern) for pattern in patterns), relative
    assert any("GeoNames" in s.what and "CC BY 4.0" in s.licence for s in SOURCES)
    assert any("CLDR" in s.what for s in SOURCES)
