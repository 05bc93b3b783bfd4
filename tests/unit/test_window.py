"""The window: its log entries applied in order, bounded by count, searched by event time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.entry import Entry, decode_entry, encode_entry
from pipeline.postings import FIRST_ROWS
from pipeline.sketch import Sketch, digest, indexed, pack, read, sketch
from pipeline.story import alone, joined
from pipeline.window import Window

HOUR = 3600.0
WORDS = " ".join(f"word{number}" for number in range(100))


def entry(number: int, text: str = "", **changes: object) -> Entry:
    """Return the decision that article `number` is new, its text all its own."""
    text = text or f"article {number} " + " ".join(f"w{number}x{k}" for k in range(60))
    new = Entry(
        uid=f"north:{number}",
        source="north",
        version="",
        status="",
        verdict="new",
        story=f"north:{number}",
        of=None,
        similarity=None,
        time=0.0,
        dated=True,
        text=digest(text.encode()),
        edition=digest(text.encode(), b"edition"),
        page=digest(b"page", str(number).encode()),
        sketch=pack(sketch(read("", text))),
        carriers=alone(("north", f"north:{number}", 0.0, ())),
    )
    return new._replace(**changes)  # type: ignore[arg-type]


def bare(number: int, sketch: bytes) -> Entry:
    """Return the decision that article `number` is new, with that sketch."""
    return PLAIN._replace(uid=f"north:{number}", story=f"north:{number}", sketch=sketch)


PLAIN = entry(0)


def copy(number: int, of: Entry) -> Entry:
    uid = f"south:{number}"
    return entry(
        number,
        uid=uid,
        source="south",
        verdict="near",
        story=of.story,
        of=of.uid,
        similarity=0.9,
        sketch=b"",
        carriers=joined(of.carriers, ("south", uid, 0.0, ()), (), counted=False),
    )


def filled(*entries: Entry, limit: int = 100, hours: float = 72) -> Window:
    window = Window(hours, limit)
    for one in entries:
        window.apply(one)
    return window


def found(window: Window, one: Entry, time: float = 0.0) -> list[str]:
    return [known.uid for known in window.candidates(one.sketch, time)]


def test_an_article_is_found_by_uid_text_page_and_triples() -> None:
    one = entry(1)
    window = filled(one, entry(2))
    for known in (
        window.article("north:1"),
        window.carrying(one.text, 0.0),
        window.on_page(one.page, 0.0),
        *window.candidates(one.sketch, 0.0),
    ):
        assert known is not None
        assert (known.uid, known.survivor, known.sketch) == ("north:1", "north:1", one.sketch)
    assert window.knows("north:1", one.edition)


def test_a_stranger_is_not_found() -> None:
    window, stranger = filled(entry(1)), entry(2)
    assert window.article("north:2") is None
    assert window.carrying(stranger.text, 0.0) is None
    assert window.on_page(stranger.page, 0.0) is None
    assert window.on_page(0, 0.0) is None
    assert found(window, stranger) == []
    assert not window.knows("north:1", stranger.edition)


def test_copies_are_sought_on_both_sides_of_an_articles_own_time() -> None:
    one = entry(1, time=1000 * HOUR)
    window = filled(one)
    for hours, expected in ((927.9, []), (928, ["north:1"]), (1072, ["north:1"]), (1072.1, [])):
        assert found(window, one, hours * HOUR) == expected
        assert (window.carrying(one.text, hours * HOUR) is not None) == bool(expected)
        assert (window.on_page(one.page, hours * HOUR) is not None) == bool(expected)


def test_the_uid_is_remembered_whatever_the_time() -> None:
    assert filled(entry(1, time=0.0), entry(2, time=1e9)).article("north:1") is not None


def test_one_article_of_the_year_9999_pushes_nothing_out() -> None:
    one = entry(1, time=1.77e9)
    window = filled(one, entry(2, time=2.53e11), limit=10)
    assert found(window, one, 1.77e9) == ["north:1"]


def test_the_oldest_arrival_goes_first_whatever_its_time() -> None:
    entries = [entry(number, time=-number * HOUR) for number in range(1, 6)]
    window = filled(*entries, limit=3)
    assert len(window) == 3
    for one in entries[:2]:
        assert window.article(one.uid) is None
        assert window.carrying(one.text, one.time) is None
        assert window.on_page(one.page, one.time) is None
        assert found(window, one, one.time) == []
    for one in entries[2:]:
        assert found(window, one, one.time) == [one.uid]


@given(st.integers(1, 20), st.integers(0, 60))
def test_the_window_never_holds_more_than_its_limit(limit: int, number: int) -> None:
    window = filled(*(entry(n) for n in range(number)), limit=limit)
    assert len(window) == min(limit, number)


def test_an_identical_redelivery_changes_nothing() -> None:
    one = entry(1)
    window = filled(one)
    window.apply(one._replace(verdict="exact", of=one.uid, time=9e9))
    assert (len(window), window.newest, window.undated()) == (1, 1, 0.0)


def test_the_latest_edition_of_an_article_is_the_one_that_counts() -> None:
    one = entry(1)
    second = entry(1, "another text " + WORDS, verdict="update", of=one.uid, version="2")
    window = filled(one, second)
    latest = window.article(one.uid)
    assert latest is not None
    assert latest.version == "2"
    assert window.knows(one.uid, one.edition)
    assert window.knows(one.uid, second.edition)


def test_an_edition_that_comes_late_is_known_but_not_the_latest() -> None:
    one = entry(1, version="2")
    late = entry(1, "an older text", verdict="stale", of=one.uid, version="1", sketch=b"")
    window = filled(one, late)
    latest = window.article(one.uid)
    assert latest is not None
    assert latest.version == "2"
    assert window.knows(one.uid, late.edition)


def test_a_duplicate_names_its_survivor_and_is_no_survivor_itself() -> None:
    one = entry(1)
    other = copy(2, one)
    window = filled(one, other)
    known = window.article(other.uid)
    assert known is not None
    assert (known.survivor, known.story) == (one.uid, one.uid)
    assert window.carrying(other.text, 0.0) is None


def test_of_one_text_at_several_times_the_first_within_reach_is_found() -> None:
    text = "weather as usual " + WORDS
    days = [entry(day, text, time=day * 96 * HOUR) for day in range(5)]
    window = filled(*days)
    for day in days:
        known = window.carrying(day.text, day.time + HOUR)
        assert known is not None
        assert known.uid == day.uid


def test_the_candidate_that_shares_most_comes_first_and_then_the_earliest() -> None:
    words = WORDS.split()
    whole = entry(1, " ".join(words))
    half = entry(2, " ".join([*words[:50], *(f"other{k}" for k in range(50))]))
    again = entry(3, " ".join(words))
    assert found(filled(half, whole, again), whole) == ["north:1", "north:3", "north:2"]


def test_the_carriers_of_a_story_are_remembered_and_forgotten_with_it() -> None:
    one = entry(1)
    other = copy(2, one)
    window = filled(one, limit=3)
    assert window.carriers(one.story) == one.carriers
    window.apply(other)
    assert window.carriers(one.story) == other.carriers
    assert [uid for _, uid, *_ in other.carriers.named] == ["north:1", "south:2"]
    for number in range(3, 6):
        window.apply(entry(number))
    assert window.carriers(one.story) is None
    assert window.carried == {}


def test_the_carriers_of_a_story_outlive_its_first_article() -> None:
    """What the newest copy named is known as long as that copy is."""
    one = entry(1)
    window = filled(one, entry(2), copy(3, one), entry(4), limit=3)
    assert window.article(one.uid) is None
    carriers = window.carriers(one.story)
    assert carriers is not None
    assert [uid for _, uid, *_ in carriers.named] == ["north:1", "south:3"]


def test_undated_articles_get_the_median_of_recent_times() -> None:
    assert Window(72, 10).undated() == 0.0
    times = [50.0, 60.0, 1e12, 70.0, 40.0]
    window = filled(*(entry(number, time=time) for number, time in enumerate(times)))
    assert window.undated() == 60.0
    window.apply(entry(9, time=5.0, dated=False))
    assert window.undated() == 60.0


def test_undated_articles_go_by_the_one_before_where_no_remembered_one_is_dated() -> None:
    window = filled(entry(1, time=70.0), limit=2)
    for number in range(2, 6):
        window.apply(entry(number, time=window.undated(), dated=False))
        assert window.undated() == 70.0


def crowd(number: int, seed: int = 7) -> list[Entry]:
    """Return articles of common phrases, so many that the index grows and its rows overflow."""
    chance, entries = np.random.default_rng(seed), []
    for one in range(number):
        own = chance.integers(0, 1 << 32, chance.integers(15, 40), np.uint32)
        shared = chance.integers(0, 1 << 8, 3, np.uint32) << 14
        triples = tuple(sorted({*own.tolist(), *shared.tolist()}))
        packed = pack(Sketch(triples, 1 << 31, 99, frozenset(), frozenset()))
        entries.append(bare(one, packed))
    return entries


def test_entries_applied_together_are_remembered_as_in_turn() -> None:
    entries = crowd(9_000)
    together, in_turn = Window(72, 8_000), filled(*entries, limit=8_000)
    for first in range(0, len(entries), 700):
        together.apply_all(entries[first : first + 700])
    assert in_turn.postings.rows > FIRST_ROWS
    one, other = together.postings, in_turn.postings
    assert np.array_equal(one.tags[: one.rows], other.tags[: other.rows])
    assert np.array_equal(one.serials[: one.rows], other.serials[: other.rows])
    for name in ("uids", "stories", "survivors", "sketches", "times", "editions", "carried"):
        assert getattr(together, name) == getattr(in_turn, name)


@pytest.mark.parametrize(("limit", "spare"), [(9_000, 0), (9_000, 1_000), (7_000, 3_000)])
def test_a_window_that_grew_is_rebuilt_from_its_newest_entries(limit: int, spare: int) -> None:
    entries = crowd(13_000)
    whole, begin = filled(*entries, limit=limit), len(entries) - limit - spare
    tail = Window(72, limit, before=begin)
    tail.apply_all(entries[begin:])
    for one in entries[-limit:]:
        hits = whole.postings.find(indexed(one.sketch)).astype(int)
        of_tail = tail.postings.find(indexed(one.sketch)).astype(int) + begin
        oldest = len(entries) - limit
        assert sorted(hits[hits > oldest]) == sorted(of_tail[of_tail > oldest])


def test_the_size_of_a_window_is_about_what_it_takes() -> None:
    window = filled()
    begun = window.size()
    for number in range(300):
        window.apply(bare(number, bytes(12)))
    for number in range(300, 400):
        window.apply(copy(number, bare(number - 300, b"")))
    grown = window.size()
    assert begun + 100 * (33 + 49 + 40) < grown < begun + 100 * 1_000
    for number in range(400, 600):
        window.apply(bare(number, bytes(12)))
    assert window.carried == {}
    assert window.size() < grown


def test_a_uid_is_kept_once_though_the_log_repeats_it() -> None:
    one = entry(1)
    window = filled(one, decode_entry(encode_entry(copy(2, one))))
    assert window.stories[1] is window.survivors[1] is window.uids[0]
