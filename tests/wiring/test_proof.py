"""`barq stage cleaning --explain`: what a person sees of what cleaning did."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping

import orjson
import pytest
from rich.console import Console

from agents.filters import stage_step
from agents.proof import GUTTER, proofs
from agents.settings import CHECKOUT, load_settings
from agents.writing import END_ISOLATE, ISOLATE, Bidi

LEAD = "The ferry will sail again before the winter, the harbour master said on Tuesday."
ARABIC = "أعلنت إدارة الميناء يوم الثلاثاء أن العبارة ستعود إلى العمل قبل حلول الشتاء."
STORY = {
    "id": "1",
    "source": "desk",
    "title": "Ferry to sail again",
    "language": "en",
    "body": f"BAGHDAD (Reuters) - {LEAD}\n\nShare on facebook\n\nThe cap\u200btain agreed.\n"
    "By Ann Other",
}


def explained(
    *events: object,
    terminal: bool = False,
    bidi: Bidi = "auto",
    environment: Mapping[str, str] | None = None,
) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=160,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        no_color=bool((environment or {}).get("NO_COLOR")),
        _environ={},
    )
    lines = [one if isinstance(one, bytes) else orjson.dumps(one) for one in events]
    step = stage_step("cleaning", load_settings())
    for proof in proofs(step, lines, bidi, environment or {}):
        console.print(proof)
    return file.getvalue()


def row(gutter: str, text: str) -> str:
    return f"{gutter.ljust(GUTTER)}{text}"


def test_each_line_is_told_with_its_rule_and_the_fields_that_were_found() -> None:
    told = explained(STORY).splitlines()
    mark = GUTTER - 2
    assert told == [
        row("line 1", "desk:1"),
        row("title", "Ferry to sail again"),
        told[2],
        row("byline", "Ann Other"),
        row("dateline", "BAGHDAD (Reuters)"),
        row("agency", "Reuters"),
        row("text", "100 of 154 characters are left"),
        row("dateline".ljust(mark) + "-", "BAGHDAD (Reuters) -"),
        row("", LEAD),
        row("share".ljust(mark) + "-", "Share on facebook"),
        row("", "The cap[-\\u{200b}-]tain agreed."),
        row("byline".ljust(mark) + "-", "By Ann Other"),
        row("spacing 3", "White space; what stands in its place is in put."),
        *told[13:17],
        "",
    ]
    assert told[2].startswith(row("language", "en, confidence 0."))
    assert told[2].endswith(", declared en")


def test_every_rule_that_took_something_is_explained() -> None:
    told = explained(STORY)
    for rule in ("byline 1", "dateline 1", "invisible-character 1", "share 1", "spacing 3"):
        assert f"\n{rule.ljust(GUTTER)}" in told


def test_a_terminal_has_colours_in_place_of_brackets() -> None:
    told = explained(STORY, terminal=True)
    assert "[-" not in told
    assert "\x1b[9;31m\\u{200b}\x1b[0m" in told
    assert "\x1b[9;31mShare on facebook\x1b[0m" in told


def test_without_colours_a_terminal_has_brackets() -> None:
    assert "cap\x1b[9m[-\\u{200b}-]\x1b[0mtain" in explained(
        STORY, terminal=True, environment={"NO_COLOR": "1"}
    )


def test_nothing_of_an_article_commands_the_terminal() -> None:
    hostile = {
        **STORY,
        "id": "\x1b]0;owned\x07",
        "title": "Ferry\x1b[2J\u202e",
        "url": "\x1b[31m",
        "body": f"{LEAD}\n\x1b[2J\u202edrawkcab\u202c\nThe end\x9b31m\rof it.",
    }
    told = explained(hostile)
    assert not [one for one in told if one != "\n" and not one.isprintable()]
    assert "\\u{1b}" in told
    assert "\\u{202e}" in told


def test_arabic_in_a_pipe_is_as_it_was_written() -> None:
    told = explained({**STORY, "body": f"{ARABIC}\nشارك على واتساب"})
    assert row("", ARABIC) in told
    assert "- شارك على واتساب\n" in told
    assert not {ISOLATE, END_ISOLATE}.intersection(told)


def test_a_terminal_that_orders_by_itself_gets_it_isolated_from_the_gutter() -> None:
    told = explained({**STORY, "body": ARABIC}, terminal=True, bidi="off")
    assert f"{ISOLATE}{ARABIC}{END_ISOLATE}" in told


def test_another_terminal_gets_it_in_visual_order_beside_the_gutter() -> None:
    told = explained({**STORY, "body": ARABIC}, terminal=True, bidi="on")
    assert ARABIC[::-1] in told


def test_refused_lines_and_blank_ones_stop_nothing() -> None:
    told = explained(b"no json", b"\n", {"id": "1"}, STORY)
    assert "line 1".ljust(GUTTER) + "refused" in told
    assert "not_json" in told
    assert "line 3".ljust(GUTTER) + "refused" in told
    assert "line 4".ljust(GUTTER) + "desk:1" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["dedup", "--explain"], "--explain is for cleaning"),
        (["cleaning", "--explain", "--bidi", "sideways"], "--bidi is auto, on or off"),
    ],
)
def test_what_cannot_be_explained_is_said(words: list[str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agents.cli", "stage", *words],
        cwd=CHECKOUT,
        env={**os.environ, "COLUMNS": "160"},
        input=b"",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr.decode()
