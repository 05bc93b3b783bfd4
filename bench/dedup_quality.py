"""How many copies a system finds on labelled sets, and how many strangers it takes for copies."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.cleaning_dirt import read_lines
from bench.dedup_systems import SYSTEMS, Found, Setting, ask
from pipeline.outcome import Event

Row = dict[str, object]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
THRESHOLDS = [step / 64 for step in range(4, 65)]
"""Likenesses from which a peer's answer may count, in steps that SimHash can tell apart."""
NUMBERED = (100, 1000)


@dataclass(slots=True)
class Score:
    """What was right and wrong at one threshold; `kinds` counts by how a copy was made."""

    threshold: float
    right: int = 0
    wrong: int = 0
    missed: int = 0
    kinds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def precision(self) -> float:
        """Of what was linked, the part that was linked rightly."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of the copies, the part that was linked rightly."""
        return self.right / max(1, self.right + self.missed)


def rows(path: Path) -> list[Row]:
    """Return a row for each system over a labelled set, each with the best of its settings."""
    cases = list(read_lines(path))
    found = []
    for name, settings in SYSTEMS.items():
        setting, score = best(settings, cases)
        row: Row = {"system": name, "setting": told(name, setting, score)}
        row |= {"F1": f"{score.f1:.4f}", "precision": f"{score.precision:.4f}"}
        row |= {"recall": f"{score.recall:.4f}"}
        found.append(row | {kind: f"{a / b:.3f}" for kind, (a, b) in sorted(score.kinds.items())})
        print(found[-1], flush=True)
    return found


def told(name: str, setting: Setting, score: Score) -> str:
    """Return how a system was set up."""
    return setting.told if name == "barq" else f"{setting.told}, from {score.threshold:.2f}"


def best(settings: Sequence[Setting], cases: Sequence[Any]) -> tuple[Setting, Score]:
    """Return the setting and threshold with the highest F1 on these cases themselves."""
    events = list(events_of(cases))
    tried = []
    for setting in settings:
        found = ask(setting.make(), events)
        scores = [score(cases, found, threshold) for threshold in THRESHOLDS]
        tried.append((setting, max(scores, key=lambda one: one.f1)))
    return max(tried, key=lambda one: one[1].f1)


def events_of(cases: Sequence[Any]) -> Iterator[Event]:
    """Yield the cases as clean events, one a second."""
    for number, case in enumerate(cases):
        yield {
            "uid": f"set:{case['id']}",
            "source": "set",
            "title": case["title"],
            "text": case["body"],
            "version": 1,
            "published_at": (BEGIN + timedelta(seconds=number)).isoformat(),
        }


def score(cases: Sequence[Any], found: Sequence[Found | None], threshold: float) -> Score:
    """Return the score of answers that count from a threshold on.

    A copy is right if it is linked to any article of its group; an answer for the first article
    of a group is wrong, and so is one that names another group.
    """
    result = Score(threshold)
    first: dict[str, Any] = {}
    for case, answer in zip(cases, found, strict=True):
        group = case["group"]
        linked = answer[1] if answer and answer[0] >= threshold else None
        if group not in first:
            first[group] = case
            result.wrong += linked is not None
            continue
        right = linked is not None and cases[linked]["group"] == group
        result.right += right
        result.missed += not right
        result.wrong += linked is not None and not right
        kind = next((one["kind"] for one in (case, first[group]) if one["kind"] != "base"), "base")
        result.kinds[kind][0] += right
        result.kinds[kind][1] += 1
    return result


def pairs(data: Path) -> list[Row]:
    """Return the pairs that each system finds among the articles of MinHash's tutorial.

    The threshold of a peer is the one with the fewest mistakes.
    """
    found = []
    for number in NUMBERED:
        folder = data / "dedup"
        lines = (folder / f"articles_{number}.train").read_text("utf-8").splitlines()
        texts = [line.partition(" ") for line in lines]
        ids = [uid for uid, _, _ in texts]
        events: list[Event] = [{"uid": i, "source": "x", "text": text} for i, _, text in texts]
        truth = {
            frozenset(line.split())
            for line in (folder / f"articles_{number}.truth").read_text("utf-8").splitlines()
        }
        for name, settings in SYSTEMS.items():
            row: Row = {"system": name, "articles": number, "pairs": len(truth)}
            tried = [
                mistakes(truth, ids, answers, threshold)
                for answers in (ask(setting.make(), events) for setting in settings)
                for threshold in THRESHOLDS
            ]
            missed, false = min(tried, key=sum)
            found.append(row | {"missed": missed, "false": false})
            print(found[-1], flush=True)
    return found


def mistakes(
    truth: set[frozenset[str]], ids: Sequence[str], found: Sequence[Found | None], threshold: float
) -> tuple[int, int]:
    """Return how many pairs are missed and how many are false from a threshold on."""
    linked = {
        frozenset((uid, ids[answer[1]]))
        for uid, answer in zip(ids, found, strict=True)
        if answer and answer[0] >= threshold
    }
    return len(truth - linked), len(linked - truth)
