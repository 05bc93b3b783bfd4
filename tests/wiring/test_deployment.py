"""What is deployed: docker-compose.yml, the Dockerfile, and the files that agree with them.

No container engine runs here, so the policy is read from the files.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from agents.cli import app
from agents.settings import Settings, load_settings
from pipeline.topology import STAGES

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
KAFKA: dict[str, str] = SERVICES["kafka"]["environment"]
OWN = [name for name, service in SERVICES.items() if service["image"].startswith("barq:")]
WORKERS = [stage.name for stage in STAGES]
LONG_RUNNING = [*WORKERS, "auditor"]
FRAME_BYTES = 65_536


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with their arguments, long lines joined."""
    text = (CHECKOUT / "Dockerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.split("\n"))]


def arguments(word: str) -> list[str]:
    """Return the arguments of every instruction of one kind."""
    return [rest for found, rest in instructions() if found == word]


def image_environment() -> dict[str, str]:
    """Return the variables that the final stage of the Dockerfile sets."""
    pairs = arguments("ENV")[-1].split()
    return dict(pair.split("=", 1) for pair in pairs)


@pytest.mark.parametrize("name", SERVICES)
class TestEveryService:
    """A service that is broken into gets nothing."""

    def test_does_not_run_as_root(self, name: str) -> None:
        assert str(SERVICES[name]["user"]).split(":")[0] not in {"", "0", "root"}

    def test_can_write_only_where_it_must(self, name: str) -> None:
        assert SERVICES[name]["read_only"] is True
        assert any(entry.startswith("/tmp:") for entry in SERVICES[name]["tmpfs"])  # noqa: S108

    def test_has_no_privileges_and_gains_none(self, name: str) -> None:
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
        assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(SERVICES[name])

    def test_is_bounded_in_processes_memory_and_logs(self, name: str) -> None:
        assert SERVICES[name]["pids_limit"] > 0
        assert SERVICES[name]["mem_limit"]
        assert {"max-size", "max-file"} <= set(SERVICES[name]["logging"]["options"])

    def test_has_an_init_that_passes_signals_on(self, name: str) -> None:
        assert SERVICES[name]["init"] is True

    def test_is_an_image_of_a_fixed_version(self, name: str) -> None:
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])

    def test_publishes_ports_on_the_loopback_address_only(self, name: str) -> None:
        for port in SERVICES[name].get("ports", []):
            assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)

    def test_mounts_files_of_the_host_for_reading_only(self, name: str) -> None:
        for mount in SERVICES[name].get("volumes", []):
            named = mount.split(":")[0] in COMPOSE["volumes"]
            assert named or mount.endswith(":ro")

    def test_has_no_password_in_its_environment(self, name: str) -> None:
        for variable in SERVICES[name].get("environment", {}):
            secret = re.search("PASSWORD|SECRET|TOKEN", variable)
            assert not secret or variable.endswith("__FILE")


class TestTheStages:
    """Each stage is a service that scales by itself."""

    @pytest.mark.parametrize("stage", WORKERS)
    def test_each_stage_has_a_worker_that_restarts_and_has_time_to_stop(self, stage: str) -> None:
        service = SERVICES[stage]
        assert service["command"] == ["worker", stage]
        assert service["restart"] == "unless-stopped"
        grace = int(service["stop_grace_period"].removesuffix("s"))
        assert grace > Settings.model_fields["grace_seconds"].default

    @pytest.mark.parametrize("stage", WORKERS)
    def test_nothing_keeps_a_stage_from_scaling(self, stage: str) -> None:
        assert not {"container_name", "ports", "hostname"} & set(SERVICES[stage])
        assert not [
            mount
            for mount in SERVICES[stage]["volumes"]
            if mount.split(":")[0] in COMPOSE["volumes"]
        ]

    @pytest.mark.parametrize("stage", LONG_RUNNING)
    def test_a_worker_is_healthy_when_it_says_that_it_is_ready(self, stage: str) -> None:
        port = SERVICES[stage]["environment"]["BARQ_METRICS_PORT"]
        assert f"http://127.0.0.1:{port}/ready" in SERVICES[stage]["healthcheck"]["test"][-1]

    @pytest.mark.parametrize("stage", LONG_RUNNING)
    def test_a_worker_waits_for_kafka_and_its_topics(self, stage: str) -> None:
        assert SERVICES[stage]["depends_on"] == {
            "kafka": {"condition": "service_healthy"},
            "topics": {"condition": "service_completed_successfully"},
        }

    def test_the_auditor_goes_on_and_restarts(self) -> None:
        assert SERVICES["auditor"]["command"][:2] == ["audit", "--follow"]
        assert SERVICES["auditor"]["restart"] == "unless-stopped"

    @pytest.mark.parametrize("name", OWN)
    def test_what_is_ours_has_no_way_out_but_kafka(self, name: str) -> None:
        assert SERVICES[name]["networks"] == ["pipeline"]
        assert COMPOSE["networks"]["pipeline"]["internal"] is True

    @pytest.mark.parametrize("name", OWN)
    def test_what_it_runs_is_a_command_of_barq(self, name: str) -> None:
        service = SERVICES[name]
        words = [*service.get("entrypoint", ["barq"])[1:], *service.get("command", [])]
        command = get_command(app)
        while words and hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options

    @pytest.mark.parametrize("name", OWN)
    def test_every_setting_exists_and_is_valid(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        environment = {**image_environment(), **SERVICES[name]["environment"]}
        ours = {name: value for name, value in environment.items() if name.startswith("BARQ_")}
        fields = {f"BARQ_{field.upper()}" for field in Settings.model_fields}
        assert set(ours) <= fields
        for variable, value in ours.items():
            monkeypatch.setenv(variable, value)
        assert load_settings().bootstrap_servers == "kafka:9092"

    def test_only_one_service_builds_the_image_and_all_of_ours_wait_for_it(self) -> None:
        assert [name for name in SERVICES if "build" in SERVICES[name]] == ["topics"]
        for name in set(OWN) - {"topics"}:
            assert SERVICES[name]["pull_policy"] == "never"
            assert "topics" in SERVICES[name]["depends_on"]

    def test_the_image_has_the_version_of_the_project(self) -> None:
        project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
        assert {SERVICES[name]["image"] for name in OWN} == {f"barq:{project['version']}"}
        assert f'image.version="{project["version"]}"' in arguments("LABEL")[-1]

    def test_the_feeder_reads_files_of_the_directory_that_it_is_called_in(self) -> None:
        feeder = SERVICES["feeder"]
        assert feeder["profiles"] == ["tools"]
        assert "${PWD:-.}:/input:ro" in feeder["volumes"]
        assert feeder["working_dir"] == "/input"


class TestKafka:
    """One node of Apache Kafka that keeps its data."""

    def test_it_is_the_version_that_the_tests_run(self) -> None:
        pom = (CHECKOUT / "ops" / "kafka" / "pom.xml").read_text("utf-8")
        version = re.search("<kafka.version>(.+)</kafka.version>", pom)
        assert version
        assert SERVICES["kafka"]["image"] == f"apache/kafka:{version[1]}"

    def test_its_data_lies_in_a_volume(self) -> None:
        assert f"kafka:{KAFKA['KAFKA_LOG_DIRS']}" in SERVICES["kafka"]["volumes"]

    def test_one_node_asks_for_one_copy_of_everything(self) -> None:
        factors = {
            name: value
            for name, value in KAFKA.items()
            if re.search("REPLICATION_FACTOR|MIN_ISR|MIN_INSYNC_REPLICAS", name)
        }
        assert len(factors) == 7
        assert set(factors.values()) == {"1"}

    def test_a_mistyped_topic_is_an_error(self) -> None:
        assert KAFKA["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"

    def test_it_takes_the_largest_record_that_barq_sends(self) -> None:
        assert (
            int(KAFKA["KAFKA_MESSAGE_MAX_BYTES"]) >= load_settings().max_message_bytes + FRAME_BYTES
        )

    def test_programs_of_the_host_and_containers_each_get_an_address_that_they_reach(self) -> None:
        advertised = dict(
            entry.split("://") for entry in KAFKA["KAFKA_ADVERTISED_LISTENERS"].split(",")
        )
        inside = {SERVICES[name]["environment"]["BARQ_BOOTSTRAP_SERVERS"] for name in OWN}
        assert inside == {advertised["INTERNAL"]}
        host, port = advertised["OUTSIDE"].split(":")
        assert SERVICES["kafka"]["ports"] == [f"{host}:{port}:{port}"]


class TestTheImage:
    """The Dockerfile."""

    def test_its_base_has_a_fixed_version_that_the_project_supports(self) -> None:
        bases = {rest.split()[0] for rest in arguments("FROM")}
        assert len(bases) == 1
        version = re.fullmatch(r"python:3\.(\d+)\.\d+-slim", bases.pop())
        assert version
        assert int(version[1]) >= 11

    def test_it_installs_only_what_is_locked_by_its_hash(self) -> None:
        installs = re.findall(r"install (--\S+ (?:-r|--no-deps)?[^&]*)", " ".join(arguments("RUN")))
        locked = [args for args in installs if "--require-hashes" in args]
        assert len(locked) == 2
        for args in set(installs) - set(locked):
            assert "--no-deps --no-index" in args

    def test_it_runs_as_the_user_that_compose_names(self) -> None:
        assert arguments("USER") == ["10001:10001"]
        assert {SERVICES[name]["user"] for name in OWN} == {"10001:10001"}

    def test_barq_is_its_first_process_and_gets_the_signals(self) -> None:
        assert arguments("ENTRYPOINT") == ['["barq"]']

    def test_it_is_healthy_when_its_worker_is_ready(self) -> None:
        port = image_environment()["BARQ_METRICS_PORT"]
        (check,) = arguments("HEALTHCHECK")
        assert f"http://127.0.0.1:{port}/ready" in check

    def test_it_writes_no_bytecode_and_holds_no_output_back(self) -> None:
        environment = image_environment()
        assert environment["PYTHONDONTWRITEBYTECODE"] == environment["PYTHONUNBUFFERED"] == "1"

    def test_its_context_holds_what_is_copied_and_nothing_else(self) -> None:
        lines = (CHECKOUT / ".dockerignore").read_text("utf-8").splitlines()
        rules = [line for line in lines if line and not line.startswith("#")]
        assert rules[0] == "*"
        admitted = {rule[1:] for rule in rules if rule.startswith("!")}
        copied = {
            source
            for rest in arguments("COPY")
            if not rest.startswith("--from")
            for source in rest.split()[:-1]
        }
        assert admitted == copied

    def test_a_volume_of_the_feeder_belongs_to_its_user(self) -> None:
        (mount,) = [
            entry for entry in SERVICES["feeder"]["volumes"] if entry.startswith("rejects:")
        ]
        assert f"install -d -o 10001 -g 10001 {mount.split(':')[1]}" in " ".join(arguments("RUN"))


class TestSecrets:
    """Passwords are in files that stay on this machine."""

    def test_grafana_asks_for_a_password_that_is_in_a_file(self) -> None:
        environment = SERVICES["grafana"]["environment"]
        assert environment["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
        (secret,) = SERVICES["grafana"]["secrets"]
        assert environment["GF_SECURITY_ADMIN_PASSWORD__FILE"] == f"/run/secrets/{secret}"
        assert secret in COMPOSE["secrets"]

    def test_the_file_is_made_by_a_script_and_is_not_in_git(self) -> None:
        path = COMPOSE["secrets"]["grafana_password"]["file"].removeprefix("./")
        assert f"password={path}\n" in (CHECKOUT / "ops" / "secrets").read_text("utf-8")
        folder = path.removeprefix("ops/").split("/")[0]
        assert f"{folder}/" in (CHECKOUT / "ops" / ".gitignore").read_text("utf-8").splitlines()

    def test_every_file_that_is_mounted_is_in_the_checkout(self) -> None:
        for service in SERVICES.values():
            for mount in service.get("volumes", []):
                if mount.startswith("./"):
                    assert (CHECKOUT / mount.split(":")[0]).exists()
