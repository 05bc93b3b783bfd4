"""What a raw article must have, and how what cannot be read is kept without stopping it."""

from typing import Any

import pytest

from pipeline.articles import read_article
from pipeline.outcome import Event, Reject
from pipeline.times import as_rfc_3339

SOUND: Event = {"id": "a1", "source": "desk", "title": "Minister opens bridge"}


def fields(**more: Any) -> Event:
    """Return the fields of a sound article with these besides."""
    return read_article({**SOUND, **more}).fields


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "missing_field"),
        ({"id": " \u200b"}, "missing_field"),
        ({"source": ""}, "missing_field"),
        ({"title": None}, "missing_field"),
        ({"title": " ", "body": "", "html": "\n"}, "missing_field"),
        ({"id": True}, "wrong_type"),
        ({"id": 1.5}, "wrong_type"),
        ({"id": ["a1"]}, "wrong_type"),
        ({"source": 3}, "wrong_type"),
        ({"title": 3}, "wrong_type"),
        ({"body": ["text"]}, "wrong_type"),
        ({"html": {}}, "wrong_type"),
    ],
)
def test_an_article_that_cannot_be_named_or_read_is_refused(change: Event, reason: str) -> None:
    with pytest.raises(Reject) as refused:
        read_article({**SOUND, **change})
    assert refused.value.reason == reason


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(Reject, match="source is of type int; send text"):
        read_article({**SOUND, "source": 3})


def test_the_uid_is_source_and_id_and_a_number_is_an_id() -> None:
    assert read_article({**SOUND, "id": 17}).uid == "desk:17"
    assert read_article({**SOUND, "id": 17}).fields["id"] == "17"


def test_the_texts_are_no_fields() -> None:
    article = read_article({**SOUND, "body": "text", "html": "<p>text</p>"})
    assert (article.title, article.body) == ("Minister opens bridge", "text")
    assert article.fields.keys() == {"id", "source"}


@pytest.mark.parametrize("value", ["soon", "05/04/2014", "9999-12-31T00:00:00Z", 20140419, ["x"]])
def test_a_time_that_cannot_be_told_moves_aside_and_the_article_goes_on(value: Any) -> None:
    read = fields(published_at=value)
    assert "published_at" not in read
    assert read["unreadable"] == {"published_at": value}


def test_an_embargo_that_cannot_be_read_also_stays_where_it_was() -> None:
    read = fields(embargo_until="after lunch")
    assert read["embargo_until"] == "after lunch"
    assert read["unreadable"] == {"embargo_until": "after lunch"}


@pytest.mark.parametrize(
    ("status", "read"),
    [
        ("usable", "usable"),
        ("Withheld", "withheld"),
        ("canceled", "canceled"),
        ("cancelled", "canceled"),
        ("KILLED", "canceled"),
    ],
)
def test_a_status_is_put_in_the_words_of_iptc(status: str, read: str) -> None:
    assert fields(status=status)["status"] == read
    assert "unreadable" not in fields(status=status)


def test_an_unknown_status_is_usable_and_kept() -> None:
    read = fields(status="draft?")
    assert (read["status"], read["unreadable"]) == ("usable", {"status": "draft?"})


@pytest.mark.parametrize(
    ("version", "kept"), [(3, True), ("3a", True), (True, False), (1.5, False)]
)
def test_a_version_is_a_whole_number_or_text(version: Any, *, kept: bool) -> None:
    read = fields(version=version)
    assert ("version" in read) == kept
    assert ("unreadable" in read) != kept


def test_null_fields_are_absent_and_unknown_ones_carried() -> None:
    assert fields(url=None, labels=["a"]) == {"id": "a1", "source": "desk", "labels": ["a"]}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"),
        ("2026-03-01T08:00:00+01:00", "2026-03-01T08:00:00+01:00"),
        ("2026-03-01T08:00:00.250-05:30", "2026-03-01T08:00:00.250-05:30"),
        ("2026-03-01 08:00", "2026-03-01T08:00:00Z"),
        ("2026-03-01", "2026-03-01T00:00:00Z"),
        ("2026-03-01T080000", "2026-03-01T08:00:00Z"),
        ("26-FEB-1987 15:02:20.00", "1987-02-26T15:02:20Z"),
        ("3-MAR-1987  18:25:53.86", "1987-03-03T18:25:53.860000Z"),
        ("19/04/2014", "2014-04-19T00:00:00Z"),
        ("04/19/2014", "2014-04-19T00:00:00Z"),
        ("04/04/2014", "2014-04-04T00:00:00Z"),
        ("Sun, 01 Mar 2026 08:00:00 +0100", "2026-03-01T08:00:00+01:00"),
        ("05/04/2014", None),
        ("31/02/2014", None),
        ("2026-13-01T08:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("3026-01-01T00:00:00Z", None),
        ("26-FOO-1987 15:02", None),
        ("26-FEB-1987 25:02", None),
        ("", None),
        ("yesterday", None),
        ("1" * 5000, None),
    ],
)
def test_times_are_told_as_rfc_3339_or_not_at_all(written: str, told: str | None) -> None:
    assert as_rfc_3339(written) == told
