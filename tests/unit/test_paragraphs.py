"""Where paragraphs begin and end, and which line ends only wrap them."""

import pytest

from pipeline.paragraphs import MOST_LINES, split_paragraphs

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


def test_indented_lines_of_a_page_do_not_make_paragraphs_into_wrapped_lines() -> None:
    source = (
        "The minister opened the bridge on Tuesday, his office said.\n"
        "    Share this story\n"
        "The ferry had run since 1974 and will be sold in autumn.\n"
        "Tolls will not be raised before the summer, it added."
    )
    assert len(texts(source)) == 4


def test_a_text_of_very_many_lines_is_one_paragraph_that_keeps_them() -> None:
    source = "line \n\n" * (MOST_LINES + 1)
    (paragraph,) = split_paragraphs(source)
    assert paragraph.text == "\n".join(["line"] * (MOST_LINES + 1))
    assert (paragraph.start, paragraph.end) == (0, len(source.rstrip()))


def test_a_paragraph_knows_its_place() -> None:
    source = "  one\n\n\u200btwo three \n"
    places = [source[paragraph.start : paragraph.end] for paragraph in split_paragraphs(source)]
    assert places == ["one", "two three"]
