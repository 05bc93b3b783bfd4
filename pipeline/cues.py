"""Cues: words of an article that say what a doubtful form in it means."""

from collections.abc import Iterable

from pipeline.folding import fold

CLITICS = frozenset(
    joiner + particle
    for joiner in ("", "و", "ف")
    for particle in ("", "ب", "ك", "ل", "ال", "بال", "كال", "لل")
)
"""What may stand before an Arabic cue in its word."""
LONGEST_CLITIC = max(map(len, CLITICS))


class Cues:
    """Which cues an article has. Each is looked for once, when it is first asked for."""

    def __init__(self, text: str) -> None:
        """`text` is the article, folded, with one space between its words."""
        self.text = text
        self.known: dict[str, bool] = {}

    def has_any(self, cues: Iterable[str]) -> bool:
        """Say whether the article has one of the cues."""
        return any(map(self.has, cues))

    def has(self, cue: str) -> bool:
        """Say whether the article has a cue as a word; one that ends in * may go on.

        An Arabic one may carry particles and the article.
        """
        if cue not in self.known:
            self.known[cue] = self.search(cue)
        return self.known[cue]

    def search(self, cue: str) -> bool:
        """Look through the text once."""
        form, open_end = fold(cue.removesuffix("*")), cue.endswith("*")
        at = self.text.find(form) if form else -1
        while at >= 0:
            end = at + len(form)
            if open_end or not self.text[end : end + 1].isalnum():
                head = at
                while head and at - head <= LONGEST_CLITIC and self.text[head - 1].isalnum():
                    head -= 1
                if self.text[head:at] in CLITICS:
                    return True
            at = self.text.find(form, end)
        return False
