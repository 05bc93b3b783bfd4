"""Stock Faust: an agent for each topic, one event at a time, `await topic.send` for each output."""

from pathlib import Path

import faust

from bench import stages
from bench.peers.job import Job, fed_at


def create_app(job: Job) -> faust.App:
    """Return the app, with the settings that barq has where Faust as it comes has them too."""
    app = faust.App(
        job.group,
        broker=f"kafka://{job.servers}",
        processing_guarantee="at_least_once",
        autodiscover=False,
        datadir=job.directory,
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        web_enabled=False,
        stream_wait_empty=True,
        # The default of 4,096 makes its consumer sleep for whole seconds.
        stream_buffer_maxsize=65_536,
        broker_commit_interval=job.commit_seconds,
        broker_session_timeout=15,
        broker_heartbeat_interval=3,
        broker_request_timeout=30,
        consumer_max_fetch_size=4 * 1024 * 1024,
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        producer_linger=0.005,
        producer_max_batch_size=262_144,
        producer_max_request_size=4_000_000,
        # Its client compresses lz4 at the strongest level, which takes ten times as long.
        producer_compression_type="zstd",
    )
    sinks = {name: app.topic(job.prefix + name) for name in stages.sinks(job.stage)}
    for source, decide in job.functions().items():
        attach(app, source, decide, sinks)
    return app


def attach(
    app: faust.App, source: str, decide: stages.Decide, sinks: dict[str, faust.TopicT]
) -> None:
    """Give the app an agent that runs one function."""

    async def agent(stream: faust.StreamT[bytes]) -> None:
        async for event in stream.events():
            message = event.message
            headers = list(event.headers.items())
            for out in decide(message.value, message.key, message.partition, fed_at(headers)):
                await sinks[out.topic].send(key=out.key, value=out.value, headers=headers)

    topic = app.topic(source, key_type=bytes, value_type=bytes)
    app.agent(topic, name=source, concurrency=1)(agent)


def main() -> None:
    job = Job.given()
    Path(job.directory).mkdir(parents=True, exist_ok=True)
    faust.Worker(create_app(job), loglevel="WARN").execute_from_commandline()


if __name__ == "__main__":
    main()
