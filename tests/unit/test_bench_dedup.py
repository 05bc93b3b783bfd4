"""What `make bench-dedup` counts, over a few invented articles."""

import gzip
import json
import random
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from agents.settings import CHECKOUT
from bench import dedup_cost, dedup_quality, dedup_wires
from bench.cleaning_wires import InsideCheckout
from bench.dedup_systems import Barq, ask, runs
from bench.dedup_tables import dedup
from tests.unit.port_stories import COURT, CUT, PORT, PORT_AR


def case(uid: str, group: str, text: str = "", kind: str = "base") -> dict[str, Any]:
    return {"id": uid, "group": group, "kind": kind, "title": "T", "body": text}


CASES = [case("a", "a"), case("a2", "a", kind="cut"), case("b", "b"), case("b2", "b", kind="cut")]


def test_a_copy_counts_by_its_group_and_a_first_article_must_not_be_linked() -> None:
    right = dedup_quality.score(CASES, [None, (0.9, 0), None, (0.9, 2)], 0.5)
    assert (right.right, right.wrong, right.missed, right.f1) == (2, 0, 0, 1.0)
    astray = dedup_quality.score(CASES, [None, (0.4, 0), (0.9, 0), (0.9, 1)], 0.5)
    assert (astray.right, astray.wrong, astray.missed) == (0, 2, 2)
    assert astray.kinds["cut"] == [0, 2]


def test_a_copy_that_came_first_counts_by_its_own_kind() -> None:
    result = dedup_quality.score([CASES[1], CASES[0]], [None, (0.9, 0)], 0.5)
    assert result.kinds == {"cut": [1, 1]}


def test_pairs_are_missed_or_false() -> None:
    truth = {frozenset({"a", "b"}), frozenset({"c", "d"})}
    found = [None, (1.0, 0), None, (0.2, 2), (0.9, 0)]
    assert dedup_quality.mistakes(truth, list("abcde"), found, 0.5) == (1, 1)


def test_barq_answers_with_the_number_of_the_article_that_is_copied() -> None:
    cases = [case("1", "p", PORT), case("2", "c", COURT), case("3", "p", CUT)]
    assert ask(Barq(100), dedup_quality.events_of(cases)) == [None, None, (1.0, 0)]


def test_the_words_of_the_peers_are_folded_and_a_short_text_is_one_run() -> None:
    assert runs("مُحَمَّد في Basra", 2) == {"محمد في", "في basra"}
    assert runs("Basra", 3) == {"basra"}


def test_letters_change_places_and_nothing_else_does() -> None:
    table = dedup_cost.reordered(random.Random(1))
    assert sorted(table.values()) == sorted(map(chr, table))
    changed = PORT_AR.translate(table)
    assert changed != PORT_AR
    assert [len(word) for word in changed.split()] == [len(word) for word in PORT_AR.split()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "wire"
    folder.mkdir(parents=True)
    for name, texts in (("ant-v1", [PORT_AR]), ("reuters-a", [PORT, COURT, f"{PORT} Ends."])):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                raw = {"id": f"{number}", "source": name, "title": "Port reopens", "body": text}
                file.write(json.dumps(raw | {"published_at": "2026-02-01T10:00:00Z"}) + "\n")
    return tmp_path / "data"


def test_a_stream_comes_again_in_other_words(data: Path) -> None:
    events = list(islice(dedup_cost.stream(data, 1), 8))
    assert len({event["uid"] for event in events}) == 8
    assert not set(events[1]["text"].split()) & set(events[5]["text"].split()) - {"a"}
    answers = ask(Barq(100), events)
    assert [answer and answer[1] for answer in answers] == [
        None,
        None,
        None,
        1,
        None,
        None,
        None,
        5,
    ]


def test_a_size_that_takes_too_long_is_left_out(data: Path) -> None:
    row = dedup_cost.measure("barq", data, [10, 1_000_000], 1, 0.0)
    assert row == {"system": "barq"}
    assert "bytes at 10" in dedup_cost.measure("barq", data, [10], 1, 9.0)


def test_wires_are_counted_and_a_sample_shows_both_texts(data: Path, tmp_path: Path) -> None:
    wires = dedup_wires.measure(data)
    assert [row["near"] for row in dedup_wires.rows(wires)] == [0, 1]
    file = tmp_path / "sample.txt"
    assert dedup_wires.write_sample(wires, 100, 1, file) == 1
    told = file.read_text("utf-8")
    assert told.startswith("1 of 1 links, seed 1\n")
    assert "reuters-a:0" in told
    assert "Ends." in told
    with pytest.raises(InsideCheckout, match="name a file outside"):
        dedup_wires.write_sample(wires, 1, 1, CHECKOUT / "sample.txt")


def test_tables_say_what_did_not_run() -> None:
    machine = {"processor": "P", "cores": 2, "system": "Linux", "python": "3.11"}
    told = dedup(
        {
            "date": "2026-03-01", "seed": 1, "machine": machine, "versions": {"barq": "1"},
            "measured": {"near": "2026-03-01"}, "absent": {"hard": "no set was given"},
            "near": [{"system": "barq", "F1": "1.0000"}],
        }
    )  # fmt: skip
    assert "| barq | 1.0000 |" in told
    assert "* hard: no set was given." in told
