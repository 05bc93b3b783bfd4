"""`barq gazetteer`: what a desk is told of its lists, in YAML and CSV."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from agents import exits
from agents.cli import app
from agents.newsroom import read_watchlists
from agents.settings import load_settings
from pipeline.watchlists import WatchlistError

RUNNER = CliRunner()
RIGHT = "names:\n  - {id: org:lantern, type: ORG, name: Red Lantern, also: [Réd Lantern]}\n"
TABLE = "id,type,name_en,aliases\norg:lamp,ORG,Blue Lamp,Blue Lamp Relief\n"
CLASH = "id,type,name_en\norg:lamp,ORG,Red Lantern\norg:shadow,ORG,Shadow\n"


def check(folder: Path, *options: str) -> tuple[int, str]:
    told = RUNNER.invoke(app, ["gazetteer", "check", "--watchlists", str(folder), *options])
    return told.exit_code, told.output


def test_lists_in_yaml_and_csv_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, "utf-8")
    (tmp_path / "b.csv").write_text(TABLE, "utf-8")
    names = read_watchlists(load_settings(watchlists=tmp_path))
    assert [name.id for name in names] == ["org:lantern", "org:lamp"]
    assert check(tmp_path) == (
        exits.OK,
        "2 names (2 ORG): 0 to mend, 1 notes (--notes shows them).\n",
    )
    assert "is there already, folded" in check(tmp_path, "--notes")[1]


def test_conflicts_are_reported_and_the_exit_code_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, "utf-8")
    (tmp_path / "b.csv").write_text(CLASH, "utf-8")
    code, told = check(tmp_path)
    assert code == exits.PARTLY
    assert "“red lantern” is a full form of org:lamp and org:lantern" in told
    assert "“Shadow” (org:shadow) is also a common word" in told
    code, told = check(tmp_path, "--json")
    assert {(f["kind"], f["wrong"]) for f in orjson.loads(told)} == {
        ("two-ids", True),
        ("word", True),
    }


def test_a_list_that_is_wrong_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("id,type,name_en\norg:lamp,LAMP,Blue Lamp\n", "utf-8")
    told = RUNNER.invoke(app, ["gazetteer", "check", "--watchlists", str(tmp_path)])
    assert isinstance(told.exception, WatchlistError)
    assert "b.csv, line 2 (org:lamp): `type` is LAMP" in str(told.exception)


@pytest.mark.parametrize("part", ["GeoNames", "CC BY 4.0", "CLDR", "rules/watchlists/*.yaml"])
def test_the_sources_are_printed(part: str) -> None:
    assert part in RUNNER.invoke(app, ["gazetteer", "sources"]).output
    assert part in RUNNER.invoke(app, ["gazetteer", "sources", "--json"]).output
