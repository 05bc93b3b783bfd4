"""One partition's part of dedup: its window, and the decisions that may be asked for again.

Both follow from the end of the partition's log. Each entry has two numbers in its headers: how many
decisions had been taken before it, and how many of these are remembered. So an entry is known for
the repetition of one before (whoever decided again wrote the same numbers), and a log that is read
from its middle on tells how much came before. A shard that has read as many remembered entries as
its window holds, and as many decisions as it keeps, answers as if it had read all; the tests
compare the two.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from agents.decisions import LogRecord
from agents.delivery import Headers
from agents.headers import NUMBERS, POSITION
from agents.settings import Settings
from pipeline.dedup import judge
from pipeline.entry import Entry, decode_entry, is_remembered
from pipeline.outcome import Event, Reject
from pipeline.window import Window

log = structlog.get_logger()


class Decision(NamedTuple):
    """A decision, how many were taken before it, and how many of these are remembered."""

    order: int
    remembered: int
    entry: Entry


class Shard:
    """What dedup knows of one partition, from an offset of its log on."""

    def __init__(self, settings: Settings, decisions_kept: int, log_offset: int = 0) -> None:
        self.settings = settings
        self.decisions_kept = decisions_kept
        self.agencies = settings.agency_names
        self.log_offset = log_offset
        self.window = self._window(0)
        self.order = 0
        """Decisions taken since the log began."""
        self.remembered = 0
        """Articles remembered since then, forgotten ones included."""
        self.decided: OrderedDict[int, Decision] = OrderedDict()
        self.taken = 0

    def _window(self, before: int) -> Window:
        settings = self.settings
        return Window(settings.dedup_window_hours, settings.dedup_window_articles, before)

    def is_whole(self) -> bool:
        """Return whether earlier entries of the log would change no answer."""
        remembered = len(self.window) == self.window.limit and self.taken >= self.decisions_kept
        return remembered or not self.window.before

    def missing(self) -> int:
        """Return how many articles the window would hold besides, had it read the whole log."""
        return min(self.window.limit, self.remembered) - len(self.window)

    def decide(self, position: int, event: Event) -> Decision:
        """Judge an article, or repeat the decision that the log has for its position."""
        logged = self.decided.get(position)
        # Another article there: the clean topic was made anew, and its offsets began again.
        if logged is not None and logged.entry.uid == event.get("uid"):
            return logged
        entry = judge(event, self.window, position, self.agencies)
        return Decision(self.order, self.remembered, entry)

    def take(self, position: int, decision: Decision) -> None:
        """Remember a decision that was made here; one that is repeated changes nothing."""
        if self._note(position, decision):
            self.window.apply(decision.entry)

    def read(self, records: Sequence[LogRecord]) -> None:
        """Take over what the log tells, the next records of it."""
        fresh: list[Entry] = []
        unreadable: list[str] = []
        for record in records:
            self.log_offset = record.offset + 1
            try:
                position, order, remembered = place_of(record.headers)
                entry = decode_entry(record.value or b"")
            except (Reject, ValueError) as error:
                unreadable.append(f"offset {record.offset}: {error}")
                continue
            if not self.taken:
                self.window = self._window(remembered)
            if self._note(position, Decision(order, remembered, entry)):
                fresh.append(entry)
        self.window.apply_all(fresh)
        if unreadable:
            log.warning("log entries are unreadable", number=len(unreadable), first=unreadable[0])

    def _note(self, position: int, decision: Decision) -> bool:
        """Keep a decision to be repeated; return False if it repeats one that is known."""
        if decision.order < self.order:
            return False
        self.decided[position] = decision
        self.decided.move_to_end(position)
        if len(self.decided) > self.decisions_kept:
            self.decided.popitem(last=False)
        self.order = decision.order + 1
        self.remembered = decision.remembered + is_remembered(decision.entry)
        self.taken += 1
        return True


def headers_of(position: int, decision: Decision) -> Headers:
    """Return what the headers of a log entry say about it."""
    numbers = b"%d/%d" % (decision.order, decision.remembered)
    return [(POSITION, b"%d" % position), (NUMBERS, numbers)]


def place_of(headers: Headers) -> tuple[int, int, int]:
    """Return the position and the numbers of a log entry. Raises ValueError."""
    found = dict(headers)
    if POSITION not in found or NUMBERS not in found:
        raise ValueError("it has no position or no numbers; an earlier barq wrote it")
    order, remembered = found[NUMBERS].split(b"/")
    return int(found[POSITION]), int(order), int(remembered)
