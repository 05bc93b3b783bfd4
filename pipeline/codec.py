"""Bytes to events and back: the only place that knows JSON."""

import orjson

from pipeline.outcome import Event, Reject

BOM = b"\xef\xbb\xbf"
DEEPEST = 254
"""Levels of nesting that orjson writes; it reads 1,024, so what lies between is refused."""


def decode(data: bytes | None) -> Event:
    """Return the JSON object in `data` (UTF-8, a byte order mark is allowed).

    Raises Reject: `empty` for nothing or a tombstone, `not_utf8`, `not_json` (also NaN, lone
    surrogates and nesting beyond 1,024 levels), `not_an_object`, `too_deep` (beyond 254 levels,
    which could be read but not written again).
    """
    if not data:
        raise Reject("empty", "the record has no value; send a JSON object")
    data = data.removeprefix(BOM)
    try:
        event = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise undecodable(data, error) from error
    if not isinstance(event, dict):
        kind = type(event).__name__
        raise Reject("not_an_object", f"the record is JSON but a {kind}; send an object")
    # Counting brackets is next to free; only a text full of them is tried in earnest.
    if data.count(b"{") + data.count(b"[") > DEEPEST:
        try:
            orjson.dumps(event)
        except TypeError as error:
            sentence = f"the record is nested more than {DEEPEST} levels deep; send it flatter"
            raise Reject("too_deep", sentence) from error
    return event


def undecodable(data: bytes, error: orjson.JSONDecodeError) -> Reject:
    """Return the refusal that says whether the bytes are no UTF-8 or no JSON."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return Reject("not_utf8", f"byte {wrong.start} is not UTF-8; send UTF-8")
    if not data.strip():
        return Reject("empty", "the record holds only white space; send a JSON object")
    return Reject("not_json", f"{error}; send one JSON object a record")


def encode(event: Event) -> bytes:
    """Return the event as JSON in UTF-8 without a line end."""
    return orjson.dumps(event)
