"""The audit over topics in memory: what left a trace is accounted for, what did not is named."""

import io
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from prometheus_client import CollectorRegistry, Counter, Gauge
from rich.console import Console

from agents import metrics
from agents.audit import Auditor, Lost, near
from agents.auditor import Page, print_as_json, print_for_people
from agents.clients import BrokerMissing
from agents.reading import Bounds, Record
from agents.scrape import Balance
from agents.settings import load_settings
from pipeline import letters
from tests.topics_in_memory import RAW, Topics

SETTINGS = load_settings(topic_prefix="news.")


def audited(topics: Topics, since: float | None = None) -> Auditor:
    auditor = Auditor(SETTINGS, since)
    auditor.audit(topics)
    return auditor


def cleaning(auditor: Auditor) -> Balance:
    return auditor.balances()[0]


def lost(auditor: Auditor) -> list[int]:
    return [offset for _, _, offset in auditor.unaccounted()]


def test_every_way_of_ending_is_counted_under_its_stage() -> None:
    topics = Topics()
    for bare in ("raw", "raw", "raw", "raw", "raw", "clean", "tagged", "matches"):
        topics.add(bare)
    topics.output("clean", "news.raw/0/0")
    topics.output("dead", "news.raw/0/1", b"x", (letters.REASON, b"not_json"))
    topics.trail("held", 2)
    topics.trail("dropped:spiked", 3)
    topics.trail("out", 4)
    topics.output("duplicates", "news.clean/0/0", b'{"story":{"verdict":"near"}}')
    topics.output("alerts", "news.matches/0/0")
    for bare in ("raw", "matches"):
        topics.commit(place=TopicPartition(f"news.{bare}", 0))
    topics.commit(1, TopicPartition("news.clean", 0))
    assert [one.as_dict() for one in audited(topics).balances()] == [
        Balance("cleaning", 5, 2, {"spiked": 1}, {}, 1, {"not_json": 1}).as_dict(),
        Balance("dedup", 1, 0, {}, {"near": 1}, 0, {}).as_dict(),
        Balance("tagging").as_dict(),
        Balance("alerting").as_dict(),
        Balance("announcing", 1, 1).as_dict(),
    ]


def test_a_record_below_the_commit_that_left_no_trace_is_named() -> None:
    topics = Topics()
    for ident in ("a", "b", "c", "d"):
        topics.article(ident)
    topics.output("clean", "news.raw/0/0")
    topics.commit(3)
    auditor = Auditor(SETTINGS)
    assert auditor.audit(topics) == {RAW: [(1, 2)]}
    assert cleaning(auditor).as_dict() == Balance("cleaning", 3, 1).as_dict()
    assert auditor.name(topics, 1) == [Lost("cleaning", "news.raw", 0, 1, "wire:b")]
    assert [one.uid for one in auditor.name(topics, 9)] == ["wire:b", "wire:c"]
    assert auditor.audit(topics) == {}, "it is told once"
    assert lost(auditor) == [1, 2]


def test_a_record_that_cannot_be_read_is_named_by_its_place() -> None:
    topics = Topics()
    topics.add("raw", b"\xff\x00")
    topics.add("raw", b'{"id":1,"source":[]}')
    topics.commit()
    named = audited(topics).name(topics, 9)
    assert [(one.offset, one.uid) for one in named] == [(0, None), (1, None)]


def test_offsets_without_a_record_are_not_missing() -> None:
    topics = Topics()
    for turn in range(3000):
        topics.output("clean", f"news.raw/0/{topics.article()}")
        if turn % 3 == 0:
            topics.add_marker("raw")
    topics.commit()
    assert cleaning(audited(topics)).as_dict() == Balance("cleaning", 3000, 3000).as_dict()


def test_a_group_that_never_committed_has_read_nothing() -> None:
    topics = Topics()
    topics.output("clean", f"news.raw/0/{topics.article()}")
    assert cleaning(audited(topics)).taken == 0


def test_a_record_that_is_read_again_after_all_is_no_longer_missing() -> None:
    topics = Topics()
    topics.article()
    topics.commit()
    auditor = audited(topics)
    assert lost(auditor) == [0]
    topics.trail("dropped:withheld", 0)
    auditor.audit(topics)
    assert lost(auditor) == []
    assert cleaning(auditor).dropped == {"withheld": 1}


def test_what_is_delivered_again_counts_once() -> None:
    topics = Topics()
    topics.article()
    topics.output("clean", "news.raw/0/0")
    topics.commit()
    auditor = audited(topics)
    topics.output("clean", "news.raw/0/0")
    topics.trail("dropped:withheld", 0)
    auditor.audit(topics)
    assert cleaning(auditor).as_dict() == Balance("cleaning", 1, 1).as_dict()


def test_each_trace_is_read_once() -> None:
    topics = Topics()
    auditor = Auditor(SETTINGS)
    for _ in range(5):
        topics.output("clean", f"news.raw/0/{topics.article()}")
        topics.commit()
        auditor.audit(topics)
    assert topics.read == 5
    assert cleaning(auditor).out == 5


FORGED: list[Callable[[Topics], object]] = [
    lambda t: t.output("tagged", "news.raw/0/0"),  # a topic that cleaning does not write
    lambda t: t.output("clean", "news.unique/0/0"),
    lambda t: t.output("clean", "news.raw/1/0"),
    lambda t: t.output("clean", "news.raw/0/-0"),
    lambda t: t.output("clean", "news.raw/0/" + "9" * 400),
    lambda t: t.output("clean", "news.raw/0"),
    lambda t: t.output("clean", ""),
    lambda t: t.output("clean", "news.nothing/0/0"),
    lambda t: t.add("clean", b"{}", [("barq-source", None)]),
    lambda t: t.add("clean"),
    lambda t: t.trail("held", 0, hop="dedup"),
    lambda t: t.add("trail", b"{}"),
    lambda t: t.add("trail", b"\xff"),
]


@pytest.mark.parametrize("forge", FORGED)
def test_what_is_no_trace_proves_nothing(forge: Callable[[Topics], object]) -> None:
    topics = Topics()
    topics.article()
    forge(topics)
    topics.commit()
    assert lost(audited(topics)) == [0]


def test_an_ending_that_barq_does_not_know_is_counted_without_its_words() -> None:
    topics = Topics()
    for bare in ("raw", "clean", "clean", "clean"):
        topics.add(bare)
    topics.output("dead", "news.raw/0/0", b"x", (letters.REASON, b"\x1b[31m"))
    for n, value in enumerate((b"{broken", b'{"story":[]}', b'{"story":{"verdict":["near"]}}')):
        topics.output("duplicates", f"news.clean/0/{n}", value)
    topics.commit()
    topics.commit(3, TopicPartition("news.clean", 0))
    first, second, *_ = audited(topics).balances()
    assert first.dead == {"unreadable": 1}
    assert second.duplicates == {"unreadable": 3}


class TestRetention:
    def test_what_is_older_than_the_traces_that_are_left_is_unknown(self) -> None:
        topics = Topics()
        for number in range(10):
            topics.clock += 60
            topics.article()
            if number != 8:
                topics.output("clean", f"news.raw/0/{number}")
        topics.commit()
        topics.cut("clean", 5)
        auditor = audited(topics)
        assert (auditor.unknown_of("cleaning"), auditor.unknown_of("dedup")) == (5, 0)
        assert lost(auditor) == [8]
        assert cleaning(auditor).as_dict() == Balance("cleaning", 5, 4).as_dict()

    def test_records_that_are_no_longer_kept_are_not_missed(self) -> None:
        topics = Topics()
        for _ in range(3):
            topics.article()
        topics.commit()
        auditor = audited(topics)
        assert lost(auditor) == [0, 1, 2]
        topics.cut("raw", 2)
        auditor.audit(topics)
        assert lost(auditor) == [2]
        assert lost(audited(topics)) == [2]

    def test_traces_that_were_removed_while_the_auditor_was_away_are_not_missed(self) -> None:
        topics = Topics()
        topics.output("clean", f"news.raw/0/{topics.article()}")
        topics.commit()
        auditor = audited(topics)
        for _ in range(4):
            topics.clock += 60
            topics.output("clean", f"news.raw/0/{topics.article()}")
        topics.commit()
        topics.cut("clean", 3)
        auditor.audit(topics)
        assert lost(auditor) == []
        assert auditor.unknown_of("cleaning") == 2

    def test_a_topic_that_was_made_anew_has_a_new_account(self) -> None:
        topics = Topics()
        for _ in range(5):
            topics.output("clean", f"news.raw/0/{topics.article()}")
        topics.commit()
        auditor = audited(topics)
        for bare in ("raw", "clean"):
            topics.logs[TopicPartition(f"news.{bare}", 0)] = []
        topics.article("new")
        topics.commit()
        assert auditor.audit(topics) == {RAW: [(0, 0)]}


class TestSince:
    def test_only_what_was_written_since_is_audited(self) -> None:
        topics = Topics()
        topics.article("old")
        topics.clock += 3600
        topics.article("new")
        topics.commit()
        auditor = audited(topics, topics.clock)
        assert lost(auditor) == [1]
        assert cleaning(auditor).taken == 1
        assert auditor.unknown_of("cleaning") == 0

    def test_a_trace_of_a_worker_whose_clock_is_hours_behind_is_found(self) -> None:
        topics = Topics()
        topics.article()
        topics.commit()
        since = topics.clock
        topics.clock -= 7200
        topics.output("clean", "news.raw/0/0")
        assert lost(audited(topics, since)) == []

    def test_what_lies_long_before_is_read_only_if_something_is_missing(self) -> None:
        topics = Topics()
        for _ in range(50):
            topics.output("clean", f"news.raw/0/{topics.article()}")
        topics.clock += 7200
        topics.output("clean", f"news.raw/0/{topics.article()}")
        topics.add_marker("raw")
        topics.commit()
        assert cleaning(audited(topics, topics.clock)).out == 1
        assert topics.read == 1
        topics.article()
        topics.commit()
        assert lost(audited(topics, topics.clock)) == [52]


@pytest.mark.parametrize("fails_at", range(1, 5))
def test_an_audit_that_the_broker_broke_off_is_made_again_without_false_alarm(
    fails_at: int,
) -> None:
    topics = Topics()
    topics.output("clean", f"news.raw/0/{topics.article()}")
    topics.add_marker("raw")
    topics.article("lost")
    topics.commit()
    auditor = Auditor(SETTINGS, topics.clock)
    original, calls = topics.records, 0

    def records(bounds: Bounds) -> Iterator[Record]:
        nonlocal calls
        calls += 1
        topics.fails = int(calls == fails_at)
        return original(bounds)

    topics.records = records  # type: ignore[method-assign]
    for _ in range(2):
        try:
            auditor.audit(topics)
        except BrokerMissing:
            continue
    auditor.audit(topics)
    assert lost(auditor) == [2]
    assert cleaning(auditor).as_dict() == Balance("cleaning", 2, 1).as_dict()


FATES = st.sampled_from(["out", "dropped", "held", "dead", "lost", "marker"])


@given(st.lists(st.tuples(FATES, st.booleans(), st.booleans())))
def test_whenever_it_audits_it_counts_what_happened(
    wire: list[tuple[str, bool, bool]],
) -> None:
    topics, auditor = Topics(), Auditor(SETTINGS)
    expected = dict.fromkeys(("out", "dropped", "held", "dead", "lost", "marker"), 0)
    for fate, commits, audits in [*wire, ("out", True, True)]:
        expected[fate] += 1
        if fate == "marker":
            topics.add_marker("raw")
        else:
            at = topics.article()
            match fate:
                case "out":
                    topics.output("clean", f"news.raw/0/{at}")
                case "dropped":
                    topics.trail("dropped:withheld", at)
                case "held":
                    topics.trail("held", at)
                case "dead":
                    topics.output("dead", f"news.raw/0/{at}", b"", (letters.REASON, b"empty"))
        if commits:
            topics.commit()
        if audits:
            auditor.audit(topics)
    found = cleaning(auditor)
    assert found.taken == sum(expected.values()) - expected["marker"]
    assert (found.out, found.held) == (expected["out"], expected["held"])
    assert sum(found.dropped.values()) == expected["dropped"]
    assert sum(found.dead.values()) == expected["dead"]
    assert found.unaccounted == expected["lost"]


def test_ranges_near_each_other_are_read_in_one_go() -> None:
    assert near([(0, 0), (5, 9), (1009, 1009), (5000, 5001)]) == [(0, 1010), (5000, 5002)]
    assert near([]) == []


class TestPrinted:
    def console(self) -> Console:
        return Console(width=150, file=io.StringIO(), record=True, soft_wrap=True)

    def auditor(self) -> tuple[Auditor, list[Lost]]:
        topics = Topics()
        for number in range(4):
            topics.clock += 60
            topics.add("raw", b'{"uid":"[red]\\u001b[31mwire:%d"}' % number)
            topics.output("clean", "news.none/0/0")
        topics.add("trail", b"{}")
        topics.commit()
        topics.cut("clean", 1)
        auditor = audited(topics)
        return auditor, auditor.name(topics, 2)

    def test_for_people_with_the_lost_by_name_and_what_is_unknown(self) -> None:
        console = self.console()
        print_for_people(*self.auditor(), console)
        text = console.export_text()
        assert "3 unaccounted" in text
        assert "cleaning: unaccounted: news.raw/0/1 [red][31mwire:1" in text
        assert "\x1b" not in text
        assert "1 more are unaccounted" in text
        assert "cleaning: 1 older offsets are unknown" in text
        assert "1 records of news.trail are no entries" in text

    def test_for_programs(self) -> None:
        console = self.console()
        print_as_json(*self.auditor(), console)
        text = console.export_text()
        assert '"unknown": 1' in text
        assert '"offset": 1' in text
        assert '"unreadable": 1' in text


def test_the_metrics_follow_the_audits(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = CollectorRegistry()
    for name, made in (
        ("UNACCOUNTED", Gauge("barq_unaccounted_records", "", ["stage"], registry=registry)),
        ("AUDITED", Counter("barq_audited_records", "", ["stage", "ending"], registry=registry)),
        ("LAST_AUDIT", Gauge("barq_last_audit", "", ["stage"], registry=registry)),
    ):
        monkeypatch.setattr(metrics, name, made)
    page = Page()
    for balance in (
        Balance("cleaning", 3, 2),
        Balance("cleaning", 9, 5, {"withheld": 2}, {}, 1, {"empty": 1}),
        Balance("cleaning", 1, 1),  # the topic was made anew
        Balance("cleaning", 2, 2),
    ):
        page.export([balance], 1_770_000_000.0)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, {"stage": "cleaning", **labels})

    assert value("barq_audited_records_total", ending="out") == 6
    assert value("barq_audited_records_total", ending="dropped") == 2
    assert value("barq_audited_records_total", ending="held") == 1
    assert value("barq_audited_records_total", ending="dead") == 1
    assert value("barq_unaccounted_records") == 0
    assert value("barq_last_audit") == 1_770_000_000.0
