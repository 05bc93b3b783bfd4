"""Sentences: where one ends, in several scripts, and that none is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentences import sentences


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("points", "The bridge is shut. Buses turn back.", 2),
        ("a question and a shout", "Who shut it? Nobody knows! The mayor is silent.", 3),
        ("marks in a row", "Who shut it?! The mayor waits... Nobody came.", 3),
        ("quotation marks behind the point", 'He said: "It is shut." Then he left.', 2),
        ("lines", "A headline without a point\nThe bridge is shut", 2),
        ("empty lines", "One.\n\n\nTwo.\n", 2),
        ("Arabic", "أُغلق الجسر اليوم. هل يُفتح غداً؟ لا أحد يعلم! ينتظر السائقون.", 4),
        ("Urdu", "پل بند ہے۔ بسیں واپس جا رہی ہیں۔ کب کھلے گا؟", 3),
        ("Chinese without spaces", "桥已关闭。公交车折返！什么时候开放？", 3),
        ("Hindi", "पुल बंद है। बसें लौट रही हैं।", 2),
        ("titles", "Dr. Haddad met Gen. Salim and Mrs. Nour.", 1),
        ("initials", "The poet J. R. Marlow read. Few came.", 2),
        ("an Arabic title of one letter", "التقى د. سليم بالوزير أمس.", 1),
        ("initials with points inside", "The U.S. Navy sent two ships. They wait.", 2),
        ("numbers", "The rate rose 0.5 points to 4.25. It had been 3.75.", 2),
        ("ordinals", "Am 3. Mai wird gewählt. Niemand zweifelt.", 2),
        ("a year at the end", "The bridge was built in 1998. It is shut.", 2),
        ("lower case goes on", "Prices of oil, gas etc. and grain rose.", 1),
        ("an address", "See example.org for details.", 1),
        ("nothing", " \n ", 0),
    ],
)
def test_sentences_end_where_a_reader_sees_it(what: str, text: str, expected: int) -> None:
    assert len(sentences(text)) == expected, (what, sentences(text))


@given(st.text(st.sampled_from('ab ABع.!?؟۔。"”)\n\t\u00a0 ')))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(one == one.strip() != "" for one in found)


@pytest.mark.parametrize("piece", [".", "a.", "a. ", ". ", "a.\u00a0", '."', "\n", "A.B. C "])
def test_a_long_line_of_marks_is_read_once(piece: str) -> None:
    assert "".join("".join(sentences(piece * 200_000)).split()) == "".join(
        (piece * 200_000).split()
    )
