"""What a stage can decide about one record: four values and one refusal, each counted once.

For every stage and at any moment: in = out + dropped + duplicates + held + dead.
`Keep` is counted as out, `Drop` as dropped, `Duplicate` as duplicates, `Hold` as held, and a
raised `Reject` as dead.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

Event: TypeAlias = dict[str, Any]
"""A JSON object of DESIGN.md section 3. Fields that barq does not know are carried through."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The record goes on to the next topic as one or more values."""

    values: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The record repeats a story that already went on; its value names the survivor."""

    value: Event
    verdict: str


@dataclass(frozen=True, slots=True)
class Drop:
    """The record is sound and ends here on purpose, for a named reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The record may not go on before a time (RFC 3339), such as an embargo."""

    until: str


class Reject(Exception):
    """The record can never be processed as it is: it becomes a dead letter.

    `reason` is one snake_case word of a closed set (a metric label and a dead letter header);
    `detail` is a sentence that tells the sender what to change.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


Outcome: TypeAlias = Keep | Duplicate | Drop | Hold
