"""Dedup's state over kills, rebalances and retention: the answers are those of an undisturbed run.

The undisturbed run is one worker that never restarts. Whatever else happens to the others, they
must decide every article as it does, each time they decide it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import metrics
from agents.dedup import DedupHop
from agents.delivery import Send
from agents.headers import NUMBERS
from agents.inbox import Record
from agents.settings import load_settings
from agents.shard import Shard
from pipeline.outcome import Event
from tests.decision_log import Log
from tests.records import record

ROADS = """The ring road at {} was closed for {} days after the river rose, the roads office said.
Lorries are sent over the old bridge and buses over the hills. Farmers brought sand and {} tractors
to raise the bank where it had given way, and a school took in families from the low streets. The
office expects to open two lanes by the end of the week if no more rain comes from the west, and
has asked drivers to leave the shoulder to ambulances until then."""
HARVEST = "قال وزير الزراعة إن محصول القمح في {} يفوق محصول العام الماضي بفضل أمطار الربيع {}"
TEXTS = [
    *(ROADS.format(place, days, days + 2) for place in ("Lorn", "Tarek") for days in (3, 4)),
    ROADS.format("Lorn", 3, 5) + " The army sent a second bridge from its depot on the coast.",
    *(HARVEST.format(place, "وإن الحكومة ستشتري الفائض") for place in ("الشمال", "الجنوب")),
    "Rain.",
    "",
]
EVENTS = st.builds(
    lambda uid, title, text, version, published_at, url, categories: {
        "uid": uid,
        "source": uid[0],
        "title": title,
        "text": text,
        "version": version,
        "published_at": published_at,
        "url": url,
        "categories": categories,
    },
    uid=st.sampled_from([f"{source}:{number}" for source in "nsw" for number in range(5)]),
    title=st.sampled_from(["Ring road closed", "Corrected: ring road closed", ""]),
    text=st.sampled_from(TEXTS),
    version=st.sampled_from([None, None, 1, 2]),
    published_at=st.sampled_from(
        [None, "2026-02-01T10:00:00Z", "2026-02-02T10:00:00Z", "2014-05-01T00:00:00Z"]
    ),
    url=st.sampled_from([None, None, "https://www.example.org/roads"]),
    categories=st.sampled_from([[], [], ["weather"], ["roads", "floods"], ["economy"]]),
)
STREAM = st.lists(EVENTS, min_size=5, max_size=40)
LIMITS = st.sampled_from([1, 2, 4, 1000])
KEPT = 6


def records_of(stream: Sequence[Event], partition: int = 0) -> list[Record]:
    return [
        record(offset, orjson.dumps(event), topic="news.clean", partition=partition)
        for offset, event in enumerate(stream)
    ]


def hop_on(log: Log, limit: int, kept: int = KEPT) -> DedupHop:
    """Return a worker's hop whose window holds `limit` articles."""
    small = load_settings().model_copy(update={"dedup_window_articles": limit})
    return DedupHop(small, log, decisions_kept=kept)


async def decided(hop: DedupHop, records: Sequence[Record]) -> list[Sequence[Send]]:
    """Return what is sent for each record: its output and its entry for the log."""
    await hop.prepare(records)
    return [hop.decide(one, []).sends for one in records]


async def undisturbed(records: Sequence[Record], limit: int) -> list[Sequence[Send]]:
    hop = hop_on(Log(), limit)
    hop.reassigned({0})
    return await decided(hop, records)


@dataclass
class World:
    """A topic with its log, and the workers that take turns with it."""

    records: list[Record]
    limit: int
    log: Log = field(default_factory=Log)
    hops: list[DedupHop] = field(default_factory=list)
    committed: int = 0
    next: int = 0

    def hand_over(self, worker: int) -> None:
        """Give the partition to another worker, new or one that had it before."""
        for hop in self.hops:
            hop.reassigned(set())
        if worker >= len(self.hops):
            # Beside what is not committed there is a batch that was decided and not delivered.
            self.hops.append(hop_on(self.log, self.limit, 2 * KEPT))
        self.hops[min(worker, len(self.hops) - 1)].reassigned({0})
        self.next = self.committed

    async def work(self, worker: int, batch: int) -> list[Sequence[Send]]:
        records = self.records[self.next : self.next + batch]
        return await decided(self.hops[min(worker, len(self.hops) - 1)], records)


@settings(max_examples=150, deadline=None)
@given(STREAM, LIMITS, st.data())
def test_whoever_decides_after_whatever_kills_decides_as_the_undisturbed_run(
    stream: list[Event], limit: int, data: st.DataObject
) -> None:
    """A worker is killed when any part of a batch was logged and any part of it committed."""

    async def scene() -> None:
        world = World(records_of(stream), limit)
        expected = await undisturbed(world.records, limit)
        kills = data.draw(st.lists(st.integers(0, 3), max_size=8), "who comes next")
        while world.committed < len(stream):
            worker = kills.pop() if kills else 0
            world.hand_over(worker)
            while world.next < len(stream):
                sends = await world.work(worker, KEPT - data.draw(st.integers(0, KEPT - 1)))
                assert sends == expected[world.next : world.next + len(sends)]
                lost = data.draw(st.integers(0, len(sends)), "not logged") if kills else 0
                world.log.append(*(entry for _, entry in sends[: len(sends) - lost]))
                if lost:
                    break  # killed before the batch was delivered
                world.next += len(sends)
                # What is delivered and not committed never exceeds the decisions kept.
                most = min(world.next - world.committed, KEPT)
                world.committed = world.next - data.draw(st.integers(0, most), "not committed")
                killed = bool(kills) and data.draw(st.booleans(), "killed")
                if killed:
                    break
            else:
                world.committed = len(stream)

    asyncio.run(scene())


@settings(max_examples=150, deadline=None)
@given(STREAM, LIMITS, st.data())
def test_a_shard_that_calls_itself_whole_answers_as_if_it_had_read_the_whole_log(
    stream: list[Event], limit: int, data: st.DataObject
) -> None:
    async def scene() -> None:
        records = records_of(stream)
        expected = await undisturbed(records, limit)
        cut = data.draw(st.integers(0, len(stream)), "killed after")
        log = Log()
        log.append(*(entry for _, entry in expected[:cut]))
        # The last of them were decided twice, as after a kill before the commit.
        again = data.draw(st.integers(0, min(cut, KEPT)), "decided twice")
        log.append(*(entry for _, entry in expected[cut - again : cut]))
        log.begin = data.draw(st.integers(0, len(log.entries)), "retention left")
        hop = hop_on(log, limit)
        hop.reassigned({0})
        await hop.prepare(records[:1])
        shard = hop.shards[0]
        if log.begin == 0:
            assert shard.is_whole()
        if not shard.taken or not shard.is_whole():
            return
        assert shard.missing() == 0
        begin = cut - data.draw(st.integers(0, min(cut, KEPT)), "asked again")
        assert await decided(hop, records[begin:]) == expected[begin:]

    asyncio.run(scene())


def distinct(number: int) -> list[Event]:
    """Return so many articles with nothing in common."""
    return [
        {"uid": f"n:{one}", "source": "n", "title": f"Title {one}", "text": f"word{one} " * 3}
        for one in range(number)
    ]


def test_only_the_end_of_a_long_log_is_read() -> None:
    async def scene() -> None:
        records = records_of(distinct(200))
        log = Log()
        log.append(*(entry for _, entry in await undisturbed(records, 16)))
        hop = hop_on(log, 16)
        hop.reassigned({0})
        await hop.prepare(records[:1])
        assert log.reads == [200 - 18 - KEPT]
        assert hop.shards[0].is_whole()
        assert hop.shards[0].remembered == 200

    asyncio.run(scene())


def test_a_log_that_only_repeats_itself_at_the_end_is_read_further_back() -> None:
    async def scene() -> None:
        records = records_of([*distinct(40), *distinct(1) * 60])
        log = Log()
        expected = await undisturbed(records, 16)
        log.append(*(entry for _, entry in expected))
        hop = hop_on(log, 16)
        hop.reassigned({0})
        await hop.prepare(records[:1])
        assert log.reads == [100 - 24, 100 - 48, 100 - 96]
        assert len(hop.shards[0].window) == 16

    asyncio.run(scene())


def test_what_the_logs_retention_took_from_the_window_is_told() -> None:
    async def scene() -> None:
        records = records_of(distinct(30))
        log = Log(begin=20)
        log.append(*(entry for _, entry in await undisturbed(records, 16)))
        hop = hop_on(log, 16)
        hop.reassigned({0})
        await hop.prepare(records[:1])
        assert hop.shards[0].missing() == 6
        found = metrics.REGISTRY.get_sample_value(
            "barq_dedup_window_missing_articles", {"partition": "0"}
        )
        assert found == 6
        assert log.reads == [20]

    asyncio.run(scene())


def test_an_entry_that_cannot_be_read_costs_only_itself() -> None:
    async def scene() -> None:
        records = records_of(distinct(10))
        log = Log()
        log.append(*(entry for _, entry in await undisturbed(records, 16)))
        log.entries[3].value = b"damaged"
        log.entries[5].headers = [(NUMBERS, b"five/5")]
        hop = hop_on(log, 16)
        hop.reassigned({0})
        await hop.prepare(records[:1])
        known = [hop.shards[0].window.article(f"n:{one}") is not None for one in range(10)]
        assert known == [one not in {3, 5} for one in range(10)]
        assert (hop.shards[0].remembered, hop.shards[0].missing()) == (10, 2)

    asyncio.run(scene())


def test_a_topic_that_was_made_anew_is_judged_anew() -> None:
    """Its offsets begin again, and the decisions at these offsets were about other articles."""

    async def scene() -> None:
        before, after = distinct(8)[:4], distinct(8)[4:]
        log = Log()
        log.append(*(entry for _, entry in await undisturbed(records_of(before), 16)))
        hop = hop_on(log, 16)
        hop.reassigned({0})
        again = await decided(hop, records_of([after[0], before[1], *after[1:]]))
        assert [send.key for send, _ in again] == [b"n:4", b"n:1", b"n:5", b"n:6", b"n:7"]
        assert [send.topic for send, _ in again] == ["news.unique"] * 5

    asyncio.run(scene())


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS.filter(lambda event: event["published_at"] is not None), max_size=40),
       st.integers(2, 5), st.data())  # fmt: skip
def test_decisions_do_not_depend_on_how_many_partitions_and_workers_there_are(
    stream: list[Event], partitions: int, data: st.DataObject
) -> None:
    """A language's articles share a partition, wherever it lies and whatever else is in it."""
    languages = ["ar", "en", "und"]

    def in_language(event: Event) -> tuple[str, Event]:
        language = "ar" if "ق" in event["text"] else "en" if len(event["text"]) > 9 else "und"
        return language, {**event, "uid": f"{event['uid']}-{language}", "url": None}

    events = [in_language(event) for event in stream]
    place = {one: data.draw(st.integers(0, partitions - 1), one) for one in languages}

    async def scene() -> None:
        together = await undisturbed(records_of([event for _, event in events]), 1000)
        logs = [Log() for _ in range(partitions)]
        hops = [hop_on(log, 1000) for log in logs]
        for number, hop in enumerate(hops):
            hop.reassigned({number})
        for number, (language, event) in enumerate(events):
            partition = place[language]
            one = record(number, orjson.dumps(event), topic="news.clean", partition=partition)
            [(output, _)] = await decided(hops[partition], [one])
            assert output == together[number][0]

    asyncio.run(scene())


@pytest.mark.parametrize("position", [0, 3])
def test_a_repeated_decision_is_sent_with_the_numbers_that_it_had(position: int) -> None:
    async def scene() -> None:
        records = records_of(distinct(6))
        hop = hop_on(Log(), 16)
        hop.reassigned({0})
        first = await decided(hop, records)
        assert await decided(hop, records[position:]) == first[position:]
        assert len(hop.shards[0].window) == 6

    asyncio.run(scene())


def read_from(log: Log, begin: int, limit: int) -> Shard:
    """Return a shard that has read a log from an offset on."""
    small = load_settings().model_copy(update={"dedup_window_articles": limit})
    shard = Shard(small, KEPT, begin)
    shard.read(log.entries[begin:])
    return shard


def test_a_shard_is_whole_with_a_full_window_and_all_decisions_that_are_kept() -> None:
    async def scene() -> None:
        log = Log()
        log.append(*(entry for _, entry in await undisturbed(records_of(distinct(40)), 16)))
        for limit, entries in ((16, 16), (3, KEPT)):
            assert read_from(log, 40 - entries, limit).is_whole()
            assert not read_from(log, 40 - entries + 1, limit).is_whole()
        assert read_from(log, 0, 100).is_whole()

    asyncio.run(scene())


def test_a_log_that_was_written_twice_is_remembered_once() -> None:
    async def scene() -> None:
        log = Log()
        sends = await undisturbed(records_of(distinct(20)), 100)
        log.append(*(entry for _, entry in sends), *(entry for _, entry in sends))
        shard = read_from(log, 0, 100)
        assert (len(shard.window), shard.remembered, shard.taken) == (20, 20, 20)

    asyncio.run(scene())


def test_a_redelivery_that_was_decided_twice_counts_once() -> None:
    async def scene() -> None:
        log = Log()
        sends = await undisturbed(records_of([*distinct(5), *distinct(5)[4:] * 3]), 2)
        entries = [entry for _, entry in sends]
        log.append(*entries, *entries[5:])
        assert read_from(log, 2, 2).taken == KEPT
        assert not read_from(log, 3, 2).is_whole()

    asyncio.run(scene())


def test_a_new_shard_knows_nothing_and_lacks_nothing() -> None:
    shard = Shard(load_settings(), KEPT)
    assert shard.is_whole()
    assert shard.missing() == 0
