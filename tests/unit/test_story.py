"""Who carries a story: counted, bounded, and one of them to quote."""

import random
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.story import (
    CATEGORIES_NAMED,
    SOURCES_NAMED,
    Carrier,
    Carriers,
    Merged,
    alone,
    category_names,
    joined,
    merged,
    stamp,
    told,
)

CARRIERS = st.lists(
    st.tuples(
        st.sampled_from(["agency", "north", "south"]),
        st.integers(0, 40).map(str),
        st.none() | st.floats(0, 1e9),
        st.sets(st.sampled_from(["ports", "sport", "Ports"])).map(sorted).map(tuple),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda carrier: carrier[1],
)


def carried(*carriers: Carrier, agencies: frozenset[str] = frozenset()) -> Carriers:
    first, *rest = carriers
    return reduce(
        lambda so_far, one: joined(so_far, one, agencies, counted=False), rest, alone(first)
    )


def test_the_earliest_article_is_quoted_whenever_it_comes() -> None:
    north, south = ("north", "north:1", 50.0, ()), ("south", "south:1", 20.0, ())
    assert carried(north, south).canonical == "south:1"
    assert carried(south, north).canonical == "south:1"
    assert carried(north, south).first_seen == 20.0


def test_an_agency_is_quoted_rather_than_an_outlet() -> None:
    outlet, agency = ("north", "north:1", 10.0, ()), ("Agency", "agency:1", 90.0, ())
    assert carried(outlet, agency, agencies=frozenset({"agency"})).canonical == "agency:1"
    assert carried(outlet, agency).canonical == "north:1"


def test_an_article_without_a_time_is_quoted_last() -> None:
    undated, dated = ("north", "north:1", None, ()), ("south", "south:1", 90.0, ())
    assert carried(undated, dated).canonical == "south:1"
    assert carried(undated).first_seen is None


@given(CARRIERS)
def test_the_article_to_quote_is_the_best_of_all_and_is_named(every: list[Carrier]) -> None:
    found = carried(*every, agencies=frozenset({"agency"}))
    best = min(every, key=lambda one: (one[0] != "agency", one[2] is None, one[2] or 0.0, one[1]))
    assert found.canonical == best[1]
    assert found.canonical in [uid for _, uid, *_ in found.named]
    assert found.count == len(every)
    assert len(found.named) == min(len(every), SOURCES_NAMED)


@given(CARRIERS, st.randoms(use_true_random=False))
def test_whom_to_quote_since_when_and_how_many_do_not_depend_on_the_order(
    every: list[Carrier], chance: random.Random
) -> None:
    other = chance.sample(every, len(every))
    one, again = (carried(*some, agencies=frozenset({"agency"})) for some in (every, other))
    assert (one.canonical, one.first_seen, one.count) == (
        again.canonical,
        again.first_seen,
        again.count,
    )


@given(CARRIERS)
def test_another_edition_is_not_counted_and_its_categories_are_kept(every: list[Carrier]) -> None:
    before = carried(*every)
    source, uid, at, _ = before.named[0]
    after = joined(before, (source, uid, at, ("weather",)), (), counted=True)
    assert after.count == before.count
    assert after.named[0][3] == (*before.named[0][3], "weather")
    assert after.named[1:] == before.named[1:]


def test_a_copy_merges_what_is_new_in_any_spelling() -> None:
    before = carried(("north", "north:1", 1.0, ("Ports", "أخبار")))
    assert merged(before, ("south", "south:1", 2.0, ("ports", "اخبار", "trade"))) == Merged(
        ("south",), ("trade",)
    )
    assert merged(before, ("North", "north:2", 2.0, ())) == Merged((), ())


@pytest.mark.parametrize(
    ("categories", "names"),
    [
        (["ports", "ports", " sea   trade "], ("ports", "sea trade")),
        ([{"name": "Ports", "qcode": "medtop:1", "other": 5}], ("Ports", "medtop:1")),
        (["", 5, None, ["x"], "x" * 101, "\ud800"], ()),
        ("ports", ()),
        (None, ()),
        ([str(number) for number in range(40)], tuple(map(str, range(CATEGORIES_NAMED)))),
    ],
)
def test_categories_are_their_names_and_codes(categories: object, names: tuple[str, ...]) -> None:
    assert category_names(categories) == names


def test_a_story_is_told_without_what_is_unknown() -> None:
    assert told(carried(("north", "north:1", None, ()))) == {
        "count": 1,
        "canonical": "north:1",
        "sources": [{"source": "north", "uid": "north:1"}],
    }
    assert told(carried(("north", "north:1", 0.5, ("ports",))))["sources"] == [
        {
            "source": "north",
            "uid": "north:1",
            "at": "1970-01-01T00:00:00.500000Z",
            "categories": ["ports"],
        }
    ]


@pytest.mark.parametrize("at", [1e300, -1e300, 1e12])
def test_a_time_that_cannot_be_written_is_left_out(at: float) -> None:
    assert stamp(at) is None
