"""The ledger: what was fed and confirmed, held against everything that came out, hop by hop.

Three looks at the same topics. By name: every version of every article that the raw topic holds
must end tagged, as a duplicate or as a dead letter. By place: every record that a hop was given
must have caused all that it should, which the pure stages say again here. By key: versions of an
article come in their order, and what comes twice says the same both times.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

from agents.headers import FED_AT, SOURCE
from agents.newsroom import load_rules
from agents.reading import Record, scan
from agents.settings import Settings
from pipeline import codec, letters
from pipeline.alerting import match
from pipeline.dedup import judge
from pipeline.entry import DUPLICATE_VERDICTS, NOWHERE
from pipeline.outcome import Event, Keep, Reject
from pipeline.topology import HOPS
from pipeline.window import Window
from tests.faults.wire import ALARM

Item = tuple[str, int]
"""An article's uid and version."""
Output = tuple[str, str]
"""What a record causes: a topic, and the key there where one record causes several."""


@dataclass(slots=True)
class Seen:
    """One record that came out: where it lies, and a number for what it says."""

    topic: str
    partition: int
    offset: int
    says: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What a stage had committed, and how far its sinks went, at one moment."""

    committed: dict[tuple[str, int], int]
    ends: dict[tuple[str, int], int]
    """By topic without prefix and partition."""

    def is_open(self, place: str) -> bool:
        """Return whether the record at `topic/partition/offset` was not committed then."""
        topic, partition, offset = place.rsplit("/", 2)
        return int(offset) >= self.committed.get((topic, int(partition)), 0)


@dataclass(slots=True)
class Books:
    """What one hop was given, by place, and what came of it."""

    due: dict[str, frozenset[Output]] = field(default_factory=dict)
    """Of each record the outputs that the pure stage says it has; none where it ends here."""
    found: dict[str, dict[Output, list[Seen]]] = field(default_factory=lambda: defaultdict(dict))

    def note(self, cause: str, output: Output, seen: Seen) -> None:
        """Note a record that came out."""
        self.found[cause].setdefault(output, []).append(seen)

    def unaccounted(self, dead: set[str]) -> list[str]:
        """Return the places of records that did not end as they should."""
        return [
            place
            for place, due in self.due.items()
            if place not in dead and not due <= self.found.get(place, {}).keys()
        ]

    def undue(self) -> list[str]:
        """Return the places of records that caused what they should not."""
        return [p for p, found in self.found.items() if not found.keys() <= self.due.get(p, set())]

    def repetitions(self) -> list[list[Seen]]:
        """Return what was delivered more than once, each with all its deliveries."""
        return [s for found in self.found.values() for s in found.values() if len(s) > 1]


@dataclass(slots=True)
class Verdict:
    """What the ledger says after a fault."""

    fed: int = 0
    lost: list[Item] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    undue: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    """Articles of which a version was overtaken by a later one, with the topic."""
    misjudged: list[str] = field(default_factory=list)
    """Places in the clean topic that dedup decides otherwise when nothing disturbs it."""
    changed: list[Seen] = field(default_factory=list)
    """Deliveries of something again that did not say the same."""
    renamed: int = 0
    """Alerts on one version of one article by one rule that came under more than one id."""
    unalerted: list[str] = field(default_factory=list)
    """Tagged versions that hold the alarm and raised no alert."""
    alarmed: int = 0
    alerts: int = 0
    alerts_repeated: int = 0
    repeated: dict[str, int] = field(default_factory=dict)
    """Of each hop, the records that it delivered again."""
    dead: Counter[str] = field(default_factory=Counter)
    """Records that became dead letters, by stage and reason."""
    verdicts: Counter[str] = field(default_factory=Counter)

    def faults(self) -> dict[str, int]:
        """Return what is wrong, with how many of it; empty if the promise was kept."""
        found = {
            "lost": len(self.lost),
            "unaccounted": len(self.unaccounted),
            "undue": len(self.undue),
            "disordered": len(self.disordered),
            "misjudged": len(self.misjudged),
            "changed": len(self.changed),
            "renamed": self.renamed,
            "unalerted": len(self.unalerted),
        }
        return {name: number for name, number in found.items() if number}


class Ledger:
    """Reads a run's topics once, in the order of the flow, and gives its verdict."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.book = load_rules(settings)
        self.hops = {hop.name: Books() for hop in HOPS}
        self.items: dict[str, set[Item]] = defaultdict(set)
        self.newest: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.windows: dict[int, Window] = {}
        self.judged: dict[str, tuple[tuple[str, str, str | None], ...]] = {}
        """What dedup says of a clean record: verdict, story, `of`; or `sources`, story, copy."""
        self.dead: set[str] = set()
        self.alarmed: set[tuple[str, str]] = set()
        self.alerted: set[tuple[str, str]] = set()
        self.told: set[tuple[str, str, str]] = set()
        self.alert_ids: Counter[str] = Counter()
        self.verdict = Verdict()

    def close(self) -> Verdict:
        """Read every topic and return the verdict."""
        desks = [f"alerts.{desk}" for desk in sorted({rule.desk for rule in self.book})]
        flow = ["raw", "clean", "unique", "duplicates", "tagged", "matches", "alerts", *desks]
        for bare in [*flow, "dead"]:
            for record in scan(self.settings, [self.settings.topics.name(bare)]):
                self.note(bare, record)
        verdict, items = self.verdict, self.items
        ended = items["tagged"] | items["duplicates"] | items["dead"]
        verdict.lost = sorted(items["raw"] - ended)
        for name, books in self.hops.items():
            verdict.unaccounted += books.unaccounted(self.dead)
            verdict.undue += books.undue()
            again = books.repetitions()
            verdict.repeated[name] = sum(len(seen) - 1 for seen in again)
            verdict.changed += [s for seen in again for s in seen if s.says != seen[0].says]
        verdict.renamed = len(self.alert_ids) - len(self.told)
        verdict.alerts = len(self.alert_ids)
        verdict.alerts_repeated = self.alert_ids.total() - len(self.alert_ids)
        verdict.alarmed = len(self.alarmed)
        verdict.unalerted = sorted(uid for uid, _ in self.alarmed - self.alerted)
        return verdict

    def note(self, bare: str, record: Record) -> None:
        """Enter one record in the books of the hop that wrote it and of the one that reads it."""
        try:
            event = codec.decode(record.value)
        except Reject:
            event = {}
        if (item := item_of(event)) is not None:
            self.items[bare].add(item)
        if bare == "dead":
            self.bury(record)
            return
        if bare in {"raw", "clean", "unique", "tagged"} and item is not None:
            self.keep_order(bare, item)
        if bare != "raw":
            self.credit(bare, record, event)
        match bare:
            case "raw":
                self.verdict.fed += 1
                self.hops["cleaning"].due[record.place] = frozenset({("clean", "")})
            case "clean":
                self.judge(record, event)
            case "unique":
                self.hops["tagging"].due[record.place] = frozenset({("tagged", "")})
            case "tagged":
                self.match(record, event)
            case "matches":
                desk = f"alerts.{event['rule']['desk']}"
                self.hops["announcing"].due[record.place] = frozenset({("alerts", ""), (desk, "")})
            case "alerts":
                self.tell(event)

    def credit(self, bare: str, record: Record, event: Event) -> None:
        """Credit the hop that wrote a record with it, by the place that its header names."""
        hop = next(h.name for h in HOPS if bare.startswith(h.sinks))
        cause = (header(record, SOURCE) or b"").decode()
        key = (record.key or b"").decode() if bare == "matches" else ""
        says = int.from_bytes(blake2b(record.value or b"", digest_size=8).digest())
        seen = Seen(bare, record.partition, record.offset, says)
        self.hops[hop].note(cause, (bare, key), seen)
        if hop == "dedup":
            story = event["story"]
            self.verdict.verdicts[story["verdict"]] += 1
            about = (story["verdict"], story["id"], story.get("of"))
            if story.get("change") == "sources":
                about = ("sources", story["id"], story["merged"]["uid"])
            if about not in self.judged.get(cause, ()):
                self.verdict.misjudged.append(cause)

    def judge(self, record: Record, event: Event) -> None:
        """Decide a clean record as a dedup that nothing disturbs does, in the order it came in."""
        window = self.windows.setdefault(
            record.partition,
            Window(self.settings.dedup_window_hours, self.settings.dedup_window_articles),
        )
        entry = judge(event, window, record.offset, self.settings.agency_names)
        window.apply(entry)
        copied = entry.verdict in DUPLICATE_VERDICTS
        judged: list[tuple[str, str, str | None]] = [(entry.verdict, entry.story, entry.of)]
        due = {("duplicates" if copied else "unique", "")}
        if copied and entry.earlier != NOWHERE:
            judged.append(("sources", entry.story, entry.uid))
            due.add(("unique", ""))
        self.judged[record.place] = tuple(judged)
        self.hops["dedup"].due[record.place] = frozenset(due)
        if entry.verdict == "stale":
            self.verdict.disordered.append(f"stale: {entry.uid}")

    def match(self, record: Record, event: Event) -> None:
        """Match a tagged record once more, so that those without a match are known."""
        fed = int(header(record, FED_AT) or b"0") / 1000
        outcome = match(event, self.book, datetime.fromtimestamp(fed, UTC).isoformat())
        found = outcome.values if isinstance(outcome, Keep) else ()
        due = frozenset(("matches", str(one["rule"]["id"])) for one in found)
        self.hops["alerting"].due[record.place] = due
        if ALARM in event["text"]:
            self.alarmed.add((event["uid"], event["title"]))

    def tell(self, alert: Event) -> None:
        """Note an alert; titles are of random words, so each version of an article has its own."""
        article = alert["article"]
        self.alert_ids[alert["alert_id"]] += 1
        self.alerted.add((article["uid"], article["title"]))
        self.told.add((alert["rule"]["id"], article["uid"], article["title"]))

    def bury(self, record: Record) -> None:
        """Note a dead letter: what it is about, and why."""
        letter = letters.from_headers(record.headers)
        if letter is not None:
            # A letter that was sent again, for its record was not acknowledged, is one letter.
            if letter.source not in self.dead:
                self.verdict.dead[f"{letter.stage}: {letter.reason}"] += 1
            self.dead.add(letter.source)

    def keep_order(self, bare: str, item: Item) -> None:
        """Note a first delivery of a version that comes after a later one's."""
        uid, version = item
        versions = self.newest[bare, uid]
        if version not in versions:
            if versions and version < versions[-1]:
                self.verdict.disordered.append(f"{bare}: {uid}")
            versions.append(version)

    def in_flight(self, hop: str, moment: Moment) -> int:
        """Return how many outputs of a hop were out at a moment, of records not committed then.

        A worker that is killed at that moment may repeat those and no others.
        """
        return sum(
            any(one.offset < moment.ends[one.topic, one.partition] for one in seen)
            for cause, found in self.hops[hop].found.items()
            if moment.is_open(cause)
            for seen in found.values()
        )


def header(record: Record, name: str) -> bytes | None:
    """Return the first header of that name."""
    return next((value for key, value in record.headers if key == name), None)


def item_of(event: Event) -> Item | None:
    """Return which article and version an event is about, None if it says neither."""
    identity, source = event.get("id"), event.get("source")
    if not isinstance(identity, str) or not isinstance(source, str):
        return None
    return f"{source}:{identity}", int(event.get("version") or 0)
