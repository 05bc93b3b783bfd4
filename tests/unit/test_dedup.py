"""The dedup stage: every verdict by example, and what holds for every stream."""

import copy
import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.codec import decode, encode
from pipeline.dedup import SOURCES_NAMED, compare_versions, event_time, judge, outcome
from pipeline.outcome import Duplicate, Event, Keep, Reject
from pipeline.times import as_rfc_3339
from pipeline.window import Entry, Window, decode_entry, encode_entry

PORT = """The port of Basra reopened to large tankers on Tuesday after two weeks of dredging, the
transport minister said. Work had begun when a survey found that silt had narrowed the outer
channel by a third. Four vessels waited at anchor through the closure and the first of them docked
before noon. The harbour master told reporters that pilots would guide every ship until new buoys
are in place next month. Shipping agents in the city said that freight rates had risen during the
closure but expected them to ease within days. The ministry plans a second round of dredging in
autumn, when the river runs low, and has asked three companies for offers. Fishermen welcomed the
reopening because patrol boats had kept them from the best grounds off the coast."""
PORT_AR = """أعلنت وزارة النقل أن ميناء البصرة أعاد فتح أبوابه أمام ناقلات النفط الكبيرة يوم
الثلاثاء بعد أسبوعين من أعمال الحفر في القناة الخارجية. وكانت فرق المسح قد وجدت أن
الطمي ضيّق الممر الملاحي بمقدار الثلث، فأُوقفت حركة السفن حفاظاً على سلامتها. وقال
مدير الميناء للصحفيين إن المرشدين سيرافقون كل سفينة حتى تُثبّت العوامات الجديدة في
الشهر المقبل. وذكر وكلاء الشحن في المدينة أن الأجور ارتفعت خلال فترة الإغلاق لكنهم
يتوقعون تراجعها في غضون أيام قليلة. وتعتزم الوزارة تنفيذ مرحلة ثانية من الحفر في فصل
الخريف عندما ينخفض منسوب النهر، وقد طلبت عروضاً من ثلاث شركات. ورحّب الصيادون
بالقرار لأن زوارق الدوريات كانت تمنعهم من الوصول إلى أفضل مناطق الصيد قبالة الساحل."""
COURT = """Judges at the appeals court in Nairobi ruled on Friday that the city must publish the
contracts for its new bus lanes. A residents' group had asked for the papers two years ago and was
refused on grounds of commercial secrecy. The court found no harm in showing prices once a bidding
round is over and gave the county forty days to comply. A spokesman for the county said its lawyers
were reading the judgment and would decide whether to take the matter further."""
DIVIDEND = "Quarterly dividend 12 cents against 12 cents. Payable April 15. Record March 31."
RATES = """The central bank said it lent {} million to commercial banks at its weekly auction on
Wednesday at a rate of 5.25 per cent. Bids came to {} million from {} banks, it said in a
statement. The bank has set the next auction for the same hour a week from now."""
SPEECH = "The foreign minister arrived in Amman and was received by the prime minister."


def story(uid: str = "north:1", text: str = PORT, hours: float = 0, **fields: object) -> Event:
    day, hour = divmod(hours, 24)
    minutes = round(hour * 60)
    return {
        "uid": uid,
        "id": uid.partition(":")[2],
        "source": uid.partition(":")[0],
        "title": "Port of Basra reopens to tankers",
        "text": text,
        "language": {"code": "en", "confidence": 1.0},
        "published_at": f"2026-02-{int(day) + 1:02}T{minutes // 60:02}:{minutes % 60:02}:00Z",
        **fields,
    }


def decided(*events: Event) -> list[Entry]:
    """Return the decisions about a stream of events, over one window."""
    return list(decisions(events, Window(72, 1000)))


def decisions(events: Iterable[Event], window: Window) -> Iterator[Entry]:
    for event in events:
        entry = judge(event, window)
        window.apply(entry)
        yield entry


def last(*events: Event) -> tuple[str, str | None]:
    """Return the verdict about the last of some events, and the uid that it names."""
    entry = decided(*events)[-1]
    return entry.verdict, entry.of


def test_the_first_article_of_a_story_is_new() -> None:
    entry = decided(story())[0]
    assert (entry.verdict, entry.of, entry.similarity) == ("new", None, None)
    assert entry.story == "north:1"


def test_the_same_edition_again_is_exact_and_repeats_itself() -> None:
    once, again = decided(story(), story())
    assert (again.verdict, again.of, again.similarity) == ("exact", "north:1", 1.0)
    assert again.sources == once.sources


def test_the_same_edition_is_exact_whatever_the_time_between() -> None:
    assert last(story(), story(hours=500)) == ("exact", "north:1")


CUT = " ".join(PORT.split()[:40])
SPELLED = PORT_AR.replace("أ", "ا").replace("إ", "ا").replace("ة", "ـة")


@pytest.mark.parametrize(
    ("what", "first", "second", "verdict"),
    [
        ("the same text under another headline", PORT, PORT, "exact"),
        ("other spacing and capitals", PORT, PORT.replace(" ", "  ").upper(), "exact"),
        ("Arabic spelling variants and tatweel", PORT_AR, SPELLED, "exact"),
        ("a line of its own added", PORT, PORT + "\nReported by the night desk.", "near"),
        ("the body twice", PORT, PORT + "\n" + PORT, "near"),
        ("the Arabic body twice", PORT_AR, PORT_AR + "\n" + PORT_AR, "near"),
        ("paragraphs moved", PORT, "\n".join(reversed(PORT.split(". "))), "near"),
        ("cut to a third", PORT, CUT, "contained"),
        ("extended from a third", CUT, PORT, "contained"),
        ("another story", PORT, COURT, "new"),
        ("the same story in other words", PORT, SPEECH, "new"),
    ],
)
def test_copies_from_other_sources_are_linked(
    what: str, first: str, second: str, verdict: str
) -> None:
    entry = decided(story(text=first), story("south:9", second, 1, title="Ships return"))[-1]
    assert entry.verdict == verdict, what
    assert entry.of == (None if verdict == "new" else "north:1")
    assert entry.story == ("south:9" if verdict == "new" else "north:1")


@pytest.mark.parametrize("share", [0.1, 0.15, 0.2])
def test_a_copy_with_words_replaced_is_near_under_the_same_title(share: float) -> None:
    chance = random.Random(7)
    words = [f"else{n}" if chance.random() < share else w for n, w in enumerate(PORT.split())]
    assert last(story(), story("south:9", " ".join(words), 1)) == ("near", "north:1")


def test_a_copy_is_sought_within_the_window_of_its_own_time() -> None:
    assert last(story(hours=0), story("south:9", hours=72)) == ("exact", "north:1")
    assert last(story(hours=0), story("south:9", hours=73)) == ("new", None)
    assert last(story(hours=72), story("south:9", hours=0)) == ("exact", "north:1")


def test_a_backfilled_copy_finds_its_neighbours_among_newer_news() -> None:
    newer = [story(f"north:{n}", f"{COURT} {n} " * n, 400 + n) for n in range(2, 9)]
    assert last(story(hours=0), *newer, story("south:9", hours=2)) == ("exact", "north:1")


def test_an_article_of_the_year_9999_misleads_nobody() -> None:
    absurd = story("odd:1", COURT, published_at="9999-12-31T23:59:59Z")
    undated = story("south:9", published_at=None)
    live = [story(), story("north:2", SPEECH, 1)]
    assert last(*live, absurd, undated) == ("exact", "north:1")


def test_a_copy_of_a_copy_names_the_survivor() -> None:
    entries = decided(story(), story("south:9", PORT + "\nMore soon."), story("east:5", CUT, 1))
    assert [entry.of for entry in entries] == [None, "north:1", "north:1"]


def test_a_copy_of_the_extended_part_is_linked_to_the_survivor() -> None:
    extended = PORT + "\n" + COURT
    of_the_rest = story("east:5", COURT, 2, title="Court orders contracts published")
    entries = decided(story(), story("south:9", extended, 1), of_the_rest)
    assert [(entry.verdict, entry.of) for entry in entries[1:]] == [
        ("contained", "north:1"),
        ("contained", "north:1"),
    ]


def test_the_sources_of_a_story_are_named_once_in_order() -> None:
    entries = decided(story(), story("south:9"), story("south:9"), story("east:5"))
    assert entries[-1].sources == (
        ("north", "north:1"),
        ("south", "south:9"),
        ("east", "east:5"),
    )


def test_the_sources_named_are_bounded() -> None:
    entries = decided(*(story(f"s{number}:1") for number in range(SOURCES_NAMED + 9)))
    assert len(entries[-1].sources) == SOURCES_NAMED


CORRECTED = PORT.replace("Four vessels", "Five vessels")


@pytest.mark.parametrize(
    ("what", "first", "second", "verdict"),
    [
        ("a higher version", {"version": 1}, {"version": 2, "text": CORRECTED}, "update"),
        ("a higher version of the same text", {"version": 1}, {"version": 2}, "update"),
        ("numbers compare as numbers", {"version": "9"}, {"version": "10"}, "update"),
        ("a version where none was", {}, {"version": 1}, "update"),
        ("another text without versions", {}, {"text": CORRECTED}, "update"),
        ("another headline", {}, {"title": "Basra port open again"}, "update"),
        ("another text, same version", {"version": 4}, {"version": 4, "text": CORRECTED}, "update"),
        ("a kill without a new version", {}, {"status": "canceled"}, "update"),
        ("a kill, spelled as in Britain", {"version": 1}, {"status": "cancelled"}, "update"),
        ("the ordinary status made explicit", {}, {"status": "usable"}, "exact"),
        ("the same version as a string", {"version": 3}, {"version": "03"}, "exact"),
        ("a lower version", {"version": 2, "text": CORRECTED}, {"version": 1}, "stale"),
        (
            "a lower version by string",
            {"version": "b"},
            {"version": "a", "text": CORRECTED},
            "stale",
        ),
        ("an older text without versions", {}, {"text": CORRECTED, "hours": -1}, "stale"),
        ("an older text of unknown time", {}, {"text": CORRECTED, "published_at": None}, "update"),
    ],
)
def test_editions_of_one_article(
    what: str, first: dict[str, object], second: dict[str, object], verdict: str
) -> None:
    if second.pop("hours", 0):
        second["published_at"] = "2026-01-31T20:00:00Z"
    if "version" in first and "status" in second:
        second["version"] = first["version"]
    assert last({**story(), **first}, {**story(), **second}) == (verdict, "north:1"), what


def test_an_older_version_that_was_seen_is_exact_when_it_comes_again() -> None:
    entries = decided(story(version=1), story(version=2, text=CORRECTED), story(version=1))
    assert [entry.verdict for entry in entries] == ["new", "update", "exact"]


def test_a_late_version_comes_again_as_exact_and_hides_no_update() -> None:
    entries = decided(
        story(version=3), story(version=1, text=COURT), story(version=1, text=COURT),
        story(version=2, text=CORRECTED), story(version=4, text=SPEECH),
    )  # fmt: skip
    assert [entry.verdict for entry in entries] == ["new", "stale", "exact", "stale", "update"]


def test_an_update_stays_in_its_story_and_says_how_much_is_left() -> None:
    entry = decided(story(version=1), story(version=2, text=CORRECTED))[-1]
    assert entry.story == "north:1"
    assert entry.similarity is not None
    assert 0.8 < entry.similarity < 1


def test_an_outlet_that_follows_the_agencys_correction_brings_nothing_new() -> None:
    entries = decided(
        story(version=1), story("south:9", version=1),
        story(version=2, text=CORRECTED), story("south:9", version=2, text=CORRECTED),
    )  # fmt: skip
    assert [(entry.verdict, entry.of) for entry in entries] == [
        ("new", None),
        ("exact", "north:1"),
        ("update", "north:1"),
        ("exact", "north:1"),
    ]


def test_an_outlets_own_correction_of_a_copy_is_not_lost() -> None:
    entry = decided(story(), story("south:9"), story("south:9", CORRECTED, version=2))[-1]
    assert (entry.verdict, entry.of, entry.story) == ("update", "south:9", "north:1")


def test_the_kill_of_a_copy_goes_on() -> None:
    events = (story(), story("south:9"), story("south:9", status="canceled", version=2))
    assert last(*events) == ("update", "south:9")


URL = "https://www.example.org/news/port-reopens"


@pytest.mark.parametrize(
    ("what", "url", "uid", "verdict"),
    [
        ("the same page", URL, "north:2", "update"),
        ("with a fragment, tracking and a slash", URL + "/?utm_source=x#top", "north:2", "update"),
        ("by plain http", URL.replace("https://www.", "http://"), "north:2", "update"),
        ("another page", URL + "-2", "north:2", "new"),
        ("another query", URL + "?page=2", "north:2", "new"),
        ("the same page of another source", URL, "south:2", "new"),
        ("no URL", None, "north:2", "new"),
    ],
)
def test_a_sources_rewrite_at_the_same_url_is_an_update(
    what: str, url: str, uid: str, verdict: str
) -> None:
    entry = decided(story(url=URL), story(uid, SPEECH, 1, url=url))[-1]
    assert entry.verdict == verdict, what
    assert entry.story == ("north:1" if verdict == "update" else uid)


def test_a_front_page_is_no_page_of_its_own() -> None:
    front = "https://www.example.org/"
    assert last(story(url=front), story("north:2", SPEECH, 1, url=front)) == ("new", None)


def test_an_older_text_at_the_same_url_is_stale() -> None:
    events = (story(url=URL, hours=2), story("north:2", SPEECH, 1, url=URL))
    assert last(*events) == ("stale", "north:1")


@pytest.mark.parametrize("mark", ["CORRECTED - {}", "{} (UPDATED)", "تصحيح: {}"])
def test_a_correction_marked_in_the_title_is_an_update_of_its_source(mark: str) -> None:
    title = mark.format(story()["title"])
    mine = story("north:2", CORRECTED, 1, title=title)
    assert last(story(), mine) == ("update", "north:1")
    assert last(story(), mine, story("north:3", CORRECTED + " Ends.", 2, title=title))[0] == "near"
    theirs = story("south:2", PORT + " Ends.", 1, title=title)
    assert last(story(), theirs) == ("near", "north:1")


@pytest.mark.parametrize(
    ("what", "first", "second"),
    [
        (
            "two dividends of equal amount",
            story(text=DIVIDEND, title="Northern Mills regular dividend"),
            story("north:2", DIVIDEND, 1, title="Delta Foods regular dividend"),
        ),
        (
            "two dividends whose dates differ",
            story(text=DIVIDEND, title="Dividend"),
            story("north:2", DIVIDEND.replace("15", "30"), 1, title="Dividend"),
        ),
        (
            "the weekly auction",
            story(text=RATES.format(410, 655, 11), title="Central bank lends to banks"),
            story("north:2", RATES.format(380, 702, 14), 1, title="Central bank lends to banks"),
        ),
        (
            "one figure in one sentence, spelled out",
            story(text=RATES.format("four", 655, 11), title="Central bank lends to banks"),
            story("north:2", RATES.format(4.5, 655, 11), 1, title="Central bank lends to banks"),
        ),
        (
            "a section of yesterday",
            story(text=PORT + COURT, title="News in brief"),
            story("north:2", COURT + SPEECH + RATES * 2, 24, title="News in brief"),
        ),
        (
            "flashes that share their beginning",
            story(text="", title="Central bank governor says rates to stay"),
            story("north:2", "", 1, title="Central bank governor says inflation is falling"),
        ),
        (
            "articles without a word",
            story(text="!!!", title=""),
            story("north:2", "???", 1, title=""),
        ),
    ],
)
def test_items_of_one_template_are_different_stories(
    what: str, first: Event, second: Event
) -> None:
    assert last(first, second) == ("new", None), what


def test_a_flash_is_recognised_by_its_title() -> None:
    flash = story(text="", title="Central bank cuts its rate by a quarter point")
    assert last(flash, {**flash, "uid": "south:2", "source": "south"}) == ("exact", "north:1")


def test_new_stories_and_updates_are_kept_with_their_story() -> None:
    event = story(desk="ports")
    entry = decided(event)[0]
    sources = [{"source": "north", "uid": "north:1"}]
    added = {"id": "north:1", "verdict": "new", "sources": sources}
    assert outcome(event, entry) == Keep(({**event, "story": added},))
    update = story(version=2)
    assert isinstance(outcome(update, decided(event, update)[-1]), Keep)


def test_duplicates_name_the_survivor_and_carry_everything_else() -> None:
    event = story("south:9", PORT + "\nMore soon.", desk="ports")
    entry = decided(story(), event)[-1]
    found = outcome(event, entry)
    assert isinstance(found, Duplicate)
    assert found.verdict == "near"
    assert {**found.value, "story": None} == {**event, "story": None}
    assert found.value["story"] == {
        "id": "north:1",
        "verdict": "near",
        "of": "north:1",
        "similarity": entry.similarity,
        "sources": [
            {"source": "north", "uid": "north:1"},
            {"source": "south", "uid": "south:9"},
        ],
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"uid": None}, "missing_field"),
        ({"uid": ""}, "missing_field"),
        ({"uid": 5}, "wrong_type"),
        ({"uid": "\ud800"}, "wrong_type"),
        ({"source": None}, "missing_field"),
        ({"source": ["north"]}, "wrong_type"),
        ({"text": None}, "missing_field"),
        ({"text": {"en": "x"}}, "wrong_type"),
        ({"title": 7}, "wrong_type"),
        ({"version": [1]}, "wrong_type"),
        ({"version": True}, "wrong_type"),
    ],
)
def test_what_cleaning_did_not_write_is_refused(changes: Event, reason: str) -> None:
    with pytest.raises(Reject) as refused:
        judge({**story(), **changes}, Window(72, 10))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("", "0", 0), ("", "1", -1), ("10", "9", 1), ("2", "2", 0), ("b", "a", 1),
        ("2026-02-01T10:00:00Z", "2026-02-01T09:00:00Z", 1), ("1.10", "1.9", -1),
    ],
)  # fmt: skip
def test_versions_compare(one: str, other: str, order: int) -> None:
    assert compare_versions(one, other) == order
    assert compare_versions(other, one) == -order


@pytest.mark.parametrize(
    ("fields", "time"),
    [
        ({"published_at": "1970-01-01T01:00:10+01:00"}, 10.0),
        ({"published_at": "1970-01-01T00:00:10"}, 10.0),
        ({"published_at": "soon", "fetched_at": "1970-01-01T00:00:20Z"}, 20.0),
        ({"published_at": 12}, None),
        ({}, None),
    ],
)
def test_the_event_time_is_that_of_publication_or_else_of_fetching(
    fields: Event, time: float | None
) -> None:
    assert event_time(fields) == time


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
        lambda uid, text, title, version, status, time, url: {
            "uid": uid,
            "source": uid[0],
            "title": title,
            "text": text,
            "version": version,
            "status": status,
            "published_at": time,
            "url": url,
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
    ),
    max_size=25,
)  # fmt: skip
LIMIT = st.sampled_from([3, 8, 1000])


@settings(max_examples=60, deadline=None)
@given(STREAM, LIMIT, st.data())
def test_a_window_rebuilt_from_its_log_decides_as_the_one_that_was_lost(
    stream: list[Event], limit: int, data: st.DataObject
) -> None:
    undisturbed = list(decisions(stream, Window(72, limit)))
    cut = data.draw(st.integers(0, len(stream)))
    log = [encode_entry(entry) for entry in undisturbed[:cut]]
    rebuilt = Window(72, limit)
    for line in log:
        rebuilt.apply(decode_entry(line))
    assert list(decisions(stream[cut:], rebuilt)) == undisturbed[cut:]


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
        assert ("n" if entry.uid[0] == "n" else "s", entry.uid) in entry.sources


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


def test_the_event_that_goes_on_can_be_sent() -> None:
    entry = decided(story())[0]
    kept = outcome(story(), entry)
    assert isinstance(kept, Keep)
    assert decode(encode(kept.values[0])) == kept.values[0]
