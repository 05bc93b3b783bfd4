"""The stages as filters: formats that people and acceptance checks script."""

import gzip
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from agents.filters import run_stage
from agents.settings import CHECKOUT, load_settings

BODY = (
    "أعلنت القيادة العسكرية في العراق يوم الاثنين بدء عملية واسعة ضد خلايا داعش في محافظة ديالى، "
    "وقالت إن القوات تقدمت في القرى الواقعة شرقي المحافظة وعثرت على مخابئ للسلاح."
)
STORY = {"id": "1", "source": "wire", "title": "عملية عسكرية ضد داعش في ديالى", "body": BODY}


def lines(*events: object) -> list[bytes]:
    return [orjson.dumps(event) + b"\n" for event in events]


def through(stage: str, given: list[bytes]) -> list[bytes]:
    return list(run_stage(stage, load_settings(), given))


def test_one_line_comes_out_for_each_that_goes_in_in_order() -> None:
    given = [*lines(STORY), b"\n", b"no json\n", *lines({**STORY, "id": "2"}, {"id": "3"})]
    out = [orjson.loads(line) for line in through("cleaning", given)]
    assert [event.get("uid") or event["dead"]["reason"] for event in out] == [
        "wire:1",
        "not_json",
        "wire:2",
        "missing_field",
    ]
    assert [event.get("line") for event in out] == [None, 3, None, 5]


def test_cleaning_works_with_the_word_lists_and_limits_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "legal.txt").write_text("printed by the harbour press\n", "utf-8")
    story = {**STORY, "body": f"{BODY}\nPrinted by the Harbour Press"}
    short = {**STORY, "id": "2", "body": "Printed by the Harbour Press"}
    for too_little, last in (("keep", short["body"]), ("reject", "too_little_text")):
        settings = load_settings(wordlists=tmp_path, minimum_text=20, too_little=too_little)
        out = [orjson.loads(line) for line in run_stage("cleaning", settings, lines(story, short))]
        assert out[0]["text"] == BODY
        told = out[1]["text"] if too_little == "keep" else out[1]["dead"]["reason"]
        assert told == last


def test_dedup_names_the_verdict_of_each_event_whichever_topic_it_would_go_to() -> None:
    clean = through("cleaning", lines(STORY, {**STORY, "source": "other"}, STORY))
    verdicts = [orjson.loads(line)["story"] for line in through("dedup", clean)]
    assert [story["verdict"] for story in verdicts] == ["new", "exact", "exact"]
    assert verdicts[1]["of"] == "wire:1"


def test_dedup_says_what_an_update_changed_and_quotes_the_agency_of_the_settings() -> None:
    events = [STORY, {**STORY, "source": "north"}, {**STORY, "body": f"{BODY}\nخبر جديد."}]
    clean = through("cleaning", lines(*events))
    settings = load_settings(agencies="Other Agency, North")
    out = [orjson.loads(line)["story"] for line in run_stage("dedup", settings, clean)]
    assert [story["verdict"] for story in out] == ["new", "exact", "update"]
    assert (out[2]["added"], out[2]["removed"]) == (["خبر جديد."], [])
    assert [story["canonical"] for story in out] == ["wire:1", "north:1", "north:1"]


def test_alerting_writes_a_line_for_each_alert_and_none_for_silence() -> None:
    quiet = {
        **STORY,
        "id": "2",
        "title": "معرض للزهور",
        "body": "افتتح في المدينة معرض للزهور. " * 5,
    }
    tagged = through("tagging", through("dedup", through("cleaning", lines(STORY, quiet))))
    alerts = [orjson.loads(line) for line in through("alerting", tagged)]
    assert [alert["article"]["uid"] for alert in alerts] == ["wire:1"]
    [alert] = alerts
    assert alert["rule"]["id"] == "daesh-operations-iraq"
    whole = orjson.loads(tagged[0])
    text = whole["title"] + "\n" + whole["text"]
    for highlight in alert["why"]["highlights"]:
        assert text[highlight["start"] : highlight["end"]] == highlight["text"]


@pytest.mark.parametrize("stage", ["cleaning", "dedup", "tagging", "alerting"])
def test_bad_lines_stop_no_filter(stage: str) -> None:
    bad = [b"\xff\xfe\n", b"[1]\n", b"{}\n", b'{"uid": 7, "title": null}\n', b"[" * 100_000 + b"\n"]
    out = [orjson.loads(line) for line in through(stage, bad)]
    assert [event["line"] for event in out] == [1, 2, 3, 4, 5]
    assert all(event["dead"]["detail"] for event in out)


def test_the_pipe_gives_the_tagged_article_with_its_alerts(tmp_path: Path) -> None:
    story = tmp_path / "wire.jsonl.gz"
    story.write_bytes(gzip.compress(b"".join(lines(STORY, STORY, {"id": "x"}))))
    told = subprocess.run(
        [sys.executable, "-m", "agents.cli", "pipe", str(story)],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout
    article, copy, broken = [orjson.loads(line) for line in told.splitlines()]
    assert article["text"] == BODY
    assert [alert["rule"]["id"] for alert in article["alerts"]] == ["daesh-operations-iraq"]
    assert {entity["id"] for entity in article["entities"]} >= {"country:IQ", "org:daesh"}
    assert copy["story"]["verdict"] == "exact"
    assert broken["dead"]["reason"] == "missing_field"
