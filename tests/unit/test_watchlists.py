"""A watch-list is YAML that people write; what is wrong with it is said in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gazetteer import Name
from pipeline.watchlists import WatchlistError, parse_watchlist

GOOD = """
theme: Relief
type: ORG
names:
  - {id: org:red-crescent, name: Red Crescent, name_ar: الهلال الأحمر, also: [Red Crescent Society]}
  - id: country:NO
    type: LOC
    name: Norway
    short: [Norway]
    country: NO
    wikidata: Q20
"""


def test_an_entry_becomes_a_name() -> None:
    crescent, norway = parse_watchlist(GOOD, "relief.yaml")
    assert crescent == Name(
        id="org:red-crescent",
        type="ORG",
        name="Red Crescent",
        name_ar="الهلال الأحمر",
        surfaces=("Red Crescent", "الهلال الأحمر", "Red Crescent Society"),
    )
    assert norway.type == "LOC"
    assert norway.wikidata == "Q20"


def test_norway_is_a_country_and_not_false() -> None:
    assert parse_watchlist(GOOD, "relief.yaml")[1].country == "NO"


def test_a_form_that_is_short_is_not_full_as_well() -> None:
    norway = parse_watchlist(GOOD, "relief.yaml")[1]
    assert (norway.surfaces, norway.short) == ((), ("Norway",))


PERSON = """
type: PER
names:
  - id: person:dark
    name: Sami al-Dark
    name_ar: سامي الداكن
    with: [lantern*, مصباح]
    not: [Dark matter]
    %s
"""


def test_a_person_without_doubtful_forms_has_the_family_name() -> None:
    (dark,) = parse_watchlist(PERSON.replace("Dark", "Darkun") % "", "list.yaml")
    assert dark.surfaces == (
        "Sami al-Darkun", "Sami al Darkun", "Sami el Darkun", "Sami Darkun", "سامي الداكن",
    )  # fmt: skip
    assert {"Darkun", "al-Darkun", "الداكن"} <= set(dark.short)


def test_doubtful_forms_that_are_given_are_all_there_are() -> None:
    assert parse_watchlist(PERSON % "short: []", "list.yaml")[0].short == ()
    assert parse_watchlist(PERSON % "short: [Dark]", "list.yaml")[0].short == ("Dark",)


def test_cues_and_phrases_go_with_the_name() -> None:
    (dark,) = parse_watchlist(PERSON % "", "list.yaml")
    assert (dark.cues, dark.never) == (("lantern*", "مصباح"), ("Dark matter",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "list.yaml: a watch-list is a mapping with a list `names`."),
        ("- x", "list.yaml: a watch-list is a mapping with a list `names`."),
        ("theme: x", "list.yaml: there is no list `names`; write the entries below it."),
        ("names: x", "list.yaml: there is no list `names`; write the entries below it."),
        ("name: []", "list.yaml: `name` is unknown; use theme, type, country or names."),
        (
            "names:\n  - x",
            "list.yaml, line 2, entry 1: an entry is a mapping with `id` and `name`.",
        ),
        (
            "names:\n  - {id: org:x, type: ORG}",
            (
                "list.yaml, line 2, entry 1 (org:x): `name` is missing; "
                "write the name as it is to be shown in English."
            ),
        ),
        (
            "names:\n  - {name: Axe, type: ORG}",
            (
                "list.yaml, line 2, entry 1 (without id): `id` is missing; "
                "write kind:slug, such as org:red-crescent."
            ),
        ),
        (
            "names:\n  - {id: axe, name: Axe, type: ORG}",
            (
                "list.yaml, line 2, entry 1 (axe): `id` is axe; "
                "write kind:slug, such as org:red-crescent."
            ),
        ),
        (
            "names:\n  - {id: org:axe, name: Axe}",
            "list.yaml, line 2, entry 1 (org:axe): `type` is missing; use PER, LOC, ORG or MISC.",
        ),
        (
            "names:\n\n  - {id: org:axe, name: Axe, type: GROUP}",
            "list.yaml, line 3, entry 1 (org:axe): `type` is GROUP; use PER, LOC, ORG or MISC.",
        ),
        (
            "type: ORG\nnames:\n  - {id: org:axe, name: Axe, alias: [Ax]}",
            (
                "list.yaml, line 3, entry 1 (org:axe): `alias` is unknown; use id, type, name, "
                "name_ar, also, short, with, not, country or wikidata."
            ),
        ),
        (
            "type: ORG\nnames:\n  - {id: org:axe, name: Axe, also: Ax}",
            (
                "list.yaml, line 3, entry 1 (org:axe): "
                "`also` must be a list of texts, such as [ISIS, Daesh]."
            ),
        ),
        (
            "type: ORG\nnames:\n  - {id: org:axe, name: [Axe]}",
            "list.yaml, line 3, entry 1 (org:axe): `name` must be one text.",
        ),
        (
            "type: ORG\nnames:\n  - {id: org:axe, name: Axe, also: [é-]}",
            (
                "list.yaml, line 3, entry 1 (org:axe): the form “é-” is too short; "
                "write at least two letters or digits."
            ),
        ),
        (
            "type: LOC\nnames:\n  - {id: region:axe, name: Axe, country: Iraq}",
            (
                "list.yaml, line 3, entry 1 (region:axe): `country` is Iraq; "
                "write a code of two capitals, such as IQ."
            ),
        ),
        (
            "type: ORG\nnames:\n  - {id: org:axe, name: Axe, wikidata: 12}",
            "list.yaml, line 3, entry 1 (org:axe): `wikidata` is 12; write an item, such as Q1065.",
        ),
        (
            "type: ORG\nnames:\n  - {id: org:axe, name: Axe}\n  - {id: org:axe, name: Ax}",
            (
                "list.yaml, line 4, entry 2 (org:axe): this id stands twice in the file; "
                "write one entry with all forms."
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(WatchlistError) as error:
        parse_watchlist(text, "list.yaml")
    assert str(error.value) == sentence


@pytest.mark.parametrize("text", ["names: [", "names:\n  - {id: x", "a: b: c", "\x00", "%x", "*a"])
def test_what_is_no_yaml_is_said_to_be_none(text: str) -> None:
    with pytest.raises(WatchlistError, match=r"^list\.yaml.*: this is no YAML: "):
        parse_watchlist(text, "list.yaml")


@given(
    st.text(max_size=200)
    | st.text("nameidtype:{}[]-&*!|> \n\"'", max_size=80).map("names:".__add__)
)
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        names = parse_watchlist(text, "list.yaml")
    except WatchlistError as error:
        assert str(error).startswith("list.yaml")
    else:
        assert all(name.id for name in names)
