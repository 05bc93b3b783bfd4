"""CLEANING.md says of every rule what it takes out, and its examples are true."""

import re
from dataclasses import dataclass

import pytest

from pipeline.cleaning import RULES, CleaningOptions, clean, restore
from pipeline.outcome import Keep
from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "CLEANING.md").read_text("utf-8")
SECTION = re.compile(r"^### (\S+)\n(.+?)\n```diff\n(.*?)```$", re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"\\u\{([0-9a-f]+)\}")
FIELD = re.compile(r"`(\w+)` becomes “([^”]+)”")

STABLE = {
    *("agency", "byline", "credit", "dateline", "headline-taken"),
    *("caption", "legal", "navigation", "promotion", "read-also", "share", "sign-off"),
    *("headline-repeated", "repeated-paragraph", "repeated-passage"),
    *("control-character", "invisible-character", "presentation-form", "spacing"),
}
"""The names that programs may look for in `removed` and in the metrics: none may go or change."""


@dataclass(frozen=True)
class Example:
    """A rule's section of the page: what it says, and the text before and after."""

    words: str
    before: str
    after: str

    @property
    def title(self) -> str | None:
        """The headline that the example has: one of its own, none, or another's."""
        if "Without a headline" in self.words:
            return None
        named = re.search("headline “([^”]+)”", self.words)
        return named.group(1) if named else "Harbour"


def read(block: str, marks: str) -> str:
    """Return the lines of an example that bear one of the marks, hidden characters put in."""
    lines = [line[2:] for line in block.splitlines() if line[0] in marks]
    return HIDDEN.sub(lambda found: chr(int(found.group(1), 16)), "\n".join(lines))


EXAMPLES = {
    rule: Example(words, read(block, " -"), read(block, " +"))
    for rule, words, block in SECTION.findall(PAGE)
}


def test_the_page_has_every_rule_once_with_its_sentence() -> None:
    assert sorted(rule for rule, _, _ in SECTION.findall(PAGE)) == sorted(RULES)
    for rule, example in EXAMPLES.items():
        assert example.words.startswith(RULES[rule]), rule


def test_no_name_of_a_rule_is_lost() -> None:
    assert RULES.keys() >= STABLE


@pytest.mark.parametrize("rule", EXAMPLES)
def test_an_example_fires_its_rule_and_no_other(rule: str) -> None:
    example = EXAMPLES[rule]
    raw = {"id": "1", "source": "desk", "title": example.title, "body": example.before}
    outcome = clean(raw, CleaningOptions())
    assert isinstance(outcome, Keep)
    (event,) = outcome.values
    # Where a line goes, so does its line end.
    fired = {entry["rule"] for entry in event["removed"] if entry["text"] != "\n"}
    assert fired == {rule}
    assert event["text"] == example.after
    assert restore(event) == example.before
    for field, value in FIELD.findall(example.words):
        assert event[field] == value
