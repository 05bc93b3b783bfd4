"""The dedup stage: every verdict by example."""

import random

import pytest

from pipeline.codec import decode, encode
from pipeline.dedup import judge, outcome, sources_update
from pipeline.editions import compare_versions, event_time
from pipeline.outcome import Duplicate, Event, Keep, Reject
from pipeline.window import Window
from tests.unit.port_stories import (
    CORRECTED,
    COURT,
    CUT,
    DIVIDEND,
    PORT,
    PORT_AR,
    RATES,
    SPEECH,
    URL,
    decided,
    last,
    story,
)


def test_the_first_article_of_a_story_is_new() -> None:
    entry = decided(story())[0]
    assert (entry.verdict, entry.of, entry.similarity) == ("new", None, None)
    assert entry.story == "north:1"


def test_the_same_edition_again_is_exact_and_repeats_itself() -> None:
    once, again = decided(story(), story())
    assert (again.verdict, again.of, again.similarity) == ("exact", "north:1", 1.0)
    assert again.carriers == once.carriers


def test_the_same_edition_is_exact_whatever_the_time_between() -> None:
    assert last(story(), story(hours=500)) == ("exact", "north:1")


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


@pytest.mark.parametrize("share", [0.1, 0.15, 0.2, 0.25])
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
    assert [uid for _, uid, *_ in entries[-1].carriers.named] == ["north:1", "south:9", "east:5"]
    assert entries[-1].carriers.count == 3


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


CARRIED = {"count": 1, "canonical": "north:1", "first_seen": "2026-02-01T00:00:00Z"}
NORTH = {"source": "north", "uid": "north:1", "at": "2026-02-01T00:00:00Z"}


def test_new_stories_and_updates_are_kept_with_their_story() -> None:
    event = story(desk="ports")
    entry = decided(event)[0]
    added = {"id": "north:1", "verdict": "new", **CARRIED, "sources": [NORTH]}
    assert outcome(event, entry) == Keep(({**event, "story": added},))
    update = story(version=2)
    assert isinstance(outcome(update, decided(event, update)[-1]), Keep)


def test_duplicates_name_the_survivor_and_carry_everything_else() -> None:
    event = story("south:9", PORT + "\nMore soon.", 1, desk="ports", categories=["shipping"])
    entry = decided(story(), event)[-1]
    found = outcome(event, entry)
    assert isinstance(found, Duplicate)
    assert found.verdict == "near"
    assert {**found.value, "story": None} == {**event, "story": None}
    told = found.value["story"]
    assert told.pop("why") == entry.why
    south = {"source": "south", "uid": "south:9", "at": "2026-02-01T01:00:00Z"}
    assert told == {
        "id": "north:1",
        "verdict": "near",
        "of": "north:1",
        "similarity": entry.similarity,
        **CARRIED,
        "count": 2,
        "sources": [NORTH, {**south, "categories": ["shipping"]}],
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


def test_the_event_that_goes_on_can_be_sent() -> None:
    entry = decided(story())[0]
    kept = outcome(story(), entry)
    assert isinstance(kept, Keep)
    assert decode(encode(kept.values[0])) == kept.values[0]


def kept(found: object) -> Event:
    """Return the story of the one event that went on."""
    assert isinstance(found, Keep)
    [value] = found.values
    return dict(value["story"])


def test_an_update_says_what_it_added_and_removed() -> None:
    first, second = story(version=1), story(version=2, text=CORRECTED, title="Port opens")
    entry = decided(first, second)[-1]
    found = kept(outcome(second, entry, first))
    assert found["change"] == "version"
    [title, sentence] = found["added"]
    assert title == "Port opens"
    assert sentence.startswith("Five vessels")
    assert found["removed"][1].startswith("Four vessels")


def test_an_update_whose_earlier_version_is_gone_says_nothing_of_it() -> None:
    second = story(version=2, text=CORRECTED)
    found = kept(outcome(second, decided(story(), second)[-1]))
    assert found["change"] == "version"
    assert not {"added", "removed"} & found.keys()


@pytest.mark.parametrize(
    ("what", "events", "earlier"),
    [
        ("a higher version", [{"version": 1}, {"version": 2}], 0),
        ("the latest version counts", [{"version": 1}, {"version": 2}, {"version": 3}], 1),
        ("a stale one does not", [{"version": 3}, {"version": 1}, {"version": 4}], 0),
        ("a rewrite at one address", [{"url": URL}, {"uid": "north:2", "url": URL}], 0),
        ("a copy's own correction", [{}, {"uid": "south:9", "source": "south"},
                                     {"uid": "south:9", "source": "south", "version": 2}], 1),
    ],
)  # fmt: skip
def test_an_update_names_the_place_of_the_version_before(
    what: str, events: list[Event], earlier: int
) -> None:
    texts = [PORT, PORT, CORRECTED] if len(events) == 3 else [PORT, CORRECTED]
    stream = [{**story(text=text), **event} for text, event in zip(texts, events, strict=True)]
    entry = decided(*stream)[-1]
    assert (entry.verdict, entry.earlier) == ("update", earlier), what


TWO = ["trade", "Ports"]


def test_a_copy_that_brings_a_source_or_a_category_names_its_survivors_latest_version() -> None:
    events = [story(version=1), story(version=2, text=CORRECTED), story("south:9", hours=1)]
    entry = decided(*events)[-1]
    assert (entry.merged.sources, entry.merged.categories) == (("south",), ())
    assert entry.earlier == 1


@pytest.mark.parametrize(
    ("what", "copy", "sources", "categories"),
    [
        ("another outlet", {"uid": "south:9", "source": "south"}, ("south",), ()),
        ("its own second item", {"uid": "north:2"}, (), ()),
        ("under one more category", {"uid": "north:2", "categories": TWO}, (), ("trade",)),
        ("an older version under one more", {"version": -1, "categories": TWO}, (), ("trade",)),
    ],
)  # fmt: skip
def test_a_copy_tells_what_it_merges(
    what: str, copy: Event, sources: tuple[str, ...], categories: tuple[str, ...]
) -> None:
    entry = decided(story(categories=["ports"]), {**story(hours=1), **copy})[-1]
    assert (entry.merged.sources, entry.merged.categories) == (sources, categories), what
    assert (entry.earlier != -1) == bool(sources or categories)


def test_the_same_edition_again_merges_nothing_whatever_came_between() -> None:
    first, copy = story(), story("south:9", categories=["trade"])
    again = decided(first, copy, copy, first)[2:]
    assert [entry.merged.sources + entry.merged.categories for entry in again] == [(), ()]
    assert [entry.carriers.count for entry in again] == [2, 2]


def test_the_same_edition_under_one_more_category_brings_it_to_its_story_once() -> None:
    first, copy = story(categories=["ports"]), story("south:9", categories=["ports"])
    more = story("south:9", categories=["ports", "trade"])
    *_, brought, repeated = decided(first, copy, more, more)
    assert (brought.verdict, brought.of, brought.merged.categories) == (
        "exact",
        "south:9",
        ("trade",),
    )
    assert brought.earlier == 0
    assert brought.carriers.named[1][3] == ("ports", "trade")
    assert (repeated.merged.categories, repeated.carriers) == ((), brought.carriers)


def test_a_sources_update_is_the_survivor_with_what_the_copy_brought() -> None:
    first = story(categories=[{"name": "ports"}], desk="sea")
    copy = story("south:9", hours=1, categories=["trade"])
    entry = decided(first, copy)[-1]
    event = sources_update(first, entry)
    assert {**event, "story": None} == {
        **first, "categories": [{"name": "ports"}, "trade"], "story": None
    }  # fmt: skip
    told = event["story"]
    assert (told["verdict"], told["change"], told["of"]) == ("update", "sources", "north:1")
    assert told["merged"] == {"uid": "south:9", "sources": ["south"], "categories": ["trade"]}
    assert (told["count"], len(told["sources"])) == (2, 2)
    assert first["categories"] == [{"name": "ports"}]


def test_an_agency_that_comes_late_is_quoted_and_the_survivor_stays() -> None:
    window = Window(72, 100)
    for event in (story(), story("agency:7", hours=2)):
        entry = judge(event, window, agencies=frozenset({"agency"}))
        window.apply(entry)
    assert (entry.of, entry.story, entry.carriers.canonical) == ("north:1", "north:1", "agency:7")


MARKED = "CORRECTED - Port of Basra reopens to tankers"


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([story(), story()], "same_edition"),
        ([story(), story("south:9")], "same_text"),
        ([story(version=1), story(version=2)], "newer_version"),
        ([story(version=2), story(version=1)], "older_version"),
        ([story(), story(text=CORRECTED)], "rewritten"),
        ([story(), story(status="canceled")], "status"),
        ([story(url=URL), story("north:2", SPEECH, 1, url=URL)], "same_page"),
        ([story(), story("north:2", CORRECTED, 1, title=MARKED)], "marked_correction"),
        ([story(), story("south:9", CUT)], "likeness"),
    ],
)  # fmt: skip
def test_a_decision_names_the_rule_behind_it(events: list[Event], rule: str) -> None:
    assert decided(*events)[-1].why["rule"] == rule


def test_a_likeness_names_its_figures() -> None:
    why = decided(story(), story("south:9", CUT))[-1].why
    assert why["containment"] == 1.0
    assert why["title_shared"] == 1.0
    assert why["figures_swapped"] == 0
