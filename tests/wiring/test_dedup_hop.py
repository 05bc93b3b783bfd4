"""Dedup over crashes: a record that comes again gets the decision it got before."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from agents.dedup import DedupHop
from agents.delivery import Send
from agents.inbox import Record
from agents.settings import Settings, load_settings
from pipeline.outcome import Duplicate, Outcome
from tests.decision_log import Log as DecisionLog
from tests.records import record

BODY = (
    "The harbour authority said on Monday that the northern quay would open to ships again. "
    "Repairs after the storm took eleven days, two fewer than had been planned, and the pilots "
    "will bring in the first tanker on Tuesday morning if the wind allows it."
)
OTHER = (
    "قال وزير الزراعة إن محصول القمح هذا العام يفوق محصول العام الماضي بفضل أمطار الربيع، "
    "وإن الحكومة ستشتري الفائض من المزارعين بسعر ثابت حتى نهاية الموسم في كل المحافظات."
)


@dataclass
class Log(DecisionLog):
    """The log topic in memory; also the reader of it and of the clean topic."""

    picked: list[int] = field(default_factory=list)
    kept_from: int = 0
    """Articles of the clean topic before this one are no longer kept."""

    async def pick(self, topic: str, partition: int, offsets: Iterable[int]) -> dict[int, bytes]:
        assert (topic, partition) == ("news.clean", 0)
        self.picked += offsets
        return {o: ARTICLES[o].value or b"" for o in offsets if o >= self.kept_from}


def article(offset: int, uid: str, body: str = BODY, **fields: object) -> Record:
    source, _, identity = uid.partition(":")
    event = {
        "id": identity,
        "source": source,
        "uid": uid,
        "title": "Quay opens to ships again",
        "text": body,
        "language": {"code": "en", "confidence": 1.0},
        "published_at": "2026-03-02T08:15:00+00:00",
        "removed": [],
        **fields,
    }
    return record(offset, orjson.dumps(event), topic="news.clean", key=b"en")


@pytest.fixture
def settings() -> Settings:
    return load_settings(dedup_window_articles=1000)


async def started(settings: Settings, log: Log) -> DedupHop:
    """Return a hop that has just been given partition 0 and has read its log."""
    hop = DedupHop(settings, log)
    hop.reassigned({0})
    return hop


async def decided(
    hop: DedupHop, records: Sequence[Record]
) -> list[tuple[Outcome, list[Send], Send]]:
    """Return each record's outcome, its outputs and its entry for the log."""
    await hop.prepare(records)
    outcomes = []
    sends: list[Send] = []
    for one in records:
        decision = hop.decide(one, [])
        outcomes.append(decision.outcome)
        sends += decision.sends
    outputs: list[list[Send]] = [[]]
    entries = []
    for send in await hop.complete(sends):
        if send.topic == "news.dedup.log":
            entries.append(send)
            outputs.append([])
        else:
            outputs[-1].append(send)
    return list(zip(outcomes, outputs[:-1], entries, strict=True))


def stories(outputs: Sequence[Send]) -> list[Any]:
    return [orjson.loads(send.value or b"")["story"] for send in outputs]


ARTICLES = [
    article(0, "wire:1"),
    article(1, "other:7"),
    article(2, "wire:2", OTHER),
    article(3, "third:9", OTHER),
    article(4, "wire:1", BODY.replace("eleven", "twelve"), version=2),
    article(5, "third:10", BODY, categories=["shipping"]),
]


WHOLE = list(ARTICLES)


def test_a_copy_of_another_source_goes_to_the_duplicates_and_names_its_survivor(
    settings: Settings,
) -> None:
    async def scene() -> None:
        results = await decided(await started(settings, Log()), ARTICLES)
        assert [[output.topic for output in outputs] for _, outputs, _ in results] == [
            ["news.unique"],
            ["news.duplicates", "news.unique"],
            ["news.unique"],
            ["news.duplicates", "news.unique"],
            ["news.unique"],
            ["news.duplicates", "news.unique"],
        ]
        copy = results[1][0]
        assert isinstance(copy, Duplicate)
        assert copy.value["story"]["of"] == "wire:1"

    asyncio.run(scene())


@pytest.mark.parametrize("logged", range(7))
@pytest.mark.parametrize("again_from", range(6))
def test_whatever_a_crash_left_in_the_log_the_decisions_are_the_same(
    settings: Settings, logged: int, again_from: int
) -> None:
    """The log holds the first entries, all outputs may be lost, and records come again."""

    async def scene() -> None:
        whole = await decided(await started(settings, Log()), ARTICLES)
        log = Log()
        for _, _, entry in whole[:logged]:
            log.append(entry)
        # The broker gives again what was not acknowledged: nothing behind what was logged.
        begin = min(again_from, logged)
        again = await decided(await started(settings, log), ARTICLES[begin:])
        assert [outputs for _, outputs, _ in again] == [outputs for _, outputs, _ in whole[begin:]]

    asyncio.run(scene())


@pytest.mark.parametrize("at_hand", [0, 1_000_000])
def test_an_update_tells_its_changes_and_a_copy_sends_the_latest_version_once_more(
    settings: Settings, at_hand: int
) -> None:
    """Whether the articles are at hand or read from the topic."""

    async def scene() -> None:
        log = Log()
        hop = await started(settings.model_copy(update={"dedup_texts_bytes": at_hand}), log)
        results = await decided(hop, ARTICLES)
        [update] = stories(results[4][1])
        assert [len(update["added"]), len(update["removed"])] == [1, 1]
        assert "eleven days" in update["removed"][0]
        duplicate, survivor = (orjson.loads(send.value or b"") for send in results[5][1])
        assert (duplicate["uid"], survivor["uid"]) == ("third:10", "wire:1")
        assert results[5][1][1].key == b"wire:1"
        assert survivor["version"] == 2
        assert survivor["categories"] == ["shipping"]
        assert survivor["story"]["merged"]["sources"] == ["third"]
        assert sorted(log.picked) == ([] if at_hand else [0, 2, 4])

    asyncio.run(scene())


def test_what_the_topic_no_longer_keeps_is_left_out(settings: Settings) -> None:
    async def scene() -> None:
        hop = await started(settings.model_copy(update={"dedup_texts_bytes": 0}), Log(kept_from=99))
        results = await decided(hop, ARTICLES)
        assert [len(outputs) for _, outputs, _ in results] == [1] * 6
        [update] = stories(results[4][1])
        assert update["change"] == "version"
        assert "removed" not in update

    asyncio.run(scene())


def test_an_article_that_is_another_by_now_is_not_compared(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a topic that was deleted and made again."""

    async def scene() -> None:
        monkeypatch.setitem(globals(), "ARTICLES", [*ARTICLES[2:3] * 3, *ARTICLES[3:]])
        hop = await started(settings.model_copy(update={"dedup_texts_bytes": 0}), Log())
        [update] = stories((await decided(hop, WHOLE))[4][1])
        assert "removed" not in update

    asyncio.run(scene())


def test_a_batch_that_was_given_up_leaves_nothing_to_the_next(settings: Settings) -> None:
    async def scene() -> None:
        hop = await started(settings, Log())
        await hop.prepare(ARTICLES)
        for one in ARTICLES[:2]:
            hop.decide(one, [])
        await hop.prepare(ARTICLES)
        assert await hop.complete([]) == []
        assert hop.waiting == []

    asyncio.run(scene())


def test_a_partition_that_comes_back_knows_what_another_worker_decided(
    settings: Settings,
) -> None:
    async def scene() -> None:
        log = Log()
        here = await started(settings, log)
        for _, _, entry in await decided(here, ARTICLES[:1]):
            log.append(entry)
        there = await started(settings, log)
        for _, _, entry in await decided(there, ARTICLES[1:3]):
            log.append(entry)
        here.reassigned({0})
        [(outcome, _, _)] = await decided(here, ARTICLES[3:4])
        assert isinstance(outcome, Duplicate)
        assert outcome.value["story"]["of"] == "wire:2"

    asyncio.run(scene())


def test_an_article_that_is_refused_leaves_no_trace_in_the_window(settings: Settings) -> None:
    async def scene() -> None:
        hop = await started(settings.model_copy(update={"max_event_bytes": -32_700}), Log())
        await hop.prepare(ARTICLES[:1])
        with pytest.raises(Exception, match="too_large"):
            hop.decide(ARTICLES[0], [])
        assert len(hop.shards[0].window) == 0

    asyncio.run(scene())
