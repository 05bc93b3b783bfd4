"""Text of the wire on its way to a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from agents.writing import (
    END_ISOLATE,
    ISOLATE,
    Bidi,
    Order,
    embedded,
    isolated,
    placed,
    runs_right_to_left,
    visible,
    visually,
)

VISUAL = Order(visual=True, isolate=False)
AS_WRITTEN = Order(visual=False, isolate=False)


@pytest.mark.parametrize(
    ("bidi", "environment", "terminal", "order"),
    [
        ("auto", {}, True, Order(visual=True, isolate=False)),
        ("auto", {"VTE_VERSION": "7600"}, True, Order(visual=False, isolate=True)),
        ("auto", {"VTE_VERSION": "5200"}, True, Order(visual=True, isolate=False)),
        ("auto", {"KONSOLE_VERSION": "230804"}, True, Order(visual=False, isolate=True)),
        ("auto", {"TERM_PROGRAM": "Apple_Terminal"}, True, Order(visual=False, isolate=True)),
        ("auto", {"TERM": "mlterm-256color"}, True, Order(visual=False, isolate=True)),
        ("auto", {"TERM": "xterm-256color"}, True, Order(visual=True, isolate=False)),
        ("auto", {}, False, AS_WRITTEN),
        ("on", {"VTE_VERSION": "7600"}, True, Order(visual=True, isolate=False)),
        ("on", {}, False, Order(visual=True, isolate=False)),
        ("off", {}, True, Order(visual=False, isolate=True)),
        ("off", {}, False, AS_WRITTEN),
    ],
)
def test_barq_orders_text_only_where_the_terminal_does_not(
    bidi: Bidi, environment: dict[str, str], *, terminal: bool, order: Order
) -> None:
    assert Order.choose(bidi, environment, terminal=terminal) == order


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("plain", "plain"),
        ("a\x1b[31mred\x1b]0;title\x07", "a[31mred]0;title"),
        ("a\x9b31m\x85b\x7f", "a31m b"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("\u202egnihtyreve\u202c \u2067x\u2069\u200f", "gnihtyreve x"),
        ("ضحية\u200b جديدة\ufeff", "ضحية جديدة"),
        ("می\u200cشود", "می\u200cشود"),
        ("سورة\u06dd1", "سورة\u06dd1"),
        ("\ud800\ue000\U000e0041x", "x"),
        (None, ""),
        (7, ""),
        (["a"], ""),
    ],
)
def test_only_what_can_be_seen_reaches_a_terminal(sent: object, shown: str) -> None:
    assert visible(sent) == shown


@given(st.text())
def test_nothing_visible_can_command_a_terminal(text: str) -> None:
    assert all(c.isprintable() or c in "\u200c\u200d" or c > "\u05ff" for c in visible(text))
    assert not set(visible(text)) & set(map(chr, [*range(32), *range(127, 160)]))


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("Brent at 84", "Brent at 84"),
        ("برق", "قرب"),
        ("عملية (2024) ضد", "دض (2024) ةيلمع"),
        ("قال Reuters اليوم", "مويلا Reuters لاق"),
        ("سَلَام", "ما" + "ل\u064e" + "س\u064e"),
    ],
)
def test_right_to_left_text_is_put_in_the_order_in_which_it_is_drawn(
    logical: str, visual: str
) -> None:
    line = Text(logical)
    assert visually(line, right_to_left=runs_right_to_left(logical)).plain == visual


def test_pieces_keep_their_places_on_a_left_to_right_line() -> None:
    line = Text(f"by {isolated('مرصد الشرق')} · {isolated('داعش OR هجوم')} ×2")
    assert not runs_right_to_left(line.plain)
    shown = placed(line, VISUAL, "  ", right_to_left=False).plain
    assert shown == "  by قرشلا دصرم · موجه OR شعاد ×2"
    assert placed(line, AS_WRITTEN, "", right_to_left=False).plain == (
        "by مرصد الشرق · داعش OR هجوم ×2"
    )


def test_the_first_letter_outside_the_pieces_gives_the_direction() -> None:
    assert runs_right_to_left("… قال")
    assert not runs_right_to_left(isolated("قال") + " said")


def test_highlights_follow_their_words_into_visual_order() -> None:
    line = Text("قوات تلاحق داعش شمال Baghdad اليوم")
    for word in ("داعش", "Baghdad"):
        start = line.plain.index(word)
        line.stylize("bold", start, start + len(word))
    shown = visually(line, right_to_left=True)
    assert sorted(shown.plain[s.start : s.end] for s in shown.spans) == ["Baghdad", "شعاد"]


MIXED = st.text(
    alphabet="abc 012 .,()«»-" + "ابتثج " + "אבג" + "\u064e\u0301" + ISOLATE + END_ISOLATE
)


@given(text=MIXED, right_to_left=st.booleans())
def test_ordering_moves_characters_and_loses_none(text: str, *, right_to_left: bool) -> None:
    brackets = str.maketrans(")»", "(«")
    shown = visually(Text(text), right_to_left=right_to_left).plain.translate(brackets)
    kept = text.translate(brackets).replace(ISOLATE, "").replace(END_ISOLATE, "")
    assert sorted(shown) == sorted(kept)


@given(MIXED)
def test_embedding_keeps_every_character_at_its_place(text: str) -> None:
    controlled, origins = embedded(text)
    assert len(controlled) == len(origins)
    for character, origin in zip(controlled, origins, strict=True):
        assert origin is None or text[origin] == character
