"""A plain loop: consume a batch, produce what it causes; flush and commit each interval."""

import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer

from bench.peers.job import PRODUCER, Job, fed_at

BATCH = 500
WAIT_SECONDS = 0.01
FLUSH_SECONDS = 30


def refuse(error: KafkaError | None, _: Message) -> None:
    """End the worker if a delivery failed, so that its source is not committed."""
    if error is not None:
        raise KafkaException(error)


def main() -> None:
    job = Job.given()
    functions = job.functions()
    consumer = Consumer(
        {
            "bootstrap.servers": job.servers,
            "group.id": job.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe(list(functions))
    producer = Producer(
        {
            "bootstrap.servers": job.servers,
            "on_delivery": refuse,
            "delivery.report.only.error": True,
            **PRODUCER,
        }
    )
    handled = 0
    due = time.monotonic() + job.commit_seconds
    while True:
        for message in consumer.consume(BATCH, WAIT_SECONDS):
            if message.error():
                raise KafkaException(message.error())
            headers = message.headers()
            for out in functions[message.topic()](
                message.value(), message.key(), message.partition(), fed_at(headers)
            ):
                producer.produce(job.prefix + out.topic, out.value, out.key, headers=headers)
            handled += 1
        producer.poll(0)
        if time.monotonic() >= due:
            if handled:
                if left := producer.flush(FLUSH_SECONDS):
                    raise TimeoutError(f"{left} records were not delivered")
                consumer.commit(asynchronous=False)
            handled = 0
            due = time.monotonic() + job.commit_seconds


if __name__ == "__main__":
    main()
