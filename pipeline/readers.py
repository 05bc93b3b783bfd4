"""Readers of input formats: bytes of a line or a file to dispatches for the raw topic.

A format that is read line by line has a `LineReader`, so that a wire of any length streams; one
that is read as a whole has a `FileReader`, which may find several articles. A new format is one
function and one row in a table here.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeAlias

import orjson

from pipeline import codec
from pipeline.outcome import Event, Reject

LONGEST_TITLE = 200
"""A text file's first line of more characters than this is a paragraph, not a headline."""

BOMS = (
    # UTF-32 little endian begins like UTF-16 little endian, so it is asked for first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The encodings that news pages really declare. Python would also take names such as punycode,
# whose decoders are slow on hostile bytes.
DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*
    (utf-?8|us-ascii|windows-125[0-8]|iso-8859-(?:[1-9]|1[0-6])|koi8-[ru]|gbk|gb2312|gb18030
    |big5|shift_jis|euc-jp|euc-kr)\b""",
    re.IGNORECASE | re.VERBOSE,
)
DECLARED_WITHIN = 4096


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes came from: the file's name, its directory, and the source named by the user.

    `source` None takes the name of the directory for files and nothing for JSON lines.
    """

    name: str = ""
    folder: str = ""
    source: str | None = None

    @property
    def file_source(self) -> str:
        """The source of an article that cannot name its own: the option, the folder, "files"."""
        return self.source or self.folder or "files"

    @property
    def file_id(self) -> str:
        """The id of an article that cannot name its own: the file's name without its suffixes.

        The same file fed again is the same article, and one that was edited is a new version of
        it. Two files of one name in directories of one name need different `--source` names.
        """
        stem = PurePath(self.name).name.removesuffix(".gz")
        return PurePath(stem).stem or stem or "file"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One record for the raw topic: its value, its key, and the line that it began in (from 1).

    `key` is the article's uid in UTF-8. It is None where the value has no uid: the pipeline
    makes a dead letter of that with its reason, so that what is wrong is seen in one place.
    """

    line: int
    value: bytes
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Refused:
    """What cannot be turned into a record at all, why as a sentence, and the reason's name."""

    line: int
    why: str
    reason: str = "unreadable"


Reading: TypeAlias = Dispatch | Refused
LineReader: TypeAlias = Callable[[bytes, int, Origin], "Dispatch | None"]
FileReader: TypeAlias = Callable[[bytes, Origin], Iterator[Reading]]


def read_line(line: bytes, number: int, origin: Origin) -> Dispatch | None:
    """Return the dispatch of one line of JSON Lines, or None for a blank line.

    The value is the line as it stands, without its line end. Only where the user named a source
    and the object has none is it written anew, with that source.
    """
    value = line.rstrip(b"\r\n")
    if not value.removeprefix(codec.BOM).strip():
        return None
    try:
        event = codec.decode(value)
    except Reject:
        return Dispatch(number, value, None)
    if origin.source and event.get("source") in (None, ""):
        event = {**event, "source": origin.source}
        value = rewritten(event) or value
    return Dispatch(number, value, uid_key(event))


def read_json(content: bytes, origin: Origin) -> Iterator[Reading]:
    """Yield the articles of a JSON file: one object, an array of them, or JSON Lines.

    The line of an article in an array is its place in the array. What is none of the three is
    one dispatch without a key.
    """
    try:
        document = orjson.loads(content.removeprefix(codec.BOM))
    except orjson.JSONDecodeError:
        first, _, rest = content.lstrip().partition(b"\n")
        if rest.strip() and is_object(first):
            yield from read_lines(content, origin)
            return
        document = None
    if not isinstance(document, list):
        yield from filter(None, [read_line(content.strip(), 1, origin)])
        return
    for number, entry in enumerate(document, 1):
        value = rewritten(entry)
        if value is None:
            why = f"article {number} of {origin.name} is nested too deeply."
            yield Refused(number, why, "too_deep")
        else:
            yield from filter(None, [read_line(value, number, origin)])


def read_lines(content: bytes, origin: Origin) -> Iterator[Dispatch]:
    """Yield the dispatches of JSON Lines that are in memory."""
    for number, line in enumerate(content.split(b"\n"), 1):
        yield from filter(None, [read_line(line, number, origin)])


def is_object(line: bytes) -> bool:
    """Return whether a line is a JSON object by itself."""
    try:
        codec.decode(line)
    except Reject:
        return False
    return True


def rewritten(value: object) -> bytes | None:
    """Return a JSON value in UTF-8, or None where it is nested beyond what orjson writes (254)."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return None


def read_text(content: bytes, origin: Origin) -> Iterator[Reading]:
    """Yield the one article of a plain-text file: UTF-8, or UTF-16 or UTF-32 with its mark.

    The first line that is not blank is the title when it is short and more follows; otherwise
    there is no title, and cleaning makes one.
    """
    try:
        text = decode_text(content)
    except UnicodeDecodeError as error:
        why = f"{origin.name} is not UTF-8 (byte {error.start}); save it as UTF-8."
        yield Refused(1, why, "not_utf8")
        return
    title, body = split_title(text)
    event: Event = {"id": origin.file_id, "source": origin.file_source}
    if title:
        event["title"] = title
    yield whole({**event, "body": body})


def read_page(content: bytes, origin: Origin) -> Iterator[Reading]:
    """Yield the one article of an HTML file, markup and all; cleaning takes the text out of it."""
    try:
        page = decode_page(content)
    except UnicodeDecodeError as error:
        yield Refused(
            1,
            f"{origin.name} is not in the encoding that it declares, nor UTF-8 "
            f"(byte {error.start}); save it as UTF-8.",
            "not_utf8",
        )
        return
    yield whole({"id": origin.file_id, "source": origin.file_source, "html": page})


LINE_READERS: dict[str, LineReader] = {".jsonl": read_line, ".ndjson": read_line}
FILE_READERS: dict[str, FileReader] = {
    ".json": read_json,
    ".txt": read_text,
    ".html": read_page,
    ".htm": read_page,
}
SUFFIXES = (*LINE_READERS, *FILE_READERS)


def suffix_of(name: str) -> str | None:
    """Return the suffix that chooses the reader of a file name (`.gz` left out), None if unknown.

    Case does not matter: STORY.TXT is a text file.
    """
    suffix = PurePath(name.lower().removesuffix(".gz")).suffix
    return suffix if suffix in SUFFIXES else None


def uid_key(event: Event) -> bytes | None:
    """Return the record key of a raw event, its uid, or None where it has no sound one."""
    source, name = event.get("source"), event.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(source, str) or not isinstance(name, str):
        return None
    source, name = source.strip(), name.strip()
    return f"{source}:{name}".encode() if source and name else None


def whole(event: Event) -> Dispatch:
    """Return the dispatch of an article that is a file by itself."""
    return Dispatch(1, codec.encode(event), uid_key(event))


def split_title(text: str) -> tuple[str, str]:
    """Return the title ("" for none) and the body of a plain text."""
    first, line_end, rest = text.lstrip().partition("\n")
    first = first.strip()
    if line_end and rest.strip() and len(first) <= LONGEST_TITLE:
        return first, rest.strip()
    return "", text.strip()


def decode_text(content: bytes) -> str:
    """Return bytes as text by their byte order mark, UTF-8 without one, with plain line feeds.

    Raises UnicodeDecodeError.
    """
    encoding = next((name for mark, name in BOMS if content.startswith(mark)), "utf-8")
    return re.sub("\r\n?", "\n", content.decode(encoding))


def decode_page(content: bytes) -> str:
    """Return an HTML page as text: by its mark, as UTF-8, or as its `<meta charset>` says.

    UTF-8 is tried before the declaration, because pages that were saved anew keep a declaration
    that is no longer true, while text of another encoding is hardly ever valid UTF-8.
    """
    try:
        return decode_text(content)
    except UnicodeDecodeError:
        declared = DECLARED.search(content, 0, DECLARED_WITHIN)
        if declared is None:
            raise
        return content.decode(declared[1].decode("ascii"))


def as_event(reading: Reading) -> Event | Reject:
    """Return the raw event of a reading, or the refusal that the pipeline would give it."""
    if isinstance(reading, Refused):
        return Reject(reading.reason, reading.why)
    try:
        return codec.decode(reading.value)
    except Reject as refusal:
        return refusal
