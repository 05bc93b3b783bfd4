"""Words that decide whether a form is a name: common words, titles, given names."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from pipeline.folding import fold


@dataclass(frozen=True, slots=True)
class NameWords:
    """Folded words: `common` ones are words first, `titles` stand before names, `given` are names."""

    common: frozenset[str]
    titles: frozenset[str]
    given: frozenset[str]


@cache
def name_words() -> NameWords:
    """Return the words that ship with barq (`data/name_words.yaml`)."""
    text = resources.files("pipeline").joinpath("data", "name_words.yaml").read_text("utf-8")
    # A loader that makes strings only: `on` and `no` are words here.
    lists = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    return NameWords(**{key: frozenset(map(fold, words)) for key, words in lists.items()})
