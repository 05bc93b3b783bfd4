"""What a subscriber asked for: which alerts, and from when on."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.outcome import Event

BEGINNING = "beginning"
SEVERITIES = ("info", "low", "medium", "high", "critical")
AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)(?:\s+ago)?")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class SubscriptionWrong(ValueError):
    """A time or a severity that cannot be read; the message says how to write it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts to show: of these rules and of at least this severity; all by default.

    Raises SubscriptionWrong for a severity that there is not.
    """

    rules: frozenset[str] = frozenset()
    severity: str | None = None

    def __post_init__(self) -> None:
        if self.severity is not None and self.severity not in SEVERITIES:
            known = ", ".join(SEVERITIES)
            raise SubscriptionWrong(f"{self.severity!r} is no severity; name one of {known}.")

    def wants(self, alert: Event) -> bool:
        """Return whether to show an alert. A severity that barq does not know is shown."""
        rule = alert.get("rule")
        rule = rule if isinstance(rule, dict) else {}
        if self.rules and rule.get("id") not in self.rules:
            return False
        severity = rule.get("severity")
        if self.severity is None or severity not in SEVERITIES:
            return True
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.severity)


def parse_since(text: str, now: datetime) -> datetime | None:
    """Return the time that `--since` names, None for the beginning.

    Read are `beginning`, `10m`, `2h ago`, `3d`, and RFC 3339 (a time without an offset is UTC).
    Raises SubscriptionWrong.
    """
    text = text.strip()
    if text == BEGINNING:
        return None
    ago = AGO.fullmatch(text)
    with suppress(ValueError, OverflowError):
        if ago is not None:
            return now - timedelta(seconds=float(ago[1]) * UNITS[ago[2]])
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise SubscriptionWrong(
        f"{text!r} is no time; write beginning, 10m, 2h, or 2026-01-31T08:00:00+03:00."
    )
