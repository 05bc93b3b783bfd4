"""Tracing: what each record says about its article, and which records belong together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import letters
from pipeline.outcome import Event
from pipeline.tracing import Step, about, copied, feedings, fuller, story_of, told, told_carriers

LETTER = letters.Letter(
    "cleaning", "no_text", "Reject", "there is no text; send some", "news.raw", 1, 2, "", ""
)


@pytest.mark.parametrize(
    ("key", "event"),
    [
        (None, {"source": "desk", "id": "a:1", "title": "t"}),
        (b"other key", {"uid": "desk:a:1"}),
        (None, {"rule": {"id": "r"}, "article": {"uid": "desk:a:1"}}),
        (b"desk:a:1", {}),
    ],
)
def test_a_record_is_about_an_article_by_its_content_or_else_by_its_key(
    key: bytes | None, event: Event
) -> None:
    assert about("desk:a:1", key, event)


@pytest.mark.parametrize(
    ("key", "event"),
    [
        (b"desk:a:1", {"uid": "desk:a:2"}),
        (b"desk:a:1", {"source": "desk", "id": "a:2"}),
        (b"desk:a:1", {"article": {"uid": "desk:a:2"}}),
        (b"desk:a:2", {}),
        (None, {}),
        (None, {"uid": None}),
    ],
)
def test_content_that_names_another_article_counts_more_than_the_key(
    key: bytes | None, event: Event
) -> None:
    assert not about("desk:a:1", key, event)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["uid", "story", "removed", "language", "entities", "rule", "why", "article", "version"]
)
TOPICS = st.sampled_from(
    ["raw", "clean", "unique", "duplicates", "tagged", "matches", "alerts", "alerts.x", "dead"]
)


@given(TOPICS, st.dictionaries(FIELDS, JSON))
def test_any_event_can_be_told_whatever_its_fields_hold(bare: str, event: Event) -> None:
    by, what = told(bare, {}, 10, event)
    assert by
    assert what
    assert copied(event) is None or isinstance(copied(event), str)
    assert told_carriers(story_of(event))


@pytest.mark.parametrize(
    ("bare", "event", "expected"),
    [
        ("raw", {"version": 2}, ("feeder", "fed, 1,234 bytes, version 2")),
        (
            "clean",
            {
                "language": {"code": "ar", "confidence": 0.99},
                "removed": [{"rule": "share"}, {"rule": "spacing", "at": [3, 9]}],
                "agency": "وكالة",
            },
            (
                "cleaning",
                "language ar (0.99), 3 removals (share 1, spacing 2), agency وكالة",
            ),
        ),
        (
            "duplicates",
            {"story": {"id": "s1", "verdict": "near", "of": "desk:1", "similarity": 0.87}},
            ("dedup", "near, story s1, of desk:1, similarity 0.87"),
        ),
        ("unique", {"story": {"id": "s1", "verdict": "new"}}, ("dedup", "new, story s1")),
        (
            "duplicates",
            {
                "story": {
                    "id": "s1",
                    "verdict": "near",
                    "why": {"rule": "likeness", "jaccard": 0.8, "title_shared": None},
                }
            },
            ("dedup", "near, story s1 (likeness: jaccard 0.8, title_shared None)"),
        ),
        (
            "unique",
            {
                "story": {
                    "id": "s1",
                    "verdict": "update",
                    "added": ["One."],
                    "removed": ["Two.", "Three."],
                    "omitted": {"added": 0, "removed": 4},
                    "why": {"rule": "newer_version"},
                }
            },
            (
                "dedup",
                "update, story s1, 1 sentence added, 6 sentences removed (newer_version)",
            ),
        ),
        (
            "unique",
            {
                "story": {
                    "id": "s1",
                    "verdict": "update",
                    "change": "sources",
                    "merged": {"uid": "b:2", "sources": ["b"], "categories": ["trade"]},
                }
            },
            ("dedup", "story s1 once more, for its copy b:2: b, trade"),
        ),
        ("tagged", {"entities": []}, ("tagging", "no entities")),
        (
            "tagged",
            {
                "entities": [
                    {"type": "LOC", "text": "العراق", "name": "Iraq"},
                    {"type": "ORG", "text": "UN"},
                    {"type": "LOC", "text": "بغداد", "name": "Iraq"},
                ]
            },
            ("tagging", "3 entities (LOC 2, ORG 1): Iraq, UN"),
        ),
        (
            "alerts.security",
            {
                "rule": {"id": "r1", "severity": "high", "desk": "security"},
                "why": {"clauses": [{"clause": "داعش", "count": 2}, "هجوم"]},
            },
            (
                "announcing",
                "alert to alerts.security: rule r1, high, desk security, because of داعش; هجوم",
            ),
        ),
    ],
)
def test_a_record_is_told_by_its_topic(bare: str, event: Event, expected: tuple[str, str]) -> None:
    assert told(bare, {}, 1234, event) == expected


CARRIED = {
    "id": "a:1",
    "count": 2,
    "canonical": "b:2",
    "first_seen": "2026-02-01T08:00:00Z",
    "sources": [
        {"source": "a", "uid": "a:1", "at": "2026-02-01T09:00:00Z", "categories": ["ports", "sea"]},
        {"source": "b", "uid": "b:2"},
    ],
}


def test_a_story_is_told_by_who_carries_it() -> None:
    assert told_carriers(CARRIED) == [
        "Story a:1: 2 articles, first seen 2026-02-01T08:00:00Z, to quote b:2",
        "a:1, a, 2026-02-01T09:00:00Z (ports, sea)",
        "b:2, b",
    ]


def test_of_two_tellings_the_one_of_more_articles_is_the_fuller_then_the_later() -> None:
    more, other = {"count": 3}, {"count": 2}
    assert fuller(more, other) is fuller(other, more) is more
    assert fuller({}, other) is other
    assert fuller({"count": 2}, other) is other


def test_a_dead_letter_is_told_by_its_headers() -> None:
    by, what = told("dead", dict(letters.to_headers(LETTER)), 3, {})
    assert (by, what) == ("cleaning", "dead letter, no_text: there is no text; send some")


def test_a_replayed_record_names_its_letter() -> None:
    assert told("raw", {letters.REPLAYED: b"3:41"}, 5, {}) == (
        "replay",
        "replayed from dead letter 3:41, 5 bytes",
    )


def step(place: str, cause: str | None, time: str = "2026-01-01T00:00:00.000+00:00") -> Step:
    topic, partition, offset = place.split("/")
    return Step(topic, int(partition), int(offset), time, "x", "y", cause)


def places(chains: list[list[Step]]) -> list[list[str]]:
    return [[one.place for one in chain] for chain in chains]


STEPS = [
    step("news.raw/0/1", None),
    step("news.clean/2/7", "news.raw/0/1"),
    step("news.unique/1/3", "news.clean/2/7"),
    step("news.dead/4/0", "news.unique/1/3"),
    step("news.raw/0/2", None, "2026-01-02T00:00:00.000+00:00"),
    step("news.clean/2/8", "news.raw/0/2"),
    step("news.duplicates/1/0", "news.clean/2/8"),
]


@given(st.permutations(STEPS))
def test_each_feeding_is_one_chain_in_the_order_of_the_flow(steps: list[Step]) -> None:
    assert places(feedings(steps, "news.")) == [
        ["news.raw/0/1", "news.clean/2/7", "news.unique/1/3", "news.dead/4/0"],
        ["news.raw/0/2", "news.clean/2/8", "news.duplicates/1/0"],
    ]


def test_a_dead_letter_stands_behind_what_died_and_before_what_went_on() -> None:
    steps = [
        step("news.tagged/0/0", "news.unique/0/0"),
        step("news.matches/0/0", "news.tagged/0/0"),
        step("news.alerts/0/0", "news.matches/0/0"),
        step("news.alerts.sport/0/0", "news.matches/0/0"),
        step("news.dead/0/0", "news.matches/0/0"),
    ]
    assert places(feedings(reversed(steps), "news.")) == [
        [
            "news.tagged/0/0",
            "news.matches/0/0",
            "news.dead/0/0",
            "news.alerts/0/0",
            "news.alerts.sport/0/0",
        ]
    ]


def test_causes_that_name_each_other_end_the_search() -> None:
    steps = [step("news.raw/0/0", "news.raw/0/1"), step("news.raw/0/1", "news.raw/0/0")]
    assert sum(len(chain) for chain in feedings(steps, "news.")) == 2
