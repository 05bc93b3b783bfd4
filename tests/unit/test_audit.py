"""The audit of cleaning: whatever the text, every edit is told, and undoing them gives it back."""

import gzip
import json
import unicodedata
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import codec
from pipeline.articles import read_article
from pipeline.audit import GROUPED
from pipeline.characters import EDGE, normal
from pipeline.cleaning import RULES, CleaningOptions, clean, input_text, restore
from pipeline.editing import LONGEST_TRIED
from pipeline.outcome import Event, Keep, Reject
from pipeline.patterns import entries, shipped

OPTIONS = CleaningOptions()
REFUSALS = {"missing_field", "no_text", "too_little_text"}


def filled(pattern: str) -> str:
    """Return a line that a pattern of a word list fits, or nearly."""
    words = pattern.replace("{number}", "12").replace("|", ":").replace("…", "Ferry Crews")
    for name, text in LISTS.items():
        words = words.replace(f"{{{name}}}", next(entries(text)))
    return words


LISTS = shipped()
LINES = sorted({filled(line) for text in LISTS.values() for line in entries(text)})
SENTENCES = (
    "The harbour master said on Tuesday that the ferry would sail again before the winter.",
    "A second ferry has been ordered, the company said, and will carry trucks across the bay.",
    "أعلنت إدارة الميناء يوم الثلاثاء أن العبارة ستعود إلى العمل قبل حلول الشتاء.",
    "وقالت الشركة إنها طلبت عبارة ثانية لنقل الشاحنات عبر الخليج خلال العام المقبل.",
    "Паром снова начнет ходить до начала зимы, сообщил во вторник начальник порта.",
    "مدیر بندر گفت که کشتی پیش از زمستان دوباره به راه می‌افتد و مسافران می‌آیند.",
)
SHORT = ("MORE", "(Reuters)", "By Ann Other", "Six boats", "- item", "1,200", "***", "a", "و")
DATELINES = (
    "BAGHDAD (Reuters) - ",
    "بغداد (رويترز) - ",
    "CLEVELAND, Feb 26 - ",
    "القاهرة - وكالات: ",
)
INVISIBLES = (
    *("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"),
    *("\ufeff", "\u00ad", "\u034f", "\u061c", "\u3164", "\u115f", "\u17b4", "\u180e", "\ufff9"),
)
MARKS = ("\u0301", "\u0308", "\u0327", "\u064b", "\u0651", "\u0653", "\u0654", "\u0655", "\u093c")
COMPOSE = ("e", "A", "o", "ا", "و", "ي", "\u1100", "\u1161", "\u11a8", "\u0915", "\u09c7\u09be")
CONTROLS = ("\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\x1c", "\x0b", "\x0c")
SHAPES = ("\ufefb", "\ufdf2", "\ufe8d\ufedf", "\ufb50", "\ufefc\u0301")
SPACES = (" ", "  ", "\t", "\u00a0", "\u2003", "\u2009", "\u3000", "\u2028", "\u2029", "\r")
SURROGATES = ("\ud800", "\udfff", "\udc00\ud800")
MARKUP = ("<p>", "</p>", "<br>", "&amp;", "&nbsp;", "&#8203;", "&amp;lt;b&amp;gt;", "<b>x</b>", "<")
BREAKS = ("\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", "\u2028", "", "", " ", "\n\u200b\n")

PIECE = st.one_of(
    st.sampled_from(SENTENCES),
    st.sampled_from(LINES),
    st.sampled_from((*SHORT, *DATELINES)),
    st.lists(
        st.sampled_from((*INVISIBLES, *MARKS, *COMPOSE, *CONTROLS, *SHAPES, *SPACES, *SURROGATES)),
        min_size=1,
        max_size=6,
    ).map("".join),
    st.text(max_size=12),
)
TEXT = st.lists(st.tuples(PIECE, st.sampled_from(BREAKS)), max_size=12).map(
    lambda pieces: "".join(chain.from_iterable(pieces))
)


@st.composite
def dirty(draw: st.DrawFn, text: str) -> str:
    """Draw a text with single characters of dirt put between its own."""
    for _ in range(draw(st.integers(0, 5))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from((*INVISIBLES, *MARKS, *SPACES))) + text[place:]
    return text


@st.composite
def repeated(draw: st.DrawFn) -> str:
    """Draw a text that stands there again: whole, line by line, interleaved, nearly."""
    lines = draw(st.lists(st.sampled_from(SENTENCES) | PIECE, min_size=1, max_size=5))
    brk = draw(st.sampled_from(BREAKS))
    again = [draw(dirty(line)) for line in lines]
    match draw(st.sampled_from(("whole", "each", "part", "wrapped", "inside"))):
        case "whole":
            return brk.join([*lines, *again])
        case "each":
            return brk.join(chain.from_iterable(zip(lines, again, strict=True)))
        case "part":
            return brk.join([*lines, *again[: len(again) // 2 + 1]])
        case "wrapped":
            return "\n".join(wrapped(" ".join([*lines, *again]), draw(st.integers(40, 100))))
        case _:
            return brk.join(f"{one} {other}" for one, other in zip(lines, again, strict=True))


@st.composite
def large(draw: st.DrawFn) -> str:
    """Draw a text with a long paragraph, or with more dirt than is told piece by piece."""
    piece = draw(PIECE)
    front = draw(st.sampled_from(("", *DATELINES)))
    return front + (piece + draw(st.sampled_from(BREAKS))) * draw(st.integers(300, 1200))


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield a text's lines of at most this width, as a wire service sends them."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".lstrip(" ")
    yield line


ARABIC = SENTENCES[2]
BODIES = TEXT | TEXT.flatmap(dirty) | repeated()
TITLES = st.sampled_from((None, "Harbour: ferry to sail again", SENTENCES[0], ARABIC)) | PIECE


def cleaned(raw: Event, options: CleaningOptions = OPTIONS) -> Event | None:
    """Return the clean event, or None for an article that is refused."""
    try:
        outcome = clean({"id": "1", "source": "desk", **raw}, options)
    except Reject as refusal:
        assert refusal.reason in REFUSALS
        return None
    assert isinstance(outcome, Keep)
    (event,) = outcome.values
    return event


def input_of(raw: Event) -> str:
    """Return the NFC input: the body, or what the extractor gave."""
    text, _ = input_text(read_article({"id": "1", "source": "desk", **raw}), OPTIONS)
    return normal(text)


def seen(text: str) -> str:
    """Return what a reader sees of a text, shapes and spacing aside."""
    shown = "".join(one for one in text if not (one in EDGE or one.isspace()))
    return "".join(unicodedata.normalize("NFKC", shown).split())


def check(raw: Event, options: CleaningOptions = OPTIONS) -> None:
    """Assert that the removals tell all there is between a text and what cleaning left of it."""
    event = cleaned(raw, options)
    if event is None:
        return
    source = input_of(raw)
    assert restore(event) == source
    assert restore(codec.decode(codec.encode(event))) == source
    assert unicodedata.is_normalized("NFC", event["text"])
    places = []
    for entry in event["removed"]:
        assert entry.keys() <= {"rule", "start", "end", "text", "put", "at"}
        assert entry["rule"] in RULES
        assert entry["text"] != entry.get("put", "")
        if entry["rule"] in GROUPED and len(entry["text"]) < LONGEST_TRIED:
            assert seen(entry["text"]) == seen(entry.get("put", "")), "words went by such a rule"
        length = entry["end"] - entry["start"]
        assert length == len(entry["text"]) > 0
        starts = entry.get("at", [entry["start"]])
        assert starts[0] == entry["start"]
        assert len(starts) == 1 or entry["rule"] in GROUPED
        assert all(source.startswith(entry["text"], start) for start in starts)
        places += [(start, start + length) for start in starts]
    for (_, end), (start, _) in pairwise(sorted(places)):
        assert end <= start, "two removals share a character"


@example(body="0\u00c2\u0080\n", title=None)
@settings(max_examples=600)
@given(body=BODIES, title=TITLES)
@example(body="e\u200b\u0301 ferry", title=None)
@example(body=f"BAGHDAD (Reuters) - {SENTENCES[0]} e\u200b\u0301", title="T")
@example(body=f"{SENTENCES[0]} e\u200b\u0301 {SENTENCES[0]} e\u200b\u0301", title="T")
@example(body=f"BAGHDAD (Reuters) - \ufef5\ufef5{SENTENCES[0]}", title="T")
@example(body=f"{SENTENCES[0]}\ufef5{SENTENCES[0]}\ufef5", title="T")
@example(body="\ufdc8\x1b\ufdc8", title="T")
@example(body="\u1100\u200b\u1161\n\u11a8", title="x")
def test_every_body_can_be_put_back_exactly(body: str, title: str | None) -> None:
    check({"body": body, "title": title})


@settings(max_examples=300)
@given(body=BODIES, minimum=st.integers(0, 200), too_little=st.sampled_from(("keep", "reject")))
def test_so_it_can_where_too_little_is_left(body: str, minimum: int, too_little: Any) -> None:
    options = CleaningOptions(minimum_text=minimum, too_little=too_little)
    check({"body": body, "title": "T"}, options)


@settings(max_examples=40)
@given(body=large(), title=TITLES)
def test_so_it_can_where_a_paragraph_is_long_or_full_of_dirt(body: str, title: str | None) -> None:
    check({"body": body, "title": title})


@settings(max_examples=150)
@given(
    pieces=st.lists(PIECE | st.sampled_from(MARKUP), max_size=10),
    wrap=st.sampled_from(("{}", "<p>{}</p>", "<div><br>{}<br/></div>")),
)
def test_so_it_can_where_the_body_has_markup(pieces: list[str], wrap: str) -> None:
    body = wrap.format("".join(pieces))
    check({"body": body, "title": "T"})


@settings(max_examples=60)
@given(lines=st.lists(PIECE | st.sampled_from(SENTENCES) | st.sampled_from(MARKUP), max_size=10))
def test_so_can_the_text_of_a_page(lines: list[str]) -> None:
    inner = "".join(f"<p>{line}</p>" for line in lines)
    raw = {"html": f"<html><body><article><h1>Ferry</h1>{inner}</article></body></html>"}
    check(raw)


@given(body=BODIES)
def test_a_body_without_markup_is_its_own_input(body: str) -> None:
    """Only what NFC changes, and a lone surrogate, differ from what was sent."""
    event = None if "&" in body or "<" in body else cleaned({"body": body, "title": "T"})
    if event is not None:
        sent = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in body)
        assert restore(event) == unicodedata.normalize("NFC", sent)


def test_equal_small_edits_share_one_entry_and_lines_never_do() -> None:
    event = cleaned({"title": "T", "body": f"{ARABIC}\u200b\u200b x\u200f y\u200f z\nMORE\nMORE"})
    assert event is not None
    marks = [entry for entry in event["removed"] if entry["rule"] == "invisible-character"]
    lines = [entry for entry in event["removed"] if entry["rule"] == "navigation"]
    assert [len(entry.get("at", [0])) for entry in marks] == [1, 2]
    assert len(lines) == 2


@pytest.mark.parametrize("wire", ["ant-v1", "reuters-a"])
def test_every_dispatch_of_a_wire_can_be_put_back(evaluation_data: Path, wire: str) -> None:
    """Every fifth, which is as many as a test has time for; `make bench-cleaning` does all."""
    for raw in read(evaluation_data / "wire" / f"{wire}.jsonl.gz", 5):
        check(raw)


def test_every_dispatch_with_dirt_put_in_can_be_put_back(evaluation_data: Path) -> None:
    for case in read(evaluation_data / "cleaning" / "dirty-dev.jsonl.gz", 1):
        check(case["raw"])


def read(path: Path, step: int) -> Iterator[Any]:
    """Yield every so-many-th value of a file of JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % step == 0:
                yield json.loads(line)


def test_the_rules_of_single_characters_are_rules() -> None:
    assert RULES.keys() >= GROUPED
