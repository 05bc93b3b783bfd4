"""The stages as filters, without a broker: JSON Lines in, JSON Lines out, in order."""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

from agents.morgue import Cuttings
from agents.newsroom import load_gazetteer, load_rules
from agents.runner import refusal_of
from agents.settings import Settings
from agents.word_lists import cleaning_options
from pipeline import codec
from pipeline.alerting import announce, match
from pipeline.cleaning import clean
from pipeline.dedup import judge, outcome
from pipeline.names_model import load_names_model
from pipeline.outcome import Drop, Duplicate, Event, Hold, Keep, Outcome, Reject
from pipeline.tagging import tag
from pipeline.window import Window

Step = Callable[[Event], Outcome]

NEVER_FED = "1970-01-01T00:00:00.000+00:00"
"""The match time of an article without any time of its own, where no broker gives one."""


COMPARED = ("title", "text")
"""What of an article is needed to say what its next version added and removed."""


def cleaning_step(settings: Settings) -> Step:
    """Return cleaning as a step with its word lists."""
    options = cleaning_options(settings)
    return lambda event: clean(event, options)


def dedup_step(settings: Settings) -> Step:
    """Return dedup as a step with one window a language, as the partitions keep them apart."""
    windows: dict[str, Window] = {}
    cuttings, places = Cuttings(settings.dedup_texts_bytes), count()
    agencies = settings.agency_names

    def step(event: Event) -> Outcome:
        language = event.get("language")
        shard = str(language.get("code")) if isinstance(language, dict) else ""
        if shard not in windows:
            windows[shard] = Window(settings.dedup_window_hours, settings.dedup_window_articles)
        window = windows[shard]
        place = next(places)
        entry = judge(event, window, place, agencies)
        window.apply(entry)
        before = cuttings.get((0, entry.earlier)) if entry.verdict == "update" else None
        cuttings.keep((0, place), codec.encode({name: event.get(name) for name in COMPARED}))
        return outcome(event, entry, codec.decode(before) if before else None)

    return step


def tagging_step(settings: Settings) -> Step:
    """Return tagging as a step with its gazetteer and its model of names."""
    gazetteer = load_gazetteer(settings)
    model = load_names_model()
    return lambda event: tag(event, gazetteer, model)


def alerting_step(settings: Settings) -> Step:
    """Return alerting as a step: an article's matches, announced."""
    book = load_rules(settings)

    def step(event: Event) -> Outcome:
        at = event.get("fetched_at") or event.get("published_at") or NEVER_FED
        matched = match(event, book, str(at))
        if not isinstance(matched, Keep):
            return matched
        announced = [announce(one) for one in matched.values]
        return Keep(tuple(v for one in announced if isinstance(one, Keep) for v in one.values))

    return step


def stage_step(stage: str, settings: Settings) -> Step:
    """Return the step of a stage by its name."""
    match stage:
        case "cleaning":
            return cleaning_step(settings)
        case "dedup":
            return dedup_step(settings)
        case "tagging":
            return tagging_step(settings)
        case _:
            return alerting_step(settings)


def apply(step: Step, event: Event, line: int) -> tuple[list[Event], Outcome | None]:
    """Return what the filter writes for one event, and how it ended (None: a dead letter)."""
    try:
        ended = step(event)
    except Exception as error:  # noqa: BLE001  (as the runner does: bad input stops no filter)
        return [dead(refusal_of(error), line)], None
    match ended:
        case Keep(values):
            return list(values), ended
        case Duplicate(value, _):
            return [value], ended
        case Drop(reason):
            return [{"dropped": {"reason": reason}, "line": line}], ended
        case Hold(until):
            return [{"held": {"until": until}, "line": line}], ended


def dead(refusal: Reject, line: int) -> Event:
    """Return the line that stands for a rejected one."""
    return {"dead": {"reason": refusal.reason, "detail": refusal.detail}, "line": line}


def numbered_events(lines: Iterable[bytes]) -> Iterator[tuple[int, Event | Reject]]:
    """Yield the number of each line with its event or why it holds none; blank ones are none."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, codec.decode(line)
        except Reject as refusal:
            yield number, refusal


def run_stage(stage: str, settings: Settings, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the output lines of one stage; blank lines are passed over, as between JSON Lines."""
    step = stage_step(stage, settings)
    for number, event in numbered_events(lines):
        if isinstance(event, Reject):
            yield codec.encode(dead(event, number)) + b"\n"
            continue
        written, ended = apply(step, event, number)
        if stage == "alerting" and isinstance(ended, Drop):
            continue
        yield from (codec.encode(event) + b"\n" for event in written)


class Pipe:
    """All four stages in one: an article in, the same article with what became of it out."""

    def __init__(self, settings: Settings) -> None:
        self.steps: list[tuple[str, Step]] = [
            ("cleaning", cleaning_step(settings)),
            ("dedup", dedup_step(settings)),
            ("tagging", tagging_step(settings)),
        ]
        self.alerting = alerting_step(settings)

    def run(self, event: Event, line: int) -> Event:
        """Return the tagged article with `alerts`, or its duplicate, or why it ended."""
        for _, step in self.steps:
            written, ended = apply(step, event, line)
            event = written[0]
            if not isinstance(ended, Keep):
                return event
        written, ended = apply(self.alerting, event, line)
        if ended is None:
            return {**event, "alerts": [], **written[0]}
        alerts: list[Any] = written if isinstance(ended, Keep) else []
        return {**event, "alerts": alerts}


def run_pipe(settings: Settings, events: Iterable[Event | Reject]) -> Iterator[Event]:
    """Yield one event for each event or refusal of the readers, in order."""
    pipe = Pipe(settings)
    for number, event in enumerate(events, 1):
        yield dead(event, number) if isinstance(event, Reject) else pipe.run(event, number)
