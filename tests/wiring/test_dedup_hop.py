"""Dedup over crashes: a record that comes again gets the decision it got before."""

import asyncio
from collections.abc import Sequence

import orjson
import pytest

from agents.dedup import DedupHop
from agents.delivery import Send
from agents.inbox import Record
from agents.settings import Settings, load_settings
from pipeline.outcome import Duplicate, Outcome
from tests.decision_log import Log
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


def article(offset: int, uid: str, body: str = BODY) -> Record:
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


async def decided(hop: DedupHop, records: Sequence[Record]) -> list[tuple[Outcome, Send, Send]]:
    """Return each record's outcome, its output and its entry for the log."""
    await hop.prepare(records)
    results = []
    for one in records:
        decision = hop.decide(one, [])
        output, entry = decision.sends
        results.append((decision.outcome, output, entry))
    return results


ARTICLES = [
    article(0, "wire:1"),
    article(1, "other:7"),
    article(2, "wire:2", OTHER),
    article(3, "third:9", OTHER),
]


def test_a_copy_of_another_source_goes_to_the_duplicates_and_names_its_survivor(
    settings: Settings,
) -> None:
    async def scene() -> None:
        results = await decided(await started(settings, Log()), ARTICLES)
        assert [output.topic for _, output, _ in results] == [
            "news.unique",
            "news.duplicates",
            "news.unique",
            "news.duplicates",
        ]
        copy = results[1][0]
        assert isinstance(copy, Duplicate)
        assert copy.value["story"]["of"] == "wire:1"

    asyncio.run(scene())


@pytest.mark.parametrize("logged", range(5))
@pytest.mark.parametrize("again_from", range(4))
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
        assert [output for _, output, _ in again] == [output for _, output, _ in whole[begin:]]

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
        [(outcome, _, _)] = await decided(here, ARTICLES[3:])
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
