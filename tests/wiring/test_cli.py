"""What goes wrong on the command line is one sentence that says what to do, and an exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents import exits
from agents.processes import free_port
from agents.settings import CHECKOUT

RULES = CHECKOUT / "rules"
BROKEN_RULE = "id: x\nseverity: high\ndesk: d\nquery: (oil AND\n"


def barq(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run barq with these variables and no others of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BARQ_")}
    return subprocess.run(
        [sys.executable, "-m", "agents.cli", *words],
        env={**environment, **variables},
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["lag"], exits.UNAVAILABLE, "run `make up` in another terminal or set"),
        (["alerts"], exits.UNAVAILABLE, "run `make up` in another terminal or set"),
        (["explain", "a:b"], exits.UNAVAILABLE, "run `make up` in another terminal or set"),
        (["audit"], exits.UNAVAILABLE, "run `make up` in another terminal or set"),
        (["audit", "--since", "soon"], exits.USAGE, "'soon' is no time"),
        (["audit", "--follow", "--json"], exits.USAGE, "leave --json out"),
        (["feed", "no-such.jsonl"], exits.USAGE, "no-such.jsonl does not exist"),
        (["worker", "printing"], exits.USAGE, "stages are cleaning, dedup, tagging, alerting"),
        (["stage", "printing"], exits.USAGE, "stages are cleaning, dedup, tagging, alerting"),
        (["rules", "check", "--rules", "no-such"], exits.USAGE, "no-such does not exist"),
    ],
)
def test_what_is_missing_is_named(
    words: list[str], code: int, sentence: str, tmp_path: Path
) -> None:
    done = barq(*words, BARQ_RUN_DIR=str(tmp_path))
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["lag"], ["worker", "tagging"], ["feed", "samples"], ["up"]])
def test_a_broker_that_does_not_answer_is_named(words: list[str], tmp_path: Path) -> None:
    server = f"127.0.0.1:{free_port()}"
    done = barq(*words, BARQ_BOOTSTRAP_SERVERS=server, BARQ_RUN_DIR=str(tmp_path))
    assert done.returncode == exits.UNAVAILABLE
    assert f"No broker answers at {server}" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_wrong_setting_is_named_at_once() -> None:
    done = barq("config", "show", BARQ_PARTITIONS="many", BARQ_BATCH_SIZE="0")
    assert done.returncode == exits.USAGE
    assert "BARQ_PARTITIONS" in done.stderr
    assert "BARQ_BATCH_SIZE" in done.stderr


def test_a_broken_rule_is_named_with_its_place_and_barq_up_does_not_start(tmp_path: Path) -> None:
    rules = tmp_path / "broken.yaml"
    rules.write_text(BROKEN_RULE)
    for words in (["rules", "check"], ["up"]):
        done = barq(*words, BARQ_RULES=str(rules), BARQ_RUN_DIR=str(tmp_path / "run"))
        assert done.returncode == exits.USAGE
        assert "broken.yaml, line 4" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_broken_word_list_is_named_with_its_place_and_nothing_starts(tmp_path: Path) -> None:
    (tmp_path / "share.txt").write_text("# ours\nring {desks}\n", "utf-8")
    (tmp_path / "README.md").write_text("no list", "utf-8")
    for words in (["wordlists", "check"], ["up"], ["stage", "cleaning"], ["pipe"]):
        done = barq(*words, BARQ_WORDLISTS=str(tmp_path), BARQ_RUN_DIR=str(tmp_path / "run"))
        assert done.returncode == exits.USAGE
        assert "share.txt, line 2" in done.stderr
        assert "add desks.txt" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["wordlists", "check"], "name a directory with --wordlists, or set BARQ_WORDLISTS"),
        (["wordlists", "check", "--wordlists", "no-such"], "no-such is no directory"),
        (["stage", "cleaning", "--wordlists", "no-such"], "no-such is no directory"),
    ],
)
def test_word_lists_that_are_missing_are_named(words: list[str], sentence: str) -> None:
    done = barq(*words, COLUMNS="160")
    assert done.returncode == exits.USAGE
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_word_lists_that_are_right_are_counted(tmp_path: Path) -> None:
    (tmp_path / "legal.txt").write_text("ring the bell\n- no part of this …\n", "utf-8")
    done = barq("wordlists", "check", "--wordlists", str(tmp_path))
    assert done.returncode == exits.OK, done.stderr
    assert "1 line added to barq's own word lists and 1 taken out" in done.stdout


def test_secrets_are_not_shown() -> None:
    for words in (["config", "show"], ["config", "show", "--json"]):
        done = barq(*words, BARQ_SASL_USERNAME="desk", BARQ_SASL_PASSWORD="hunter-2")
        assert done.returncode == exits.OK
        assert "desk" in done.stdout
        assert "hunter-2" not in done.stdout


@pytest.mark.parametrize("rules", ["rules", "rules/", "./rules/security.yaml", str(RULES)])
def test_rules_are_found_however_their_path_is_written(rules: str) -> None:
    done = barq("rules", "list", "--json", "--rules", rules)
    assert done.returncode == exits.OK, done.stderr
    assert "daesh-operations-iraq" in done.stdout


def test_the_shipped_rules_hold_against_their_own_stories() -> None:
    done = barq("rules", "test")
    assert done.returncode == exits.OK, done.stdout
