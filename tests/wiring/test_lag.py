"""Lag: what is kept and not yet acknowledged, by the broker's own numbers."""

import io

import pytest
from rich.console import Console

from agents.lag import Progress, StageLag, print_lags


@pytest.mark.parametrize(
    ("begin", "end", "committed", "lag"),
    [
        (0, 0, None, 0),
        (0, 10, None, 10),
        (4, 10, None, 6),
        (0, 10, 10, 0),
        (0, 10, 3, 7),
        (5, 10, 3, 5),  # retention removed what was not read
        (0, 10, 12, 10),  # the topic was made anew: its group reads from the beginning
        (5, 5, 5, 0),
    ],
)
def test_lag_counts_from_the_commit_or_from_the_first_record_kept(
    begin: int, end: int, committed: int | None, lag: int
) -> None:
    assert Progress("news.raw", 0, begin, end, committed).lag == lag


def test_lags_are_printed_for_people_and_for_programs() -> None:
    lags = [StageLag("cleaning", "news.raw", "barq-cleaning", 2000, 1234, 3, 8)]
    console = Console(width=120, record=True, file=io.StringIO())
    print_lags(lags, console, as_json=False)
    assert "1,234" in console.export_text(clear=False)
    assert "3 of 8" in console.export_text()
    print_lags(lags, console, as_json=True)
    assert '"lag": 1234' in console.export_text()
