"""Dead letters: why a record could not be processed and where it came from, kept in its headers.

The record itself stays as it was, byte for byte, so that it can be replayed.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

LONGEST_MESSAGE_BYTES = 1000
STAGE = "barq-stage"
REASON = "barq-reason"
ERROR = "barq-error"
MESSAGE = "barq-message"
SOURCE_TOPIC = "barq-source-topic"
SOURCE_PARTITION = "barq-source-partition"
SOURCE_OFFSET = "barq-source-offset"
TIME = "barq-time"
VERSION = "barq-version"
REPLAYED = "barq-replayed"
"""On a record that was replayed: which letter it was, as `partition:offset` of the dead topic."""

HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that a terminal obeys, hides or cannot draw."""
MOST_DIGITS = 19
"""A Kafka offset is a signed 64-bit integer."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What the headers of a dead letter say.

    `stage` is the hop that refused the record, `reason` its snake_case word, `error` the class of
    the error, `message` a sentence; `source_*` is where the record stood; `time` is RFC 3339;
    `version` is that of barq.
    """

    stage: str
    reason: str
    error: str
    message: str
    source_topic: str
    source_partition: int
    source_offset: int
    time: str
    version: str

    @property
    def source(self) -> str:
        """Where the record stood: `topic/partition/offset`."""
        return f"{self.source_topic}/{self.source_partition}/{self.source_offset}"


def to_headers(letter: Letter) -> list[tuple[str, bytes]]:
    """Return the headers of a letter; its message is cut to 1,000 bytes at a character."""
    return [
        (STAGE, encoded(letter.stage)),
        (REASON, encoded(letter.reason)),
        (ERROR, encoded(letter.error)),
        (MESSAGE, cut(letter.message, LONGEST_MESSAGE_BYTES)),
        (SOURCE_TOPIC, encoded(letter.source_topic)),
        (SOURCE_PARTITION, b"%d" % letter.source_partition),
        (SOURCE_OFFSET, b"%d" % letter.source_offset),
        (TIME, encoded(letter.time)),
        (VERSION, encoded(letter.version)),
    ]


def from_headers(
    headers: Iterable[tuple[str, bytes | None]] | Mapping[str, bytes | None] | None,
) -> Letter | None:
    """Return the letter that the headers describe, or None if they are not those of a letter.

    Stage, reason and source are required; what else is missing is "". Of a repeated header the
    first counts; headers that are not a letter's are passed over.
    """
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, (value or b"").decode("utf-8", "replace"))
    partition = number(found.get(SOURCE_PARTITION, ""))
    offset = number(found.get(SOURCE_OFFSET, ""))
    required = [found.get(name, "") for name in (STAGE, REASON, SOURCE_TOPIC)]
    if partition is None or offset is None or not all(required):
        return None
    stage, reason, topic = required
    return Letter(
        stage=stage,
        reason=reason,
        error=found.get(ERROR, ""),
        message=found.get(MESSAGE, ""),
        source_topic=topic,
        source_partition=partition,
        source_offset=offset,
        time=found.get(TIME, ""),
        version=found.get(VERSION, ""),
    )


def encoded(text: str) -> bytes:
    """Return text as UTF-8; a lone surrogate, which UTF-8 cannot hold, is written as an escape."""
    return text.encode("utf-8", "backslashreplace")


def cut(text: str, most_bytes: int) -> bytes:
    """Return text as UTF-8 of at most `most_bytes` (3 or more), ending in … if it was longer."""
    data = encoded(text)
    if len(data) <= most_bytes:
        return data
    ellipsis = "…".encode()
    return data[: most_bytes - len(ellipsis)].decode("utf-8", "ignore").encode() + ellipsis


def number(text: str) -> int | None:
    """Return a non-negative decimal number of ASCII digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def readable(value: bytes | None, most_characters: int = 20_000) -> str:
    r"""Return a record's bytes as text that is safe to print, whatever they are.

    JSON is indented, other UTF-8 stays as it is, and bytes that are no UTF-8 become \xNN.
    Characters that a terminal obeys or hides are written as \u{N} (line ends and tabs stay), so
    that they can be seen. Text that is longer is cut and says by how much.
    """
    if value is None:
        return "(no value: a tombstone)"
    if not value:
        return "(an empty value)"
    try:
        text = orjson.dumps(orjson.loads(value), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        text = value.decode("utf-8", "backslashreplace")
    shown = "".join(map(escaped, text[:most_characters]))
    left = len(text) - most_characters
    return f"{shown}\n(and {left:,} more characters)" if left > 0 else shown


def escaped(character: str) -> str:
    """Return a character, or its escape if a terminal would obey or hide it."""
    if character in "\n\t" or unicodedata.category(character) not in HIDDEN_CATEGORIES:
        return character
    return f"\\u{{{ord(character):x}}}"
