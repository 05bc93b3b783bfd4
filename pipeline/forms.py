"""How words are looked for in a galley: search patterns, and what must stand around a hit.

Arabic writes some particles onto the word that follows. A term is therefore searched without its
left edge, and what stands before it in its word must be nothing or such clitics: and, so (و ف),
with, like, to (ب ك ل), the article (ال), in that order; to and the article become لل. Nothing
may stand behind it but the English possessive.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks import Span
from pipeline.galley import Galley

JOINERS = ("", "و", "ف")
ARTICLES = ("ال", "بال", "كال", "لل")
WITH_ARTICLE = frozenset(joiner + article for joiner in JOINERS for article in ARTICLES)
CLITICS = WITH_ARTICLE | {
    joiner + preposition for joiner in JOINERS for preposition in ("", "ب", "ك", "ل")
}
JOINERS_ONLY = frozenset(JOINERS)
LONGEST_CLITIC = max(map(len, CLITICS))
SHORTEST_CLITIC_HOST = 3
"""Letters: a shorter word takes only clitics with the article, since one letter before it mostly
makes another word (عد in بعد)."""
POINTS_IN_NUMBERS = frozenset(".,٫٬")

# First and last code points of the scripts that put no space between words.
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),  # Han
    (0x20000, 0x323AF),  # Han
)


@dataclass(frozen=True, slots=True)
class Form:
    """What must hold for a hit of a pattern to be an occurrence of its atom.

    `lead` and `trail` are how many spaces of the pattern stand before and behind the words.
    `clitics`: what may stand before the words in their first word; None where the pattern begins
    at a word's edge or its script has none. `gaps`: what may stand between the words besides
    nothing. `open_end`: the last word goes on to its end. `number`: it may begin or end with a
    digit, so it must not be part of a longer number (500 in 3,500).
    """

    atom: int
    lead: int
    trail: int
    clitics: frozenset[str] | None
    gaps: tuple[str, ...]
    open_end: bool
    number: bool

    def span(self, galley: Galley, start: int, end: int) -> Span | None:
        """Return the span of the whole words in the galley's line, or None if it is no hit."""
        start += self.lead
        end -= self.trail
        line = galley.line
        if self.clitics is not None:
            word = line.rfind(" ", max(0, start - LONGEST_CLITIC - 1), start) + 1
            if not word or line[word:start] not in self.clitics:
                return None
            start = word
        if self.open_end:
            end = line.find(" ", end)
        if self.gaps and not self.joined(galley, start, end):
            return None
        if self.number and in_number(galley.text, *galley.span(start, end)):
            return None
        return start, end

    def joined(self, galley: Galley, start: int, end: int) -> bool:
        """Say whether nothing stands between the words but what the query has there."""
        at = start
        for gap in self.gaps:
            at = galley.line.find(" ", at + 1, end)
            if galley.gap(at) not in {"", gap}:
                return False
        return True


def forms_of(
    words: tuple[str, ...], gaps: tuple[str, ...], atom: int, *, open_end: bool
) -> Iterator[tuple[str, Form]]:
    """Yield the patterns of words with their forms."""
    first, text = words[0], " ".join(words)
    hosts_clitics = "\u0621" <= first[0] <= "\u06d3"
    clitics: frozenset[str] | None = None
    if hosts_clitics:
        short = len(text) < SHORTEST_CLITIC_HOST
        clitics = WITH_ARTICLE | {""} if short else CLITICS
    lead = "" if hosts_clitics or unspaced(first[0]) else " "
    trail = "" if open_end or unspaced(text[-1]) else " "
    grows = open_end and not unspaced(text[-1])
    number = grows or first[0].isdigit() or text[-1].isdigit()
    form = Form(atom, len(lead), len(trail), clitics, gaps, grows, number)
    yield f"{lead}{text}{trail}", form
    if trail and "a" <= text[-1] <= "z" and not text.endswith("'s"):
        yield f"{lead}{text}'s{trail}", form
    if first.startswith("ال") and len(first) > SHORTEST_CLITIC_HOST:
        # The definite word after ل: the article's alef goes, and of three lams one.
        rest = text[2:] if first[2] == "ل" else text[1:]
        joined = Form(atom, 0, len(trail), JOINERS_ONLY, gaps, grows, number)
        yield f"ل{rest}{trail}", joined


def unspaced(character: str) -> bool:
    """Say whether a character is of a script without spaces between words."""
    return any(first <= ord(character) <= last for first, last in UNSPACED)


def in_number(text: str, start: int, end: int) -> bool:
    """Say whether a span is part of a number that goes on before or behind it."""
    before = start >= 2 and text[start - 1] in POINTS_IN_NUMBERS and text[start - 2].isdigit()
    behind = text[end : end + 1] in POINTS_IN_NUMBERS and text[end + 1 : end + 2].isdigit()
    return (before and text[start].isdigit()) or (behind and text[end - 1].isdigit())
