"""A folded text in the form in which names are looked for, with the way back to the original."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipeline.folding import Folded, fold_with_origin

# What may stand between two words of a name besides one space: more spaces, and the quotation
# mark that opens before the last words of it. The whole run matches, so that finding is linear.
LOOSE = re.compile(" [ \"'“«„‹]+")
CLOSING = {"“": "”", "«": "»", "„": "“", "‹": "›", '"': '"'}


@dataclass(frozen=True, slots=True)
class Haystack:
    """A text, folded, with one space between its words; what was cut out is at `cuts`.

    `shifts[i]` is how far the folded text is ahead after the first `i` cuts.
    """

    original: str
    text: str
    folded: Folded
    cuts: tuple[int, ...]
    shifts: tuple[int, ...]

    def at(self, position: int) -> int:
        """Return where a character of the haystack stands in the original."""
        return self.span(position, position + 1)[0]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span (code points, end excluded) of one in the haystack."""
        if self.cuts:
            start += self.shifts[bisect_right(self.cuts, start)]
            end += self.shifts[bisect_right(self.cuts, end - 1)]
        return self.folded.span(start, end)


def haystack_of(original: str) -> Haystack:
    """Return a text as a haystack: folded, and an underscore (hashtags) is a space."""
    folded = fold_with_origin(original)
    text = folded.text.replace("_", " ")
    pieces: list[str] = []
    cuts: list[int] = []
    shifts = [0]
    kept = position = 0
    for loose in LOOSE.finditer(text):
        if not text[loose.end() : loose.end() + 1].isalnum():
            continue
        first = loose.start() + 1
        pieces.append(text[position:first])
        kept += first - position
        position = loose.end()
        cuts.append(kept)
        shifts.append(position - kept)
    pieces.append(text[position:])
    return Haystack(original, "".join(pieces), folded, tuple(cuts), tuple(shifts))


def closed(text: str, start: int, end: int) -> int:
    """Return the end of a mention, with the quotation mark that closes what it opened."""
    for opening, closing in CLOSING.items():
        if text.startswith(closing, end) and opening in text[start:end]:
            return end + 1
    return end
