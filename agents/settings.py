"""Every setting of barq: environment variables `BARQ_*`, read once, refused with a sentence."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.query_tree import folded_name
from pipeline.topology import Topics

DECISIONS_KEPT = 30_000
"""Dedup's newest decisions of a partition, repeated when their records come again: a batch that is
delivered and one that is not (10,000 each at most), and what a commit interval brings."""

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """One frozen object; the field's description is the README's table of settings."""

    model_config = SettingsConfigDict(env_prefix="BARQ_", frozen=True, extra="ignore")

    bootstrap_servers: str | None = Field(
        None, description="Kafka to use, host:port[,host:port]; unset: the broker of `barq up`"
    )
    topic_prefix: str = Field(
        "news.", pattern=r"^[a-z0-9._-]{0,80}$", description="what every topic name begins with"
    )
    partitions: int = Field(8, ge=1, le=1000, description="partitions of each topic created")
    replication: int = Field(1, ge=1, le=15, description="copies of each partition created")
    rules: Path = Field(CHECKOUT / "rules", description="directory or file of alert rules (YAML)")
    watchlists: Path = Field(
        CHECKOUT / "rules" / "watchlists",
        description="directory or file of watch-lists (YAML, CSV)",
    )
    wordlists: Path | None = Field(
        None, description="directory of word lists (.txt) added to barq's own; unset: none"
    )
    minimum_text: int = Field(
        1, ge=1, description="characters that cleaning must leave of an article that had text"
    )
    too_little: Literal["keep", "reject"] = Field(
        "keep", description="with less, keep the text whole, or reject it as a dead letter"
    )
    workers: int = Field(1, ge=1, le=64, description="`barq up`: workers a stage")
    batch_size: int = Field(500, ge=1, le=10_000, description="most records handled at once")
    commit_interval_seconds: float = Field(
        0.25, gt=0, le=60, description="time between two commits of what is acknowledged"
    )
    fetch_wait_ms: int = Field(
        500, ge=1, le=30_000, description="how long the broker may keep a fetch open for a record"
    )
    session_timeout_seconds: float = Field(
        15.0, ge=6, le=300, description="silence after which the broker gives a worker up"
    )
    delivery_timeout_seconds: float = Field(
        60.0,
        gt=0,
        le=3600,
        description="time for a delivery, retries included, before a worker stops",
    )
    max_event_bytes: int = Field(
        1_000_000, ge=1_000, le=50_000_000, description="largest record fed or sent"
    )
    dedup_window_hours: float = Field(
        72.0, gt=0, le=24 * 90, description="event time over which copies are recognised"
    )
    dedup_window_articles: int = Field(
        1_000_000, ge=1_000, description="articles a partition's window holds at most"
    )
    dedup_texts_bytes: int = Field(
        32_000_000, ge=0, description="articles a dedup worker has at hand to compare versions"
    )
    agencies: str | None = Field(
        None, description="sources, commas between, to quote rather than an outlet; unset: none"
    )
    metrics_host: str = Field("127.0.0.1", description="address of /metrics, /live and /ready")
    metrics_port: int = Field(0, ge=0, le=65535, description="their port; 0 takes a free one")
    stall_seconds: float = Field(
        60.0, gt=0, description="time without progress under lag after which /live fails"
    )
    lag_interval_seconds: float = Field(
        5.0, gt=0, description="time between two readings of the lag from the broker"
    )
    grace_seconds: float = Field(
        25.0, gt=0, description="time a worker has to finish its batch before it is killed"
    )
    run_dir: Path = Field(Path(".barq"), description="where `barq up` says what it runs")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least level logged"
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: console on a terminal, JSON lines otherwise"
    )
    sasl_username: str | None = Field(None, description="SCRAM-SHA-512 user; unset: no login")
    sasl_password: SecretStr | None = Field(None, description="its password (never shown)")
    tls_ca_file: Path | None = Field(None, description="CA file; set: connections use TLS")

    def as_environment(self) -> dict[str, str]:
        """Return the variables that give another process these settings, secrets included."""
        variables = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is not None:
                secret = isinstance(value, SecretStr)
                variables[f"BARQ_{name.upper()}"] = (
                    value.get_secret_value() if secret else str(value)
                )
        return variables

    @property
    def max_message_bytes(self) -> int:
        """The largest record sent between stages: an article with its removals and its tags."""
        return 2 * self.max_event_bytes + 65_536

    @property
    def agency_names(self) -> frozenset[str]:
        """The agencies in the form in which sources are compared."""
        return frozenset(filter(None, map(folded_name, (self.agencies or "").split(","))))

    @property
    def topics(self) -> Topics:
        """The names of the topics under the prefix in force."""
        return Topics(self.topic_prefix)


class SettingsError(Exception):
    """A setting is wrong; the message names each variable and what it must be."""


def load_settings(**overrides: object) -> Settings:
    """Return the settings of the environment, with the given fields put over them.

    Raises SettingsError that names every wrong variable at once.
    """
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        wrong = "; ".join(
            f"BARQ_{str(fault['loc'][0]).upper()}={fault['input']!r}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(f"{wrong}. Set it right or unset it.") from None
