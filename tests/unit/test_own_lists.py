"""A newsroom's own word lists: what they add, what they take out, and how they are refused."""

import pytest

from pipeline.cleaning import CleaningOptions, clean
from pipeline.lines import LineRules
from pipeline.outcome import Keep
from pipeline.own_lists import OwnList, WordListError, extend
from pipeline.patterns import entries, shipped

LEAD = "The ferry will sail again before the winter, the harbour master said on Tuesday."


def own(name: str, text: str) -> OwnList:
    return OwnList(name, text, f"lists/{name}.txt")


def rule_of(line: str, *lists: OwnList) -> str | None:
    """Return the rule by which a line between two sentences goes under these lists, if it does."""
    options = CleaningOptions(lines=LineRules(extend(shipped(), lists).lists))
    raw = {"id": "1", "source": "desk", "title": "T", "body": f"{LEAD}\n{line}"}
    outcome = clean(raw, options)
    assert isinstance(outcome, Keep)
    gone = [one["rule"] for one in outcome.values[0]["removed"] if one["text"] == line]
    return gone[0] if gone else None


@pytest.mark.parametrize(
    ("name", "text", "line", "rule"),
    [
        (
            "read-also",
            "out of our drawers | …",
            "Out of our drawers: the ferries of 1974",
            "read-also",
        ),
        ("read-also", "\ufeffمن ملفاتنا | …", "من ملفاتنا: عبارات الأمس", "read-also"),
        ("network", "harbourgram", "Share on Harbourgram", "share"),
        ("agency", "Harbour News", "(Harbour News)", "agency"),
        ("promotion", "# ours\n\nring the desk", "Ring the desk!", "promotion"),
    ],
)
def test_a_line_of_ones_own_is_a_rule_at_once(name: str, text: str, line: str, rule: str) -> None:
    assert rule_of(line) is None
    assert rule_of(line, own(name, text)) == rule


def test_a_list_of_a_new_name_can_be_named_in_a_pattern() -> None:
    lists = (own("desks", "night desk\nharbour desk"), own("navigation", "call the {desks}"))
    assert rule_of("Call the harbour desk", *lists) == "navigation"


def test_a_shipped_line_is_taken_out_however_its_letters_are_written() -> None:
    line = "No part of this may be copied"
    assert rule_of(line) == "legal"
    assert rule_of(line, own("legal", "-  NO part of  this …")) is None
    assert rule_of(line, own("legal", "- terms of use …")) == "legal"


def test_words_are_taken_out_of_the_lines_that_hold_them() -> None:
    lists = {**shipped(), "words-share": "! Share tweet\n! partager\n! tweet"}
    extended = extend(lists, [own("words-share", "- TWEET partager\nring")])
    assert extended.lists["words-share"] == "! Share\nring"
    assert (extended.added, extended.taken_out) == (1, 2)


def test_lines_are_counted_and_what_is_shipped_already_is_not() -> None:
    text = "terms of use …\nring the bell\n- no part of this …"
    extended = extend(shipped(), [own("legal", text), own("agency", "")])
    assert (extended.added, extended.taken_out) == (1, 1)


def test_without_lists_the_shipped_ones_are_left() -> None:
    lists = extend(shipped(), []).lists
    assert {name: list(entries(text)) for name, text in lists.items()} == {
        name: list(entries(text)) for name, text in shipped().items()
    }


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("share", "# ours\n…", "lists/share.txt, line 2: The pattern “…” of share.txt fits every"),
        ("share", "on {nets}", "lists/share.txt, line 1: The pattern “on {nets}” names the word"),
        ("share", "a … b … c … d … e", "lists/share.txt, line 1: … stands more than 3 times"),
        ("share", "- twitter it", "line 1: barq ships no “twitter it” in share.txt; write it"),
        ("agency", "news | …", "lists/agency.txt, line 1: agency.txt holds words; patterns go"),
        ("agency", "the {network}", "lists/agency.txt, line 1: agency.txt holds words; patterns"),
        ("agency", "AP\n***", "lists/agency.txt, line 2: “***” holds no letter or digit; drop it."),
        ("shares", "tweet", "lists/shares.txt: no pattern names {shares}, and barq's own lists"),
    ],
)
def test_a_wrong_line_is_named_with_its_file_and_what_to_do(
    name: str, text: str, sentence: str
) -> None:
    with pytest.raises(WordListError) as wrong:
        extend(shipped(), [own(name, text)])
    assert sentence in str(wrong.value)
    assert str(wrong.value).endswith(".")
