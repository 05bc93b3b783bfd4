"""Galleys: what a word is, and the way back from folded words to the text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.folding import fold
from pipeline.galley import set_galley

WIRE = st.text(
    st.sampled_from(list("ab'’ -_.,\n\"“”اأبلوـَُّ19٩é漢\u200f\u00ad\ud800\U0001f600"))
    | st.characters(),
    max_size=60,
)


def words_and_slices(text: str) -> list[tuple[str, str]]:
    galley = set_galley(text)
    spaces = [i for i, character in enumerate(galley.line) if character == " "]
    pairs = pairwise(spaces)
    return [
        (galley.line[a + 1 : b], text[slice(*galley.span(a + 1, b))]) for a, b in pairs if b > a + 1
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n'’.", []),
        ("The Fed's plan", [("the", "The"), ("fed's", "Fed's"), ("plan", "plan")]),
        ("O’Brien", [("o'brien", "O’Brien")]),
        ("'quoted'", [("quoted", "quoted")]),
        ("cease-fire", [("cease", "cease"), ("fire", "fire")]),
        ("#تنظيم_داعش", [("تنظيم", "تنظيم"), ("داعش", "داعش")]),
        ("مُحَمَّدٌ قال", [("محمد", "مُحَمَّدٌ"), ("قال", "قال")]),
        ("بغـــداد", [("بغداد", "بغـــداد")]),
        ("الـBBC", [("ال", "الـ"), ("bbc", "BBC")]),
        ("بـ«داعش»", [("ب", "بـ"), ("داعش", "داعش")]),
        ("Café ١٢", [("cafe", "Café"), ("12", "١٢")]),
        ("a\u200fb", [("ab", "a\u200fb")]),
    ],
)
def test_a_word_knows_where_it_stood(text: str, words: list[tuple[str, str]]) -> None:
    assert [word for word, _ in words_and_slices(text)] == [word for word, _ in words]
    for (_, found), (_, wanted) in zip(words_and_slices(text), words, strict=True):
        assert found.rstrip("ـ") == wanted.rstrip("ـ")


@given(WIRE)
def test_every_word_is_the_folded_form_of_its_slice(text: str) -> None:
    for word, found in words_and_slices(text):
        assert fold(found).strip() == word


@given(WIRE)
def test_words_stand_between_single_spaces(text: str) -> None:
    line = set_galley(text).line
    assert line == f" {' '.join(line.split())} ".replace("  ", " ")


@given(WIRE, WIRE)
def test_a_text_is_set_alike_whatever_was_set_before(text: str, other: str) -> None:
    before = set_galley(text).line
    set_galley(other)
    assert set_galley(text).line == before


def test_title_and_body_are_parted_by_more_than_a_space() -> None:
    galley = set_galley("one two\nthree", 7)
    assert galley.line == " one two three "
    assert [galley.gap(place) for place in galley.spaces()[1:-1]] == ["", None]
    assert [galley.in_title(place + 1) for place in galley.spaces()[:-1]] == [True, True, False]
