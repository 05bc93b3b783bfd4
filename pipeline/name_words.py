"""Words that decide whether a form is a name: common words, titles, given names."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from pipeline.folding import fold


@dataclass(frozen=True, slots=True)
class NameWords:
    """Folded words: `common` ones are words first, `given` are first names.

    `titles` stand before names of people, `kinds` before those of organisations.
    """

    common: frozenset[str]
    titles: frozenset[str]
    kinds: frozenset[str]
    given: frozenset[str]


@cache
def name_words() -> NameWords:
    """Return the words that ship with barq (`data/name_words.yaml`)."""
    text = resources.files("pipeline").joinpath("data", "name_words.yaml").read_text("utf-8")
    # A loader that makes strings only: `on` and `no` are words here.
    lists = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    return NameWords(**{key: frozenset(map(fold, words)) for key, words in lists.items()})


def rest_after(form: str, words: frozenset[str]) -> str:
    """Return what is left of a folded form behind one or two of the words, "" where none is."""
    parts = form.split(" ")
    if form.startswith("لل"):  # the article after ل
        parts[0] = "ال" + parts[0].removeprefix("لل")
    for count in (2, 1):
        if len(parts) > count and " ".join(parts[:count]) in words:
            return " ".join(parts[count:])
    return ""
