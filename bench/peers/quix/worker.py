"""Quix Streams: a StreamingDataFrame for each topic, expanded into what a record causes."""

from pathlib import Path
from typing import Any

from quixstreams import Application, message_context
from quixstreams.models import SerializationContext, Serializer, Topic

from bench import stages
from bench.peers.job import PRODUCER, Job, fed_at


class OutValue(Serializer):
    """Takes the bytes out of what a stage function returned."""

    def __call__(self, value: stages.Out, ctx: SerializationContext) -> bytes:  # noqa: ARG002  (Quix calls it so)
        return value.value


def flow(app: Application, topic: Topic, decide: stages.Decide, sinks: dict[str, Topic]) -> None:
    """Attach one function to the topic that it reads."""

    def caused(value: bytes, key: bytes, _: int, headers: Any) -> list[stages.Out]:
        return decide(value, key, message_context().partition, fed_at(headers))

    app.dataframe(topic).apply(caused, expand=True, metadata=True).to_topic(
        lambda out, *_: sinks[out.topic], key=lambda out: out.key
    )


def main() -> None:
    job = Job.given()
    app = Application(
        broker_address=job.servers,
        consumer_group=job.group,
        auto_offset_reset="earliest",
        processing_guarantee="at-least-once",
        commit_interval=job.commit_seconds,
        producer_extra_config=PRODUCER,
        state_dir=Path(job.directory),
        auto_create_topics=False,
        use_changelog_topics=False,
        loglevel="WARNING",
    )
    sinks = {
        name: app.topic(job.prefix + name, key_serializer="bytes", value_serializer=OutValue())
        for name in stages.sinks(job.stage)
    }
    for source, decide in job.functions().items():
        topic = app.topic(source, key_deserializer="bytes", value_deserializer="bytes")
        flow(app, topic, decide, sinks)
    app.run()


if __name__ == "__main__":
    main()
