"""What happened to one article in every stage, read from the topics themselves."""

from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape

from agents.lag import LagReader, Progress
from agents.reading import Record, scan
from agents.settings import Settings
from agents.topics import describe_topics
from agents.writing import visible
from pipeline import codec, tracing
from pipeline.outcome import Event, Reject
from pipeline.topology import DEDUP_LOG, STAGES, TRAIL
from pipeline.tracing import Step

MOST_STEPS = 1000
MOST_COPIES = 100
ENDED = {
    "cleaning": "cleaning ended it on purpose (withheld or canceled, say)",
    "dedup": "dedup ended it on purpose",
    "tagging": "tagging ended it on purpose",
    "alerting": "no alert: no rule matched, or it is withheld or canceled",
    "announcing": "the match raised no alert",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """All that the topics hold about one article: a chain of steps for every time it was fed.

    `copies` are the articles that dedup linked to this one, `verdicts` what it says of each, by
    uid, `story` the fullest telling of its story. `records` is how many were looked at, `cut` says
    that there are more steps or copies than are kept.
    """

    uid: str
    feedings: list[list[Step]]
    copies: list[str]
    records: int
    cut: bool
    verdicts: dict[str, str] = field(default_factory=dict)
    story: Event = field(default_factory=dict)


def explain(uid: str, settings: Settings) -> Trace:
    """Return what the topics hold about an article. Raises BrokerMissing.

    Every topic of articles is read from its beginning to its end as it is now, record by record.
    """
    prefix = settings.topics.prefix
    states = [state.name for state in describe_topics(settings) if state.partitions]
    silent = {settings.topics.name(bare) for bare in (DEDUP_LOG, TRAIL)}
    topics = [name for name in states if name not in silent]
    steps: list[Step] = []
    copies: dict[str, str] = {}
    story: Event = {}
    records, cut = 0, False
    for record in scan(settings, topics):
        records += 1
        event = event_of(record)
        mine = tracing.about(uid, record.key, event)
        if mine or tracing.copied(event) == uid:
            story = tracing.fuller(story, tracing.story_of(event))
        if mine:
            if len(steps) < MOST_STEPS:
                steps.append(step_of(record, event, prefix))
            else:
                cut = True
        elif tracing.copied(event) == uid:
            if len(copies) < MOST_COPIES:
                copies[str(event.get("uid"))] = tracing.told_story(event)
            else:
                cut = True
    with closing(LagReader(settings)) as reader:
        endings = Endings(settings, {step.cause for step in steps}, reader)
        chains = tracing.feedings(map(endings.add, steps), prefix)
    return Trace(uid, chains, list(copies), records, cut, copies, story)


def event_of(record: Record) -> Event:
    """Return the record's event, {} where it is none."""
    try:
        return codec.decode(record.value)
    except Reject:
        return {}


def step_of(record: Record, event: Event, prefix: str) -> Step:
    """Return the step that a record is."""
    headers = dict(record.headers)
    cause = (headers.get(tracing.SOURCE) or b"").decode("utf-8", "replace")
    time = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    bare = record.topic.removeprefix(prefix)
    by, what = tracing.told(bare, headers, len(record.value or b""), event)
    return Step(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        time=time.isoformat(timespec="milliseconds"),
        by=by,
        what=what,
        cause=cause or None,
    )


class Endings:
    """Says what became of records that a stage reads and from which nothing came."""

    def __init__(self, settings: Settings, causes: set[str | None], reader: LagReader) -> None:
        """`causes` are the records from which something came."""
        self.causes = causes
        self.reader = reader
        self.known: dict[str, list[Progress]] = {}
        self.readers = {
            settings.topics.name(hop.source): (stage.name, hop.name)
            for stage in STAGES
            for hop in stage.hops
        }

    def add(self, step: Step) -> Step:
        """Return the step with its ending, if it has one. Raises BrokerMissing."""
        if step.place in self.causes or step.topic not in self.readers:
            return step
        stage, hop = self.readers[step.topic]
        if stage not in self.known:
            self.known[stage] = self.reader.progress(stage)
        here = (step.topic, step.partition)
        before = next(
            (step.offset - p.position for p in self.known[stage] if (p.topic, p.partition) == here),
            0,
        )
        if before >= 0:
            return replace(step, ending=f"waits for {stage}, {before:,} records before it")
        return replace(step, ending=f"{ENDED[hop]}, or what came of it is no longer kept")


def print_trace(trace: Trace, console: Console, *, as_json: bool) -> None:
    """Print a trace for people or as JSON."""
    if as_json:
        console.print_json(data=asdict(trace))
        return
    if not trace.feedings:
        console.print(
            f"No topic holds {escape(visible(trace.uid))}; {trace.records:,} records were looked "
            "at. A uid is the article's source, a colon and its id, as in desk:42."
        )
    for number, chain in enumerate(trace.feedings, 1):
        console.print(f"[bold]Feeding {number} of {len(trace.feedings)}[/bold]")
        for step in chain:
            print_step(step, console)
    if trace.story:
        first, *carriers = tracing.told_carriers(trace.story)
        console.print(f"[bold]{escape(visible(first))}[/bold]")
        for line in carriers:
            console.print(f"  {escape(visible(line))}")
    if trace.copies:
        console.print(f"Copies of it: {escape(visible(', '.join(trace.copies)))}")
    for copy, verdict in trace.verdicts.items():
        console.print(f"  {escape(visible(copy))}: {escape(visible(verdict))}")
    if trace.cut:
        console.print(
            f"There is more: at most {MOST_STEPS} records and {MOST_COPIES} copies are shown."
        )


def print_step(step: Step, console: Console) -> None:
    """Print one step, and below it how it ended if it did."""
    console.print(
        f"  {step.time}  [bold]{escape(visible(step.by))}[/bold]  {escape(visible(step.what))}"
        f"  [dim]{escape(step.place)}[/dim]"
    )
    if step.ending:
        console.print(f"    {escape(step.ending)}")
