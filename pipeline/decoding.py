"""The best tags of a text, by Viterbi's algorithm. `kernel.c` does the same, faster."""

from typing import Any

import numpy as np
import numpy.typing as npt

NEVER = -30_000
"""The transition that is no transition: going on with a name that has not begun."""


def best_tags(scores: npt.NDArray[Any], transitions: npt.NDArray[Any]) -> bytes:
    """Return the tags of the greatest sum of scores and transitions, a byte a token.

    `scores` are tokens by lanes, of which the first are the tags; `transitions[p, q]` is for tag q
    after tag p. Before and after the text stands tag 0, no name. Of equal sums the first tag wins.
    """
    tag_count = len(transitions)
    wide = transitions.astype(np.int64)
    back = np.zeros((len(scores), tag_count), np.intp)
    sums = np.zeros(tag_count, np.int64)
    for at, own in enumerate(scores[:, :tag_count].astype(np.int64)):
        if at:
            totals = sums[:, None] + wide
            back[at] = totals.argmax(axis=0)
            sums = totals.max(axis=0) + own
        else:
            sums = wide[0] + own
    tag = int((sums + wide[:, 0]).argmax())
    tags = bytearray(len(scores))
    for at in range(len(scores) - 1, -1, -1):
        tags[at] = tag
        tag = int(back[at, tag])
    return bytes(tags)
