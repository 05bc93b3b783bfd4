"""The best tags of a text: Viterbi's algorithm on the tags that are near the best."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

NEAR = 400
"""A tag that is by more worse than the best tag of its token is not thought of."""
NEVER = -30_000
"""The transition that is no transition: inside a name that has not begun."""


def decode(scores: npt.NDArray[Any], transitions: Sequence[Sequence[int]]) -> list[int]:
    """Return the tags of the greatest sum of scores (tokens by lanes, 0 = no name) and transitions.

    Considered are at each token only tags within `NEAR` of its best; a token that can be nothing
    but no name splits the text, for what lies on both sides of it is decided apart.
    """
    tag_count = len(transitions)
    scores = scores[:, :tag_count]
    near = scores >= scores.max(axis=1, keepdims=True) - NEAR
    open_tokens = np.flatnonzero(near[:, 1:].any(axis=1))
    tags = [0] * len(scores)
    if not len(open_tokens):
        return tags
    chosen = near[open_tokens]
    at, candidates = np.nonzero(chosen)
    values = scores[open_tokens][chosen].tolist()
    counts = chosen.sum(axis=1).tolist()
    candidates = candidates.tolist()
    run: list[tuple[list[int], list[int], list[int]]] = []
    # Of the tokens of a run: their candidate tags, the best sums up to each, and where from.
    last = -2
    position = 0
    before_tags, before_sums = [0], [0]
    for token, count in zip(open_tokens.tolist(), counts, strict=True):
        if token != last + 1:
            close(run, last, tags, transitions)
            run = []
            before_tags, before_sums = [0], [0]
        here = candidates[position : position + count]
        sums = []
        back = []
        for tag, value in zip(here, values[position : position + count], strict=True):
            best, origin = -(10**9), 0
            for index, before in enumerate(before_tags):
                total = before_sums[index] + transitions[before][tag]
                if total > best:
                    best, origin = total, index
            sums.append(best + value)
            back.append(origin)
        run.append((here, sums, back))
        before_tags, before_sums = here, sums
        position += count
        last = token
    close(run, last, tags, transitions)
    return tags


def close(
    run: Sequence[tuple[list[int], list[int], list[int]]],
    last: int,
    tags: list[int],
    transitions: Sequence[Sequence[int]],
) -> None:
    """Write the best tags of a run that ends at token `last`, followed by no name."""
    if not run:
        return
    here, sums, _ = run[-1]
    ends = [total + transitions[tag][0] for tag, total in zip(here, sums, strict=True)]
    index = ends.index(max(ends))
    for back_by, (here, _, back) in enumerate(reversed(run)):
        tags[last - back_by] = here[index]
        index = back[index]
