"""The metric catalogue: every number that barq exports, each declared once with its meaning.

Labels are closed sets: stages, topics, reasons and verdicts that the code names, never words of
an article. Units are seconds, bytes and records.
"""

import collections
from bisect import bisect_left
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # as prometheus_client has it

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
REGISTRY = CollectorRegistry()


class Durations(Histogram):
    """A histogram that takes a batch at once: a call a record costs more than all else counted."""

    def observe_all(self, seconds: Sequence[float]) -> None:
        """Observe every one of some durations."""
        found = collections.Counter(bisect_left(self._upper_bounds, one) for one in seconds)
        for bucket, number in found.items():
            self._buckets[bucket].inc(number)
        self._sum.inc(sum(seconds))


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(name, meaning, labels, registry=REGISTRY)


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(name, meaning, labels, registry=REGISTRY)


def _histogram(name: str, meaning: str, *labels: str) -> Durations:
    return Durations(name, meaning, labels, registry=REGISTRY, buckets=SECONDS)


BUILD = _gauge(
    "barq_build_info", "Always 1; the labels say what runs.", "version", "python", "faust"
)
RECORDS_IN = _counter("barq_records_in_total", "Records read and decided.", "stage")
RECORDS_OUT = _counter("barq_records_out_total", "Records carried on to the next topic.", "stage")
RECORDS_DROPPED = _counter(
    "barq_records_dropped_total", "Sound records that ended here on purpose.", "stage", "reason"
)
RECORDS_DUPLICATE = _counter(
    "barq_records_duplicate_total", "Records linked to a surviving article.", "stage", "verdict"
)
RECORDS_HELD = _counter("barq_records_held_total", "Records held until a time.", "stage")
RECORDS_DEAD = _counter(
    "barq_records_dead_total", "Records that became dead letters.", "stage", "reason"
)
MESSAGES_SENT = _counter(
    "barq_messages_sent_total", "Messages that the broker confirmed.", "stage", "topic"
)
BATCH_SECONDS = _histogram(
    "barq_batch_duration_seconds", "Time from reading a batch to acknowledging it.", "stage"
)
DECIDE_SECONDS = _counter(
    "barq_decide_seconds_total", "Time spent in the stage itself, transport excluded.", "stage"
)
TURN_SECONDS = _histogram(
    "barq_turn_seconds", "Time for which deciding held the event loop at once.", "stage"
)
DELIVERY_SECONDS = _histogram(
    "barq_delivery_duration_seconds", "Time until the broker confirmed a batch's output.", "stage"
)
DELIVERY_RETRIES = _counter(
    "barq_delivery_retries_total", "Deliveries tried again in place.", "stage"
)
SINCE_FED_SECONDS = _histogram(
    "barq_since_fed_seconds", "Time from the feeder's send to this stage's decision.", "stage"
)
LAG_RECORDS = _gauge(
    "barq_consumer_lag_records",
    "Records not yet acknowledged, as the broker counts.",
    "stage",
    "topic",
)
LAST_PROGRESS = _gauge(
    "barq_last_progress_timestamp_seconds", "When a batch was last acknowledged.", "stage"
)
REBALANCES = _counter(
    "barq_rebalances_total", "Times the group shared its partitions anew.", "stage"
)
PARTITIONS = _gauge("barq_assigned_partitions", "Partitions that this worker reads.", "stage")
READY = _gauge(
    "barq_worker_ready", "1 while the worker has its partitions and reads them.", "stage"
)
REMOVALS = _counter("barq_removals_total", "Pieces of dirt that cleaning removed.", "rule")
REMOVED_CHARACTERS = _counter(
    "barq_removed_characters_total", "Characters that the text lost in cleaning.", "rule"
)
CLEAN_CHARACTERS = _counter("barq_clean_characters_total", "Characters of text left by cleaning.")
ENTITIES = _counter("barq_entities_total", "Entities tagged.", "type")
ALERTS = _counter("barq_alerts_total", "Alerts sent.", "severity", "action")
WINDOW_ARTICLES = _gauge(
    "barq_dedup_window_articles", "Articles that the dedup window holds.", "partition"
)
WINDOW_LIMIT = _gauge(
    "barq_dedup_window_limit_articles", "Articles that a partition's window holds at most."
)
WINDOW_BYTES = _gauge(
    "barq_dedup_window_bytes", "Memory that the dedup window takes, about.", "partition"
)
WINDOW_MISSING = _gauge(
    "barq_dedup_window_missing_articles",
    "Articles that the window would remember, had its log not lost them before it was read.",
    "partition",
)
TEXTS_BYTES = _gauge(
    "barq_dedup_texts_bytes", "Articles at hand, to compare versions and merge copies."
)
TEXTS_LIMIT = _gauge("barq_dedup_texts_limit_bytes", "What they take at most.")
TEXTS_READ = _counter(
    "barq_dedup_texts_read_total",
    "Articles asked for again: in memory, in the topic, gone.",
    "kept",
)
RULES_LOADED = _gauge("barq_rules_loaded", "Alert rules in force.")
UNACCOUNTED = _gauge(
    "barq_unaccounted_records", "Records read of which nothing tells how they ended.", "stage"
)
AUDITED = _counter(
    "barq_audited_records_total", "Records whose ending the auditor found.", "stage", "ending"
)
LAST_AUDIT = _gauge("barq_last_audit_timestamp_seconds", "When a stage was last audited.", "stage")
