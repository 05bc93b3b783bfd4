"""What an article says about its edition: who sent it, which version, when, at which address."""

import re
from datetime import UTC, datetime

from pipeline.outcome import Event, Reject
from pipeline.sketch import digest

LONGEST_NUMBER = 18
"""Digits of a version that is compared as a number."""
TRACKING = re.compile(r"([?&])(?:utm_\w+|fbclid|gclid)=[^&]*")


def compare_versions(one: str, other: str) -> int:
    """Return -1, 0 or 1 as the first version is lower than, equal to or higher than the second.

    Whole numbers compare as such, all else as strings; no version is version 0.
    """
    one, other = one or "0", other or "0"
    if one.isdecimal() and other.isdecimal():
        return (int(one) > int(other)) - (int(one) < int(other))
    return (one > other) - (one < other)


def required(clean: Event, field: str, *, empty: bool = False) -> str:
    """Return a string of a clean event. Raises Reject `missing_field` or `wrong_type`."""
    value = clean.get(field)
    if value is None or (value == "" and not empty):
        raise Reject("missing_field", f"{field} is missing; send what the cleaning stage writes")
    if not isinstance(value, str):
        raise Reject("wrong_type", f"{field} is a {type(value).__name__}; send a string")
    return value if empty else writable(value, field)


def writable(value: str, field: str) -> str:
    """Return the value if it can be logged. Raises Reject `wrong_type` for lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Reject("wrong_type", f"{field} is no valid Unicode; send UTF-8") from error
    return value


def version_of(clean: Event) -> str:
    """Return the version, a whole number without leading zeros, or "". Raises Reject."""
    version = clean.get("version")
    if isinstance(version, float) and version.is_integer():
        version = int(version)
    if version is None:
        return ""
    if isinstance(version, bool) or not isinstance(version, str | int | float):
        sentence = f"version is a {type(version).__name__}; send a number or a string"
        raise Reject("wrong_type", sentence)
    written = writable(str(version).strip(), "version")
    if written.isdecimal() and len(written) <= LONGEST_NUMBER:
        return str(int(written))
    return written


def status_of(clean: Event) -> str:
    """Return the status in one spelling, "" for the ordinary one."""
    status = clean.get("status")
    if not isinstance(status, str):
        return ""
    status = writable(status.strip().lower(), "status")
    return {"usable": "", "cancelled": "canceled"}.get(status, status)


def event_time(clean: Event) -> float | None:
    """Return when an article was published, or else fetched (seconds since 1970, UTC assumed)."""
    for field in ("published_at", "fetched_at"):
        try:
            stated = datetime.fromisoformat(clean[field])
            if stated.tzinfo is None:
                stated = stated.replace(tzinfo=UTC)
            return stated.timestamp()
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return None


def page_of(clean: Event, source: str) -> int:
    """Return a number for source and URL, 0 where the URL names no single page."""
    url = clean.get("url")
    if not isinstance(url, str) or not url.strip():
        return 0
    page = url.strip().partition("#")[0]
    if "?" in page:
        page = TRACKING.sub(r"\1", page).rstrip("?&")
    page = page.rstrip("/")
    scheme, separator, rest = page.partition("://")
    if separator and scheme.lower() in {"http", "https"}:
        page = rest.removeprefix("www.")
        if "/" not in page and "?" not in page:
            return 0  # the front page carries every story in turn
    return digest(source.encode(), page.encode("utf-8", "surrogatepass"))
