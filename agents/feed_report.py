"""How to feed, what became of it, and how that is told."""

import signal
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
from rich.console import Console

from agents import exits

INTERRUPTED = 128 + signal.SIGINT


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """How to feed.

    `rate` is records a second at most, None for as fast as the broker confirms. `rejects` is the
    file that lines which cannot be sent are appended to, as they stand, so that it can be fed
    again. `source` names the source of articles that do not name their own.
    """

    rate: float | None = None
    rejects: Path = Path("rejects.jsonl")
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One line of an input that could not be sent, and why, as a sentence."""

    input: str
    line: int
    why: str


@dataclass(slots=True)
class FeedReport:
    """What became of everything that was read: sent = acknowledged + what a stop left open.

    `rejections` lists the first hundred, `rejected` counts all. `stopped` says why feeding ended
    early, None if it did not.
    """

    sent: int = 0
    acknowledged: int = 0
    rejected: int = 0
    blank: int = 0
    bytes: int = 0
    seconds: float = 0.0
    rejections: list[Rejection] = field(default_factory=list)
    stopped: str | None = None
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """0 all fed, 1 some lines were rejected, 69 the broker stopped, 130 interrupted."""
        if self.interrupted:
            return INTERRUPTED
        if self.stopped is not None:
            return exits.UNAVAILABLE
        return exits.PARTLY if self.rejected else exits.OK


def print_rejection(err: Console, rejection: Rejection) -> None:
    """Print a line that could not be sent."""
    err.print(f"{rejection.input}, line {rejection.line}: {rejection.why}", markup=False)


def print_report(
    report: FeedReport, out: Console, err: Console, rejects: Path, *, as_json: bool = False
) -> None:
    """Print the counts on `out`, and on `err` why feeding ended early if it did."""
    if report.stopped:
        err.print(report.stopped, markup=False)
    if as_json:
        values = {**asdict(report), "exit_code": report.exit_code}
        out.print(orjson.dumps(values).decode(), markup=False, soft_wrap=True)
        return
    rate = report.acknowledged / report.seconds if report.seconds else 0.0
    out.print(
        f"{report.acknowledged} of {report.sent} records confirmed, {report.rejected} rejected, "
        f"{report.bytes / 1e6:.1f} MB in {report.seconds:.1f} s ({rate:,.0f} a second).",
        markup=False,
    )
    if report.rejected:
        out.print(f"What could be kept of the rejected is in {rejects}.", markup=False)
