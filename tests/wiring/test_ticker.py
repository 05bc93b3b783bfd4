"""An alert as a person reads it."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from agents.ticker import HIGHLIGHT, marked, paragraphs, render_alert, snippet
from agents.writing import Bidi

TITLE = "قوات عراقية تبدأ عملية ضد داعش"
TEXT = "بدأت قوات عراقية فجر اليوم عملية ضد داعش في ديالى. " + "وقال بيان إنها ستستمر أياما. " * 8


def found(*words: str) -> list[dict[str, Any]]:
    whole = f"{TITLE}\n{TEXT}"
    places = [
        (place, word)
        for word in words
        for place in range(len(whole))
        if whole.startswith(word, place)
    ]
    return [
        {"start": place, "end": place + len(word), "text": word, "clause": word}
        for place, word in sorted(places)
    ]


def an_alert(**why: Any) -> dict[str, Any]:
    return {
        "alert_id": "a1",
        "action": "new",
        "rule": {"id": "daesh-iraq", "version": "1", "severity": "high", "desk": "security"},
        "story_id": "s1",
        "article": {
            "uid": "desk:1",
            "title": TITLE,
            "url": "https://desk.example/1",
            "source": "مرصد الشرق",
            "published_at": "2024-09-08T06:00:00Z",
            "language": "ar",
        },
        "why": {
            "clauses": [{"clause": "داعش", "count": 2}],
            "highlights": found("داعش", "عملية"),
            "snippet": {"start": 0, "text": f"{TITLE}\n{TEXT}"[:240]},
            **why,
        },
        "matched_at": "2024-09-08T06:00:01Z",
    }


def shown(
    alert: dict[str, Any], *, terminal: bool = False, bidi: Bidi = "auto", width: int = 100
) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=terminal).print(render_alert(alert, bidi))
    return file.getvalue()


def test_an_alert_says_rule_title_snippet_source_and_reason() -> None:
    lines = shown(an_alert()).splitlines()
    assert lines[0] == " HIGH  daesh-iraq · security · new · 2024-09-08T06:00:00Z"
    assert lines[1] == f"  {TITLE}"
    assert lines[2].startswith("  بدأت قوات عراقية فجر اليوم عملية ضد داعش في ديالى.")
    assert lines[-2] == "  مرصد الشرق · https://desk.example/1 · matched داعش ×2"
    assert lines[-1] == ""


def test_the_words_that_matched_are_highlighted() -> None:
    _, title, text, _ = paragraphs(an_alert())
    for paragraph in (title, text):
        words = [paragraph.plain[s.start : s.end] for s in paragraph.spans if s.style == HIGHLIGHT]
        assert words == ["عملية", "داعش"]


def test_a_terminal_gets_arabic_in_the_order_of_reading_and_is_told_to_leave_it() -> None:
    told = shown(an_alert(), terminal=True, bidi="on")
    assert told.startswith("\x1b[8l")
    assert "\x1b[8h" in told
    assert "شعاد" in told
    assert "داعش" not in told


def test_a_terminal_that_orders_by_itself_gets_isolated_pieces() -> None:
    told = shown(an_alert(), terminal=True, bidi="off")
    assert "\u2068مرصد الشرق\u2069" in told
    assert "\x1b[8l" not in told


def test_what_is_no_terminal_gets_plain_text() -> None:
    assert not set(shown(an_alert())) & set("\x1b\u2068\u2069")


def test_the_wire_cannot_command_the_terminal() -> None:
    alert = an_alert()
    alert["article"]["title"] = "\x1b]0;owned\x07 [bold]title\u202e"
    alert["rule"]["id"] = "\x1b[2J"
    assert not set(shown(alert)) & set("\x1b\x07\u202e")
    assert "[bold]title" in shown(alert), "markup is text, too"


@pytest.mark.parametrize(
    ("start", "length", "begins", "ends"),
    [
        (0, 240, "بدأت قوات", "…"),
        (len(TITLE) + 1, 240, "بدأت قوات", "…"),
        (0, len(TITLE), "", ""),
        (0, len(TITLE) + 1 + len(TEXT), "بدأت", "…"),
    ],
)
def test_the_snippet_goes_around_the_first_match_behind_the_title(
    start: int, length: int, begins: str, ends: str
) -> None:
    marks = [(h["start"], h["end"]) for h in found("داعش")]
    text = f"{TITLE}\n{TEXT}"[start : start + length]
    plain = snippet({"start": start, "text": text}, len(TITLE), marks).plain
    assert plain.startswith(begins)
    assert plain.endswith(ends)
    assert len(plain) <= 124


def test_a_snippet_from_the_middle_is_cut_at_words_on_both_sides() -> None:
    words = " ".join(f"word{n:03}" for n in range(100))
    start = words.index("word050")
    plain = snippet({"start": 1000, "text": words}, 20, [(1000 + start, 1000 + start + 7)]).plain
    assert plain.startswith("… word")
    assert plain.endswith(" …")
    assert "word050" in plain
    assert all(len(word) == 7 for word in plain.strip("… ").split())


def test_one_endless_word_is_cut_all_the_same() -> None:
    plain = snippet({"start": 50, "text": "x" * 500}, 10, [(300, 310)]).plain
    assert len(plain) == 124


def test_overlapping_marks_show_every_character_once() -> None:
    line = marked("abcdef", 0, [(0, 3), (1, 4), (2, 2), (5, 99)])
    assert line.plain == "abcdef"


NAMES = [
    "rule",
    "article",
    "why",
    "highlights",
    "clauses",
    "snippet",
    "start",
    "end",
    "text",
    "title",
    "severity",
    "id",
    "clause",
    "count",
    "source",
    "action",
    "change",
    "added",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_object_on_the_topic_can_be_shown(alert: dict[str, Any]) -> None:
    assert shown(alert, width=40)
    assert shown(alert, terminal=True, bidi="on", width=40)


def test_an_update_shows_what_it_took_out_and_put_in() -> None:
    gone, put = ["خمسة قتلى.", "Two.", "Three."], ["سبعة قتلى." + "س" * 200, 5]
    texts = [
        one.plain for one in paragraphs({**an_alert(), "change": {"removed": gone, "added": put}})
    ]
    assert "− خمسة قتلى." in texts
    assert "− Two." in texts
    assert not any("Three" in text for text in texts)
    [added] = [text for text in texts if text.startswith("+")]
    assert added.endswith("س…")
    assert len(added) <= 122
