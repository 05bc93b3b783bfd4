"""Which stages there are, what each reads and what each writes. Data only.

Topic names here are bare; the prefix (`news.` unless set otherwise) is added by `Topics`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hop:
    """One consume-decide-deliver step; a stage has one or more of them in one consumer group."""

    name: str
    source: str
    sinks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One Faust app, which is one consumer group and one kind of worker process."""

    name: str
    hops: tuple[Hop, ...]


CLEANING = Stage("cleaning", (Hop("cleaning", "raw", ("clean",)),))
DEDUP = Stage("dedup", (Hop("dedup", "clean", ("unique", "duplicates")),))
TAGGING = Stage("tagging", (Hop("tagging", "unique", ("tagged",)),))
ALERTING = Stage(
    "alerting",
    (
        Hop("alerting", "tagged", ("matches",)),
        # Rules with windows count over all articles, so a match is keyed by its rule before
        # it becomes an alert.
        Hop("announcing", "matches", ("alerts", "alerts.<desk>")),
    ),
)

STAGES = (CLEANING, DEDUP, TAGGING, ALERTING)
HOPS = tuple(hop for stage in STAGES for hop in stage.hops)
BY_NAME = {stage.name: stage for stage in STAGES}

DEAD = "dead"
DEDUP_LOG = "dedup.log"
"""The decisions of the dedup stage in the order they were made, partitioned like `clean`.

It is the stage's state: a worker that takes a partition over reads its log and knows what its
predecessor knew.
"""
TRAIL = "trail"
"""Which records ended without output, and how: what no other topic shows of them.

With it every record below a group's committed offset has left a trace, which is how `barq audit`
finds one that has not.
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """What `barq topics create` makes of a topic."""

    name: str
    keyed_by: str
    holds: str


TOPICS = (
    Topic("raw", "source and id", "articles as they were fed"),
    Topic("clean", "language", "articles without dirt, with language, byline, agency"),
    Topic("unique", "article uid", "new stories, new versions, and what copies bring to a story"),
    Topic("duplicates", "article uid", "copies, each naming the surviving article"),
    Topic("tagged", "article uid", "unique articles with their entities"),
    Topic("matches", "rule id", "rule matches on their way to become alerts (internal)"),
    Topic("alerts", "rule id", "every alert"),
    Topic("dead", "as the source record", "what could not be processed, with the reason"),
    Topic("dedup.log", "none", "the decisions of dedup, which are its state (internal)"),
    Topic("trail", "none", "which records ended without output, and how (internal)"),
)


@dataclass(frozen=True, slots=True)
class Topics:
    """Full topic names under one prefix."""

    prefix: str = "news."

    def name(self, bare: str) -> str:
        """Return the topic's full name."""
        return self.prefix + bare

    def desk(self, desk: str) -> str:
        """Return the full name of one desk's alert topic."""
        return f"{self.prefix}alerts.{desk}"
