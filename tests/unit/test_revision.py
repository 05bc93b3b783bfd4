"""What a new version added and removed, sentence by sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.outcome import Event
from pipeline.revision import MOST_CHARACTERS, MOST_LISTED, revision

FIRST = "The ferry left at noon. Forty people were aboard. The sea was calm."
LESS = "The ferry left at noon. The sea was calm."
MOVED = "The sea was calm. Forty people were aboard.\nThe ferry left at noon."


def of(text: str, title: str = "Ferry leaves") -> Event:
    return {"title": title, "text": text}


@pytest.mark.parametrize(
    ("what", "after", "added", "removed"),
    [
        (
            "a figure put right",
            of(FIRST.replace("Forty", "Fifty")),
            ["Fifty people were aboard."],
            ["Forty people were aboard."],
        ),
        ("a sentence more", of(FIRST + " It is late."), ["It is late."], []),
        ("a sentence less", of(LESS), [], ["Forty people were aboard."]),
        ("another headline", of(FIRST, "Ferry late"), ["Ferry late"], ["Ferry leaves"]),
        ("sentences moved", of(MOVED), [], []),
        ("case and spacing", of(FIRST.upper().replace(" ", "  ")), [], []),
        ("a sentence twice", of(FIRST + " The sea was calm."), ["The sea was calm."], []),
        ("the same", of(FIRST), [], []),
    ],
)
def test_a_revision_lists_what_changed(
    what: str, after: Event, added: list[str], removed: list[str]
) -> None:
    assert revision(of(FIRST), after) == {"added": added, "removed": removed}, what


def test_arabic_spelling_variants_are_the_same_sentence() -> None:
    before = of("غادرت العبّارة عند الظهر. كان على متنها أربعون راكباً.", "")
    after = of("غادرت العبارة عند الظهر. كان علي متنها خمسون راكباً.", "")
    assert revision(before, after) == {
        "added": ["كان علي متنها خمسون راكباً."],
        "removed": ["كان على متنها أربعون راكباً."],
    }


def test_what_is_listed_is_bounded_and_says_so() -> None:
    many = of(" ".join(f"Ferry {number} left." for number in range(MOST_LISTED + 7)))
    assert revision(of(""), many)["omitted"] == {"added": 7, "removed": 0}
    long = of("X" * MOST_CHARACTERS + ". One.")
    found = revision(long, of("Two."))
    assert (found["added"], found["removed"]) == (["Two."], ["One."])
    assert found["omitted"] == {"added": 0, "removed": 1}


SENTENCES = st.lists(st.sampled_from(["One.", "Two.", "Three!", "أربعة."]), max_size=8)


@given(SENTENCES, SENTENCES)
def test_what_one_side_adds_the_other_removes(one: list[str], other: list[str]) -> None:
    there = revision(of(" ".join(one)), of(" ".join(other)))
    back = revision(of(" ".join(other)), of(" ".join(one)))
    assert sorted(there["added"]) == sorted(back["removed"])
    kept = len(one) - len(there["removed"])
    assert kept + len(there["added"]) == len(other)
