"""Times of the wire as RFC 3339: the forms in which they can be told without guessing."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

EARLIEST, LATEST = 1850, 2100
"""Years outside of which a time is nonsense: no news agency is older, no embargo runs longer."""

RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
NUMERIC = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ ,T]+(\d{1,2}:\d\d(?::\d\d)?))?", re.ASCII
)
NAMED = re.compile(
    r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4})(?:\s+(\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?))?",
    re.ASCII,
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST = 80


def as_rfc_3339(value: str) -> str | None:
    """Return a time as RFC 3339, or None if it cannot be told for certain.

    What is RFC 3339 stays as it is. ISO 8601, e-mail dates, `26-FEB-1987 15:02:20.00` and
    `19/04/2014` are read; a time without an offset is UTC, a day without a time its midnight.
    `05/04/2014` may be either of two days and is not told, nor is a year before 1850 or after 2100.
    """
    text = value.strip()
    if len(text) > LONGEST:
        return None
    try:
        found = read_iso(text) or read_written(text) or read_mail(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if found is None or not EARLIEST <= found.year <= LATEST:
        return None
    if RFC_3339.fullmatch(text):
        return text
    return found.isoformat().replace("+00:00", "Z")


def read_iso(text: str) -> datetime | None:
    """Return the time that an ISO 8601 text tells, or None."""
    if not text[:4].isdecimal() or not text.isascii():
        return None
    try:
        return zoned(datetime.fromisoformat(text.upper()))
    except ValueError:
        return None


def read_written(text: str) -> datetime | None:
    """Return the time of a date with slashes, dots or a month's name, or None.

    Raises ValueError for a day or hour that does not exist.
    """
    if match := NUMERIC.fullmatch(text):
        day, month, year = (int(match.group(number)) for number in (1, 2, 3))
        if month > 12:
            day, month = month, day
        elif day <= 12 and day != month:
            return None
    elif match := NAMED.fullmatch(text):
        day, year = int(match.group(1)), int(match.group(3))
        month = MONTHS.index(match.group(2).lower()) + 1
    else:
        return None
    clock = match.group(4) or "00:00"
    hour, minute, *rest = clock.split(":")
    second = float(rest[0]) if rest else 0.0
    microsecond = round(second % 1 * 1_000_000)
    return datetime(year, month, day, int(hour), int(minute), int(second), microsecond, tzinfo=UTC)


def read_mail(text: str) -> datetime | None:
    """Return the time of an e-mail or RSS date, or None; may raise ValueError."""
    return zoned(parsedate_to_datetime(text)) if ":" in text else None


def zoned(time: datetime) -> datetime:
    """Return a time with an offset; one without is taken for UTC."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)
