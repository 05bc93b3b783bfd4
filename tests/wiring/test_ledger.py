"""The ledger of the drills finds what is wrong: a run without a broker, and then with one flaw."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import orjson
import pytest

from agents.headers import FED_AT, SOURCE
from agents.newsroom import load_rules
from agents.reading import Record
from agents.settings import Settings, load_settings
from pipeline import codec, letters
from pipeline.alerting import announce, match
from pipeline.cleaning import CleaningOptions, clean
from pipeline.dedup import judge, outcome, sources_update
from pipeline.entry import NOWHERE
from pipeline.letters import Letter
from pipeline.outcome import Duplicate, Event, Keep, Reject
from pipeline.window import Window
from tests.faults import ledger
from tests.faults.ledger import Ledger, Moment, Verdict
from tests.faults.wire import Wire

RULE = """
id: alarm
query: داعش
severity: high
desk: security
"""
PARTITIONS = 2
Topics = dict[str, list[Record]]


class Run:
    """The pure stages over a wire, one record after the other, as topics in memory."""

    def __init__(self, settings: Settings, lines: int) -> None:
        self.settings = settings
        self.topics: Topics = defaultdict(list)
        self.book = load_rules(settings)
        self.windows: dict[int, Window] = defaultdict(lambda: Window(72, 1000))
        wire = Wire(1, most=lines, poison=0.05)
        while line := wire.readline():
            self.feed(line[:-1])

    def put(self, bare: str, key: bytes, value: bytes, cause: Record | None) -> Record:
        """Append a record to a topic."""
        source = [] if cause is None else [(SOURCE, cause.place.encode())]
        record = Record(
            topic=self.settings.topics.name(bare),
            partition=crc32(key) % PARTITIONS,
            offset=len(self.topics[bare]),
            timestamp=0,
            key=key,
            value=value,
            headers=[*source, (FED_AT, b"1770000000000")],
        )
        self.topics[bare].append(record)
        return record

    def feed(self, line: bytes) -> None:
        """Take one line through all stages."""
        raw = self.put("raw", line[:40], line, None)
        try:
            [event] = kept(clean(codec.decode(line), CleaningOptions()))
        except Reject as refusal:
            self.bury(raw, refusal)
            return
        record = self.put("clean", event["language"]["code"].encode(), codec.encode(event), raw)
        window = self.windows[record.partition]
        entry = judge(event, window, record.offset)
        window.apply(entry)
        earlier = None
        if entry.earlier != NOWHERE:
            earlier = codec.decode(self.topics["clean"][entry.earlier].value)
        judged = outcome(event, entry, earlier)
        if isinstance(judged, Duplicate):
            key = event["uid"].encode()
            self.put("duplicates", key, codec.encode(judged.value), record)
            if earlier is not None:
                self.carry_on(sources_update(earlier, entry), record)
            return
        [value] = kept(judged)
        self.carry_on(value, record)

    def carry_on(self, value: Event, record: Record) -> None:
        """Take what dedup keeps through tagging and alerting."""
        key = value["uid"].encode()
        unique = self.put("unique", key, codec.encode(value), record)
        tagged = value | {"entities": []}
        self.alert(tagged, self.put("tagged", key, codec.encode(tagged), unique))

    def alert(self, event: Event, tagged: Record) -> None:
        """Match and announce one tagged article."""
        at = datetime.fromtimestamp(1770000000, UTC).isoformat()
        found = match(event, self.book, at)
        for one in found.values if isinstance(found, Keep) else ():
            matched = self.put("matches", one["rule"]["id"].encode(), codec.encode(one), tagged)
            [alert] = kept(announce(one))
            for sink in ("alerts", f"alerts.{one['rule']['desk']}"):
                self.put(sink, one["rule"]["id"].encode(), codec.encode(alert), matched)

    def bury(self, raw: Record, refusal: Reject) -> None:
        """Write a dead letter."""
        letter = Letter(
            "cleaning", refusal.reason, "Reject", "", raw.topic, raw.partition, raw.offset, "", ""
        )
        dead = self.put("dead", raw.key or b"", raw.value or b"", raw)
        self.topics["dead"][-1] = replace(dead, headers=list(letters.to_headers(letter)))


def kept(found: object) -> tuple[Event, ...]:
    """Return what a stage carried on."""
    assert isinstance(found, Keep)
    return found.values


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "alarm.yaml").write_text(RULE, "utf-8")
    return Run(load_settings(rules=tmp_path / "rules"), 400)


def verdict_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """Return the ledger's verdict on a run."""
    return closed(run, monkeypatch).verdict


def closed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Return the ledger of a run."""
    prefix = run.settings.topic_prefix
    monkeypatch.setattr(
        ledger, "scan", lambda _, topics: iter(run.topics[topics[0].removeprefix(prefix)])
    )
    book = Ledger(run.settings)
    book.close()
    return book


def test_a_run_that_nothing_disturbs_has_no_faults(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = verdict_on(run, monkeypatch)
    assert verdict.faults() == {}
    assert verdict.fed == 400
    assert verdict.alarmed > 0
    assert verdict.dead.total() > 0
    assert {"new", "update", "exact", "near"} <= verdict.verdicts.keys()
    assert set(verdict.repeated.values()) == {0}


@pytest.mark.parametrize(
    ("bare", "faults"),
    [
        ("clean", {"lost", "unaccounted", "undue", "misjudged"}),
        ("unique", {"unaccounted", "undue"}),
        ("tagged", {"lost", "unaccounted", "undue"}),
        ("duplicates", {"lost", "unaccounted"}),
        ("dead", {"unaccounted"}),
        ("matches", {"unaccounted", "undue"}),
        ("alerts", {"unaccounted", "unalerted"}),
        ("alerts.security", {"unaccounted"}),
    ],
)
def test_a_record_that_is_missing_is_found_in_whichever_topic(
    run: Run, monkeypatch: pytest.MonkeyPatch, bare: str, faults: set[str]
) -> None:
    del run.topics[bare][0]
    assert verdict_on(run, monkeypatch).faults().keys() & faults


def again(run: Run, bare: str, **changes: object) -> None:
    """Deliver the first record of a topic again at its end, with changes to its event."""
    first = run.topics[bare][0]
    event = codec.decode(first.value) | changes
    offset = len(run.topics[bare])
    run.topics[bare].append(replace(first, offset=offset, value=orjson.dumps(event)))


@pytest.mark.parametrize("bare", ["duplicates", "alerts.security"])
def test_a_repetition_that_says_the_same_is_counted_and_no_fault(
    run: Run, monkeypatch: pytest.MonkeyPatch, bare: str
) -> None:
    again(run, bare)
    verdict = verdict_on(run, monkeypatch)
    assert verdict.faults() == {}
    assert sum(verdict.repeated.values()) == 1


def test_a_repetition_that_says_otherwise_is_a_fault(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(run, "alerts.security", matched_at="2030-01-01T00:00:00Z")
    assert verdict_on(run, monkeypatch).faults() == {"changed": 1}


def test_an_alert_under_two_ids_is_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    again(run, "alerts", alert_id="another")
    assert verdict_on(run, monkeypatch).faults() == {"changed": 1, "renamed": 1}


def test_a_decision_of_dedup_that_luck_made_is_a_fault(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run.topics["duplicates"][0]
    event = codec.decode(first.value)
    story = event["story"] | {"of": "another:survivor"}
    run.topics["duplicates"][0] = replace(first, value=orjson.dumps(event | {"story": story}))
    assert verdict_on(run, monkeypatch).faults() == {"misjudged": 1}


def test_a_version_that_is_overtaken_is_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [n for n, r in enumerate(run.topics["tagged"]) if b'"version":2' in r.value]  # type: ignore[operator]
    moved = run.topics["tagged"].pop(versions[0] - 1)
    run.topics["tagged"].insert(versions[0], moved)
    assert "disordered" in verdict_on(run, monkeypatch).faults()


def test_in_flight_is_what_was_out_and_not_committed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = closed(run, monkeypatch)
    unique = run.settings.topics.name("unique")
    place = run.topics["unique"][0].partition
    later = [r for r in run.topics["unique"] if r.partition == place and r.offset >= 100]
    committed = dict.fromkeys([(unique, p) for p in range(PARTITIONS)], 10**6)
    committed[unique, place] = 100
    ends = dict.fromkeys([("tagged", p) for p in range(PARTITIONS)], 10**6)
    assert books.in_flight("tagging", Moment(committed, ends)) == len(later)
    none_out = dict.fromkeys(ends, 0)
    assert books.in_flight("tagging", Moment(committed, none_out)) == 0
