"""The proof of an article: every character of the input in its line, with what became of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning import CleaningOptions, clean, restore
from pipeline.outcome import Event, Keep
from pipeline.proof import Piece, Row, reasons, rows

LEAD = "The ferry will sail again before the winter, the harbour master said on Tuesday."
SECOND = "A second ferry has been ordered and will carry trucks across the bay next year."


def cleaned(body: str, **fields: Any) -> Event:
    outcome = clean({"id": "1", "source": "desk", "title": "T", "body": body, **fields}, CLEANING)
    assert isinstance(outcome, Keep)
    return outcome.values[0]


CLEANING = CleaningOptions()


def kept(text: str) -> Row:
    return Row("", (Piece("kept", text),))


def test_a_line_that_went_stands_where_it_stood_with_its_rule() -> None:
    body = f"{LEAD}\n\nShare on facebook\n\n{SECOND}\nBy Ann Other"
    assert list(rows(cleaned(body))) == [
        kept(LEAD),
        Row("share", (Piece("gone", "Share on facebook"),)),
        kept(SECOND),
        Row("byline", (Piece("gone", "By Ann Other"),)),
    ]


def test_a_dateline_has_a_line_of_its_own() -> None:
    assert list(rows(cleaned(f"BAGHDAD (Reuters) - {LEAD}"))) == [
        Row("dateline", (Piece("gone", "BAGHDAD (Reuters) - "),)),
        kept(LEAD),
    ]


def test_hidden_characters_are_marked_inside_their_line_and_white_space_is_not() -> None:
    body = f"{LEAD}\r\n \r\nThe\u200bma  said \ufefb."
    first, second = rows(cleaned(body))
    assert first == kept(LEAD)
    assert second.pieces == (
        Piece("kept", "The"),
        Piece("gone", "\u200b"),
        Piece("kept", "ma"),
        Piece("kept", " "),
        Piece("kept", "said "),
        Piece("gone", "\ufefb"),
        Piece("put", "\u0644\u0627"),
        Piece("kept", "."),
    )


def test_a_line_that_was_written_anew_stands_there_before_and_after() -> None:
    body = f"{LEAD} e\u200b\u0301\n{SECOND}"
    before, after, second = rows(cleaned(body))
    assert before == Row("invisible-character", (Piece("gone", f"{LEAD} e\u200b\u0301"),))
    assert after == Row("", (Piece("put", f"{LEAD} \u00e9"),))
    assert second == kept(SECOND)


def test_reasons_count_every_place_most_first() -> None:
    event = cleaned(f"{LEAD}\u200b x\u200b y\u200b z\nTweet")
    counts = dict(reasons(event))
    assert counts == {"invisible-character": 3, "share": 1, "spacing": 1}
    assert reasons(event)[0] == ("invisible-character", 3)


LINES = st.sampled_from(
    (LEAD, SECOND, "Tweet", "(Reuters)", "By Ann Other", "x\u200by", "e\u200b\u0301")
)


@given(st.lists(LINES | st.text(max_size=8), max_size=8), st.sampled_from(("\n", "\r\n", "\n\n")))
def test_what_stays_is_the_text_and_nothing_that_went_is_missing(
    lines: list[str], brk: str
) -> None:
    event = cleaned(brk.join(lines))
    shown = [piece for row in rows(event) for piece in row.pieces]
    left = "".join(piece.text for piece in shown if piece.kind != "gone")
    assert "".join(left.split()) == "".join(event["text"].split())
    before = "".join(piece.text for piece in shown if piece.kind != "put")
    if all(entry["rule"] not in {"spacing", "presentation-form"} for entry in event["removed"]):
        assert "".join(before.split()) == "".join(restore(event).split())
