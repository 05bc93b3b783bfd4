"""Which paragraphs are copies of earlier ones, and which only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.repetition import find_copies, second_half

A = "The port authority said on Monday that two new cranes had arrived from the yard."
B = "They will be put up on the eastern quay before the end of the year, it added."
C = "A spokesman for the dockers called for talks on shifts before the cranes start work."
D = "Traffic through the port rose by a tenth last year, official figures show."
MARKED = "قال الوَزير إن الجِسر الجديد سيفتح قبل نهاية العام"
UNMARKED = "قال الوزير إن الجسر الجديد سيفتح قبل نهاية العام"
TABLE = ["Shr 10 cts", "Net 1,200", "Revs 9,100"]


@pytest.mark.parametrize(
    ("texts", "copies"),
    [
        pytest.param([A, B, C, A, B, C], [3, 4, 5], id="the whole body twice"),
        pytest.param([A, B, C, D, A, B], [4, 5], id="its first half again"),
        pytest.param([A, A, B, B, C, C], [1, 3, 5], id="each line twice"),
        pytest.param([A, A, B, C, C], [1, 4], id="some lines twice"),
        pytest.param([A, B, A, C, B, C], [2, 4, 5], id="interleaved"),
        pytest.param([A, B, C, A], [3], id="one paragraph again"),
        pytest.param([A, B, A, B, A, B], [2, 3, 4, 5], id="three times"),
        pytest.param([*TABLE, *TABLE], [3, 4, 5], id="a table twice"),
        pytest.param([A, "Six months", B, A, "Six months", B], [3, 4, 5], id="short ones between"),
        pytest.param([A, "Year", "Year", B, B], [2, 4], id="short ones among doubled ones"),
        pytest.param([A, A.upper(), B], [1], id="in capitals"),
        pytest.param([A, B, A.replace(" on ", "  on\u200b ")], [2], id="with dirt inside"),
        pytest.param([MARKED, UNMARKED], [1], id="with marks"),
        pytest.param([A, B, C], [], id="nothing"),
        pytest.param([], [], id="no text"),
        pytest.param([A, "Six months", B, "Six months", C], [], id="a table head again"),
        pytest.param(["Row on", A, "Row on", B, "Row on"], [], id="a refrain"),
        pytest.param([A, "***", B, "***", C], [], id="rules of asterisks"),
        pytest.param([A, "- Yes", B, "- Yes"], [], id="list items"),
        pytest.param([A, A.replace("two", "ten")], [], id="another number"),
    ],
)  # fmt: skip
def test_copies_go_and_the_first_stays(texts: list[str], copies: list[int]) -> None:
    assert sorted(find_copies(texts)) == copies


def test_several_in_a_row_are_a_passage_and_one_is_a_paragraph() -> None:
    assert find_copies([A, B, A, B]) == {2: "repeated-passage", 3: "repeated-passage"}
    assert find_copies([A, B, A]) == {2: "repeated-paragraph"}


@given(st.lists(st.sampled_from([A, B, C, D, "Year", "Total", *TABLE]), max_size=20))
def test_nothing_goes_whose_like_does_not_stay(texts: list[str]) -> None:
    copies = find_copies(texts)
    left = {text for number, text in enumerate(texts) if number not in copies}
    assert left == set(texts)
    assert copies.keys() <= set(range(len(texts)))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (f"{A} {A}", len(A)),
        (A + A, len(A)),
        (f"{A} {A} {A} {A}", len(A)),
        (f"{A} {A} {A}", len(A)),
        (f"{A} " + A.replace(" on ", " on\u00a0"), len(A)),
        (f"{MARKED}. {UNMARKED}.", len(MARKED) + 1),
        ("We are still here. We are still here.", None),
        (A, None),
        (f"{A} {B}", None),
        ("no no", None),
        ("-" * 200, None),
    ],
)
def test_a_paragraph_that_says_the_same_twice_ends_after_the_first_time(
    text: str, end: int | None
) -> None:
    assert second_half(text) == end
