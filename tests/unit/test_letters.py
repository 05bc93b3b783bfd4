"""Dead letters: headers that say why and whence, and bytes that are safe to look at."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.letters import (
    HIDDEN_CATEGORIES,
    LONGEST_MESSAGE_BYTES,
    MESSAGE,
    Letter,
    from_headers,
    readable,
    to_headers,
)

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
LETTERS = st.builds(
    Letter,
    stage=TEXT,
    reason=TEXT,
    error=TEXT,
    message=TEXT,
    source_topic=TEXT,
    source_partition=st.integers(0, 2**31 - 1),
    source_offset=st.integers(0, 2**63 - 1),
    time=TEXT,
    version=TEXT,
)
LETTER = Letter(
    stage="cleaning",
    reason="not_json",
    error="Reject",
    message="unexpected character: line 1 column 1 (char 0); send one JSON object a record",
    source_topic="news.raw",
    source_partition=3,
    source_offset=41,
    time="2026-02-03T04:05:06Z",
    version="0.1.0",
)


@given(LETTERS)
def test_what_is_written_to_headers_is_read_back(letter: Letter) -> None:
    assert from_headers(to_headers(letter)) == letter


@given(LETTERS)
def test_headers_are_read_from_a_mapping_as_well(letter: Letter) -> None:
    assert from_headers(dict(to_headers(letter))) == letter


def test_every_header_has_barqs_name_and_says_one_thing() -> None:
    assert to_headers(LETTER) == [
        ("barq-stage", b"cleaning"),
        ("barq-reason", b"not_json"),
        ("barq-error", b"Reject"),
        ("barq-message", LETTER.message.encode()),
        ("barq-source-topic", b"news.raw"),
        ("barq-source-partition", b"3"),
        ("barq-source-offset", b"41"),
        ("barq-time", b"2026-02-03T04:05:06Z"),
        ("barq-version", b"0.1.0"),
    ]
    assert LETTER.source == "news.raw/3/41"


def with_message(message: str) -> Letter:
    return Letter("cleaning", "crashed", "E", message, "news.raw", 0, 0, "", "")


@given(st.text(max_size=3000))
def test_a_message_never_exceeds_a_thousand_bytes_and_stays_utf8(message: str) -> None:
    written = dict(to_headers(with_message(message)))[MESSAGE]
    assert len(written) <= LONGEST_MESSAGE_BYTES
    written.decode("utf-8")


def test_a_long_message_is_cut_between_characters() -> None:
    written = dict(to_headers(with_message("خبر" * 1000)))[MESSAGE]
    text = written.decode("utf-8")
    assert text.endswith("…")
    assert ("خبر" * 1000).startswith(text[:-1])


def test_a_lone_surrogate_in_a_message_is_written_as_its_escape() -> None:
    assert dict(to_headers(with_message("bad \ud800 text")))[MESSAGE] == b"bad \\ud800 text"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("barq-stage", None),
        ("barq-reason", b""),
        ("barq-source-topic", None),
        ("barq-source-partition", b"three"),
        ("barq-source-offset", b"-1"),
        ("barq-source-offset", "٤١".encode()),
        ("barq-source-offset", b"9" * 5000),
        ("barq-source-offset", b"\xff"),
    ],
)
def test_headers_without_a_sound_stage_reason_and_source_are_no_letter(
    name: str, value: bytes | None
) -> None:
    headers: dict[str, bytes | None] = {**dict(to_headers(LETTER)), name: value}
    assert from_headers(headers) is None


@pytest.mark.parametrize("headers", [None, [], {}, [("traceparent", b"00-1-2-3")]])
def test_a_record_of_somebody_else_is_no_letter(
    headers: list[tuple[str, bytes | None]] | None,
) -> None:
    assert from_headers(headers) is None


def test_the_first_of_repeated_headers_counts_and_others_are_passed_over() -> None:
    headers = [("traceparent", b"00"), *to_headers(LETTER), ("barq-reason", b"forged")]
    assert from_headers(headers) == LETTER


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_nothing_that_is_shown_can_steer_a_terminal(value: bytes) -> None:
    for character in readable(value):
        assert character in "\n\t" or unicodedata.category(character) not in HIDDEN_CATEGORIES


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(no value: a tombstone)"),
        (b"", "(an empty value)"),
        (b'{"title":"\xd8\xae\xd8\xa8\xd8\xb1"}', '{\n  "title": "خبر"\n}'),
        (b"{broken", "{broken"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"red \x1b[31m", "red \\u{1b}[31m"),
        (b'{"title":"a\\u202eb"}', '{\n  "title": "a\\u{202e}b"\n}'),
        (b"one\r\ntwo\tthree\x00", "one\\u{d}\ntwo\tthree\\u{0}"),
    ],
)
def test_bytes_are_shown_as_they_are_with_hidden_characters_made_visible(
    value: bytes | None, shown: str
) -> None:
    assert readable(value) == shown


def test_a_large_value_is_cut_and_says_by_how_much() -> None:
    assert readable(b"x" * 25_000, 20_000).endswith("x\n(and 5,000 more characters)")
