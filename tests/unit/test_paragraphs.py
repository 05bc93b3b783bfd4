"""Where paragraphs begin and end, and which line ends only wrap them."""

import pytest

from pipeline.paragraphs import split_paragraphs

INDENTED = """The prime minister met the governors of three provinces on Monday
to speak about the water shortage in the south of the country, his
office said.
    He promised money for wells and asked them to report within two
weeks.
    Figures:
    North  12
    South   9
 Reuter"""
BLOCKS = """The prime minister met the governors of three provinces on
Monday to speak about the water shortage in the south of the
country, his office said.

He promised money for wells and asked them to report to him
within two weeks."""


def texts(source: str) -> list[str]:
    """Return the texts of the paragraphs of a source."""
    return [paragraph.text for paragraph in split_paragraphs(source)]


def test_indented_first_lines_begin_paragraphs_and_tables_stay_lines() -> None:
    assert texts(INDENTED) == [
        (
            "The prime minister met the governors of three provinces on Monday to speak about the "
            "water shortage in the south of the country, his office said."
        ),
        "He promised money for wells and asked them to report within two weeks.",
        "Figures:",
        "North 12",
        "South 9",
        "Reuter",
    ]


def test_wrapped_blocks_between_blank_lines_are_paragraphs() -> None:
    assert texts(BLOCKS) == [block.replace("\n", " ") for block in BLOCKS.split("\n\n")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        (" \n\u200b\n", []),
        ("one", ["one"]),
        ("one\ntwo\r\nthree\u2028four", ["one", "two", "three", "four"]),
        ("\n\n  one  \n\n\n two\n", ["one", "two"]),
        ("Share on a\nShare on b\n\nShare on c", ["Share on a", "Share on b", "Share on c"]),
    ],
)
def test_otherwise_every_line_is_a_paragraph(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_a_paragraph_knows_its_place() -> None:
    source = "  one\n\n\u200btwo three \n"
    places = [source[paragraph.start : paragraph.end] for paragraph in split_paragraphs(source)]
    assert places == ["one", "two three"]
