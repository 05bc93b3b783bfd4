"""The Faust app of one stage: its settings, its agents, nothing else. A factory, no global app."""

import asyncio
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, cast

import faust
import mode
from faust.types import TP, StreamT
from yarl import URL

from agents.clients import COMPRESSION, aiokafka_config, faust_credentials, group_name
from agents.decisions import KafkaLogReader
from agents.delivery import Delivery, DeliveryFailed, Producer
from agents.hop import Hop
from agents.runner import Runner
from agents.settings import Settings
from agents.stream import BatchStream, NewswireConsumer, NewswireTransport
from pipeline.topology import BY_NAME, DEAD, TRAIL

VERSION = version("barq")


def build_hops(stage: str, settings: Settings, bootstrap_servers: str) -> list[Hop]:
    """Return the stage's hops with their models, rules and state readers.

    A worker loads the libraries of its own stage only: together they take seconds to import.
    """
    match stage:
        case "cleaning":
            from agents.cleaning import CleaningHop

            return [CleaningHop(settings)]
        case "dedup":
            from agents.dedup import DedupHop

            reader = KafkaLogReader(
                aiokafka_config(settings, bootstrap_servers), settings.delivery_timeout_seconds
            )
            return [DedupHop(settings, reader)]
        case "tagging":
            from agents.tagging import TaggingHop

            return [TaggingHop(settings)]
        case "alerting":
            from agents.alerting import AnnouncingHop, MatchingHop

            return [MatchingHop(settings), AnnouncingHop(settings)]
        case _:
            raise ValueError(f"there is no stage {stage!r}; stages are {', '.join(BY_NAME)}.")


def create_app(
    stage: str, settings: Settings, bootstrap_servers: str, hops: Sequence[Hop]
) -> faust.App:
    """Return the app of one stage, with one agent for each of its hops, ready to start."""
    broker = [URL(f"kafka://{server}") for server in bootstrap_servers.split(",")]
    app = faust.App(
        group_name(settings, stage),
        broker=broker,
        broker_credentials=faust_credentials(settings),
        processing_guarantee="at_least_once",
        Stream=BatchStream,
        agent_supervisor=mode.CrashingSupervisor,
        autodiscover=False,
        datadir=str(settings.run_dir / "faust" / stage),
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        web_enabled=False,
        stream_wait_empty=True,
        broker_commit_interval=settings.commit_interval_seconds,
        broker_session_timeout=settings.session_timeout_seconds,
        broker_heartbeat_interval=settings.session_timeout_seconds / 5,
        broker_request_timeout=max(30.0, settings.session_timeout_seconds + 5),
        # An idle member that leaves its group at this interval never rejoins it.
        broker_max_poll_interval=864_000,
        broker_max_poll_records=settings.batch_size,
        # A partition is read out before the next one; none may wait for long.
        consumer_max_fetch_size=1024 * 1024,
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        producer_max_batch_size=262_144,
        producer_max_request_size=settings.max_message_bytes + 65_536,
        producer_request_timeout=min(30.0, settings.delivery_timeout_seconds),
        producer_compression_type=COMPRESSION,
    )
    transport = NewswireTransport(broker, app)
    transport.fetch_wait_ms = settings.fetch_wait_ms
    app.transport = transport
    for hop in hops:
        attach(app, stage, hop, settings)
    return app


def attach(app: faust.App, stage: str, hop: Hop, settings: Settings) -> None:
    """Give the app an agent that runs one hop."""
    source = next(h.source for h in BY_NAME[stage].hops if h.name == hop.name)
    runner = Runner(
        hop,
        dead_topic=settings.topics.name(DEAD),
        trail_topic=settings.topics.name(TRAIL),
        delivery=Delivery(lambda: producer_of(app), settings.delivery_timeout_seconds),
        consumer=lambda: cast("NewswireConsumer", app.consumer),
        batch_size=settings.batch_size,
        max_bytes=settings.max_message_bytes,
        version=VERSION,
    )

    async def agent(stream: StreamT[bytes]) -> None:
        try:
            await runner.run(cast("BatchStream", stream))
        except asyncio.CancelledError:
            raise
        except DeliveryFailed as failure:
            await app.crash(failure)
        except Exception as error:  # noqa: BLE001  (Faust would acknowledge and go on)
            await app.crash(error)

    name = settings.topics.name(source)

    async def reassigned(_: Any, assigned: set[TP], **__: Any) -> None:
        hop.reassigned({tp.partition for tp in assigned if tp.topic == name})

    # The signal keeps only a weak reference to its receivers unless told otherwise.
    app.on_partitions_assigned.connect(cast("Any", reassigned), weak=False)
    topic = app.topic(
        name,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )
    app.agent(topic, name=hop.name, concurrency=1)(agent)


def producer_of(app: faust.App) -> Producer:
    """Return the client behind a running app's producer, which takes whole batches."""
    return cast("Producer", cast("Any", app.producer)._ensure_producer())  # noqa: SLF001  (Faust shows it nowhere else)
