"""The morgue: the newest articles are at hand in so many bytes, others are read from the topic."""

import asyncio
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from agents import metrics
from agents.morgue import RECORD_BYTES, Cuttings, Morgue


class Topic:
    """Keeps the articles of offsets 2 to 9 of every partition."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, list[int]]] = []

    async def pick(self, topic: str, partition: int, offsets: Iterable[int]) -> dict[int, bytes]:
        assert topic == "news.clean"
        self.asked.append((partition, list(offsets)))
        return {offset: b'{"n":%d}' % offset for offset in offsets if 2 <= offset < 10}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 400)), max_size=40))
def test_the_newest_are_at_hand_and_never_more_than_there_is_room_for(
    kept: list[tuple[int, int]],
) -> None:
    cuttings = Cuttings(1000)
    for offset, length in kept:
        cuttings.keep((0, offset), b"x" * length)
        assert cuttings.held == sum(len(v) + RECORD_BYTES for v in cuttings.values.values())
        assert cuttings.held <= 1000
    if kept:
        offset, length = kept[-1]
        assert cuttings.get((0, offset)) == b"x" * length


def read_counts() -> dict[str, float]:
    [family] = metrics.TEXTS_READ.collect()
    return {sample.labels["kept"]: sample.value for sample in family.samples}


def test_what_is_not_at_hand_is_asked_of_the_topic_and_what_is_gone_is_missing() -> None:
    topic = Topic()
    morgue = Morgue("news.clean", 1000, topic)
    morgue.cuttings.keep((0, 50), b'{"n":50}')
    before = read_counts()
    found = asyncio.run(morgue.articles([(0, 50), (0, 7), (0, 3), (1, 4), (0, 1)]))
    assert found == {(0, 50): {"n": 50}, (0, 7): {"n": 7}, (0, 3): {"n": 3}, (1, 4): {"n": 4}}
    assert topic.asked == [(0, [1, 3, 7]), (1, [4])]
    after = read_counts()
    assert {k: after[k] - before.get(k, 0) for k in after} == {"memory": 1, "topic": 3, "gone": 1}


def test_a_record_that_is_no_article_is_missing() -> None:
    morgue = Morgue("news.clean", 1000, Topic())
    morgue.cuttings.keep((0, 5), b"{broken")
    assert asyncio.run(morgue.articles([(0, 5)])) == {}
