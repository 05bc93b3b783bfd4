"""Word lists as patterns of lines: their syntax, their faults, and what they find."""

import pytest

from pipeline.findings import Finding
from pipeline.lines import LineRules, shipped_rules
from pipeline.patterns import entries, parse_pattern, parse_patterns, shipped
from pipeline.phrases import PATTERN_RULES
from pipeline.surroundings import find_all

LISTS = {"network": "facebook\nlinked in\nإكس", "agency": "reuters\nAP"}


@pytest.mark.parametrize(
    ("pattern", "line", "fits"),
    [
        ("share on {network}", "Share on LinkedIn", False),
        ("share on {network}", "Share on Linked In!", True),
        ("share on {network}", "share  ON إكس", True),
        ("related | …", "Related: ferry crews", True),
        ("related | …", "Related – ferry crews", True),
        ("related | …", "Related ferry crews", False),
        ("اقرأ أيضا …", "إقرأ أيضاً خبر آخر", True),
        ("اقرأ أيضا …", "اقرأ أيضا", True),
        ("… | file photo", "The ferry (File photo)", True),
        ("… | file photo", "A file photo shows the ferry", False),
        ("{number} min read", "12 min read", True),
        ("© …", "© 2026 The Desk", True),
        ("… click here …", "For the list click here now", True),
        ("read more …", "Read more on ferries", True),
        ("read more …", "Read more than the law asks, he said.", False),
        ("from {network} to …", "From Facebook to the street", True),
    ],
)
def test_a_pattern_fits_whole_lines_folded(pattern: str, line: str, *, fits: bool) -> None:
    rules = LineRules({**dict.fromkeys(PATTERN_RULES, ""), **LISTS, "share": pattern})
    assert rules.find([line]) == ({0: Finding("share")} if fits else {})


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("…", "fits every line"),
        ("… | …", "fits every line"),
        ("| …", "fits every line"),
        ("share on {nets}", "names the word list “nets”; add nets.txt"),
    ],
)
def test_a_faulty_pattern_is_named_with_what_to_do(pattern: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_pattern("share", pattern, LISTS)


def test_comments_and_blank_lines_are_no_entries() -> None:
    assert list(entries("# a comment\n\n one \n")) == ["one"]


def test_every_shipped_list_can_be_read_and_holds_no_line_twice() -> None:
    lists = shipped()
    for rule in PATTERN_RULES:
        assert parse_patterns(rule, lists)
    for name, text in lists.items():
        found = list(entries(text))
        assert len(found) == len(set(found)), name


def test_every_shipped_pattern_fits_itself() -> None:
    """An example of each pattern, with every alternative's first word, is found by its rules."""
    rules = shipped_rules()
    missed = []
    for rule in PATTERN_RULES:
        for line in entries(shipped()[rule]):
            if "{" in line or (line.startswith("…") and line.endswith("…")):
                continue
            example = line.replace("…", "Ferry Crews").replace("|", ":")
            if rules.examine(example) is None:
                missed.append((rule, example))
    assert missed == []


def test_a_credit_counts_only_at_an_end_of_the_text() -> None:
    story = [f"Sentence number {number} of the story is here." for number in range(6)]
    rules = shipped_rules()
    assert find_all(rules, [*story, "Source: Port Authority"]) == {
        6: Finding("credit", "agency", "Port Authority")
    }
    assert find_all(rules, [*story[:3], "Source: Port Authority", *story[3:]]) == {}


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("(AFP)", "AFP"),
        ("Reuter", "Reuter"),
        ("REUTER...", "REUTER"),
        ("ليفانت-وكالات", "ليفانت-وكالات"),
        ("Beirut / AP, Reuters", "Beirut / AP, Reuters"),
        ("- رويترز -", "رويترز"),
        ("Ap", None),
        ("told Reuters.", None),
        ("Agencies of the ministry were closed - Reuters and others said so", None),
        ("Group 7 - AP", None),
    ],
)
def test_an_agency_signs_alone_or_with_one_place(line: str, agency: str | None) -> None:
    found = shipped_rules().find([line])
    assert found == ({0: Finding("agency", "agency", agency)} if agency else {})
