"""What senders get wrong, and how each must end: as a dead letter with a reason, or cleaned.

One table for everyone who needs it: the unit test decides each record, the end-to-end test feeds
them all to a running pipeline, which must stay alive.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson

BODY = (
    "The harbour authority said on Monday that the northern quay would open to ships again. "
    "Repairs after the storm took eleven days, it added, two fewer than had been planned."
)
ARABIC_BODY = (
    "قالت هيئة الموانئ يوم الاثنين إن الرصيف الشمالي سيفتح أمام السفن من جديد. "
    "واستغرقت أعمال الإصلاح بعد العاصفة أحد عشر يوما."
)


@dataclass(frozen=True, slots=True)
class BadInput:
    """One record as it is sent, and what must become of it.

    `dead` is the reason of the dead letter, None if the record passes. `holds` are fields that a
    passed record has; `absent` are characters that its title and text may not hold.
    """

    name: str
    value: bytes | None
    dead: str | None = None
    holds: dict[str, Any] = field(default_factory=dict)
    absent: str = ""


def article(**changes: Any) -> dict[str, Any]:
    """Return a sound raw event with some fields changed; a field set to ... is left out."""
    sound = {"id": "1", "source": "desk", "title": "Quay opens again", "body": BODY}
    return {name: value for name, value in {**sound, **changes}.items() if value is not ...}


def sent(**changes: Any) -> bytes:
    """Return such an event as it is sent."""
    return orjson.dumps(article(**changes))


def spliced(place: bytes, instead: bytes) -> bytes:
    """Return a sound record with bytes replaced, for what no JSON library would write."""
    value = sent(title="PLACE")
    assert place in value
    return value.replace(place, instead)


NO_RECORD = [
    BadInput("a tombstone", None, "empty"),
    BadInput("an empty value", b"", "empty"),
    BadInput("only white space", b" \r\n\t", "empty"),
    BadInput("only a byte order mark", b"\xef\xbb\xbf", "empty"),
    BadInput("text that is not JSON", b"Ceasefire in force since noon", "not_json"),
    BadInput("JSON that breaks off", sent()[:-9], "not_json"),
    BadInput("two objects in one record", sent() + sent(), "not_json"),
    BadInput("bytes that are not UTF-8", spliced(b"PLACE", b"\xe3\xc7\xe1"), "not_utf8"),
    BadInput("UTF-16", sent().decode().encode("utf-16"), "not_utf8"),
    BadInput("a compressed record", b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "not_utf8"),
    BadInput("an overlong UTF-8 form", spliced(b"PLACE", b"\xc0\xaf"), "not_utf8"),
    BadInput("a surrogate written as UTF-8", spliced(b"PLACE", b"\xed\xa0\x80"), "not_utf8"),
    BadInput("a lone surrogate escape", spliced(b"PLACE", rb"\ud800"), "not_json"),
    BadInput("NaN", spliced(b'"PLACE"', b"NaN"), "not_json"),
    BadInput("Infinity", spliced(b'"PLACE"', b"-Infinity"), "not_json"),
    BadInput("a number too large for any", sent()[:-1] + b',"n":' + b"9" * 400 + b"}", "not_json"),
    BadInput("a raw control character in a string", spliced(b"PLACE", b"a\x00b"), "not_json"),
    BadInput("an array", b"[1, 2]", "not_an_object"),
    BadInput("a number", b"7", "not_an_object"),
    BadInput("a string", b'"an article"', "not_an_object"),
    BadInput("null", b"null", "not_an_object"),
    BadInput("100,000 arrays nested", b"[" * 100_000, "not_json"),
    BadInput("100,000 objects nested", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not_json"),
    BadInput(
        "a field nested deeper than can be written again",
        spliced(b'"PLACE"', b'"T","x":' + b"[" * 300 + b"]" * 300),
        "too_deep",
    ),
]

NO_ARTICLE = [
    BadInput("an empty object", b"{}", "missing_field"),
    BadInput("no id", sent(id=...), "missing_field"),
    BadInput("an empty id", sent(id=""), "missing_field"),
    BadInput("a blank id", sent(id="  "), "missing_field"),
    BadInput("a null id", sent(id=None), "missing_field"),
    BadInput("no source", sent(source=...), "missing_field"),
    BadInput("a blank source", sent(source=" \n"), "missing_field"),
    BadInput("neither title, body nor html", sent(title=..., body=...), "missing_field"),
    BadInput("an id that is an object", sent(id={"n": 1}), "wrong_type"),
    BadInput("an id that is a truth value", sent(id=True), "wrong_type"),
    BadInput("an id that is a fraction", sent(id=1.5), "wrong_type"),
    BadInput("a source that is a list", sent(source=["desk"]), "wrong_type"),
    BadInput("a title that is a number", sent(title=7), "wrong_type"),
    BadInput("a body that is a list", sent(body=[BODY]), "wrong_type"),
    BadInput("html that is an object", sent(body=..., html={"p": BODY}), "wrong_type"),
]

PASSES = [
    BadInput("a byte order mark before a sound record", b"\xef\xbb\xbf" + sent()),
    BadInput("white space around a sound record", b"\n  " + sent() + b"\r\n"),
    BadInput("a whole number as id", sent(id=1987), holds={"uid": "desk:1987"}),
    BadInput("a doubled key, of which the last counts", sent()[:-1] + b',"id":"2"}'),
    BadInput("NUL and control characters", sent(body="\x00\x07" + BODY + "\x1b[31m"),
             absent="\x00\x07\x1b"),
    BadInput("C1 control characters", sent(body=BODY + "\x85\x9b31m"), absent="\x85\x9b"),
    BadInput("bidi controls", sent(title="\u202egnitaerhT\u202c news", body="\u2067" + BODY),
             absent="\u202e\u202c\u2067"),
    BadInput("zero-width characters in Arabic", sent(body="\u200b\ufeff" + ARABIC_BODY),
             absent="\u200b\ufeff"),
    BadInput("a noncharacter", sent(body=BODY + "\uffff\ufffe")),
    BadInput("a date in the far future", sent(published_at="9999-12-31T23:59:59Z")),
    BadInput("a nonsense date", sent(published_at="the day before yesterday")),
    BadInput("a date that no calendar has", sent(published_at="2024-02-31T10:00:00Z")),
    BadInput("a date that is a number", sent(published_at=1725775200)),
    BadInput("a date that is an object", sent(published_at={"day": 1})),
    BadInput("an unknown status", sent(status="spiked?")),
    BadInput("a status that is a number", sent(status=7)),
    BadInput("a version that is a list", sent(version=[1])),
    BadInput("categories that are a string", sent(categories="politics")),
    BadInput("a language that does not exist", sent(language="xx-invented")),
    BadInput("unknown fields, which are carried through", sent(desk_note={"by": ["night"]}),
             holds={"desk_note": {"by": ["night"]}}),
    BadInput("a field named like a metric label", sent(**{'reason="x"} 1': 1})),
]  # fmt: skip

CASES = [*NO_RECORD, *NO_ARTICLE, *PASSES]
