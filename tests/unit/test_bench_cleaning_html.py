"""The measure of the benchmark of pages, and what barq reaches by it."""

from pathlib import Path

import pytest

from bench.cleaning_html import Score, clean_text, fold_of, load, overall, page_text, score

FIVE = "one two three four five"


@pytest.mark.parametrize(
    ("truth", "text", "expected"),
    [
        (FIVE, FIVE, Score(1, 0, 0)),
        (FIVE, "one two three four", Score(0.5, 0, 0.5)),
        (FIVE, f"{FIVE} six", Score(2 / 3, 1 / 3, 0)),
        (FIVE, "", Score(0, 1 / 3, 2 / 3)),
        ("", "", Score(1, 0, 0)),
        ("one two", "one, two!", Score(1, 0, 0)),
        ("one two", "one", Score(0, 0.5, 0.5)),
        ("a a a a a", "a a a a", Score(0.5, 0, 0.5)),
    ],
)
def test_shingles_are_counted_with_their_numbers(truth: str, text: str, expected: Score) -> None:
    assert score(truth, text) == pytest.approx(expected)


def test_precision_and_recall_are_means_over_pages() -> None:
    f1, precision, recall = overall([Score(0.5, 0, 0.5), Score(0.5, 0.5, 0)])
    assert (f1, precision, recall) == pytest.approx((0.75, 0.75, 0.75))


def test_all_pages_of_a_site_are_in_one_half() -> None:
    assert fold_of("https://example.org/a") == fold_of("http://example.org/b?c")


def test_barq_reaches_what_it_promises(evaluation_data: Path) -> None:
    pages = load(evaluation_data)
    for extract in (page_text, clean_text):
        f1, precision, recall = overall([score(page.body, extract(page.html)) for page in pages])
        assert f1 >= 0.975, f"{extract.__name__}: P {precision:.3f}, R {recall:.3f}"
