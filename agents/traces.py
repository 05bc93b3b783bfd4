"""What a record proves about the record that caused it: that a stage has read it, and how it ended.

Outputs and dead letters name their cause in a header; what ended without either is in the trail.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kafka import TopicPartition

from agents.headers import SOURCE
from agents.reading import Record
from agents.settings import Settings
from pipeline import codec, letters
from pipeline.accounts import decode_trail
from pipeline.entry import DUPLICATE_VERDICTS
from pipeline.letters import number
from pipeline.outcome import Reject
from pipeline.topology import DEAD, HOPS, TRAIL, Hop

OUT = "out"
DUPLICATES = "duplicates"
WORD = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
UNREADABLE = "unreadable"
"""Stands for a reason or verdict that is none of barq's."""


@dataclass(frozen=True, slots=True)
class Trace:
    """How a run of records of one source partition ended.

    The ending is `out`, `held`, or `dropped`, `duplicates`, `dead` with a colon and the reason.
    """

    place: TopicPartition
    ending: str
    first: int
    last: int


class Traces:
    """Reads traces out of the records of the topics that hold them."""

    def __init__(self, settings: Settings) -> None:
        topics = settings.topics
        self.trail, self.dead = topics.name(TRAIL), topics.name(DEAD)
        self.duplicates = topics.name(DUPLICATES)
        self.hops = {topics.name(hop.source): hop for hop in HOPS}
        self.of_hop = {hop.name: trace_topics(settings, hop) for hop in HOPS}
        self.topics = sorted({topic for names in self.of_hop.values() for topic in names})
        self.unreadable = 0
        """Entries of the trail that could not be read; nothing is proved by them."""

    def read(self, record: Record) -> Iterator[Trace]:
        """Yield what one record proves."""
        if record.topic == self.trail:
            yield from self.read_trail(record)
            return
        headers = dict(reversed(record.headers))
        topic, _, rest = text_of(headers.get(SOURCE)).partition("/")
        partition, _, offset = rest.partition("/")
        which, at = number(partition), number(offset)
        hop = self.hops.get(topic)
        if hop is None or which is None or at is None:
            return
        if record.topic in self.of_hop[hop.name]:
            yield Trace(TopicPartition(topic, which), self.ending(record, headers), at, at)

    def ending(self, record: Record, headers: dict[str, bytes | None]) -> str:
        """Return how the cause of an output or of a dead letter ended."""
        if record.topic == self.dead:
            reason = text_of(headers.get(letters.REASON))
            return f"dead:{reason if WORD.fullmatch(reason) else UNREADABLE}"
        if record.topic == self.duplicates:
            return f"{DUPLICATES}:{verdict_of(record.value)}"
        return OUT

    def read_trail(self, record: Record) -> Iterator[Trace]:
        """Yield what an entry of the trail proves."""
        try:
            trail = decode_trail(record.value)
        except Reject:
            self.unreadable += 1
            return
        hop = self.hops.get(trail.topic)
        if hop is None or hop.name != trail.hop:
            self.unreadable += 1
            return
        for ending, places in trail.ended.items():
            for partition, ranges in places.items():
                place = TopicPartition(trail.topic, partition)
                for first, last in ranges:
                    yield Trace(place, ending, first, last)


def text_of(value: bytes | None) -> str:
    """Return a header's text, "" for one that is missing."""
    return (value or b"").decode("utf-8", "replace")


def verdict_of(value: bytes | None) -> str:
    """Return the verdict that a copy carries."""
    try:
        story = codec.decode(value).get("story")
    except Reject:
        return UNREADABLE
    verdict = story.get("verdict") if isinstance(story, dict) else None
    # A value that cannot be hashed is no verdict either.
    return verdict if isinstance(verdict, str) and verdict in DUPLICATE_VERDICTS else UNREADABLE


def trace_topics(settings: Settings, hop: Hop) -> frozenset[str]:
    """Return the topics that hold traces of what a hop has read.

    Topics of desks repeat what `alerts` holds.
    """
    sinks = [sink for sink in hop.sinks if "<" not in sink]
    return frozenset(settings.topics.name(bare) for bare in (*sinks, DEAD, TRAIL))
