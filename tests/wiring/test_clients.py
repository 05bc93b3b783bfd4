"""Connections: which broker is meant, how to log in, and one sentence where none answers."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import errors as kafka_errors

from agents import clients, exits
from agents.clients import BrokerMissing
from agents.processes import free_port
from agents.settings import Settings, SettingsError, load_settings

PREFIXES = st.from_regex(r"[a-z0-9._-]{0,6}", fullmatch=True)


@pytest.mark.parametrize(
    ("prefix", "group"),
    [
        ("news.", "barq-cleaning"),
        ("x.", "barq-x-cleaning"),
        ("wire.test.", "barq-wire.test-cleaning"),
        ("x", "barq-x:cleaning"),
        ("", "barq-:cleaning"),
    ],
)
def test_a_group_is_named_after_prefix_and_stage(prefix: str, group: str) -> None:
    assert clients.group_name(load_settings(topic_prefix=prefix), "cleaning") == group


@given(PREFIXES, PREFIXES)
def test_two_prefixes_never_share_a_group(one: str, other: str) -> None:
    names = {
        clients.group_name(load_settings(topic_prefix=prefix), "dedup") for prefix in (one, other)
    }
    assert len(names) == len({one, other})


def running(tmp_path: Path, text: str) -> Settings:
    (tmp_path / "run.json").write_text(text, "utf-8")
    return load_settings(run_dir=tmp_path)


def test_the_setting_names_the_broker_before_barq_up_does(tmp_path: Path) -> None:
    here = running(tmp_path, json.dumps({"bootstrap_servers": "127.0.0.1:5", "workers": []}))
    assert clients.bootstrap_servers(here) == "127.0.0.1:5"
    both = here.model_copy(update={"bootstrap_servers": "kafka:9092"})
    assert clients.bootstrap_servers(both) == "kafka:9092"


@pytest.mark.parametrize("text", ["{broken", "[]", "{}", '{"bootstrap_servers": 7}'])
def test_without_a_sound_run_file_no_broker_is_known(tmp_path: Path, text: str) -> None:
    with pytest.raises(BrokerMissing, match="No broker is known: run `make up`"):
        clients.bootstrap_servers(running(tmp_path, text))


def test_without_any_run_file_no_broker_is_known(tmp_path: Path) -> None:
    assert clients.read_run(load_settings(run_dir=tmp_path)) is None
    with pytest.raises(BrokerMissing) as missing:
        clients.bootstrap_servers(load_settings(run_dir=tmp_path))
    assert missing.value.exit_code == exits.UNAVAILABLE


def test_a_closed_port_is_one_sentence_that_names_it() -> None:
    server = f"127.0.0.1:{free_port()}"
    with pytest.raises(BrokerMissing, match="connection refused") as missing:
        clients.make_consumer(load_settings(bootstrap_servers=server))
    assert str(missing.value).startswith(f"No broker answers at {server} (")
    assert "BARQ_BOOTSTRAP_SERVERS" in str(missing.value)


def test_a_broker_that_barq_up_left_behind_is_to_be_started_again(tmp_path: Path) -> None:
    server = f"127.0.0.1:{free_port()}"
    settings = running(tmp_path, json.dumps({"bootstrap_servers": server}))
    with (
        pytest.raises(BrokerMissing, match="start it again with `make up`"),
        clients.admin(settings),
    ):
        pass


@pytest.mark.parametrize("servers", ["kafka", "kafka:", ":9092", "kafka:port", "kafka:99999", ""])
def test_an_address_without_host_and_port_is_refused(servers: str) -> None:
    settings = load_settings(bootstrap_servers="x:1").model_copy(
        update={"bootstrap_servers": servers}
    )
    with pytest.raises(SettingsError, match="write host:port"):
        clients.require_listener(settings, servers)


def test_an_address_may_be_of_ip_version_six() -> None:
    assert clients.split_address("[::1]:9092") == ("::1", 9092)


@pytest.mark.parametrize(
    ("changes", "protocol"),
    [
        ({}, "PLAINTEXT"),
        ({"sasl_username": "desk", "sasl_password": "secret"}, "SASL_PLAINTEXT"),
    ],
)
def test_login_and_tls_decide_the_protocol(changes: dict[str, str], protocol: str) -> None:
    settings = load_settings(bootstrap_servers="kafka:9092", **changes)
    assert clients.security(settings)["security_protocol"] == protocol
    assert clients.aiokafka_config(settings, "a:1,b:2")["bootstrap_servers"] == ["a:1", "b:2"]
    assert (clients.faust_credentials(settings) is None) == (not changes)


@pytest.mark.parametrize("half", ["sasl_username", "sasl_password"])
def test_half_a_login_is_refused(half: str) -> None:
    with pytest.raises(SettingsError, match="Set both"):
        clients.security(load_settings(bootstrap_servers="kafka:9092", **{half: "x"}))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_file_that_is_none_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match="BARQ_TLS_CA_FILE"):
        clients.security(load_settings(bootstrap_servers="kafka:9092", tls_ca_file=file))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (kafka_errors.UnknownTopicOrPartitionError(), "run `barq topics create`"),
        (kafka_errors.TopicAuthorizationFailedError(), "check BARQ_SASL_USERNAME"),
        (kafka_errors.SaslAuthenticationFailedError(), "check BARQ_SASL_USERNAME"),
        (kafka_errors.KafkaTimeoutError("30 s"), "No broker answers at kafka:9092"),
        (kafka_errors.KafkaConnectionError("reset"), "No broker answers at kafka:9092"),
    ],
)
def test_what_a_broker_does_becomes_one_sentence(error: Exception, sentence: str) -> None:
    settings = load_settings(bootstrap_servers="kafka:9092")
    with (
        pytest.raises(BrokerMissing, match=sentence),
        clients.broker_errors(settings, "kafka:9092"),
    ):
        raise error


def test_an_error_of_ours_passes_as_it_is() -> None:
    with (
        pytest.raises(BrokenPipeError),
        clients.broker_errors(load_settings(bootstrap_servers="kafka:9092"), "kafka:9092"),
    ):
        raise BrokenPipeError
