"""Connections to the broker: where it is, how to log in, and one sentence when it is not there.

Every Kafka client of barq gets its configuration here, so that address, login and TLS are said
once. The clients themselves are kafka-python's (aiokafka's and Faust's for the workers).
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import orjson
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka import errors as kafka_errors

from agents import exits
from agents.settings import Settings, SettingsError

NO_BROKER_KNOWN = (
    "No broker is known: run `make up` in another terminal or set BARQ_BOOTSTRAP_SERVERS."
)
MECHANISM = "SCRAM-SHA-512"
PROBE_SECONDS = 3.0
BOOTSTRAP_MS = 15_000
DEFAULT_PREFIX = "news."
COMPRESSION = "zstd"
"""What barq writes. aiokafka's lz4 is at the strongest level: ten times the time, and larger."""


class BrokerMissing(Exception):
    """No broker can be used; the message is one sentence that says what to do."""

    exit_code = exits.UNAVAILABLE


class TopicMissing(BrokerMissing):
    """A topic is not there; the message says which, if that is known, and how to make it."""


def group_name(settings: Settings, stage: str) -> str:
    """Return the consumer group of a stage: `barq-cleaning`, or `barq-x-cleaning` under `x.`.

    Two prefixes never share a group: one that does not end with a dot is set off by a colon,
    which no prefix holds.
    """
    prefix = settings.topic_prefix
    if prefix == DEFAULT_PREFIX:
        return f"barq-{stage}"
    if prefix.endswith("."):
        return f"barq-{prefix[:-1]}-{stage}"
    return f"barq-{prefix}:{stage}"


def read_run(settings: Settings) -> dict[str, Any] | None:
    """Return what `barq up` says that it runs (`run.json`), or None if it does not run here."""
    try:
        run = orjson.loads((settings.run_dir / "run.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return run if isinstance(run, dict) else None


def bootstrap_servers(settings: Settings) -> str:
    """Return `host:port[,host:port]` of the settings, else of a running `barq up`.

    Raises BrokerMissing if neither names a broker. Nothing is connected yet.
    """
    if settings.bootstrap_servers is not None:
        return settings.bootstrap_servers
    run = read_run(settings) or {}
    servers = run.get("bootstrap_servers")
    if not isinstance(servers, str) or not servers:
        raise BrokerMissing(NO_BROKER_KNOWN)
    return servers


def split_address(server: str) -> tuple[str, int]:
    """Return host and port of one server. Raises SettingsError if it is not `host:port`."""
    host, colon, port = server.strip().rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingsError(
            f"BARQ_BOOTSTRAP_SERVERS={server!r}: write host:port, as in 127.0.0.1:9092."
        )
    return host.strip("[]"), int(port)


def missing(settings: Settings, servers: str, why: str) -> BrokerMissing:
    """Return the error that says which broker is missing, why, and what to do."""
    if settings.bootstrap_servers is None:
        cure = "start it again with `make up`, or set BARQ_BOOTSTRAP_SERVERS."
    else:
        cure = "start it, or set BARQ_BOOTSTRAP_SERVERS to one that runs."
    return BrokerMissing(f"No broker answers at {servers} ({why}): {cure}")


def require_listener(settings: Settings, servers: str) -> None:
    """Return if at least one of the servers takes a connection. Raises BrokerMissing otherwise.

    Asked before a Kafka client is made: kafka-python would try a closed port until its timeout,
    and leave its thread behind.
    """
    addresses = [split_address(server) for server in servers.split(",")]
    reasons: list[str] = []
    for address in addresses:
        try:
            socket.create_connection(address, timeout=PROBE_SECONDS).close()
        except OSError as error:
            reasons.append(error.strerror or str(error) or type(error).__name__)
        else:
            return
    raise missing(settings, servers, reasons[0].lower())


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context of the CA file, or None where TLS is off. Raises SettingsError."""
    if settings.tls_ca_file is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(settings.tls_ca_file))
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(
            f"BARQ_TLS_CA_FILE={str(settings.tls_ca_file)!r} cannot be read as PEM certificates "
            f"({error}). Set it to the CA's file or unset it."
        ) from None


def login(settings: Settings) -> tuple[str, str] | None:
    """Return user and password, or None without a login. Raises SettingsError for half of one."""
    user, password = settings.sasl_username, settings.sasl_password
    if user is None and password is None:
        return None
    if user is None or password is None:
        raise SettingsError("Set both BARQ_SASL_USERNAME and BARQ_SASL_PASSWORD, or neither.")
    return user, password.get_secret_value()


def security(settings: Settings) -> dict[str, Any]:
    """Return login and TLS under the names that kafka-python and aiokafka share."""
    context, credentials = tls_context(settings), login(settings)
    if credentials is None:
        return {
            "security_protocol": "PLAINTEXT" if context is None else "SSL",
            "ssl_context": context,
        }
    user, password = credentials
    return {
        "security_protocol": "SASL_PLAINTEXT" if context is None else "SASL_SSL",
        "ssl_context": context,
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }


def aiokafka_config(settings: Settings, servers: str) -> dict[str, Any]:
    """Return the connection part of an aiokafka client's configuration."""
    return {"bootstrap_servers": servers.split(","), **security(settings)}


def faust_credentials(settings: Settings) -> Any:
    """Return Faust's `broker_credentials`: a login, a TLS context, or None."""
    import faust

    context, credentials = tls_context(settings), login(settings)
    if credentials is not None:
        user, password = credentials
        return faust.SASLCredentials(
            username=user, password=password, ssl_context=context, mechanism=MECHANISM
        )
    return None if context is None else faust.SSLCredentials(context)


def kafka_config(settings: Settings, servers: str | None = None) -> dict[str, Any]:
    """Return the part of a configuration that every kafka-python client takes.

    `servers` None asks the settings. Raises BrokerMissing and SettingsError.
    """
    servers = servers or bootstrap_servers(settings)
    return {
        "bootstrap_servers": servers.split(","),
        "client_id": "barq",
        "bootstrap_timeout_ms": BOOTSTRAP_MS,
        **security(settings),
    }


def consumer_config(settings: Settings, servers: str | None = None) -> dict[str, Any]:
    """Return the configuration of a consumer that takes raw bytes and commits nothing by itself."""
    return {
        **kafka_config(settings, servers),
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        # One record may be larger than a fetch's usual share of a partition.
        "max_partition_fetch_bytes": max(1_048_576, settings.max_message_bytes + 65_536),
    }


def producer_config(settings: Settings, servers: str | None = None) -> dict[str, Any]:
    """Return the configuration of a producer: idempotent, acks=all, zstd, the largest record."""
    return {
        **kafka_config(settings, servers),
        "acks": "all",
        "compression_type": COMPRESSION,
        "linger_ms": 5,
        "batch_size": 262_144,
        "max_request_size": settings.max_message_bytes + 65_536,
        "delivery_timeout_ms": int(settings.delivery_timeout_seconds * 1000) + 30_000,
        "allow_auto_create_topics": False,
    }


@contextmanager
def broker_errors(settings: Settings, servers: str) -> Iterator[None]:
    """Turn what a broker that is away, or that refuses us, raises into BrokerMissing."""
    try:
        yield
    except kafka_errors.UnknownTopicOrPartitionError as error:
        raise TopicMissing(f"A topic is missing at {servers}: run `barq topics create`.") from error
    except (kafka_errors.AuthorizationError, kafka_errors.SaslAuthenticationFailedError) as error:
        raise BrokerMissing(
            f"The broker at {servers} refuses this user ({error}): check BARQ_SASL_USERNAME, "
            "BARQ_SASL_PASSWORD and the user's rights."
        ) from error
    except kafka_errors.RetriableError as error:
        raise missing(settings, servers, str(error) or type(error).__name__) from error


def connect(client: Any, settings: Settings, config: dict[str, Any]) -> Any:
    """Return a client of the class `client`. Raises BrokerMissing when no broker can be used."""
    servers = ",".join(config["bootstrap_servers"])
    require_listener(settings, servers)
    with broker_errors(settings, servers):
        try:
            return client(**config)
        except kafka_errors.KafkaTimeoutError as error:
            raise missing(
                settings,
                servers,
                "something listens there but no Kafka broker let us in; check "
                "BARQ_SASL_USERNAME, BARQ_SASL_PASSWORD and BARQ_TLS_CA_FILE",
            ) from error


def make_consumer(settings: Settings, servers: str | None = None, **more: Any) -> Any:
    """Return a KafkaConsumer for the caller to close; `more` goes over `consumer_config`."""
    return connect(KafkaConsumer, settings, {**consumer_config(settings, servers), **more})


def make_producer(settings: Settings, servers: str | None = None, **more: Any) -> Any:
    """Return a KafkaProducer for the caller to close; `more` goes over `producer_config`."""
    return connect(KafkaProducer, settings, {**producer_config(settings, servers), **more})


@contextmanager
def admin(settings: Settings, servers: str | None = None) -> Iterator[Any]:
    """Give a KafkaAdminClient; what the broker does meanwhile becomes BrokerMissing."""
    config = kafka_config(settings, servers)
    client = connect(KafkaAdminClient, settings, config)
    try:
        with broker_errors(settings, ",".join(config["bootstrap_servers"])):
            yield client
    finally:
        with suppress(kafka_errors.KafkaError):
            client.close()


@contextmanager
def consumer(settings: Settings, servers: str | None = None, **more: Any) -> Iterator[Any]:
    """Give a consumer as `make_consumer` does, and close it; errors as in `admin`."""
    client = make_consumer(settings, servers, **more)
    try:
        with broker_errors(settings, servers or bootstrap_servers(settings)):
            yield client
    finally:
        with suppress(kafka_errors.KafkaError):
            client.close(autocommit=False)
