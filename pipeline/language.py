"""The language of a text, by two detectors weighed against each other and by its letters.

eldc alone decides where it is sure and hides no sister language. Elsewhere, which is most short
text, CLD2 is asked too, and each candidate language gets a score: a log-linear model of a dozen
numbers, `WEIGHTS`, whose softmax is the confidence.
"""

import math
import operator
import re
from dataclasses import dataclass

from pipeline.alphabets import (
    HAN,
    KANA,
    by_own_letters,
    codes,
    is_kurmanji,
    lacks_own_letters,
    spelling_against,
)
from pipeline.detectors import ELDC_KNOWS, UNDETERMINED, Scores, Vote, scores_of, vote_of

__all__ = ["UNDETERMINED", "Language", "detect"]

LOOKED_AT = 2_000
"""Characters that are looked at: more change nothing and cost time."""
HEAD, PIECE = 1_000, 500
"""Of a longer text: its head, and a piece from its middle and from its end."""
JUDGED = 400
"""Characters whose letters are looked at one by one."""

SURE_SCORE, SURE_LENGTH = 0.75, 100
SURE_LEAD = {"ar": 0.12, "en": 0.15, "ur": 0.15}
SURE_LEAD_OF_OTHERS = 0.3
"""eldc's score, the characters and the lead over the second language from which eldc alone decides.
Of 1,500 Arabic and 1,500 English articles about 97 and 80 in a hundred pass. Two languages of one
script in equal parts mostly stay below."""
SURE = 0.99
HIDES = codes("am bg es he hi mr ms nb nl sr")
"""As these eldc, sure of itself, takes languages that it does not know: Tigrinya, Macedonian,
Galician, Yiddish, Nepali, Indonesian, Nynorsk, Afrikaans."""

ARABIC_GUESSES = codes("ar fa ur ckb und")
LATIN_LEADS = bytes([*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC3, 0xCA)])
OTHER_LEADS = bytes([*range(0xCE, 0xE1), *range(0xE3, 0xEE)])
"""Greek to Devanagari, East Asia. 0xE1 begins Vietnamese letters too, so it counts for neither."""
WIDE_LEADS = bytes(range(0xE3, 0xEE))
"""East Asian letters, which hold as much as two others."""
NOT_LATIN_FROM = "\u0250"
LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
NOT_LATIN = re.compile("[^\x00-\u024f\u1e00-\u1eff\u2000-\u206f]+")

UNRELIABLE = 0.3
"""The chance below which the code is `und`."""
KURMANJI = 0.9
"""The confidence in Kurmanji: set, not measured, for want of a set of it."""

WIRE = codes(
    """ar bn cs de el en es fa fi fr he hi hu id it ja ko nl pl pt ro ru sv sw th tr uk ur vi
    zh"""
)
"""Languages that newswires are mostly in: likelier than others where a text leaves it open."""

WEIGHTS = {
    "score2": 6.4,  # eldc's score squared
    "score_length": 0.5,  # eldc's score times the length
    "unknown": 2.51,  # 1 if eldc does not know the language
    "unknown_length": 0.88,  # the length, if so
    "vote_length": 0.22,  # the length, if CLD2 chose it
    "vote_strength": 1.42,  # how strongly it chose
    "spelling": -2.73,  # letters that the language does not write
    "chinese": 5.7,  # 1 for Chinese if there is Han and no kana
    "wire": 0.64,  # 1 if it is in WIRE
    "ar": 1.45,
    "fa": 2.7,
    "ur": 2.55,
    "en": 1.2,
}
NONE = 4.49
"""What each sign of a candidate adds to the logarithm of its odds, and that of none of them. The
length is the logarithm of the letters, of 200 at most. Fitted by maximum likelihood (softmax, Adam)
to the odd lines of lingua's test data in 79 languages, WIRE counting twice, ar, fa, ur and en four
times; then fa, ur and en were raised by hand (from 2.39, 2.45 and 0), for wires hold more of them.
Accuracy on the even lines is that on the odd ones (DECISIONS.md)."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language code (ISO 639, `und` if it cannot be told) and how sure that is, from 0 to 1.

    `confidence` is the chance that the code is right, times the part of the text that is in that
    language where several are told apart. `guess` is the likeliest code even where it is not sure.
    """

    code: str
    confidence: float
    guess: str


def detect(text: str) -> Language:
    """Return the language of a text; the cost does not grow with its length.

    Of a text in two languages it is the one with more of it. Fewer than three Latin letters, or no
    letter at all, are `und`. Any string is taken; the same gives the same.
    """
    sample, share = one_script(shortened(text))
    scores = scores_of(sample)
    found = by_letters(sample, scores)
    if found is None and is_sure(sample, scores):
        found = scores.code, SURE
    if found is not None:
        code, confidence = found
        return Language(code, round(confidence * share, 3), code)
    return weighed(sample, scores, share)


def shortened(text: str) -> str:
    """Return what is looked at of a text: no web addresses; of a long one three pieces."""
    if len(text) > LOOKED_AT:
        middle = len(text) // 2
        text = "\n".join((text[:HEAD], text[middle : middle + PIECE], text[-PIECE:]))
    if "://" in text:
        text = " ".join(word for word in text.split() if "://" not in word)
    return text


def one_script(sample: str) -> tuple[str, float]:
    """Return a sample without its Latin words or without all others, whichever are fewer.

    With it goes the part of the letters that are left. A sample with less than a tenth of either
    stays as it is. Counted are UTF-8 lead bytes, which costs 4 µs for 2,000 characters.
    """
    try:
        data = sample.encode()
    except UnicodeEncodeError:
        data = sample.encode("utf-8", "replace")
        sample = data.decode()
    latin = len(data) - len(data.translate(None, LATIN_LEADS))
    other = len(data) - len(data.translate(None, OTHER_LEADS))
    if not min(latin, other) * 10 > latin + other:
        return sample, 1.0
    wide = len(data) - len(data.translate(None, WIDE_LEADS))
    other = (3 * (other + wide)) // 2  # Arabic leaves out vowels, and furniture is Latin
    kept = LATIN.sub(" ", sample) if other >= latin else NOT_LATIN.sub(" ", sample)
    return kept, max(latin, other) / (latin + other)


def by_letters(sample: str, scores: Scores) -> tuple[str, float] | None:
    """Return the Arabic-script language whose own letters decide, and how sure that is."""
    if scores.code not in ARABIC_GUESSES:
        return None
    own = by_own_letters(sample)
    return own and (own[0], min(SURE, 0.5 + 5 * own[1]))


def is_sure(sample: str, scores: Scores) -> bool:
    """Return whether eldc alone decides."""
    return (
        scores.reliable
        and scores.code not in HIDES
        and scores.best >= SURE_SCORE
        and scores.lead >= SURE_LEAD.get(scores.code, SURE_LEAD_OF_OTHERS)
        and len(sample) >= SURE_LENGTH
    )


def weighed(sample: str, scores: Scores, share: float) -> Language:
    """Return the language that both detectors and the letters make likeliest."""
    head = sample[:JUDGED]
    letters = sum(map(str.isalpha, head))
    if letters < 3 and (not letters or max(head) < NOT_LATIN_FROM):
        return Language(UNDETERMINED, 0.0, scores.code)
    if not sample.isascii() and is_kurmanji(sample):
        return Language("ku", round(KURMANJI * share, 3), "ku")
    vote = vote_of(sample, letters)
    chances = chances_of(head, letters, scores, vote)
    if not chances:
        return Language(UNDETERMINED, 0.0, UNDETERMINED)
    code = max(chances, key=lambda each: (chances[each], each))
    chance = chances[code]
    confidence = round(chance * share * vote.parts.get(code, 1.0), 3)
    return Language(code if chance >= UNRELIABLE else UNDETERMINED, confidence, code)


def chances_of(head: str, letters: int, scores: Scores, vote: Vote) -> dict[str, float]:
    """Return the chance of each candidate; together with that of none of them they make 1."""
    signs = signs_of(head, letters, scores, vote)
    odds = {
        code: math.exp(sum(map(operator.mul, each, WEIGHTS.values())))
        for code, each in signs.items()
    }
    whole = sum(odds.values()) + math.exp(NONE)
    return {code: each / whole for code, each in odds.items()}


def signs_of(head: str, letters: int, scores: Scores, vote: Vote) -> dict[str, tuple[float, ...]]:
    """Return the signs of each candidate, in the order of WEIGHTS."""
    length = math.log(min(max(letters, 1), 200))
    candidates = dict.fromkeys(scores.scores)
    if vote.code != UNDETERMINED and not lacks_own_letters(head, vote.code):
        candidates[vote.code] = None
    chinese = not head.isascii() and KANA.search(head) is None and HAN.search(head) is not None
    if chinese:
        candidates["zh"] = None
    signs: dict[str, tuple[float, ...]] = {}
    for code, against in spelling_against(head, candidates).items():
        score = scores.scores.get(code, 0.0)
        unknown, chosen = code not in ELDC_KNOWS, code == vote.code
        signs[code] = (
            score * score,
            score * length,
            float(unknown),
            unknown * length,
            chosen * length,
            chosen * vote.strength,
            float(against),
            float(chinese and code == "zh"),
            float(code in WIRE),
            float(code == "ar"),
            float(code == "fa"),
            float(code == "ur"),
            float(code == "en"),
        )
    return signs
