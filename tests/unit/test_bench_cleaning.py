"""What `make bench-cleaning` counts, over a few invented articles."""

from pathlib import Path
from typing import Any

import pytest

from agents.settings import CHECKOUT
from bench import cleaning_cost, cleaning_dirt, cleaning_wires
from bench.cleaning_peers import PEERS, as_page
from bench.cleaning_tables import cleaning
from pipeline.outcome import Event

LEAD = "The ferry will sail again before the winter, the harbour master said on Tuesday."
SECOND = "A second ferry has been ordered and will carry trucks across the bay next year."


def article(body: str, number: int = 1) -> Event:
    return {"id": str(number), "source": "desk", "title": "T", "body": body}


def case(body: str, gold: list[str], junk: list[str]) -> dict[str, Any]:
    return {"raw": article(body), "gold": gold, "junk": junk}


def test_dirt_and_story_are_counted_by_lines_and_by_what_the_text_holds() -> None:
    cases = [
        case("", [LEAD, SECOND], ["Tweet", "Share"]),
        case("", [LEAD], ["Tweet"]),
    ]
    texts = iter([f"{LEAD}\u200b  {LEAD}\nTweet\nSharek", f"{LEAD}\nTweet this"])
    row = cleaning_dirt.score("x", cases, lambda _: next(texts))
    assert row["articles"] == 2
    assert row["junk removed"] == pytest.approx(2 / 3, abs=0.001)
    assert row["gold kept"] == pytest.approx(2 / 3, abs=0.001)
    assert row["gold once"] == 0.5


def test_a_wire_is_counted_by_rule_and_each_input_is_put_back() -> None:
    raws = [article(f"{LEAD}\nTweet\nTweet"), article(f"{LEAD}\u200b x\n{SECOND}", 2)]
    wire = cleaning_wires.count("w", raws)
    assert (wire.articles, wire.restored, wire.paragraphs) == (2, 2, 3)
    rows = {row["rule"]: row for row in cleaning_wires.rows([wire])}
    assert (rows["share"]["removals"], rows["share"]["articles"]) == (2, 1)
    assert rows["share"]["characters"] == 10
    assert rows["invisible-character"]["removals"] == 1
    assert [one.text for one in wire.removals] == ["Tweet", "Tweet"]


def test_a_sample_shows_what_went_between_its_neighbours_and_repeats_by_its_seed(
    tmp_path: Path,
) -> None:
    raws = [article(f"{LEAD}\nTweet\n{SECOND} {n}\nBy Ann Other", n) for n in range(20)]
    wires = [cleaning_wires.count("w", raws)]
    file = tmp_path / "sample.txt"
    assert cleaning_wires.write_sample(wires, 5, 1, ["share"], file) == 5
    told = file.read_text("utf-8")
    assert told.startswith("5 of 20 removals, seed 1\n")
    assert f"· share\n{LEAD}\n>>> Tweet\n{SECOND}" in told
    assert "Other\n>>>" not in told
    cleaning_wires.write_sample(wires, 5, 1, ["share"], file)
    assert file.read_text("utf-8") == told
    assert cleaning_wires.write_sample(wires, 500, 1, [], file) == 40


def test_a_sample_never_lands_in_the_project() -> None:
    with pytest.raises(cleaning_wires.InsideCheckout, match="name a file outside"):
        cleaning_wires.write_sample([], 1, 1, [], CHECKOUT / "sample.txt")


def test_every_hostile_text_is_an_article_of_a_megabyte() -> None:
    shapes = cleaning_cost.shapes()
    assert len(shapes) > 30
    for shape, raw in shapes.items():
        size = len(raw.get("body") or raw["html"])
        assert 0.9 * cleaning_cost.MEGABYTE < size < 1.1 * cleaning_cost.MEGABYTE, shape


def test_articles_are_grouped_by_length() -> None:
    bands = cleaning_cost.banded([article("a" * size) for size in (0, 499, 500, 1_700)])
    assert [len(members) for members in bands.values()] == [2, 1, 0, 1, 0, 0, 0]


def test_a_body_becomes_a_page_of_paragraphs() -> None:
    page = as_page("A & B", "one < two\n\n three")
    assert "<title>A &amp; B</title>" in page
    assert "<p>one &lt; two</p>\n<p> three</p>" in page


def test_tables_show_each_part_that_ran_and_say_what_did_not() -> None:
    run = {
        "date": "2026-11-25",
        "seed": 1,
        "machine": {"processor": "Some CPU", "cores": 2, "system": "Linux 6.1", "python": "3.11"},
        "versions": {"barq": "0.1.0", **dict.fromkeys(PEERS.values(), "1")},
        "measured": {"dirt": "2026-11-25", "wires": "2026-11-24"},
        "absent": {"html": "html is not below data/"},
        "dirt": [{"system": "barq", "articles": 1200, "junk removed": 0.99}, {"system": "x"}],
        "wires": {"totals": [{"wire": "w", "articles": 3}], "rules": []},
    }
    told = cleaning(run)
    assert "| barq | 1,200 | 0.99 |\n| x | – | – |" in told
    assert "| w | 3 |" in told
    assert "Measured 2026-11-24." in told
    assert "* html: html is not below data/." in told
    assert "### Time of an article" not in told
