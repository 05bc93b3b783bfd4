"""How alike two texts are, and whether that makes one a copy of the other."""

from bisect import bisect_right
from dataclasses import dataclass

from pipeline.sketch import WORDS_KEPT, Sketch, triples_of

LEAST_CONTAINED = 0.25
"""Below this containment no rule can find a copy: a Jaccard of 0.15 takes at least 0.26."""
SAME_DAY = 12 * 3600
"""Seconds beyond which moderate likeness is that of a daily section with yesterday's."""
SHORT_TRIPLES = 60
"""Below this an item may well be a template: dividends, tenders, money market reports."""
LEAST_REWORDED = 24
"""Triples of the smallest text that is a reworded copy under the same title."""
LEAST_RETITLED = 50
"""Triples of the smallest that is one under another title."""
TITLE_WORDS = 3
"""Different words of the shortest title that names a story."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts compare; sizes and differences are in triples, estimated from the sketches.

    `unshared` is what the smaller text has and the larger has not. `title_shared` is the share of
    the shorter title's words found in the other, None where a title is missing; `title_same`
    whether both have the same words, enough of them to name a story. The `swapped` counts are of
    words that each side has and the other has not, the smaller of the two sides. `headlined` is
    whether each title has a figure of its own text that the other title lacks.
    """

    jaccard: float
    containment: float
    smaller: int
    larger: int
    unshared: float
    title_shared: float | None
    title_swapped: int
    title_same: bool
    figures: int
    figures_swapped: int
    headlined: bool


def overlap(one: Sketch, other: Sketch) -> tuple[int, int, int]:
    """Return the sizes of two samples, the smaller first, and how many triples they share.

    Both are taken below the lower of the two ceilings, where each sketch has all its triples.
    """
    ceiling = min(one.ceiling, other.ceiling)
    small = bisect_right(one.triples, ceiling)
    large = bisect_right(other.triples, ceiling)
    shared = len(set(one.triples).intersection(other.triples))
    return (small, large, shared) if small <= large else (large, small, shared)


def worth_a_look(one: Sketch, packed: bytes) -> bool:
    """Return whether `compare` would find enough in a packed sketch; most candidates have not."""
    ceiling, triples = triples_of(packed)
    ceiling = min(one.ceiling, ceiling)
    small = min(bisect_right(one.triples, ceiling), bisect_right(triples, ceiling))
    return len(set(one.triples).intersection(triples)) >= max(1, LEAST_CONTAINED * small)


def resemblance(one: Sketch, other: Sketch) -> float:
    """Return the share of two texts' triples that is in both (Jaccard), 0 to 1."""
    small, large, shared = overlap(one, other)
    return shared / max(1, small + large - shared)


def compare(one: Sketch, other: Sketch) -> Likeness | None:
    """Return how alike two texts are, None where they share too little to be worth a look."""
    small, large, shared = overlap(one, other)
    if shared < LEAST_CONTAINED * small or not shared:
        return None
    smaller, larger = sorted((one.total, other.total))
    figures, figures_swapped = swaps(one.figures, other.figures)
    titles, title_swapped = swaps(one.title, other.title)
    return Likeness(
        jaccard=shared / (small + large - shared),
        containment=shared / small,
        smaller=smaller,
        larger=larger,
        unshared=smaller * (small - shared) / small,
        title_shared=len(one.title & other.title) / titles if titles else None,
        title_swapped=title_swapped,
        title_same=one.title == other.title and titles >= TITLE_WORDS,
        figures=figures,
        figures_swapped=figures_swapped,
        headlined=bool(
            (one.title - other.title) & one.figures and (other.title - one.title) & other.figures
        ),
    )


def swaps(one: frozenset[int], other: frozenset[int]) -> tuple[int, int]:
    """Return the size of the smaller set, and how many members it or the other has alone.

    Full sets are samples of the lowest, so both are cut where the first of them ends.
    """
    ends = [max(marks) for marks in (one, other) if len(marks) >= WORDS_KEPT]
    if ends:
        one, other = (frozenset(m for m in marks if m <= min(ends)) for marks in (one, other))
    return min(len(one), len(other)), min(len(one - other), len(other - one))


def is_copy(alike: Likeness, apart: float) -> bool:
    """Return whether two texts, `apart` seconds, tell the same story in the same words.

    The thresholds were set on labelled copies in Arabic and English and on two wire streams, read
    by eye; the tests show the kinds of items that each of them keeps apart.
    """
    if only_figures_differ(alike) or other_headline(alike):
        return False
    # Nothing of the smaller text is new: it was cut, or the other extended, headline or not.
    if alike.containment >= 0.9 and alike.larger >= 1.5 * alike.smaller and alike.smaller >= 20:
        return True
    if apart <= SAME_DAY and is_reworded(alike):
        return True
    if alike.smaller < SHORT_TRIPLES:
        return is_short_copy(alike)
    jaccard, containment = 0.5, 0.8
    if apart > SAME_DAY:
        jaccard, containment = 0.65, 0.85
    elif alike.title_shared is None:
        jaccard, containment = 0.35, 0.6
    elif alike.title_shared >= 0.8 and alike.title_swapped <= 1:
        jaccard, containment = (0.4 if alike.title_swapped else 0.3), 0.6
    return alike.jaccard >= jaccard or alike.containment >= containment


def other_headline(alike: Likeness) -> bool:
    """Return whether two titles tell alike of another sum each; titles of chance tell nothing."""
    return alike.headlined and alike.jaccard < 0.9 and (alike.title_shared or 0) >= 0.4


def is_reworded(alike: Likeness) -> bool:
    """Return whether words were replaced all over one of two texts of the same hours.

    With a quarter of the words replaced three of seven triples are left, so that the title has to
    tell it. It does by being the same; or by being quite another, as an outlet writes it, for the
    items of one template share the words of their titles too.
    """
    if other_figures(alike):
        return False
    if alike.title_same and alike.smaller >= LEAST_REWORDED:
        return alike.jaccard >= 0.15
    if alike.title_shared is None or alike.title_shared > 0.2 or alike.title_swapped < 3:
        return False
    if alike.smaller < LEAST_RETITLED:
        return False
    if alike.larger >= 1.3 * alike.smaller:  # cut besides, which no template is
        return alike.jaccard >= 0.23 and alike.containment >= 0.52
    return alike.jaccard >= 0.3 and alike.containment >= 0.6


def is_short_copy(alike: Likeness) -> bool:
    """Return the same for short items, which are the same story only under the same title."""
    if alike.title_shared is None:
        return alike.jaccard >= 0.8
    if alike.title_shared < 0.5:
        return False
    if not alike.title_swapped:
        return alike.jaccard >= 0.5 or alike.containment >= 0.8
    return not alike.figures_swapped and alike.smaller >= 40 and alike.jaccard >= 0.85


def only_figures_differ(alike: Likeness) -> bool:
    """Return whether two texts are one template with other figures in it.

    A swapped figure touches three triples. Where figures are at least half of what differs, and
    the items are short or a third of all figures is swapped, they are two stories.
    """
    swapped = alike.figures_swapped
    if not swapped or 3 * swapped < 0.5 * alike.unshared:
        return False
    return alike.smaller < SHORT_TRIPLES or swapped >= max(2, 0.3 * alike.figures)


def other_figures(alike: Likeness) -> bool:
    """Return whether half of the figures, and these as a good part of what differs, are others.

    So are those of a forecast or a list that comes every few hours; of words that were replaced
    all over a text, figures are few.
    """
    swapped = alike.figures_swapped
    return swapped >= max(3, 0.5 * alike.figures) and 3 * swapped >= 0.2 * alike.unshared
