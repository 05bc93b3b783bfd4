"""The readers of input formats."""

import codecs

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.outcome import Reject
from pipeline.readers import (
    LONGEST_TITLE,
    Dispatch,
    Origin,
    Refused,
    as_event,
    read_json,
    read_line,
    read_page,
    read_text,
    suffix_of,
    uid_key,
)

NOTE = Origin("ceasefire.txt", "notes")
WIRE = Origin("wire.jsonl")
STORY = "عنوان الخبر\n\nفقرة أولى.\nفقرة ثانية.\n"


def event_of(readings: list[Dispatch | Refused]) -> dict[str, object]:
    [reading] = readings
    assert isinstance(reading, Dispatch)
    event = as_event(reading)
    assert isinstance(event, dict)
    return event


def test_a_line_with_source_and_id_goes_as_it_stands_keyed_by_its_uid() -> None:
    line = b'{"id": "7",  "source":"desk", "title":"T"}'
    assert read_line(line + b"\r\n", 3, WIRE) == Dispatch(3, line, b"desk:7")


@pytest.mark.parametrize("line", [b"\n", b"", b"  \t\r\n", codecs.BOM_UTF8 + b"\n"])
def test_a_blank_line_is_nothing(line: bytes) -> None:
    assert read_line(line, 1, WIRE) is None


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[1]",
        b"7",
        b'"text"',
        b"\xff\xfe\xfd",
        b'{"id":"1"}',
        b'{"source":"s"}',
        b'{"id":"","source":"s"}',
        b'{"id":"1","source":"  "}',
        b'{"id":true,"source":"s"}',
        b'{"id":1.5,"source":"s"}',
        b'{"id":["1"],"source":"s"}',
        b'{"a":' * 100_000,
    ],
)
def test_a_line_without_a_uid_goes_as_it_stands_without_a_key(line: bytes) -> None:
    assert read_line(line, 1, WIRE) == Dispatch(1, line, None)


@given(st.binary().map(lambda b: b.replace(b"\n", b"")))
def test_no_line_is_lost_or_changed_but_blank_ones(line: bytes) -> None:
    dispatch = read_line(line + b"\n", 1, WIRE)
    if dispatch is None:
        assert not line.removeprefix(codecs.BOM_UTF8).strip()
    else:
        assert dispatch.value == line.rstrip(b"\r\n")


@pytest.mark.parametrize(
    ("line", "source"),
    [
        (b'{"id":"1"}', "option"),
        (b'{"id":"1","source":null}', "option"),
        (b'{"id":"1","source":""}', "option"),
        (b'{"id":"1","source":"own"}', "own"),
    ],
)
def test_the_named_source_is_given_to_lines_that_name_none(line: bytes, source: str) -> None:
    dispatch = read_line(line, 1, Origin("w.jsonl", source="option"))
    assert dispatch is not None
    assert dispatch.key == f"{source}:1".encode()
    assert orjson.loads(dispatch.value)["source"] == source


def test_a_whole_number_is_an_id() -> None:
    assert uid_key({"id": 7, "source": "desk"}) == b"desk:7"


def test_the_first_line_of_a_text_is_its_title_and_the_rest_its_body() -> None:
    assert event_of(list(read_text(STORY.encode(), NOTE))) == {
        "id": "ceasefire",
        "source": "notes",
        "title": "عنوان الخبر",
        "body": "فقرة أولى.\nفقرة ثانية.",
    }


@pytest.mark.parametrize("text", ["One line only.", "x" * (LONGEST_TITLE + 1) + "\nMore."])
def test_a_text_that_begins_with_no_headline_has_no_title(text: str) -> None:
    event = event_of(list(read_text(text.encode(), NOTE)))
    assert "title" not in event
    assert event["body"] == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"], ids=str)
def test_a_text_is_read_by_its_byte_order_mark(encoding: str) -> None:
    event = event_of(list(read_text(STORY.replace("\n", "\r\n").encode(encoding), NOTE)))
    assert event["title"] == "عنوان الخبر"
    assert event["body"] == "فقرة أولى.\nفقرة ثانية."


def test_a_text_in_another_encoding_is_refused_with_a_sentence() -> None:
    [refused] = read_text("باب".encode("windows-1256"), NOTE)
    why = "ceasefire.txt is not UTF-8 (byte 0); save it as UTF-8."
    assert refused == Refused(1, why, "not_utf8")
    refusal = as_event(refused)
    assert isinstance(refusal, Reject)
    assert refusal.reason == "not_utf8"


def test_an_empty_text_becomes_an_event_that_the_pipeline_refuses_by_name() -> None:
    assert event_of(list(read_text(b"", NOTE))) == {
        "id": "ceasefire",
        "source": "notes",
        "body": "",
    }


@given(st.binary())
def test_any_bytes_are_read_as_a_text_or_refused(content: bytes) -> None:
    assert len(list(read_text(content, NOTE))) == 1


PAGE = '<html><head><meta charset="{}"></head><body><p>سيول في المدينة</p></body></html>'


@pytest.mark.parametrize(
    ("declared", "real"),
    [("utf-8", "utf-8"), ("windows-1256", "windows-1256"), ("windows-1256", "utf-8")],
)
def test_a_page_is_read_as_utf8_or_as_it_declares(declared: str, real: str) -> None:
    page = PAGE.format(declared)
    event = event_of(list(read_page(page.encode(real), Origin("flood.html", "pages"))))
    assert event == {"id": "flood", "source": "pages", "html": page}


@pytest.mark.parametrize("declared", ["utf-8", "punycode", "rot13", "no-such-thing"])
def test_a_page_that_declares_a_false_or_strange_encoding_is_refused(declared: str) -> None:
    content = PAGE.format(declared).encode("windows-1256")
    [refused] = read_page(content, Origin("flood.html", "pages"))
    assert isinstance(refused, Refused)
    assert "save it as UTF-8" in refused.why


@given(st.binary())
def test_any_bytes_are_read_as_a_page_or_refused(content: bytes) -> None:
    assert len(list(read_page(b'<meta charset="windows-1252">' + content, NOTE))) == 1


ONE = b'{"id":"1","source":"s"}'
TWO = b'{"id":"2","source":"s"}'


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (ONE, [b"s:1"]),
        (b'{\n  "id": "1",\n  "source": "s"\n}\n', [b"s:1"]),
        (b"[" + ONE + b"," + TWO + b"]", [b"s:1", b"s:2"]),
        (ONE + b"\n\n" + TWO + b"\n", [b"s:1", b"s:2"]),
        (ONE + b"\nno json\n" + TWO, [b"s:1", None, b"s:2"]),
        (b"[" + ONE + b",7]", [b"s:1", None]),
        (b'{\n  "id": "1",\n  "source":', [None]),
        (b"7", [None]),
        (b"[]", []),
        (b"", []),
    ],
)
def test_a_json_file_is_an_object_an_array_or_lines(
    content: bytes, keys: list[bytes | None]
) -> None:
    readings = list(read_json(content, Origin("w.json")))
    assert [r.key for r in readings if isinstance(r, Dispatch)] == keys


def test_an_article_of_an_array_that_cannot_be_written_again_is_refused() -> None:
    deep = b'[{"id":"1","source":"s","x":' + b"[" * 300 + b"]" * 300 + b"}]"
    assert list(read_json(deep, Origin("w.json"))) == [
        Refused(1, "article 1 of w.json is nested too deeply.", "too_deep")
    ]


@given(st.binary())
def test_any_bytes_are_read_as_a_json_file(content: bytes) -> None:
    for reading in read_json(content, Origin("w.json")):
        assert isinstance(as_event(reading), dict | Reject)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("wire.jsonl", ".jsonl"),
        ("wire.jsonl.gz", ".jsonl"),
        ("WIRE.NDJSON", ".ndjson"),
        ("a.json", ".json"),
        ("a.b.txt", ".txt"),
        ("page.HTM", ".htm"),
        ("page.html.gz", ".html"),
        ("archive.gz", None),
        ("paper.pdf", None),
        ("README", None),
        (".txt", None),
    ],
)
def test_the_reader_is_chosen_by_the_suffix(name: str, suffix: str | None) -> None:
    assert suffix_of(name) == suffix


@pytest.mark.parametrize(
    ("origin", "uid"),
    [
        (Origin("ceasefire.txt", "notes"), ("notes", "ceasefire")),
        (Origin("ceasefire.txt.gz", "notes"), ("notes", "ceasefire")),
        (Origin("2026.05.01.txt", "notes"), ("notes", "2026.05.01")),
        (Origin("ceasefire.txt", ""), ("files", "ceasefire")),
        (Origin("ceasefire.txt", "notes", "desk"), ("desk", "ceasefire")),
    ],
)
def test_a_file_is_named_by_its_directory_and_its_name(
    origin: Origin, uid: tuple[str, str]
) -> None:
    assert (origin.file_source, origin.file_id) == uid
