"""Lines of pages go and lines of stories stay; what a line alone does not tell, its place does."""

from pathlib import Path

import pytest

from pipeline.lines import shipped_rules
from pipeline.surroundings import find_all

DATA = Path(__file__).resolve().parent.parent / "data"
FIRST = "The port authority said on Monday that two new cranes had arrived from the yard."
LAST = "They will be put up on the eastern quay before the end of the year, it added."
HEADLINES = ["Ferry crews ask for new jobs", "Dam level falls to its lowest in years"]


def lines_of(name: str) -> list[str]:
    """Return the lines of a data file without its comments."""
    text = (DATA / f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


def found(*texts: str) -> list[int]:
    """Return the numbers of the paragraphs that are no part of the story."""
    return sorted(find_all(shipped_rules(), texts))


@pytest.mark.parametrize("line", lines_of("lines-of-pages"))
def test_a_line_of_a_page_goes_wherever_it_stands(line: str) -> None:
    assert found(FIRST, line, LAST) == [1]


@pytest.mark.parametrize("line", lines_of("lines-of-stories"))
def test_a_line_of_a_story_stays_wherever_it_stands(line: str) -> None:
    assert found(FIRST, line, LAST) == found(line, FIRST, LAST) == found(FIRST, LAST, line) == []


@pytest.mark.parametrize("line", lines_of("lines-at-edges"))
def test_a_line_that_could_be_a_storys_goes_only_at_its_beginning(line: str) -> None:
    assert found(line, FIRST, LAST) == [0]
    assert found(FIRST, line, LAST) == []


@pytest.mark.parametrize(
    ("texts", "gone"),
    [
        pytest.param(["Related stories", *HEADLINES], [1, 2, 3], id="plain headlines"),
        pytest.param(["Most read", *(f"- {one}" for one in HEADLINES)], [1, 2, 3], id="bullets"),
        pytest.param(["Most read", "1", HEADLINES[0], "2", HEADLINES[1]], [1, 2, 3, 4, 5], id="1"),
        pytest.param(["Read also:", HEADLINES[0], LAST], [1, 2], id="until the story goes on"),
        pytest.param(["Read also: " + HEADLINES[0], HEADLINES[1]], [1], id="headline beside label"),
        pytest.param(["Related stories", "Symptoms"], [1], id="a subheading is no headline"),
        pytest.param(["► " + HEADLINES[0]], [1], id="arrow"),
        pytest.param(["► " + HEADLINES[0], "► " + HEADLINES[1]], [], id="arrows as bullets"),
        pytest.param(["Share", "12"], [1, 2], id="a count beside a button"),
        pytest.param(["12"], [], id="a number alone"),
        pytest.param(["Share", "Whatever it says", "Ad"], [1, 2, 3], id="between two buttons"),
        pytest.param(["Share", "What we know", LAST], [1], id="a subheading behind a button"),
        pytest.param(
            ["The towns are named in this order:", "tyre", "saida", "Tags: ports"],
            [4],
            id="a list of the story above tags",
        ),
        pytest.param(
            ["Related stories", "Why did the port close?", HEADLINES[0]], [1, 2, 3], id="a question"
        ),
        pytest.param(["Share", "North 12", "Ad"], [1, 3], id="a row of a table between buttons"),
        pytest.param(["A crane in the yard. (AFP)"], [1], id="caption with a full stop"),
        pytest.param(["Read also:", "Gas oil up 4.25", "Wheat at 96"], [1], id="prices"),
        pytest.param(["Home", "الجسور"], [1, 2], id="an Arabic tag beside a menu"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_line_tells_what_it_is(texts: list[str], gone: list[int]) -> None:
    assert found(FIRST, *texts, LAST) == gone


def test_a_sentence_that_an_agency_signs_at_the_end_stays() -> None:
    assert found(FIRST, "The talks go on. (AFP)") == []


def test_a_name_that_its_place_gave_away_goes_in_a_second_copy_too() -> None:
    assert found("Ferry Crews", FIRST, LAST, "Ferry Crews", FIRST) == [0, 3]


@pytest.mark.parametrize(
    ("foot", "gone"),
    [
        pytest.param(["Whatever it says", "Share"], [2, 3], id="above the foot of the page"),
        pytest.param(["Whatever it says", "AFP"], [3], id="above a signature"),
        pytest.param(["North 12", "Share"], [3], id="a row of a table"),
        pytest.param(["The piers:", "North", "South", "Share"], [5], id="a list that ends it"),
        pytest.param(["One line", "two lines", "three", "Share"], [5], id="a verse that ends it"),
    ],
)
def test_a_loose_line_between_the_last_sentence_and_the_foot_of_a_page_goes(
    foot: list[str], gone: list[int]
) -> None:
    assert found(FIRST, LAST, *foot) == gone


def test_one_paragraph_is_always_left_of_loose_lines() -> None:
    assert len(found("Politics", "12 March 2024", "Ann Other")) < 3


def test_a_long_column_of_words_beside_a_button_stays() -> None:
    words = [f"word{'abcdefghij'[number % 10]}" for number in range(60)]
    assert len(found(FIRST, "Home", *words, LAST)) < 20
