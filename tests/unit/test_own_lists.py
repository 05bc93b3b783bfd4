"""A newsroom's own word lists: what they add, what they take out, and how they are refused."""

import pytest

from pipeline.cleaning import CleaningOptions, clean
from pipeline.lines import Finding, LineRules
from pipeline.outcome import Keep
from pipeline.own_lists import OwnList, WordListError, extend
from pipeline.patterns import shipped


def own(name: str, text: str) -> OwnList:
    return OwnList(name, text, f"lists/{name}.txt")


def found(line: str, *lists: OwnList) -> Finding | None:
    return LineRules(extend(shipped(), lists).lists).examine(line)


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
    finding = found(line, own(name, text))
    assert found(line) is None
    assert finding is not None
    assert finding.rule == rule


def test_a_list_of_a_new_name_can_be_named_in_a_pattern() -> None:
    lists = (own("desks", "night desk\nharbour desk"), own("navigation", "call the {desks}"))
    assert found("Call the harbour desk", *lists) == Finding("navigation")


def test_a_shipped_line_is_taken_out_however_its_letters_are_written() -> None:
    assert found("Tweet") == Finding("share")
    assert found("Tweet", own("share", "! TWEET")) is None
    assert found("Pin it", own("share", "!tweet")) == Finding("share")


def test_lines_are_counted_and_what_is_shipped_already_is_not() -> None:
    extended = extend(shipped(), [own("share", "tweet\nring the bell\n!pin it"), own("agency", "")])
    assert (extended.added, extended.taken_out) == (1, 1)


def test_without_lists_the_shipped_ones_are_left() -> None:
    lines = LineRules(extend(shipped(), []).lists)
    assert lines.examine("Share on facebook") == Finding("share")


def test_cleaning_uses_them() -> None:
    lines = LineRules(extend(shipped(), [own("legal", "printed by the harbour press")]).lists)
    body = "The ferry will sail again before the winter.\nPrinted by the Harbour Press"
    outcome = clean(
        {"id": "1", "source": "d", "title": "T", "body": body}, CleaningOptions(lines=lines)
    )
    assert isinstance(outcome, Keep)
    assert [entry["rule"] for entry in outcome.values[0]["removed"]] == ["spacing", "legal"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("share", "# ours\n…", "lists/share.txt, line 2: The pattern “…” of share.txt fits every"),
        ("share", "\n\n… a …", "lists/share.txt, line 3: The pattern “… a …” of share.txt begins"),
        ("share", "on {nets}", "lists/share.txt, line 1: The pattern “on {nets}” names the word"),
        ("share", "a … b … c … d … e", "lists/share.txt, line 1: … stands more than 3 times"),
        ("share", "!twitter it", "line 1: barq ships no line “twitter it” in share.txt; write it"),
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
