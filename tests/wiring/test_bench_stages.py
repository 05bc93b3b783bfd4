"""What the benchmark runs in every peer is what barq's own hops run."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agents.alerting import AnnouncingHop, MatchingHop
from agents.cleaning import CleaningHop
from agents.dedup import DedupHop
from agents.headers import FED_AT
from agents.hop import Hop
from agents.settings import Settings, load_settings
from agents.tagging import TaggingHop
from bench import stages
from bench.articles import key_of, make_wire
from bench.meter import Meter, read_meter
from bench.peers.job import Job, fed_at
from bench.systems import SYSTEMS, lock_of, locked_version
from pipeline.topology import DEDUP_LOG
from tests.conftest import CHECKOUT
from tests.decision_log import Log
from tests.records import record

Sent = tuple[str, bytes | None, bytes | None]
"""Topic without prefix, key, value."""
FED = 1_767_225_600.125


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings()


def by_hop(hop: Hop, source: str, records: Sequence[Sent]) -> list[Sent]:
    """Return what barq's hop sends for records of a topic, the log of decisions left out."""

    async def scene() -> Iterator[Sent]:
        hop.reassigned({0})
        stamp = [(FED_AT, b"%d" % (FED * 1000))]
        read = [
            record(number, value, topic=f"news.{source}", key=key, headers=stamp)
            for number, (_, key, value) in enumerate(records)
        ]
        await hop.prepare(read)
        sends = [send for one in read for send in hop.decide(one, []).sends]
        sends = await hop.complete(sends)
        return ((send.topic.removeprefix("news."), send.key, send.value) for send in sends)

    return [sent for sent in asyncio.run(scene()) if sent[0] != DEDUP_LOG]


def by_bench(decide: stages.Decide, records: Sequence[Sent]) -> list[Sent]:
    """Return what the benchmark's function gives for the same records."""
    return [
        (out.topic, out.key, out.value)
        for _, key, value in records
        for out in decide(value or b"", key, 0, FED)
    ]


def test_each_stage_function_sends_what_the_hop_of_barq_sends(settings: Settings) -> None:
    records: list[Sent] = [("raw", key_of(raw), raw) for raw in make_wire(250, seed=2)]
    hops: list[tuple[Hop, str, str]] = [
        (CleaningHop(settings), "cleaning", "raw"),
        (DedupHop(settings, Log()), "dedup", "clean"),
        (TaggingHop(settings), "tagging", "unique"),
        (MatchingHop(settings), "alerting", "tagged"),
        (AnnouncingHop(settings), "alerting", "matches"),
    ]
    for hop, stage, source in hops:
        mine = [one for one in records if one[0] == source]
        assert mine, f"nothing came into {source}"
        sent = by_hop(hop, source, mine)
        assert by_bench(stages.bind(stage)[source], mine) == sent
        records = sent


def test_a_refused_record_is_a_dead_letter_in_every_stage() -> None:
    for stage in ("cleaning", "dedup", "tagging", "alerting"):
        for decide in stages.bind(stage).values():
            assert decide(b"not json", b"k", 0, FED) == [stages.Out("dead", b"k", b"not json")]


def test_a_peer_reads_the_time_of_feeding_that_barq_writes() -> None:
    assert stages.FED_AT == FED_AT
    assert fed_at([("other", b"x"), (FED_AT, b"1767225600125")]) == FED
    assert fed_at(None) == 0.0


def test_the_stopwatch_counts_every_call_also_one_that_raises(tmp_path: Path) -> None:
    def decide(value: int) -> int:
        return 10 // value

    meter = Meter(tmp_path / "meter")
    timed = meter.timed(decide)
    assert timed(5) == 2
    with pytest.raises(ZeroDivisionError):
        timed(0)
    seconds, records = read_meter(tmp_path / "meter")
    assert records == 2
    assert seconds > 0
    assert read_meter(tmp_path / "absent") == (0.0, 0)


def test_an_order_is_the_same_after_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job("tagging", "127.0.0.1:9092", "x.", "barq-x-tagging", 0.25, "state", "meter", 1, ["a"])
    job.write(tmp_path / "job.json")
    monkeypatch.setattr("sys.argv", ["worker", str(tmp_path / "job.json")])
    assert Job.given() == job


def test_every_peer_has_the_libraries_of_the_stages_in_the_versions_of_barq() -> None:
    ours = (CHECKOUT / "requirements.lock").read_text("utf-8")
    peers = [system for system in SYSTEMS.values() if system.name != "barq"]
    for system in peers:
        theirs = lock_of(system).read_text("utf-8")
        for name in ("ahocorasick-rs", "lxml", "numpy", "orjson", "trafilatura"):
            assert locked_version(theirs, name) == locked_version(ours, name)
        assert locked_version(theirs, system.distribution)
