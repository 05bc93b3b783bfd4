"""Items that share a template are different stories; copies of them are copies all the same."""

from itertools import combinations
from pathlib import Path

import pytest

from bench.dedup_templates import DIFFERENT
from pipeline.outcome import Event
from pipeline.window import Window
from tests.unit.port_stories import decided, decisions, last, story
from tests.unit.template_stories import EVENING, KINDS, Kind
from tests.unit.test_dedup_streams import wire

PAIRS = [
    (name, kind, one, other)
    for name, kind in KINDS.items()
    for one, other in combinations(range(len(kind.items)), 2)
]


def item(uid: str, kind: Kind, number: int, hours: float = 0) -> Event:
    title, text = kind.story(number)
    return story(uid, text, hours, title=title)


@pytest.mark.parametrize(("name", "kind", "one", "other"), PAIRS)
def test_items_of_one_template_are_different_stories(
    name: str, kind: Kind, one: int, other: int
) -> None:
    assert last(item("north:1", kind, one), item("south:2", kind, other, 1)) == ("new", None), name


@pytest.mark.parametrize(("name", "kind"), EVENING.items())
@pytest.mark.parametrize("hours", [6, 24])
def test_a_section_that_comes_again_with_other_contents_is_new(
    name: str, kind: Kind, hours: float
) -> None:
    again = item("north:2", kind, 1, hours)
    assert last(item("north:1", kind, 0), again) == ("new", None), name


@pytest.mark.parametrize(("name", "kind"), [*KINDS.items(), *EVENING.items()])
def test_another_outlets_copy_of_such_an_item_is_linked(name: str, kind: Kind) -> None:
    title, text = kind.story(0)
    copied = story("south:2", f"{text} Wire reports.", 1, title=title.upper())
    entry = decided(item("north:1", kind, 0), copied)[-1]
    assert (entry.verdict, entry.of) == ("near", "north:1"), name


def test_reuters_items_that_share_a_template_are_different_stories(evaluation_data: Path) -> None:
    events = {event["id"]: event for event in wire(evaluation_data / "wire" / "reuters-a.jsonl.gz")}
    for kind, numbers in DIFFERENT.items():
        chosen = [events[f"reuters-{number}"] for number in sorted(map(int, numbers.split()))]
        linked = [
            (entry.uid, entry.of) for entry in decisions(chosen, Window(72, 1_000)) if entry.of
        ]
        assert not linked, kind
