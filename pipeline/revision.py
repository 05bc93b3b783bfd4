"""What a new version of an article says that the one before did not, and the other way round."""

from collections import Counter
from collections.abc import Iterable

from pipeline.folding import fold
from pipeline.outcome import Event
from pipeline.sentences import sentences

MOST_LISTED = 50
"""Sentences that are listed of each side at most."""
MOST_CHARACTERS = 8_000
"""Characters of them together: a rewrite of a long article is not sent three times over."""


def revision(before: Event, after: Event) -> Event:
    """Return the fields of `story` that tell two versions apart: `added` and `removed`.

    Both are lists of sentences as they stand in the article, in its order; a headline counts as
    one. Sentences that differ only in spelling variants, case or spacing, or that moved, are the
    same. Where a list would be too long, `omitted` says how many sentences each side has beyond.
    """
    old, new = lines_of(before), lines_of(after)
    added, more_added = listed(only_in(new, old))
    removed, more_removed = listed(only_in(old, new))
    fields: Event = {"added": added, "removed": removed}
    if more_added or more_removed:
        fields["omitted"] = {"added": more_added, "removed": more_removed}
    return fields


def lines_of(article: Event) -> list[tuple[str, str]]:
    """Return the headline and the sentences of an article, each as it is compared and as it is."""
    title, text = (article.get(name) for name in ("title", "text"))
    headline = [title.strip()] if isinstance(title, str) and title.strip() else []
    whole = headline + (sentences(text) if isinstance(text, str) else [])
    return [(" ".join(fold(one).split()), one) for one in whole]


def only_in(mine: Iterable[tuple[str, str]], theirs: Iterable[tuple[str, str]]) -> list[str]:
    """Return the sentences of one side that the other has not, as often as it has them more."""
    left = Counter(compared for compared, _ in theirs)
    found = []
    for compared, sentence in mine:
        if left[compared] > 0:
            left[compared] -= 1
        else:
            found.append(sentence)
    return found


def listed(found: list[str]) -> tuple[list[str], int]:
    """Return the first sentences that there is room for, and how many are left out."""
    kept: list[str] = []
    room = MOST_CHARACTERS
    for sentence in found[:MOST_LISTED]:
        if len(sentence) <= room:
            room -= len(sentence)
            kept.append(sentence)
    return kept, len(found) - len(kept)
