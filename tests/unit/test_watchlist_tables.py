"""A watch-list may be a table; what is wrong with it is said in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.watchlist_tables import COLUMNS, parse_table
from pipeline.watchlists import WatchlistError, parse_watchlist

TABLE = """\
id,type,name_en,name_ar,aliases,short,with,country
org:red-lantern,ORG,"Red Lantern, Ltd",الفانوس,Red Lantern; RLL|Lantern Co,Lantern,lamp*;مصباح,
region:far-hill,LOC,Far Hill,,,,,IQ

"""
YAML = """
names:
  - id: org:red-lantern
    type: ORG
    name: Red Lantern, Ltd
    name_ar: الفانوس
    also: [Red Lantern, RLL, Lantern Co]
    short: [Lantern]
    with: [lamp*, مصباح]
  - {id: "region:far-hill", type: LOC, name: Far Hill, country: IQ}
"""


@pytest.mark.parametrize("text", [TABLE, "\ufeff" + TABLE, TABLE.replace("\n", "\r\n")])
def test_a_table_is_the_list_that_it_would_be_in_yaml(text: str) -> None:
    assert parse_table(text, "list.csv") == parse_watchlist(YAML, "list.yaml")


HEAD = "id,type,name_en\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "list.csv: there is no column `id`; the first row must name the columns."),
        (
            "id,type\n",
            "list.csv: there is no column `name_en`; the first row must name the columns.",
        ),
        ("id,type,name_en,id\n", "list.csv: the column `id` is there twice."),
        (
            "id,type,name_en,alias\n",
            (
                "list.csv: the column `alias` is unknown; "
                f"use {', '.join([*COLUMNS][:-1])} or wikidata."
            ),
        ),
        (
            HEAD + "org:axe,ORG,Axe, Ltd\n",
            (
                "list.csv, line 2: there are 4 cells for 3 columns; "
                "put quotation marks around a cell that holds a comma."
            ),
        ),
        (
            HEAD + "\norg:axe,GROUP,Axe\n",
            "list.csv, line 3 (org:axe): `type` is GROUP; use PER, LOC, ORG or MISC.",
        ),
        (
            HEAD + ",ORG,Axe\n",
            (
                "list.csv, line 2 (without id): `id` is missing; "
                "write kind:slug, such as org:red-crescent."
            ),
        ),
        (
            HEAD + "org:axe,ORG,Axe\norg:axe,ORG,Ax\n",
            (
                "list.csv, line 3 (org:axe): this id stands twice in the file; "
                "write one entry with all forms."
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(WatchlistError) as error:
        parse_table(text, "list.csv")
    assert str(error.value) == sentence


def test_what_is_no_csv_is_said_to_be_none() -> None:
    with pytest.raises(WatchlistError, match=r"^list\.csv, line 2: this is no CSV: "):
        parse_table(HEAD + 'org:axe,ORG,"Axe', "list.csv")


@given(st.text(max_size=200) | st.text('org:ax,"\n;|é', max_size=80).map(HEAD.__add__))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        names = parse_table(text, "list.csv")
    except WatchlistError as error:
        assert str(error).startswith("list.csv")
    else:
        assert all(name.id for name in names)
