"""The tokens of a text: words, numbers, signs and line ends, which together are all of it."""

import re
from itertools import accumulate

LINE_END = "\n"
MARKS = (
    "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u00ad\u200c-\u200f\u2060"
)
"""What stands within a word and is no letter: vowel signs, tatweel, joiners, soft hyphens."""
LETTERS = rf"[^\W\d_][\w{MARKS}]*"
ABBREVIATED = (
    "Mr|Mrs|Ms|Dr|Prof|St|Ste|Sen|Rep|Gov|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Rev|Hon|Jr|Sr|Inc|Corp|Ltd"
    "|Co|Bros|vs"
)
TOKEN = re.compile(
    rf"""
      [a-z\u0620-\u064a]+[ ](?!\s)                       # most words: this way is the fastest
    | (?:
      \n\s*
    | (?:[A-Za-z]\.){{2,}}                                # U.S., J.K.
    | (?:{ABBREVIATED})\.                                 # Mr.
    | [A-Z]\.(?=\s*[A-Z])                                 # John F. Kennedy
    | ['’]s\b                                             # Iraq's
    | {LETTERS}(?:(?:[-‐‑&]|['’](?!s\b)){LETTERS})*       # Al-Ka'bi, AT&T
    | \d[\w{MARKS}]*(?:[.,:/-]\d[\w{MARKS}]*)*            # 1.5, 6-3, 12:30
    | -+
    | .
    )[^\S\n]*""",
    re.VERBOSE | re.DOTALL,
)
"""A token with the space after it; a line end takes all that follows up to the next word."""


def pieces_of(text: str) -> list[str]:
    """Return the tokens of a text, each with the space after it; joined they are the text.

    Linear in the text. A text that begins with space begins with a token of space.
    """
    return TOKEN.findall(text)


def starts_of(pieces: list[str], first: int = 0) -> list[int]:
    """Return where each piece begins, the first at `first`, and last where the text ends."""
    return list(accumulate(map(len, pieces), initial=first))
