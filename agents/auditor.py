"""`barq audit`: one audit as a table, or one after another as a service with metrics."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict

import structlog
from kafka import TopicPartition
from rich.console import Console
from rich.markup import escape

from agents import exits, metrics
from agents.audit import Auditor, Lost
from agents.audit_wire import open_wire
from agents.clients import BrokerMissing
from agents.health import HealthServer, Pulse
from agents.logs import configure_logging
from agents.report import print_balances, print_json
from agents.scrape import Balance
from agents.settings import Settings
from agents.writing import visible
from pipeline.accounts import Range, size

log = structlog.get_logger()

MOST_LOGGED = 20
"""Ranges of a partition in the log for one audit; the metrics count all."""


def audit_once(
    settings: Settings, since: float | None, most: int, console: Console, *, as_json: bool
) -> int:
    """Audit once, print the result with at most `most` lost records by name; return the exit code.

    It is 1 if any record is unaccounted. Raises BrokerMissing.
    """
    auditor = Auditor(settings, since)
    with open_wire(settings) as wire:
        auditor.audit(wire)
        lost = auditor.name(wire, most)
    (print_as_json if as_json else print_for_people)(auditor, lost, console)
    return exits.PARTLY if any(one.unaccounted for one in auditor.balances()) else exits.OK


def print_as_json(auditor: Auditor, lost: Sequence[Lost], console: Console) -> None:
    """Print an audit for a program."""
    stages = [
        one.as_dict() | {"unknown": auditor.unknown_of(one.hop)} for one in auditor.balances()
    ]
    unreadable = auditor.traces.unreadable
    told = {"stages": stages, "lost": [asdict(one) for one in lost], "unreadable": unreadable}
    print_json(console, told)


def print_for_people(auditor: Auditor, lost: Sequence[Lost], console: Console) -> None:
    """Print an audit: the table, each record that is lost, and what could not be audited."""
    balances = auditor.balances()
    print_balances(balances, console)
    for one in lost:
        place = f"{one.topic}/{one.partition}/{one.offset}"
        uid = escape(visible(one.uid)) if one.uid else "(its uid cannot be read)"
        console.print(f"{one.stage}: unaccounted: {place} {uid}")
    more = sum(one.unaccounted for one in balances) - len(lost)
    if more:
        console.print(f"{more:,} more are unaccounted; --limit lists more of them.")
    for balance in balances:
        if unknown := auditor.unknown_of(balance.hop):
            console.print(
                f"{balance.hop}: {unknown:,} older offsets are unknown: what told how they ended "
                "is no longer kept."
            )
    if auditor.traces.unreadable:
        console.print(
            f"{auditor.traces.unreadable:,} records of {auditor.traces.trail} are no entries of "
            "the trail: something else than barq's workers writes there."
        )


def run_auditor(settings: Settings, since: float | None) -> int:
    """Audit every few seconds and export the result until SIGINT or SIGTERM; return 0.

    A broker that is away is waited for. Raises PortTaken.
    """
    configure_logging(settings)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    pulse = Pulse()
    auditor = Auditor(settings, since, pulse.tick)
    page = Page()
    health = HealthServer(
        settings.metrics_host, settings.metrics_port, pulse, settings.stall_seconds
    )
    log.info("auditor started", metrics=f"{settings.metrics_host}:{health.port}")
    with closing(health):
        while not over.is_set():
            try:
                with open_wire(settings) as wire:
                    while not over.is_set():
                        log_lost(auditor, auditor.audit(wire))
                        page.export(auditor.balances(), time.time())
                        pulse.tick()
                        pulse.ready = True
                        over.wait(settings.lag_interval_seconds)
            except BrokerMissing as missing:
                log.warning("nothing can be audited", why=str(missing))
                pulse.tick()
                over.wait(settings.lag_interval_seconds)
    log.info("auditor stopped")
    return exits.OK


def log_lost(auditor: Auditor, fresh: Mapping[TopicPartition, Sequence[Range]]) -> None:
    """Log where an audit found records missing, the first few ranges of each partition."""
    for place, ranges in fresh.items():
        log.error(
            "records are unaccounted; `barq audit` names them",
            stage=auditor.stage(place),
            topic=place.topic,
            partition=place.partition,
            records=size(ranges),
            offsets=ranges[:MOST_LOGGED],
        )


class Page:
    """The audit's part of the metrics page."""

    def __init__(self) -> None:
        self.exported: Counter[tuple[str, str]] = Counter()

    def export(self, balances: Sequence[Balance], now: float) -> None:
        """Export the balances of the audited records."""
        for one in balances:
            metrics.UNACCOUNTED.labels(one.hop).set(one.unaccounted)
            metrics.LAST_AUDIT.labels(one.hop).set(now)
            for ending, number in endings_of(one).items():
                before = self.exported[one.hop, ending]
                # Less than before where a topic was made anew.
                metrics.AUDITED.labels(one.hop, ending).inc(max(0, number - before))
                self.exported[one.hop, ending] = number


def endings_of(balance: Balance) -> dict[str, int]:
    """Return how many records ended in each way, reasons added up."""
    return {
        "out": balance.out,
        "dropped": sum(balance.dropped.values()),
        "duplicates": sum(balance.duplicates.values()),
        "held": balance.held,
        "dead": sum(balance.dead.values()),
    }
