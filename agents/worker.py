"""One worker process: a stage's Faust app, its health page, its lag and its watchdog."""

import asyncio
import contextlib
import gc
import os
import platform
import signal
import threading
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.types import TP

from agents import exits, metrics
from agents.app import VERSION, build_hops, create_app
from agents.clients import BrokerMissing, TopicMissing, bootstrap_servers
from agents.health import HealthServer, Pulse
from agents.hop import Hop
from agents.lag import LagReader, Progress, lag_by_topic
from agents.logs import configure_logging
from agents.settings import Settings
from agents.topics import check_topics

if TYPE_CHECKING:
    from agents.stream import NewswireConsumer

log = structlog.get_logger()

COLLECT_AFTER = (50_000, 20, 50)
"""Objects, and younger collections, after which the garbage collector runs. A batch holds tens of
thousands of objects for a moment, and counting (Python's 700) would walk through them again and
again; what a stage makes has no cycles. Measured: 4-10 % of the CPU of each stage."""
TURNS_A_SECOND = 4
PULSE_SECONDS = 1 / TURNS_A_SECOND


def run_worker(stage: str, settings: Settings) -> int:
    """Run one worker of a stage until it is told to stop; return the exit code of the process.

    Raises what `create_app` and the checks raise before anything is read: wrong rules, a missing
    broker or topic, a taken port.
    """
    configure_logging(settings)
    servers = bootstrap_servers(settings)
    check_topics(settings, servers)
    pulse = Pulse()
    health = HealthServer(
        settings.metrics_host, settings.metrics_port, pulse, settings.stall_seconds
    )
    metrics.BUILD.labels(VERSION, platform.python_version(), version("faust-streaming")).set(1)
    watch = threading.Thread(target=watchdog, args=(stage, settings, pulse), daemon=True)
    try:
        code = asyncio.run(serve(stage, settings, servers, pulse, health, watch))
    finally:
        health.close()
    log.info("worker stopped", stage=stage, exit_code=code)
    return code


async def serve(
    stage: str,
    settings: Settings,
    servers: str,
    pulse: Pulse,
    health: HealthServer,
    watch: threading.Thread,
) -> int:
    """Start the stage's app, keep its pulse, stop it on SIGINT or SIGTERM."""
    hops = build_hops(stage, settings, servers)
    spare_collector()
    app = create_app(stage, settings, servers, hops)
    # Tables would lie in directories of their own; barq has none, and the disk may be full.
    cast("Any", app)._create_directories = lambda: None  # noqa: SLF001

    async def joined(_: Any, assigned: set[TP], **__: Any) -> None:
        pulse.join((tp.topic, tp.partition) for tp in assigned)
        metrics.PARTITIONS.labels(stage).set(len(assigned))
        metrics.REBALANCES.labels(stage).inc()

    app.on_partitions_assigned.connect(cast("Any", joined), weak=False)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        watch.start()  # a start that does not come to its end is a stall too
        await app.start()
        log.info("worker started", stage=stage, metrics=f"{settings.metrics_host}:{health.port}")
        beat = asyncio.create_task(keep_pulse(app, stage, hops, pulse))
        result = await app.wait(stop.wait())
        beat.cancel()
        crashed = result.stopped and not stop.is_set()
        pulse.ready = False
        await asyncio.wait_for(app.stop(), settings.grace_seconds)
    except TimeoutError:
        log.exception("the worker did not stop in time", seconds=settings.grace_seconds)
        return exits.STUCK
    if crashed:
        log.error("worker crashed", stage=stage, reason=repr(app.crash_reason))
        return exits.CRASHED
    return exits.OK


def spare_collector() -> None:
    """Leave what is loaded, which lives as long as the process, out of garbage collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


async def keep_pulse(app: faust.App, stage: str, hops: Sequence[Hop], pulse: Pulse) -> None:
    """Note a few times a second that the loop runs, whether it is ready, and what it has."""
    consumer = cast("NewswireConsumer", app.consumer)
    turn = 0
    while True:
        pulse.tick()
        pulse.restored = sum(hop.restored() for hop in hops)
        running = pulse.joined and not app.rebalancing and app.flow_control.is_active()
        pulse.ready = running and all(hop.settled() for hop in hops)
        metrics.READY.labels(stage).set(pulse.ready)
        if turn % TURNS_A_SECOND == 0 and running:
            # Across a rebalance the answer may take long; the last one stays until then.
            with contextlib.suppress(TimeoutError, KafkaError, RuntimeError):
                standing = await asyncio.wait_for(consumer.standing(), 1.0)
                pulse.standing = {(tp.topic, tp.partition): at for tp, at in standing.items()}
        turn += 1
        await asyncio.sleep(PULSE_SECONDS)


def watchdog(stage: str, settings: Settings, pulse: Pulse) -> None:
    """Read the lag from the broker, and end the process if it stands still (its own thread).

    A worker that owns lagging partitions and does not advance is dead, and so is one whose topic
    was deleted: its supervisor starts another one.
    """
    reader = LagReader(settings)
    due = 0.0
    while True:
        time.sleep(min(1.0, settings.lag_interval_seconds))
        if sentence := pulse.stalled(settings.stall_seconds):
            log.error("worker stalled; ending it", stage=stage, why=sentence)
            os._exit(exits.STUCK)
        if time.monotonic() < due:
            continue
        due = time.monotonic() + settings.lag_interval_seconds
        try:
            note_lag(stage, reader.progress(stage), pulse)
        except TopicMissing as missing:
            # Its group is shared anew without the topic, and would not see it made again.
            log.error("a topic is gone; ending the worker", stage=stage, why=str(missing))  # noqa: TRY400
            os._exit(exits.UNAVAILABLE)
        except BrokerMissing as missing:
            log.warning("the lag is unknown", why=str(missing))
        except Exception:  # a watchdog outlives whatever it meets
            log.exception("the lag is unknown")


def note_lag(stage: str, found: Sequence[Progress], pulse: Pulse) -> None:
    """Export the group's lag, and tell the pulse what waits in this worker's own partitions."""
    for topic, lag in lag_by_topic(found).items():
        metrics.LAG_RECORDS.labels(stage, topic).set(lag)
    standing = dict(pulse.standing)
    own = [one for one in found if (one.topic, one.partition) in standing]
    places = [(one.topic, one.partition) for one in own]
    # What the worker does not know of a partition yet, its group's commit says.
    done = [
        one.position if (at := standing[place]) is None else at
        for place, one in zip(places, own, strict=True)
    ]
    pulse.look(zip(places, done, [one.end for one in own], strict=True))
