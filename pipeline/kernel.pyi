from typing import Any, TypeAlias

import numpy.typing as npt

Buffer: TypeAlias = npt.NDArray[Any]

def sum_word(
    word: str, folded: str, weights: Buffer, names: Buffer, flags: Buffer, sums: Buffer, /
) -> tuple[int, int]: ...
def score_tokens(
    numbers: list[int],
    places: Buffer,
    sums: Buffer,
    kinds: Buffer,
    keys: Buffer,
    joint: Buffer,
    scores: Buffer,
    /,
) -> None: ...
def best_tags(scores: Buffer, transitions: Buffer, /) -> bytes: ...
def spans_of(tags: bytes, scores: Buffer, /) -> list[tuple[int, int, int, int]]: ...
