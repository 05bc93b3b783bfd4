"""The stages as every peer runs them: a record's bytes in, the records that it causes out.

It binds the same functions of `pipeline/` as barq's own hops, and imports nothing of barq's shell,
so that it runs in each peer's environment. Two things differ from barq, both in the peers' favour:
dedup keeps its window and the articles that it compares in memory and logs no decision, so that a
restart forgets them, and nothing is counted for metrics.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from pipeline import codec
from pipeline.outcome import Duplicate, Keep, Reject

if TYPE_CHECKING:
    from pipeline.rules import Rule, RuleBook
    from pipeline.window import Window

PASS_THROUGH = "pass-through"
FED_AT = "barq-fed-at"
"""The header that says when an article was fed, in milliseconds since 1970, as in barq."""
RULES = Path(__file__).resolve().parent.parent / "rules"
WATCHLISTS = "watchlists"
WINDOW_HOURS = 72.0
WINDOW_ARTICLES = 1_000_000
AT_HAND = 12_000
"""Newest articles that dedup can compare a version with: about what barq's worker has in memory."""

T = TypeVar("T")


class Out(NamedTuple):
    """A record to send; `topic` is without the run's prefix."""

    topic: str
    key: bytes | None
    value: bytes


Decide: TypeAlias = Callable[[bytes, bytes | None, int, float], list[Out]]
"""What a record causes, by its value, key, partition, and the time it was fed (Unix seconds)."""


def bind(stage: str, rules: Path = RULES) -> dict[str, Decide]:
    """Return what a worker of a stage runs: for each topic that it reads, the function."""
    match stage:
        case "pass-through":
            return {"raw": passing}
        case "cleaning":
            return {"raw": caught(cleaning())}
        case "dedup":
            return {"clean": caught(dedup())}
        case "tagging":
            return {"unique": caught(tagging(rules))}
        case "alerting":
            return {"tagged": caught(matching(rules)), "matches": caught(announcing())}
        case _:
            raise ValueError(f"there is no stage {stage!r}")


def sinks(stage: str, rules: Path = RULES) -> list[str]:
    """Return the topics that a stage may write to."""
    match stage:
        case "pass-through" | "cleaning":
            return ["clean", "dead"]
        case "dedup":
            return ["unique", "duplicates", "dead"]
        case "tagging":
            return ["tagged", "dead"]
        case "alerting":
            return ["matches", "alerts", *(f"alerts.{desk}" for desk in desks(rules)), "dead"]
        case _:
            raise ValueError(f"there is no stage {stage!r}")


def passing(value: bytes, key: bytes | None, partition: int, fed: float) -> list[Out]:  # noqa: ARG001  (a Decide)
    """Copy a record as it is."""
    return [Out("clean", key, value)]


def caught(decide: Decide) -> Decide:
    """Return the function with refusals turned into dead letters."""

    def decided(value: bytes, key: bytes | None, partition: int, fed: float) -> list[Out]:
        try:
            return decide(value, key, partition, fed)
        except Reject:
            return [Out("dead", key, value)]

    return decided


def cleaning() -> Decide:
    """Return the cleaning stage, which keys by language."""
    from pipeline.cleaning import CleaningOptions, clean  # noqa: PLC0415  (each loads its own)

    options = CleaningOptions()

    def decide(value: bytes, key: bytes | None, partition: int, fed: float) -> list[Out]:  # noqa: ARG001  (a Decide)
        outcome = clean(codec.decode(value), options)
        return [
            Out("clean", event["language"]["code"].encode(), codec.encode(event))
            for event in (outcome.values if isinstance(outcome, Keep) else ())
        ]

    return decide


def dedup() -> Decide:
    """Return the dedup stage with one window a partition, in memory only."""
    return judging({})


def judging(windows: "dict[int, Window]") -> Decide:
    """Return the dedup stage on windows by partition; one that is missing begins empty."""
    from pipeline.dedup import judge, outcome, sources_update  # noqa: PLC0415  (each loads its own)
    from pipeline.window import Window  # noqa: PLC0415  (each loads its own)

    recent: dict[int, bytes] = {}
    places = count()

    def decide(value: bytes, key: bytes | None, partition: int, fed: float) -> list[Out]:  # noqa: ARG001  (a Decide)
        if (window := windows.get(partition)) is None:
            window = windows[partition] = Window(WINDOW_HOURS, WINDOW_ARTICLES)
        event, place = codec.decode(value), next(places)
        entry = judge(event, window, place)
        before = recent.get(entry.earlier)
        earlier = codec.decode(before) if before is not None else None
        decision = outcome(event, entry, earlier)
        window.apply(entry)
        recent[place] = value
        recent.pop(place - AT_HAND, None)
        uid = str(event["uid"]).encode()
        if isinstance(decision, Duplicate):
            out = [Out("duplicates", uid, codec.encode(decision.value))]
            if earlier is not None:
                whole = sources_update(earlier, entry)
                out.append(Out("unique", str(whole["uid"]).encode(), codec.encode(whole)))
            return out
        values = decision.values if isinstance(decision, Keep) else ()
        return [Out("unique", uid, codec.encode(kept)) for kept in values]

    return decide


def tagging(rules: Path) -> Decide:
    """Return the tagging stage with the places of the world and the watch-lists."""
    from pipeline.gazetteer import build_gazetteer  # noqa: PLC0415  (each loads its own)
    from pipeline.names_model import load_names_model  # noqa: PLC0415  (each loads its own)
    from pipeline.places import load_places  # noqa: PLC0415  (each loads its own)
    from pipeline.tagging import tag  # noqa: PLC0415  (each loads its own)
    from pipeline.watchlists import parse_watchlist  # noqa: PLC0415  (each loads its own)

    names = read_yaml(rules / WATCHLISTS, parse_watchlist)
    gazetteer = build_gazetteer([*load_places(), *names])
    model = load_names_model()

    def decide(value: bytes, key: bytes | None, partition: int, fed: float) -> list[Out]:  # noqa: ARG001  (a Decide)
        outcome = tag(codec.decode(value), gazetteer, model)
        return [
            Out("tagged", str(event["uid"]).encode(), codec.encode(event))
            for event in (outcome.values if isinstance(outcome, Keep) else ())
        ]

    return decide


def matching(rules: Path) -> Decide:
    """Return the first hop of alerting: articles to matches, keyed by rule."""
    from pipeline.rules import RuleBook  # noqa: PLC0415  (each loads its own)

    return matching_with(RuleBook(load_rules(rules)))


def matching_with(book: "RuleBook") -> Decide:
    """Return the first hop of alerting with the rules of a book."""
    from pipeline.alerting import match  # noqa: PLC0415  (each loads its own)

    def decide(value: bytes, key: bytes | None, partition: int, fed: float) -> list[Out]:  # noqa: ARG001  (a Decide)
        at = datetime.fromtimestamp(fed, UTC).isoformat(timespec="milliseconds")
        outcome = match(codec.decode(value), book, at)
        return [
            Out("matches", event["rule"]["id"].encode(), codec.encode(event))
            for event in (outcome.values if isinstance(outcome, Keep) else ())
        ]

    return decide


def announcing() -> Decide:
    """Return the second hop of alerting: matches to alerts, for all and for their desk."""
    from pipeline.alerting import announce  # noqa: PLC0415  (each loads its own)

    def decide(value: bytes, key: bytes | None, partition: int, fed: float) -> list[Out]:  # noqa: ARG001  (a Decide)
        outcome = announce(codec.decode(value))
        return [
            Out(topic, event["rule"]["id"].encode(), codec.encode(event))
            for event in (outcome.values if isinstance(outcome, Keep) else ())
            for topic in ("alerts", f"alerts.{event['rule']['desk']}")
        ]

    return decide


def load_rules(rules: Path) -> "list[Rule]":
    """Return the alert rules below a directory."""
    from pipeline.rules import parse_rules  # noqa: PLC0415  (each loads its own)

    return read_yaml(rules, parse_rules, leave_out=WATCHLISTS)


def desks(rules: Path) -> list[str]:
    """Return the desks that the rules name, each of which has a topic."""
    return sorted({rule.desk for rule in load_rules(rules)})


def read_yaml(
    directory: Path, parse: Callable[[str, str], list[T]], leave_out: str = ""
) -> list[T]:
    """Return what `parse(text, origin)` gives for each YAML file below a directory, in order."""
    return [
        one
        for file in files(directory, leave_out)
        for one in parse(file.read_text("utf-8"), file.name)
    ]


def files(directory: Path, leave_out: str) -> Iterator[Path]:
    """Yield the YAML files below a directory, without those below directories of a name."""
    for path in sorted(directory.rglob("*.yaml")):
        if leave_out not in path.relative_to(directory).parts[:-1]:
            yield path
