"""Topics: what they are called, how they are made, and what is refused."""

import pytest

from agents.settings import load_settings
from agents.topics import (
    DAY_MS,
    HOUR_MS,
    TopicsWrong,
    refuse_failures,
    refuse_wrong_configs,
    refuse_wrong_counts,
    topic_config,
    wanted_topics,
)
from pipeline.topology import TOPICS

SETTINGS = load_settings(topic_prefix="x.", partitions=8)


def test_all_topics_of_the_flow_and_each_desk_once_are_wanted_under_the_prefix() -> None:
    wanted = wanted_topics(SETTINGS, ["sport", "politics", "sport"])
    desks = ["x.alerts.politics", "x.alerts.sport"]
    assert list(wanted) == [f"x.{topic.name}" for topic in TOPICS] + desks


@pytest.mark.parametrize("articles", [1_000, 1_000_000])
def test_the_log_of_decisions_is_kept_by_size_as_the_window_forgets_by_number(
    articles: int,
) -> None:
    config = topic_config("dedup.log", load_settings(dedup_window_articles=articles))
    assert config["retention.ms"] == "-1"
    assert int(config["retention.bytes"]) >= 2_000 * articles
    assert config["cleanup.policy"] == "delete"


@pytest.mark.parametrize("hours", [0.5, 72.0, 24 * 90.0])
def test_clean_articles_are_kept_as_long_as_a_new_version_may_be_compared(hours: float) -> None:
    config = topic_config("clean", load_settings(dedup_window_hours=hours))
    assert int(config["retention.ms"]) >= max(7 * DAY_MS, hours * HOUR_MS + DAY_MS)


@pytest.mark.parametrize(
    ("bare", "days"),
    [("raw", 7), ("tagged", 7), ("alerts", 30), ("alerts.sport", 30), ("dead", 30)],
)
def test_what_people_come_back_to_is_kept_longer(bare: str, days: int) -> None:
    assert topic_config(bare, SETTINGS)["retention.ms"] == str(days * DAY_MS)


@pytest.mark.parametrize("topic", [topic.name for topic in TOPICS])
def test_every_topic_takes_the_largest_record_that_a_stage_sends(topic: str) -> None:
    settings = load_settings(max_event_bytes=5_000_000)
    assert int(topic_config(topic, settings)["max.message.bytes"]) > settings.max_message_bytes


def test_three_copies_ask_for_two_confirmations() -> None:
    assert "min.insync.replicas" not in topic_config("raw", SETTINGS)
    three = topic_config("raw", load_settings(replication=3))
    assert three["min.insync.replicas"] == "2"


def test_right_counts_pass_and_missing_topics_have_none() -> None:
    refuse_wrong_counts({"x.raw": 8, "x.clean": 8}, 8)
    refuse_wrong_counts({}, 8)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({"x.raw": 4, "x.clean": 4}, "all have 4. Set BARQ_PARTITIONS=4"),
        ({"x.raw": 8, "x.clean": 4}, "x.clean has 4. Delete those"),
    ],
)
def test_another_partition_count_is_refused_with_its_cure(
    found: dict[str, int], sentence: str
) -> None:
    with pytest.raises(TopicsWrong) as wrong:
        refuse_wrong_counts(found, 8)
    assert sentence in str(wrong.value)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (38, "Set BARQ_REPLICATION to less than 3."),
        (29, "the right to create topics"),
        (17, "x.raw: no such name. Change what the broker names"),
    ],
)
def test_a_topic_that_the_broker_refuses_is_named_with_a_cure(code: int, sentence: str) -> None:
    answer = {"name": "x.raw", "error_code": code, "error_message": "no such name."}
    with pytest.raises(TopicsWrong) as wrong:
        refuse_failures([answer], load_settings(replication=3))
    assert sentence in str(wrong.value)


def test_a_topic_that_somebody_else_just_made_is_no_failure() -> None:
    refuse_failures([{"name": "x.raw", "error_code": code} for code in (0, 36)], SETTINGS)


class Broker:
    """Answers for the configuration of topics."""

    def __init__(self, config: dict[str, dict[str, str]]) -> None:
        self.config = config

    def describe_configs(
        self,
        resources: object,  # noqa: ARG002
        config_filter: str,
    ) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
        assert config_filter == "all"
        return {
            "topic": {
                name: {key: {"value": value} for key, value in config.items()}
                for name, config in self.config.items()
            }
        }


LARGE = str(SETTINGS.max_message_bytes)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"x.raw": {}},
        {"x.raw": {"max.message.bytes": LARGE, "retention.ms": "1"}},
        {"x.dedup.log": {"max.message.bytes": LARGE, "retention.ms": "-1"}},
        {"x.dedup.log": {"retention.ms": str(72 * HOUR_MS), "retention.bytes": "-1"}},
        {"x.dedup.log": topic_config("dedup.log", SETTINGS)},
    ],
)
def test_configurations_that_lose_nothing_pass(config: dict[str, dict[str, str]]) -> None:
    refuse_wrong_configs(Broker(config), SETTINGS, ["x.raw", "x.dedup.log"])


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"x.raw": {"max.message.bytes": "1048588"}}, "x.raw takes records of 1,048,588 bytes"),
        ({"x.dedup.log": {"retention.bytes": "1000000000"}}, "keeps 1,000,000,000 bytes"),
        ({"x.dedup.log": {"retention.ms": str(71 * HOUR_MS)}}, "keeps decisions for 71 h"),
    ],
)
def test_a_topic_that_would_lose_records_is_refused(
    config: dict[str, dict[str, str]], sentence: str
) -> None:
    with pytest.raises(TopicsWrong) as wrong:
        refuse_wrong_configs(Broker(config), SETTINGS, ["x.raw", "x.dedup.log"])
    assert sentence in str(wrong.value)
    assert "set its" in str(wrong.value)
