"""The two language detectors behind `pipeline.language`, each as a function of the text.

eldc (in C; eld, its Python twin, where there is no wheel of eldc) knows sixty languages and scores
them. CLD2 (pycld2) knows a hundred more and names one; where there is no wheel of it, it has no
opinion. Codes are ISO 639-1 where that has one.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from pipeline.alphabets import codes

UNDETERMINED = "und"

CANONICAL = {
    "fil": "tl", "in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro", "no": "nb",
}  # fmt: skip
"""Other names of a language. Norwegian without more is Bokmål; Nynorsk has its own code."""

ELDC_KNOWS = codes(
    """am ar az be bg bn ca ckb cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko
    lo lt lv ml mr ms nb nl or pa pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur vi yo zh"""
)

IN_PRINT = codes(
    """af as ba bo cy dv eo ga gl ha ht ig id ka kk km ky la lb lg mg mi mk mn mt my ne nn ny om
    ps rw sd si sn so st sw tg ti tk tn ts tt ug uz xh yi zu"""
)
"""Languages with a press of their own (Esperanto and Latin have readers) that eldc does not know.
CLD2 finds any of its others in foreign names and single words; they count in running text only."""
RUNNING_TEXT = 100
"""Letters of running text."""

SCORES = 8
"""How many languages eldc scores. Twenty, its most, gave 0.1 to 0.3 points more on single words and
pairs, and cost every article some microseconds."""
ELDC_CODES = {"ku": "ckb", "no": "nb"}
"""Where eldc's codes are not barq's. By ku it means what is in Arabic letters, which is Sorani."""

CLD2_CODES = {
    "bs": "hr",
    "iw": "he",
    "jw": "jv",
    "ku": "ckb",
    "no": "nb",
    "sr-ME": "sr",
    "zh-Hant": "zh",
}
"""The same of CLD2's. Bosnian is told as Croatian, as eldc does it: CLD2 wavers between the two,
also between an article and its cut copy, and copies are found only under one code."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What eldc says: its best code, whether it is sure, and scores from 0 to 1, best first."""

    code: str
    reliable: bool
    scores: dict[str, float]

    @property
    def best(self) -> float:
        """The best score, 0 if there is none."""
        return next(iter(self.scores.values()), 0.0)

    @property
    def lead(self) -> float:
        """The best score's lead over the second."""
        first, second, *_ = [*self.scores.values(), 0.0, 0.0]
        return first - second


@dataclass(frozen=True, slots=True)
class Vote:
    """What CLD2 says: a code (`und` if none), how strongly, and the part of each language."""

    code: str
    strength: float
    parts: dict[str, float]


NO_VOTE = Vote(UNDETERMINED, 0.0, {})


def canonical(code: str) -> str:
    """Return the code of a language tag that barq uses: `pt_BR` is pt, `iw` is he, `no` is nb."""
    bare = code.lower().replace("_", "-").split("-")[0]
    return CANONICAL.get(bare, bare)


def scores_of(text: str) -> Scores:
    """Return eldc's scores of a text."""
    result = scorer()(text)
    raw = result.scores() if callable(result.scores) else result.scores
    reliable = result.is_reliable() if hasattr(result, "is_reliable") else result.reliable
    pairs = sorted(raw.items(), key=itemgetter(1), reverse=True)
    scores = {ELDC_CODES.get(code, code): score for code, score in pairs}
    return Scores(next(iter(scores), UNDETERMINED), bool(reliable), scores)


def vote_of(text: str, letters: int) -> Vote:
    """Return CLD2's vote on a text of so many letters.

    It refuses a text with control characters or code points that are none; that is no vote.
    """
    found = voter()(text)
    known: dict[str, float] = {}
    for _, name, part, _ in found:
        if name != "un":
            code = CLD2_CODES.get(name, name)
            known[code] = known.get(code, 0) + part
    code = next(iter(known), UNDETERMINED)
    if code not in ELDC_KNOWS and code not in IN_PRINT and letters < RUNNING_TEXT:
        return NO_VOTE
    whole = sum(known.values())
    parts = {each: part / whole for each, part in known.items() if whole}
    return Vote(code, min(found[0][3], 1_500) / 1_000, parts) if known else NO_VOTE


@cache
def scorer() -> Callable[[str], Any]:
    """Return the scoring detector that this Python can load; its model is read once."""
    if importlib.util.find_spec("eldc") is None:
        from eld import LanguageDetector  # noqa: PLC0415  (one of two, whichever there is)

        found: Callable[[str], Any] = LanguageDetector().detect
        return found
    import eldc  # noqa: PLC0415  (the same)

    eldc.init()
    instance = eldc.instance()
    instance.set_scores(SCORES)
    detect: Callable[[str], Any] = instance.detect_details
    return detect


@cache
def voter() -> Callable[[str], tuple[tuple[str, str, int, float], ...]]:
    """Return CLD2's languages of a text, with none of any text where it is not installed."""
    if importlib.util.find_spec("pycld2") is None:
        return lambda _text: ()
    import pycld2  # noqa: PLC0415  (where there is a wheel of it)

    def find(text: str) -> tuple[tuple[str, str, int, float], ...]:
        try:
            found: tuple[tuple[str, str, int, float], ...]
            _, _, found = pycld2.detect(text, isPlainText=True, bestEffort=True)
        except pycld2.error:
            return ()
        return found

    return find
