"""Files, directories and standard input as the feeder finds and reads them."""

import gzip
import io
from pathlib import Path

import pytest

from agents import inputs
from agents.inputs import Input, InputsWrong, find_inputs, read_events, read_input
from pipeline.outcome import Reject
from pipeline.readers import Dispatch, Refused

ONE = b'{"id":"1","source":"s"}\n'
TWO = b'{"id":"2","source":"s"}\n'


def given(path: Path) -> Input:
    return Input(str(path), path, path.stat().st_size)


def keys(path: Path, source: str | None = None) -> list[bytes | None]:
    return [r.key for r in read_input(given(path), source) if isinstance(r, Dispatch)]


def test_inputs_keep_their_order_and_a_directory_is_sorted(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.jsonl.gz",
        "deep/c.html",
        "deep/skip.pdf",
        ".hidden.txt",
        ".git/d.txt",
    ):
        path = tmp_path / "wire" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    first = tmp_path / "z.jsonl"
    first.touch()
    found = find_inputs([str(first), "-", str(tmp_path / "wire")])
    names = [None if one.path is None else str(one.path.relative_to(tmp_path)) for one in found]
    assert names == ["z.jsonl", None, "wire/a.jsonl.gz", "wire/b.txt", "wire/deep/c.html"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing.jsonl", "does not exist"),
        ("paper.pdf", "is of no kind that barq reads; name it .jsonl"),
        ("empty", "holds no file that barq reads"),
    ],
)
def test_what_cannot_be_read_is_said_before_anything_is(
    tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / "paper.pdf").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputsWrong, match=says):
        find_inputs([str(tmp_path / name)])


def test_the_rejects_file_cannot_be_fed_while_it_is_written(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    assert find_inputs(["-"], rejects)
    rejects.write_bytes(ONE)
    with pytest.raises(InputsWrong, match="rename it"):
        find_inputs([str(tmp_path)], rejects)


def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(ONE + b"\nno json\n" + TWO.rstrip())
    readings = list(read_input(given(path)))
    assert [r and (r.line, getattr(r, "key", "")) for r in readings] == [
        (1, b"s:1"),
        None,
        (3, None),
        (4, b"s:2"),
    ]


def test_a_compressed_wire_is_read_like_a_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl.gz"
    path.write_bytes(gzip.compress(ONE) + gzip.compress(TWO))
    assert keys(path) == [b"s:1", b"s:2"]


def test_a_compressed_wire_that_breaks_off_gives_what_it_has_and_then_says_where(
    tmp_path: Path,
) -> None:
    path = tmp_path / "w.jsonl.gz"
    path.write_bytes(gzip.compress(ONE) + gzip.compress(TWO)[:-12])
    *sound, last = read_input(given(path))
    assert sound == [Dispatch(1, ONE.rstrip(), b"s:1")]
    assert isinstance(last, Refused)
    assert last.line == 2
    assert "cannot be read on from here" in last.why


def test_a_file_that_only_claims_to_be_compressed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl.gz"
    path.write_bytes(ONE)
    [refused] = read_input(given(path))
    assert isinstance(refused, Refused)


def test_a_line_that_is_too_long_for_memory_is_refused_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "LONGEST", 100)
    monkeypatch.setattr(inputs, "CHUNK", 64)
    path = tmp_path / "w.jsonl"
    path.write_bytes(ONE + b"x" * 1000 + b"\n" + TWO)
    assert list(read_input(given(path))) == [
        Dispatch(1, ONE.rstrip(), b"s:1"),
        Refused(2, "line 2 is longer than 100 bytes; split it."),
        Dispatch(3, TWO.rstrip(), b"s:2"),
    ]


def test_a_page_that_is_too_large_for_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "LONGEST", 100)
    path = tmp_path / "p.html"
    path.write_bytes(b"<p>" + b"x" * 1000)
    assert list(read_input(given(path))) == [
        Refused(1, "p.html is larger than 100 bytes; use JSON Lines.")
    ]


def test_a_file_is_named_after_its_directory_unless_a_source_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "quay.txt"
    path.parent.mkdir()
    path.write_text("Quay opens\n\nThe quay opened.", "utf-8")
    assert keys(path) == [b"notes:quay"]
    assert keys(path, "desk") == [b"desk:quay"]


def test_lines_without_a_source_do_not_take_it_from_their_directory(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(b'{"id":"1"}\n')
    assert keys(path) == [None]
    assert keys(path, "desk") == [b"desk:1"]


def test_standard_input_is_json_lines() -> None:
    readings = read_input(Input("standard input", None, 0), stdin=io.BytesIO(ONE + TWO))
    assert [r.key for r in readings if isinstance(r, Dispatch)] == [b"s:1", b"s:2"]


def test_progress_is_told_in_bytes_as_stored(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(ONE + TWO)
    positions: list[int] = []
    list(read_input(given(path), watch=positions.append))
    assert positions[-1] == path.stat().st_size


def test_events_come_with_refusals_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(ONE + b"\n[]\n")
    event, refusal = read_events([str(path)])
    assert event == {"id": "1", "source": "s"}
    assert isinstance(refusal, Reject)
    assert refusal.reason == "not_an_object"
