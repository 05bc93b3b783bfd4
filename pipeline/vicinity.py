"""What stands around a form in an article and says what it is."""

import re

from pipeline.folding import fold
from pipeline.name_words import name_words

ANNOUNCING = re.compile(
    r"(?:^| )(?:[وفبكل]|وب|ول)?(?:مدينة|مدينه|محافظة|محافظه|قضاء|ولاية|ولايه|بلدة|بلده|قرية|قريه"
    r"|ناحية|ناحيه|اقليم|مديرية|مديريه|مطار|ميناء|مخيم) $"
)
"""A word after which a doubtful place name is a place name: city, governorate, town, airport."""
WIDEST_WORD = 12
WORD_BEFORE = re.compile(r"([^\W\d_]+)[.,]?[ -]$")
WIDEST_HEADLINE = 200
WORDS_IN_CAPITALS = frozenset({"us", "who", "is", "it", "aid", "care"})
"""Abbreviations that are words too: in a line of capitals they are taken for the word."""


def is_of_another(text: str, start: int) -> bool:
    """Say whether the family name at `start` follows a first name, and so is somebody else's.

    It is where the word before begins with a capital and is neither a title, nor a common word,
    nor in a line of capitals. People in full are found by their full names anyway.
    """
    found = WORD_BEFORE.search(text, max(0, start - WIDEST_WORD), start)
    if found is None or not found[1][0].isupper() or found[1].isupper():
        return False
    words = name_words()
    word = fold(found[1])
    return word not in words.titles and word not in words.common


def is_announced(text: str, head: int) -> bool:
    """Say whether the word before `head` is one after which places are named."""
    return ANNOUNCING.search(text, max(0, head - WIDEST_WORD), head) is not None


def is_word(text: str, start: int, stop: int) -> bool:
    """Say whether an abbreviation is the word of the same letters, in a line of capitals."""
    if text[start:stop].lower() not in WORDS_IN_CAPITALS:
        return False
    before = text[max(0, start - WIDEST_HEADLINE) : start].rpartition("\n")[2]
    after = text[stop : stop + WIDEST_HEADLINE].partition("\n")[0]
    return f"{before}{text[start:stop]}{after}".isupper() and bool((before + after).strip())
