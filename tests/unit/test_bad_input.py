"""Whatever is sent ends as a dead letter with a reason, or passes cleaned."""

import pytest

from pipeline import codec
from pipeline.cleaning import CleaningOptions, clean
from pipeline.outcome import Event, Keep, Reject
from tests.bad_input import CASES, BadInput


def decided(case: BadInput) -> Event | Reject:
    try:
        outcome = clean(codec.decode(case.value), CleaningOptions())
    except Reject as refusal:
        return refusal
    assert isinstance(outcome, Keep)
    return outcome.values[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_bad_input_ends_as_the_table_says(case: BadInput) -> None:
    ended = decided(case)
    if isinstance(ended, Reject):
        assert ended.reason == case.dead, ended
        assert ended.detail, "a dead letter tells the sender what to change"
        return
    assert case.dead is None
    assert case.holds.items() <= ended.items()
    assert not set(case.absent) & set(ended["title"] + ended["text"])
    codec.encode(ended)


def test_no_two_cases_have_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
