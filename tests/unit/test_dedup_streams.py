"""What holds for every stream through dedup, and how the evaluation data fares."""

import copy
import gzip
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.codec import decode
from pipeline.dedup import judge
from pipeline.entry import NOWHERE, Entry, decode_entry, encode_entry, is_remembered
from pipeline.outcome import Event, Reject
from pipeline.times import as_rfc_3339
from pipeline.window import Window
from tests.unit.port_stories import (
    CORRECTED,
    COURT,
    CUT,
    DIVIDEND,
    PORT,
    PORT_AR,
    SPEECH,
    URL,
    decided,
    decisions,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = ("uid", "source", "title", "text", "url", "version", "status", "published_at")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON | st.text())))
def test_any_event_is_judged_or_refused(event: Event) -> None:
    window = Window(72, 10)
    before = copy.deepcopy(event)
    try:
        entry = judge(event, window)
    except Reject:
        return
    assert repr(event) == repr(before)
    assert len(window) == 0
    window.apply(decode_entry(encode_entry(entry)))
    assert judge(event, window).verdict == "exact"


TEXTS = [PORT, CORRECTED, CUT, PORT + "\n" + COURT, COURT, DIVIDEND, SPEECH, PORT_AR, ""]
STREAM = st.lists(
    st.builds(
        lambda uid, text, title, version, status, time, url, categories: {
            "uid": uid,
            "source": uid[0],
            "title": title,
            "text": text,
            "version": version,
            "status": status,
            "published_at": time,
            "url": url,
            "categories": categories,
        },
        uid=st.sampled_from([f"{source}:{number}" for source in "ns" for number in range(4)]),
        text=st.sampled_from(TEXTS),
        title=st.sampled_from(["Port reopens", "CORRECTED - Port reopens", ""]),
        version=st.sampled_from([None, 1, 2, "3"]),
        status=st.sampled_from([None, None, None, "canceled"]),
        time=st.sampled_from(
            [None, "2026-02-01T10:00:00Z", "2026-02-03T10:00:00Z", "2014-05-01T00:00:00Z",
             "9999-12-31T00:00:00Z", "nonsense"],
        ),
        url=st.sampled_from([None, None, URL, URL + "-2"]),
        categories=st.sampled_from([None, ["ports"], ["ports", {"name": "trade"}], "ports"]),
    ),
    max_size=25,
)  # fmt: skip
LIMIT = st.sampled_from([3, 8, 1000])


@settings(max_examples=100, deadline=None)
@given(STREAM, LIMIT, st.data())
def test_a_window_rebuilt_from_the_end_of_its_log_decides_as_the_one_that_was_lost(
    stream: list[Event], limit: int, data: st.DataObject
) -> None:
    undisturbed = list(decisions(stream, Window(72, limit)))
    cut = data.draw(st.integers(0, len(stream)), "killed after")
    log = [decode_entry(encode_entry(entry)) for entry in undisturbed[:cut]]
    begins = [n for n in range(cut + 1) if sum(map(is_remembered, log[n:])) >= limit or not n]
    begin = data.draw(st.sampled_from(begins), "read from")
    rebuilt = Window(72, limit, before=sum(map(is_remembered, log[:begin])))
    batch = data.draw(st.integers(1, 30), "batch")
    for first in range(begin, cut, batch):
        rebuilt.apply_all(log[first : first + batch])
    assert list(decisions(stream[cut:], rebuilt, cut)) == undisturbed[cut:]


DATED = STREAM.map(lambda stream: [e for e in stream if str(e["published_at"])[0] in "29"])
ARCHIVE = DATED.map(
    lambda stream: [
        {
            **event,
            "uid": f"a{event['uid']}",
            "text": " ".join(f"{word}x" for word in event["text"].split()),
            "title": "From the archive",
            "url": event["url"] and event["url"] + "-archive",
        }
        for event in stream
        if len(event["text"]) > 200
    ]
)


@settings(max_examples=60, deadline=None)
@given(DATED, ARCHIVE, st.randoms(use_true_random=False))
def test_an_archive_fed_beside_the_wire_changes_nothing_for_either(
    live: list[Event], archive: list[Event], chance: Random
) -> None:
    """Their times cross in every order; each article is judged by its own."""
    turns = [*[live] * len(live), *[archive] * len(archive)]
    chance.shuffle(turns)
    sources = {id(live): iter(live), id(archive): iter(archive)}
    mixed = [next(sources[id(turn)]) for turn in turns]

    def placeless(stream: list[Event]) -> list[Entry]:
        judged = decisions(stream, Window(72, 1000))
        return [entry._replace(place=NOWHERE, earlier=NOWHERE) for entry in judged]

    together = placeless(mixed)
    for stream in (live, archive):
        alone = placeless(stream)
        mine = [entry for entry, turn in zip(together, turns, strict=True) if turn is stream]
        assert mine == alone


@settings(max_examples=60, deadline=None)
@given(STREAM)
def test_a_stream_fed_again_brings_nothing_but_exact_duplicates(stream: list[Event]) -> None:
    window = Window(72, 1000)
    list(decisions(stream, window))
    assert {entry.verdict for entry in decisions(stream, window)} <= {"exact"}


@settings(max_examples=60, deadline=None)
@given(STREAM)
def test_every_survivor_went_on_and_every_story_began_with_a_new_article(
    stream: list[Event],
) -> None:
    entries = decided(*stream)
    gone_on: set[str] = set()
    stories: set[str] = set()
    for entry in entries:
        if entry.verdict == "new":
            stories.add(entry.uid)
        if entry.verdict in {"exact", "near", "contained"} and entry.of != entry.uid:
            assert entry.of in gone_on
        if entry.verdict in {"new", "update"}:
            gone_on.add(entry.uid)
        assert entry.story in stories
        assert (entry.uid[0], entry.uid) in {(one[0], one[1]) for one in entry.carriers.named}


@settings(max_examples=60, deadline=None)
@given(STREAM)
def test_the_place_of_an_earlier_article_is_that_of_the_one_named(stream: list[Event]) -> None:
    for entry in decided(*stream):
        if entry.earlier != NOWHERE:
            assert entry.earlier < entry.place
            assert stream[entry.earlier]["uid"] == entry.of
        else:
            assert entry.verdict != "update"


@settings(max_examples=60, deadline=None)
@given(STREAM)
def test_what_copies_merge_is_in_the_story_afterwards_and_was_not_before(
    stream: list[Event],
) -> None:
    known: dict[str, set[str]] = {}
    for entry in decided(*stream):
        names = {name for source, *_, named in entry.carriers.named for name in (source, *named)}
        new = {*entry.merged.sources, *entry.merged.categories}
        assert new <= names
        assert not new & known.get(entry.story, set())
        assert known.setdefault(entry.story, set()) <= names
        known[entry.story] = names


def wire(path: Path) -> list[Event]:
    """Return a wire's raw events as clean ones, with their times told as cleaning does."""
    with gzip.open(path) as lines:
        raws = [decode(line) for line in lines]
    return [
        {
            **raw,
            "uid": f"{raw['source']}:{raw['id']}",
            "text": raw["body"],
            "published_at": as_rfc_3339(raw["published_at"]),
        }
        for raw in raws
    ]


def test_both_wires_fed_twice_bring_no_news_the_second_time(evaluation_data: Path) -> None:
    streams = [
        wire(evaluation_data / "wire" / f"{name}.jsonl.gz") for name in ("ant-v1", "reuters-a")
    ]
    window = Window(72, 1_000_000)
    first = Counter(entry.verdict for one in streams for entry in decisions(one, window))
    assert first["new"] > 0.96 * first.total()
    second = Counter(entry.verdict for one in streams for entry in decisions(one, window))
    assert second == {"exact": first.total()}


def test_labelled_copies_are_found(evaluation_data: Path) -> None:
    with gzip.open(evaluation_data / "dedup" / "near-dev.jsonl.gz") as lines:
        rows = [json.loads(line) for line in lines]
    windows = {language: Window(72, 10_000) for language in ("ar", "en")}
    group_of = {row["id"]: row["group"] for row in rows}
    right = wrong = missed = 0
    seen: set[str] = set()
    for row in rows:
        event = {"uid": row["id"], "source": "x", "title": row["title"], "text": row["body"]}
        entry = next(decisions([event], windows[row["language"]]))
        linked = entry.of is not None and group_of[entry.of] == row["group"]
        right += linked
        wrong += entry.of is not None and not linked
        missed += row["group"] in seen and not linked
        seen.add(row["group"])
    assert 2 * right / (2 * right + wrong + missed) >= 0.995


@pytest.mark.parametrize("number", [100, 1000])
def test_the_pairs_among_untitled_articles_are_found(evaluation_data: Path, number: int) -> None:
    folder = evaluation_data / "dedup"
    truth = (folder / f"articles_{number}.truth").read_text("utf-8").splitlines()
    lines = (folder / f"articles_{number}.train").read_text("utf-8").splitlines()
    events = [
        {"uid": uid, "source": "x", "text": text}
        for uid, _, text in (line.partition(" ") for line in lines)
    ]
    found = {frozenset((entry.uid, entry.of)) for entry in decided(*events) if entry.of}
    assert found == {frozenset(pair.split()) for pair in truth}
