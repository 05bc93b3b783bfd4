"""The sample wire, as far as it can be told without a broker."""

from pathlib import Path

from agents.inputs import read_events
from pipeline.outcome import Event, Reject

SAMPLES = Path(__file__).parents[2] / "samples"


def sound_events() -> list[Event]:
    return [
        event
        for event in read_events([str(SAMPLES)])
        if not isinstance(event, Reject) and {"id", "source"} <= event.keys()
    ]


def test_it_has_three_bad_lines_and_the_rest_has_uids() -> None:
    assert len(list(read_events([str(SAMPLES)]))) == 68
    assert len(sound_events()) == 65


def test_every_uid_comes_once_unless_its_version_rises() -> None:
    versions: dict[tuple[str, str], list[int]] = {}
    for event in sound_events():
        number = int(event.get("version", 1))
        versions.setdefault((event["source"], event["id"]), []).append(number)
    assert all(numbers == sorted(set(numbers)) for numbers in versions.values())
    assert sum(len(numbers) > 1 for numbers in versions.values()) == 4
