"""barq's topics on the broker: created, checked before a worker reads, described."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from kafka import errors as kafka_errors
from kafka.admin import ConfigResource
from rich.console import Console
from rich.table import Table

from agents.clients import admin
from agents.reading import BoundsReader, partitions_of
from agents.settings import DECISIONS_KEPT, Settings
from pipeline.topology import DEDUP_LOG, TOPICS

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
RETENTION_DAYS = 7
"""How long articles are kept: a week of outage can be caught up with."""
LONG_RETENTION_DAYS = 30
LONG_KEPT = ("alerts", "dead")
"""Topics that people come back to."""
LOG_ENTRY_BYTES = 2_000
"""Room for an entry of dedup's log, four times what an average one takes: it names a story's
sources, and identical redeliveries have entries too, which no window remembers."""
DESK_TOPIC = "alerts."
DESK_HOLDS = "alerts of one desk"
CREATE_MS = 30_000
WAIT_MS = 15_000
RECORD_FRAME_BYTES = 65_536
"""Room for headers and framing around the largest record, as the producers count it."""


class TopicsWrong(Exception):
    """Topics are missing, or not as barq needs them; the message says what to do."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is on the broker; `partitions` 0 says that it is missing there.

    `records` counts what the topic holds now, from its first kept offset to its end.
    """

    name: str
    partitions: int
    replication: int
    records: int
    keyed_by: str
    holds: str


def topic_config(bare: str, settings: Settings) -> dict[str, str]:
    """Return the configuration of a topic by its name without prefix.

    The log of dedup's decisions is its state, and the window forgets by number, so the log does
    too: it is kept whatever its age, up to a size that holds all that a window remembers.
    """
    days = LONG_RETENTION_DAYS if bare.startswith(LONG_KEPT) else RETENTION_DAYS
    config = {
        "cleanup.policy": "delete",
        "retention.ms": str(days * DAY_MS),
        "max.message.bytes": str(settings.max_message_bytes + RECORD_FRAME_BYTES),
    }
    if bare == "clean":
        # A new version is compared with the one before, and a copy merged into its survivor.
        window = int(settings.dedup_window_hours * HOUR_MS)
        config["retention.ms"] = str(max(days * DAY_MS, window + DAY_MS))
    if bare == DEDUP_LOG:
        config["retention.ms"] = "-1"
        config["retention.bytes"] = str(log_bytes(settings))
    if settings.replication >= 3:
        config["min.insync.replicas"] = "2"
    return config


def log_bytes(settings: Settings) -> int:
    """Return how many bytes of a partition of dedup's log are kept."""
    return LOG_ENTRY_BYTES * (settings.dedup_window_articles + DECISIONS_KEPT)


def wanted_topics(settings: Settings, desks: Iterable[str] = ()) -> dict[str, str]:
    """Return the full names of all topics with their names without prefix, in flow order."""
    bare = [topic.name for topic in TOPICS]
    bare += [f"{DESK_TOPIC}{desk}" for desk in sorted(set(desks))]
    return {settings.topics.name(name): name for name in bare}


def create_topics(
    settings: Settings, desks: Iterable[str] = (), servers: str | None = None
) -> list[str]:
    """Create what is missing of barq's topics and those of the desks; return the names created.

    Raises TopicsWrong, before anything is created, if a topic exists with another partition
    count; and if the broker refuses one. Raises BrokerMissing.
    """
    wanted = wanted_topics(settings, desks)
    with admin(settings, servers) as client:
        found = partition_counts(client, wanted)
        refuse_wrong_counts(found, settings.partitions)
        missing = {name: bare for name, bare in wanted.items() if name not in found}
        if not missing:
            return []
        answer = client.create_topics(
            {
                name: {
                    "num_partitions": settings.partitions,
                    "replication_factor": settings.replication,
                    "configs": topic_config(bare, settings),
                }
                for name, bare in missing.items()
            },
            timeout_ms=CREATE_MS,
            raise_errors=False,
        )
        refuse_failures(answer["topics"], settings)
        client.wait_for_topics(list(missing), timeout_ms=WAIT_MS)
        # Another process may have created some in the meantime, with other settings.
        refuse_wrong_counts(partition_counts(client, wanted), settings.partitions)
    return list(missing)


def check_topics(settings: Settings, servers: str | None = None) -> None:
    """Return if every topic of the stages is there with the right partition count and limits.

    Raises TopicsWrong and BrokerMissing.
    """
    wanted = wanted_topics(settings)
    with admin(settings, servers) as client:
        found = partition_counts(client, wanted)
        missing = [name for name in wanted if name not in found]
        if missing:
            raise TopicsWrong(
                f"Topics are missing: {', '.join(missing)}. Run `barq topics create`."
            )
        refuse_wrong_counts(found, settings.partitions)
        refuse_wrong_configs(client, settings, wanted)


def partition_counts(client: Any, names: Collection[str]) -> dict[str, int]:
    """Return the partition count of each of the topics that exist, in the order asked."""
    described = client.describe_topics(list(names))
    counts = {
        str(topic["name"]): len(topic["partitions"])
        for topic in described
        if topic["error_code"] == 0
    }
    return {name: counts[name] for name in names if name in counts}


def refuse_wrong_counts(found: dict[str, int], expected: int) -> None:
    """Raise TopicsWrong if a topic has another partition count than the settings say.

    Dedup needs the articles of a language, and its log of decisions, in partitions of the same
    number, so topics of different counts would lose its memory.
    """
    wrong = {name: count for name, count in found.items() if count != expected}
    if not wrong:
        return
    counts = set(found.values())
    if len(counts) == 1:
        what, cure = f"all have {min(counts)}", f"Set BARQ_PARTITIONS={min(counts)}"
    else:
        what = ", ".join(f"{name} has {count}" for name, count in wrong.items())
        cure = "Delete those, if nothing in them is needed"
    raise TopicsWrong(
        f"barq's topics should have {expected} partitions (BARQ_PARTITIONS) but {what}. "
        f"{cure}, or use new topics by another BARQ_TOPIC_PREFIX."
    )


def refuse_wrong_configs(client: Any, settings: Settings, names: Collection[str]) -> None:
    """Raise TopicsWrong if a topic takes too small records, or dedup's log forgets too soon.

    What the broker does not tell (it is the embedded one, or this user may not ask) is let pass.
    """
    resources = [ConfigResource("topic", name) for name in names]
    try:
        answer = client.describe_configs(resources, config_filter="all").get("topic", {})
    except (kafka_errors.AuthorizationError, kafka_errors.UnsupportedVersionError):
        return

    def number(name: str, key: str) -> int | None:
        value = answer.get(name, {}).get(key, {}).get("value")
        return None if value is None else int(value)

    largest = settings.max_message_bytes
    for name in names:
        taken = number(name, "max.message.bytes")
        if taken is not None and taken < largest:
            raise TopicsWrong(
                f"{name} takes records of {taken:,} bytes and stages send up to {largest:,}: set "
                f"its max.message.bytes to {largest + RECORD_FRAME_BYTES}, or lower "
                "BARQ_MAX_EVENT_BYTES."
            )
    log, wanted = settings.topics.name(DEDUP_LOG), topic_config(DEDUP_LOG, settings)
    size = number(log, "retention.bytes")
    if size is not None and 0 <= size < log_bytes(settings):
        raise TopicsWrong(
            f"{log} keeps {size:,} bytes a partition, too few for the decisions about "
            f"{settings.dedup_window_articles:,} articles (BARQ_DEDUP_WINDOW_ARTICLES): set its "
            f"retention.bytes to {wanted['retention.bytes']}."
        )
    kept = number(log, "retention.ms")
    if kept is not None and 0 <= kept < settings.dedup_window_hours * HOUR_MS:
        raise TopicsWrong(
            f"{log} keeps decisions for {kept / HOUR_MS:g} h, less than the dedup window of "
            f"{settings.dedup_window_hours:g} h (BARQ_DEDUP_WINDOW_HOURS): set its "
            f"retention.ms to {wanted['retention.ms']}."
        )


def refuse_failures(answers: Sequence[dict[str, Any]], settings: Settings) -> None:
    """Raise TopicsWrong for the first topic that the broker would not create."""
    for answer in answers:
        error = kafka_errors.for_code(answer["error_code"])
        if error in (kafka_errors.NoError, kafka_errors.TopicAlreadyExistsError):
            continue
        why = str(answer.get("error_message") or error.__name__).rstrip(".")
        if error is kafka_errors.InvalidReplicationFactorError:
            cure = f"Set BARQ_REPLICATION to less than {settings.replication}."
        elif issubclass(error, kafka_errors.AuthorizationError):
            cure = "Give the user of BARQ_SASL_USERNAME the right to create topics."
        else:
            cure = "Change what the broker names, or create the topic yourself."
        raise TopicsWrong(f"The broker does not create {answer['name']}: {why}. {cure}")


def describe_topics(settings: Settings, servers: str | None = None) -> list[TopicState]:
    """Return the state of every topic of barq and every desk topic that exists."""
    prefix = settings.topics.name(DESK_TOPIC)
    meanings = {settings.topics.name(topic.name): topic for topic in TOPICS}
    with admin(settings, servers) as client:
        described = {
            str(topic["name"]): topic
            for topic in client.describe_topics()
            if topic["name"] in meanings or topic["name"].startswith(prefix)
        }
        records = count_records(client, settings, described)
    desks = sorted(name for name in described if name not in meanings)
    states = []
    for name in [*meanings, *desks]:
        partitions = described[name]["partitions"] if name in described else []
        meaning = meanings.get(name)
        states.append(
            TopicState(
                name=name,
                partitions=len(partitions),
                replication=min((len(p["replica_nodes"]) for p in partitions), default=0),
                records=records.get(name, 0),
                keyed_by=meaning.keyed_by if meaning else "rule id",
                holds=meaning.holds if meaning else DESK_HOLDS,
            )
        )
    return states


def count_records(client: Any, settings: Settings, topics: Iterable[str]) -> dict[str, int]:
    """Return how many offsets each topic holds, from its first kept one to its end."""
    totals: dict[str, int] = {}
    with closing(BoundsReader(settings)) as reader:
        bounds = reader.read(client, partitions_of(client, topics))
    for place, (begin, end) in bounds.items():
        totals[place.topic] = totals.get(place.topic, 0) + end - begin
    return totals


def print_topics(states: Sequence[TopicState], console: Console, *, as_json: bool) -> None:
    """Print topics as a table or as JSON."""
    if as_json:
        console.print_json(data=[asdict(state) for state in states])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("topic", "partitions", "copies", "records", "keyed by", "holds"):
        table.add_column(heading, justify="right" if heading in NUMBERS else "left")
    for state in states:
        partitions = str(state.partitions) if state.partitions else "missing"
        numbers = (partitions, str(state.replication), f"{state.records:,}")
        table.add_row(state.name, *numbers, state.keyed_by, state.holds)
    console.print(table)


NUMBERS = {"partitions", "copies", "records"}
