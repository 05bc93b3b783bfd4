"""What operators ask of a broker: topics, lag, dead letters, the trace of an article."""

from collections.abc import Sequence

import pytest
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from agents import doctor
from agents.clients import consumer, group_name, make_producer
from agents.lag import LagReader, read_lags
from agents.letters import LetterWrong, find_letter, list_letters
from agents.reading import bounds_of, fetch, scan
from agents.replay import replay_letters
from agents.settings import Settings
from agents.topics import TopicsWrong, check_topics, create_topics, describe_topics
from agents.tracing import explain
from pipeline import codec, letters
from pipeline.letters import Letter
from pipeline.topology import TOPICS

pytestmark = pytest.mark.e2e

Headers = list[tuple[str, bytes]]


def send(
    settings: Settings,
    bare: str,
    records: Sequence[tuple[bytes | None, bytes | None, Headers]],
    partition: int | None = 0,
) -> list[str]:
    """Send records in one batch if they fit; return their places."""
    producer = make_producer(settings, linger_ms=100)
    try:
        sent = [
            producer.send(settings.topics.name(bare), value, key, headers, partition)
            for key, value, headers in records
        ]
        confirmed = [one.get(timeout=30) for one in sent]
    finally:
        producer.close(timeout=10)
    return [f"{one.topic}/{one.partition}/{one.offset}" for one in confirmed]


def commit(settings: Settings, stage: str, bare: str, offset: int) -> None:
    """Commit for a stage's group in partition 0."""
    with consumer(settings, group_id=group_name(settings, stage)) as client:
        place = TopicPartition(settings.topics.name(bare), 0)
        client.commit({place: OffsetAndMetadata(offset, "", -1)})


def test_topics_are_created_once_and_refused_with_another_count(settings: Settings) -> None:
    with pytest.raises(TopicsWrong, match="barq topics create"):
        check_topics(settings)
    created = create_topics(settings, ["politics"])
    assert len(created) == len(TOPICS) + 1
    assert create_topics(settings, ["politics"]) == []
    assert create_topics(settings, ["sport"]) == [settings.topics.desk("sport")]
    check_topics(settings)
    states = {state.name: state for state in describe_topics(settings)}
    assert len(states) == len(TOPICS) + 2
    assert {state.partitions for state in states.values()} == {settings.partitions}
    other = settings.model_copy(update={"partitions": settings.partitions + 1})
    for refuses in (check_topics, create_topics):
        with pytest.raises(TopicsWrong, match=f"all have {settings.partitions}"):
            refuses(other)
    larger = settings.model_copy(update={"dedup_window_articles": 2_000_000})
    with pytest.raises(TopicsWrong, match=r"set its retention\.bytes"):
        check_topics(larger)
    assert doctor.check_broker(settings).startswith("1 broker at ")


def test_lag_counts_every_record_of_the_last_batch(settings: Settings) -> None:
    create_topics(settings)
    send(settings, "raw", [(b"k", b"{}", [])] * 10)
    reader = LagReader(settings)
    raw = settings.topics.name("raw")
    try:
        assert reader.read("cleaning") == {raw: 10}
        commit(settings, "cleaning", "raw", 9)
        assert reader.read("cleaning") == {raw: 1}
        commit(settings, "cleaning", "raw", 10)
        assert reader.read("cleaning") == {raw: 0}
        send(settings, "raw", [(b"k", b"{}", [])] * 7)
        assert reader.read("cleaning") == {raw: 7}
        assert sorted(reader.read("alerting").values()) == [0, 0]
    finally:
        reader.close()
    lags = {(lag.stage, lag.topic): lag for lag in read_lags(settings)}
    assert lags["cleaning", raw].lag == 7
    assert lags["cleaning", raw].records == 17
    assert len(lags) == 5


def test_a_scan_gives_every_record_once_and_ends(settings: Settings) -> None:
    create_topics(settings)
    sent = send(settings, "raw", [(b"k%d" % n, b"x" * 500, []) for n in range(3000)], None)
    topics = [settings.topics.name(bare) for bare in ("raw", "clean", "none-such")]
    assert sorted(record.place for record in scan(settings, topics)) == sorted(sent)
    ends = {place.topic: 0 for place in bounds_of(settings, topics)}
    for place, (_, end) in bounds_of(settings, topics).items():
        ends[place.topic] += end
    assert ends == {topics[0]: 3000, topics[1]: 0}
    assert fetch(settings, topics[0], 0, 10**9) is None
    assert fetch(settings, topics[0], 999, 0) is None
    found = fetch(settings, topics[0], 0, 0)
    assert found is not None
    assert len(found.value or b"") == 500


def dead(settings: Settings, number: int, reason: str) -> Headers:
    raw = settings.topics.name("raw")
    letter = Letter("cleaning", reason, "Reject", "why", raw, 0, number, "", "0.1.0")
    return [*letters.to_headers(letter), ("barq-fed-at", b"%d" % number)]


def test_letters_are_listed_shown_and_replayed_within_what_there_was(settings: Settings) -> None:
    create_topics(settings)
    wrong = [b"{broken", b"\xff", None, b"", b"{broken"]
    reasons = ["not_json", "not_utf8", "empty", "empty", "not_json"]
    send(
        settings,
        "dead",
        [
            (b"k", value, dead(settings, n, reason))
            for n, (value, reason) in enumerate(zip(wrong, reasons, strict=True))
        ],
    )
    listing = list_letters(settings, limit=2)
    assert (listing.matching, listing.total) == (5, 5)
    assert [found.number for found in listing.found] == [4, 5]
    assert [found.number for found in list_letters(settings, reason="empty").found] == [3, 4]
    record, letter = find_letter(settings, "2")
    assert (record.value, letter.reason) == (b"\xff", "not_utf8")
    assert find_letter(settings, "0:2")[0].value is None
    with pytest.raises(LetterWrong, match="there are 5"):
        find_letter(settings, "6")

    raw = settings.topics.name("raw")
    assert replay_letters(settings, dry_run=True).sent == 4
    assert list(scan(settings, [raw])) == []
    assert replay_letters(settings, reason="not_utf8").sent == 1
    assert replay_letters(settings, limit=1).sent == 1
    report = replay_letters(settings)
    assert (report.matching, report.sent, report.repeated, report.failed) == (5, 4, 1, [])
    replayed = [record for record in scan(settings, [raw]) if record.value == b"\xff"]
    assert [record.key for record in replayed] == [b"k", b"k"]
    assert dict(replayed[0].headers) == {"barq-replayed": b"0:1", "barq-fed-at": b"1"}


def test_an_article_is_traced_through_the_topics(settings: Settings) -> None:
    create_topics(settings)

    def put(bare: str, event: dict[str, object], cause: str | None, extra: Headers | None) -> str:
        headers = [*(extra or []), *([("barq-source", cause.encode())] if cause else [])]
        return send(settings, bare, [(b"desk:7", codec.encode(event), headers)])[0]

    raw = put("raw", {"source": "desk", "id": "7", "version": 1}, None, None)
    clean = put("clean", {"uid": "desk:7", "language": {"code": "en"}}, raw, None)
    story = {"id": "s", "verdict": "new"}
    unique = put("unique", {"uid": "desk:7", "story": story}, clean, None)
    tagged = put("tagged", {"uid": "desk:7", "entities": []}, unique, None)
    commit(settings, "alerting", "tagged", 1)
    copy = {"id": "s", "verdict": "exact", "of": "desk:7"}
    put("duplicates", {"uid": "agency:9", "story": copy}, None, None)
    again = put("raw", {"source": "desk", "id": "7", "version": 2}, None, None)
    refused = put("raw", {"source": "desk", "id": "7"}, None, None)
    put("dead", {"source": "desk", "id": "7"}, refused, dead(settings, 2, "no_text"))
    commit(settings, "cleaning", "raw", 1)

    trace = explain("desk:7", settings)
    assert [[step.by for step in chain] for chain in trace.feedings] == [
        ["feeder", "cleaning", "dedup", "tagging"],
        ["feeder"],
        ["feeder", "cleaning"],
    ]
    assert trace.feedings[0][-1].place == tagged
    assert "no rule matched" in str(trace.feedings[0][-1].ending)
    assert trace.feedings[1][0].place == again
    assert trace.feedings[1][0].ending == "waits for cleaning, 0 records before it"
    assert trace.feedings[2][-1].what == "dead letter, no_text: why"
    assert trace.copies == ["agency:9"]
    assert not trace.cut
    assert explain("desk:8", settings).feedings == []
