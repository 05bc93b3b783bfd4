"""The brokers that barq starts by itself: each carries records, and Apache Kafka keeps them."""

import asyncio
import os
from pathlib import Path

import psutil
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError

from agents.clients import aiokafka_config
from agents.decisions import KafkaLogReader
from agents.embedded import EmbeddedBroker
from agents.kafka import KafkaServer
from agents.processes import Child, LocalBroker, answers, port_is_open
from agents.settings import load_settings

pytestmark = pytest.mark.e2e
TOPIC = "brokers-first"


def create(broker: LocalBroker, topic: str) -> None:
    """Make a topic of one partition."""
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    try:
        admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}})
        admin.wait_for_topics([topic])
    finally:
        admin.close()


def topics(broker: LocalBroker) -> set[str]:
    """Return the names of the topics that there are."""
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    try:
        return set(admin.list_topics())
    finally:
        admin.close()


def produce(broker: LocalBroker, topic: str, *values: bytes) -> None:
    """Send values and wait until each is confirmed."""
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap_servers, max_request_size=10_000_000
    )
    try:
        for value in values:
            producer.send(topic, value).get(timeout=60)
    finally:
        producer.close()


def consume(broker: LocalBroker, topic: str) -> list[bytes]:
    """Return every value of a topic's only partition."""
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap_servers)
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        (end,) = consumer.end_offsets([partition]).values()
        values: list[bytes] = []
        while consumer.position(partition) < end:
            for records in consumer.poll(timeout_ms=1000).values():
                values += [record.value for record in records]
        return values
    finally:
        consumer.close()


def test_a_record_comes_out_as_it_went_in(broker: LocalBroker) -> None:
    create(broker, TOPIC)
    produce(broker, TOPIC, "برق".encode())
    assert consume(broker, TOPIC) == ["برق".encode()]


def test_single_records_are_read_again_by_their_offsets(broker: LocalBroker) -> None:
    create(broker, "brokers-picked")
    values = [b"%d" % number for number in range(300)]
    produce(broker, "brokers-picked", *values)

    async def picked() -> dict[int, bytes]:
        config = aiokafka_config(load_settings(), broker.bootstrap_servers)
        return await KafkaLogReader(config, 30).pick("brokers-picked", 0, [7, 298, 0, 299, 300])

    assert asyncio.run(picked()) == {n: values[n] for n in (0, 7, 298, 299)}


def test_the_largest_record_that_barq_sends_is_taken(broker: LocalBroker) -> None:
    create(broker, "brokers-largest")
    largest = os.urandom(load_settings().max_message_bytes)
    produce(broker, "brokers-largest", largest)
    assert consume(broker, "brokers-largest") == [largest]


def test_it_listens_on_this_machine_only(broker: LocalBroker) -> None:
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(broker.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) <= {"127.0.0.1", "::ffff:127.0.0.1"}


def test_a_paused_broker_answers_nobody_until_it_is_resumed(broker: LocalBroker) -> None:
    port = int(broker.bootstrap_servers.split(":")[1])
    broker.pause()
    try:
        assert not answers(port)
        assert broker.running
    finally:
        broker.resume()
    while not answers(port):
        assert broker.running


def test_it_cannot_be_started_twice(broker: LocalBroker) -> None:
    with pytest.raises(RuntimeError, match="runs already"):
        broker.start()


def test_the_embedded_broker_forgets_everything_and_keeps_its_address() -> None:
    with EmbeddedBroker() as broker:
        address = broker.bootstrap_servers
        create(broker, TOPIC)
        assert topics(broker) == {TOPIC}
        broker.kill()
        broker.restart()
        assert broker.bootstrap_servers == address
        assert topics(broker) == set()


def test_the_embedded_broker_stops_and_leaves_nothing_behind() -> None:
    with EmbeddedBroker() as broker:
        pid = broker.pid
        port = int(broker.bootstrap_servers.split(":")[1])
        log = child_of(broker).output
        assert log.exists()
    assert not psutil.pid_exists(pid)
    assert not port_is_open(port)
    assert not log.parent.exists()


def child_of(broker: LocalBroker) -> Child:
    """Return the process of a started broker."""
    assert broker._child is not None
    return broker._child


@pytest.mark.kafka
@pytest.mark.usefixtures("kafka_server")
def test_kafka_keeps_records_over_a_restart_and_over_a_kill(tmp_path: Path) -> None:
    with KafkaServer(tmp_path) as server:
        address = server.bootstrap_servers
        create(server, TOPIC)
        produce(server, TOPIC, b"before the restart")
        server.restart()
        produce(server, TOPIC, b"before the kill")
        server.kill()
        server.restart()
        assert server.bootstrap_servers == address
        assert consume(server, TOPIC) == [b"before the restart", b"before the kill"]


@pytest.mark.kafka
@pytest.mark.usefixtures("kafka_server")
def test_kafka_keeps_records_where_another_program_starts_it_on_another_port(
    tmp_path: Path,
) -> None:
    with KafkaServer(tmp_path) as server:
        create(server, TOPIC)
        produce(server, TOPIC, b"of the first program")
    with KafkaServer(tmp_path) as other:
        assert other.bootstrap_servers != server.bootstrap_servers
        assert consume(other, TOPIC) == [b"of the first program"]


@pytest.mark.kafka
def test_kafka_makes_no_topic_of_a_mistyped_name(kafka_server: LocalBroker) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka_server.bootstrap_servers, max_block_ms=2000)
    try:
        with pytest.raises(KafkaTimeoutError):
            producer.partitions_for("mistyped")
    finally:
        producer.close()
    assert "mistyped" not in topics(kafka_server)
