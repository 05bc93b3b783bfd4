"""Which characters of a text go, which stay, and what stands in their place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.characters import EDGE, applied, edits_of, is_tidy, normal, place_of, tidy

DIRTY = st.text(
    st.sampled_from(
        "ab é\u0301بمی\u200c\u200d\u200b\u200e\u00ad\u00a0\t\n\x00\ufefb\ufdfa\U0001f468"
    )
)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("e\u0301tat", "\u00e9tat"),
        ("zero\u200bwidth", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202bbidi\u202c \u200fmarks\u200e", "bidi marks"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("two  spaces\tand\u2028lines\r\n end", "two spaces and lines end"),
        ("10\u00a0000\u202f€", "10\u00a0000\u202f€"),
        ("می\u200cشود", "می\u200cشود"),
        ("می\u200c\u200cشود", "می\u200cشود"),
        ("क्\u200dष", "क्\u200dष"),
        ("plain\u200cwords", "plainwords"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("كتـــاب", "كتـــاب"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("\ufedb\ufe98\ufe8e\ufe8f", "كتاب"),
        ("\ufdfa", "\ufdfa"),
        ("e\u200b\u0301", "\u00e9"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_what_nobody_sees_goes_and_what_was_written_stays(written: str, stored: str) -> None:
    assert tidy(normal(written)) == stored


@given(DIRTY)
def test_tidied_text_is_nfc_without_dirt_at_its_ends_and_stays_so(text: str) -> None:
    tidied = tidy(normal(text).strip(EDGE))
    assert unicodedata.is_normalized("NFC", tidied)
    assert tidied == tidied.strip(EDGE)
    assert tidy(tidied) == tidied


@given(DIRTY)
def test_edits_make_the_tidied_text_of_the_input(text: str) -> None:
    source = normal(text).strip(EDGE)
    tidied = tidy(source)
    edits = list(edits_of(source, 0, len(source), tidied)) if source != tidied else []
    assert applied(source, 0, len(source), edits) == tidied
    assert all(edit.end > edit.start for edit in edits)


@given(st.text(st.sampled_from("ab é\u200b\u00ad\t"), min_size=1))
def test_a_place_in_the_tidied_text_is_found_in_the_input(text: str) -> None:
    source = normal(text).strip(EDGE)
    tidied = tidy(source)
    edits = list(edits_of(source, 0, len(source), tidied)) if source != tidied else []
    for offset, character in enumerate(tidied):
        if character != " ":
            assert source[place_of(edits, 0, offset)] == character


@given(DIRTY)
def test_the_quick_look_agrees_with_the_thorough_one(text: str) -> None:
    if is_tidy(text):
        assert tidy(text) == text


def test_a_paragraph_with_very_much_dirt_is_told_as_one_edit() -> None:
    source = "a\u200b" * 2_000 + "b"
    (edit,) = edits_of(source, 0, len(source), tidy(source))
    assert (edit.start, edit.end, edit.put) == (0, len(source), "a" * 2_000 + "b")


def test_a_run_of_marks_that_no_language_writes_is_cut() -> None:
    assert len(normal("a" + "\u0301\u0323" * 500_000)) < 100
