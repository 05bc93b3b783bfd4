"""The ledger: what was fed and confirmed, held against everything that came out, by article."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from agents.feed_report import FeedOptions, FeedReport
from agents.feeder import feed
from agents.reading import Record, scan
from agents.settings import Settings
from agents.up import Running
from pipeline import codec, letters
from pipeline.outcome import Reject

WORDS = {
    "en": (
        "harbour council storm bridge minister school water grain road pilot market border",
        "clinic signal engine valley winter permit ballot quarter museum orchard tunnel station",
    ),
    "ar": (
        "ميناء مجلس عاصفة جسر وزير مدرسة ماء قمح طريق طيار سوق حدود عيادة إشارة محرك واد",
        "شتاء رخصة اقتراع ربع متحف بستان نفق قطار محطة",
    ),
}
ALARM = "قالت القيادة إن عملية ضد داعش بدأت في العراق"
POISON = [b"not json", b"\xff\xfe\xfa", b"[1, 2]", b'{"id": "x"}', b'{"source": 1}', b"{" * 5000]


def write_wire(path: Path, articles: int, seed: int, poison: float = 0.0) -> None:
    """Write articles of invented words, a fifth of them in three versions, as JSON Lines."""
    chance = random.Random(seed)
    with path.open("wb") as file:
        for number in range(articles):
            if chance.random() < poison:
                file.write(chance.choice(POISON) + b"\n")
                continue
            language = chance.choice(["ar", "en"])
            for version in range(1, 4 if number % 5 == 0 else 2):
                words = chance.choices(" ".join(WORDS[language]).split(), k=120)
                alarm = f"{ALARM}. " if language == "ar" and number % 10 == 0 else ""
                event = {
                    "id": str(number),
                    "source": f"wire-{number % 7}",
                    "title": " ".join(words[:6]),
                    "body": alarm + " ".join(words) + ".",
                    "version": version,
                    "published_at": f"2026-03-02T08:{number // 60 % 60:02}:{number % 60:02}Z",
                }
                file.write(orjson.dumps(event) + b"\n")


Item = tuple[str, int]
"""An article's uid and version."""
Story = tuple[str, str]
"""An article's uid and title; titles are of random words, so each version has its own."""


@dataclass(slots=True)
class Verdict:
    """What the ledger says after a fault."""

    fed: int
    lost: list[Item] = field(default_factory=list)
    unread: int = 0
    repeated: int = 0
    disordered: int = 0
    alerts: int = 0
    alarmed: int = 0
    """Tagged versions that hold the alarm, each of which must have raised an alert."""
    alerts_repeated: int = 0
    unalerted: list[Story] = field(default_factory=list)
    """Tagged versions that hold the alarm and raised no alert."""
    renamed: int = 0
    """Alerts on one version of one article by one rule that came under more than one id."""
    recovered: float = 0.0
    """Seconds from the end of the fault until nothing was left to read."""

    def line(self, name: str) -> str:
        """Return the verdict as a row of a table."""
        return (
            f"{name:34} fed {self.fed:6} lost {len(self.lost)} unread {self.unread} "
            f"repeated {self.repeated} wrong order {self.disordered} alerts {self.alerts} "
            f"(missing {len(self.unalerted)} of {self.alarmed} repeated {self.alerts_repeated} "
            f"renamed {self.renamed}) recovered in {self.recovered:.1f} s"
        )


def item_of(record: Record) -> Item | None:
    """Return which article and version a record is about, None if it says neither."""
    try:
        event = codec.decode(record.value)
    except Reject:
        return None
    identity, source = event.get("id"), event.get("source")
    if not isinstance(identity, str) or not isinstance(source, str):
        return None
    return f"{source}:{identity}", int(event.get("version") or 0)


def audit(settings: Settings) -> Verdict:
    """Read all topics and hold what came out against what the raw topic confirmed."""
    bare = ["raw", "unique", "duplicates", "tagged", "alerts", "dead"]
    found: dict[str, list[Record]] = {name: [] for name in bare}
    for record in scan(settings, [settings.topics.name(name) for name in bare]):
        found[record.topic.removeprefix(settings.topic_prefix)].append(record)
    items = {name: [item_of(r) for r in records] for name, records in found.items()}
    raw = {item for item in items["raw"] if item is not None}
    dead_places = {
        letter.source
        for r in found["dead"]
        if (letter := letters.from_headers(r.headers)) is not None
    }
    ended = {i for name in ("tagged", "duplicates", "dead") for i in items[name]}
    nameless = [r for r, item in zip(found["raw"], items["raw"], strict=True) if item is None]
    alerts = [codec.decode(r.value) for r in found["alerts"]]
    alert_ids = Counter(alert["alert_id"] for alert in alerts)
    alerted = {(alert["article"]["uid"], alert["article"]["title"]) for alert in alerts}
    told = {
        (alert["rule"]["id"], alert["article"]["uid"], alert["article"]["title"])
        for alert in alerts
    }
    tagged = [codec.decode(r.value) for r in found["tagged"]]
    alarmed = {(event["uid"], event["title"]) for event in tagged if ALARM in event["text"]}
    outputs = Counter(i for name in ("unique", "duplicates") for i in items[name])
    inputs = Counter(items["raw"])
    return Verdict(
        fed=len(found["raw"]),
        lost=sorted(raw - ended),
        unread=sum(r.place not in dead_places for r in nameless),
        repeated=sum(max(0, n - inputs[i]) for i, n in outputs.items()),
        disordered=disorder(items["unique"]),
        alerts=len(alert_ids),
        alerts_repeated=sum(n - 1 for n in alert_ids.values()),
        alarmed=len(alarmed),
        unalerted=sorted(alarmed - alerted),
        renamed=len(alert_ids) - len(told),
    )


def disorder(items: list[Item | None]) -> int:
    """Return how many articles have a first delivery of a version after a later version's."""
    first: dict[str, list[int]] = {}
    for item in items:
        if item is not None and item[1] not in first.setdefault(item[0], []):
            first[item[0]].append(item[1])
    return sum(versions != sorted(versions) for versions in first.values())


@contextmanager
def feeding(barq: Running, path: Path, rate: float | None) -> Iterator[list[FeedReport]]:
    """Feed a file in a thread while the block makes its faults; the list gets the report."""
    reports: list[FeedReport] = []

    def run() -> None:
        options = FeedOptions(rate=rate, rejects=path.with_suffix(".rejects"))
        reports.append(feed([str(path)], barq.settings, options))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield reports
    finally:
        thread.join()


def settle(barq: Running, seconds: float) -> float:
    """Wait until nothing is left to read; return how long that took. Fails if it does not."""
    began = time.monotonic()
    assert barq.wait_idle(seconds), f"not everything was read within {seconds:g} s"
    return time.monotonic() - began


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for a condition, or fail saying which."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.05)
