"""Bytewax: Kafka source, flat map, Kafka sink; offsets in its recovery store at each interval."""

from datetime import timedelta
from pathlib import Path

from bytewax import operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from bench.peers.job import PRODUCER, Job, fed_at


def build(job: Job) -> Dataflow:
    """Return the stage as a dataflow."""
    functions = job.functions()

    def caused(message: KafkaSourceMessage) -> list[KafkaSinkMessage]:
        decide = functions[message.topic]
        fed = fed_at(message.headers)
        return [
            KafkaSinkMessage(out.key, out.value, job.prefix + out.topic, message.headers)
            for out in decide(message.value, message.key, message.partition, fed)
        ]

    servers = job.servers.split(",")
    flow = Dataflow(job.stage)
    source = op.input("source", flow, KafkaSource(servers, list(functions)))
    causes = op.flat_map("stage", source, caused)
    op.output("sink", causes, KafkaSink(servers, None, add_config=PRODUCER))
    return flow


def main() -> None:
    job = Job.given()
    directory = Path(job.directory)
    directory.mkdir(parents=True, exist_ok=True)
    init_db_dir(directory, 1)
    alone = len(job.addresses) < 2
    cli_main(
        build(job),
        process_id=None if alone else job.number,
        addresses=None if alone else list(job.addresses),
        epoch_interval=timedelta(seconds=job.commit_seconds),
        recovery_config=RecoveryConfig(directory, timedelta(0)),
    )


if __name__ == "__main__":
    main()
