"""Letters that tell languages of one script apart.

Knowledge of the alphabets, by the Unicode charts of each script; nothing here was counted in texts.
"""

import re
from collections.abc import Iterable


def codes(listed: str) -> frozenset[str]:
    """Return language codes that are listed with spaces between them."""
    return frozenset(listed.split())


ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff]")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
KANA = re.compile("[\u3041-\u30fa]")

# Letters that no Arabic, Persian or Urdu word holds, by language.
OWN_LETTERS = {
    "ug": re.compile("[\u06c7\u06c8\u06cb\u06ad\u06d0]"),
    "ckb": re.compile("[\u0695\u06b5\u06c6\u06ce]"),
    "ps": re.compile("[\u067c\u0689\u0693\u069a\u06bc\u0681\u0685\u0696\u06ab\u06cd\u06d0]"),
    "sd": re.compile(
        "[\u067b\u0680\u067a\u067d\u06a6\u068f\u0684\u0683\u0687\u06aa\u06b3\u06b1\u06bb]"
    ),
}
ANY_OWN = re.compile(
    "|".join(letters.pattern for letters in OWN_LETTERS.values()).replace("]|[", "")
)
OWN_SHARE = 0.02
"""The part of Arabic-script letters from which a language's own letters decide. In running text of
these languages it lies above 0.04; a foreign name in an Arabic story stays below."""
LONE_SHARE = 0.08
"""The same where there is one such letter: only a few words have so large a part in one letter."""

WITHOUT_THEM = frozenset((*OWN_LETTERS, "ks", "uz"))
"""Languages that CLD2 finds in words in Arabic letters; they have letters of their own there."""

KURMANJI_LETTERS = re.compile("[êîûÊÎÛ]")
KURMANJI_WORDS = re.compile(r"\b(?:û|ji|li|bi|ku|jî|di|yê|ya|ew|ev)\b", re.IGNORECASE)
KURMANJI_SHARE = 0.04
"""The part of ê, î and û among the characters; French and Romanian have a quarter of it."""

ARABIC_SCRIPT = codes("ar fa ur ckb ps sd ug ks uz")
CYRILLIC = codes("ru uk be bg sr mk kk mn ky tg tt ba uz")

# Letters, and which languages of their script write them.
SPELLINGS = (
    (ARABIC_SCRIPT, "پچژگ", "fa ur ckb ps sd ug ks uz"),
    (ARABIC_SCRIPT, "کی", "fa ur ckb ps sd ks uz"),
    (ARABIC_SCRIPT, "ي", "ar ps sd ug"),
    (ARABIC_SCRIPT, "كىة", "ar ug"),
    (ARABIC_SCRIPT, "إأؤ", "ar fa"),
    (ARABIC_SCRIPT, "ٹڈڑںےھۂۓ", "ur sd ks"),
    (ARABIC_SCRIPT, "ہ", "ur ks"),
    (ARABIC_SCRIPT, "ه", "ar fa ckb ps sd ug"),
    (CYRILLIC, "ы", "ru be kk mn ky tt ba"),
    (CYRILLIC, "э", "ru be kk mn ky tg tt ba"),
    (CYRILLIC, "ё", "ru be mn ky tg tt"),
    (CYRILLIC, "і", "uk be kk"),
    (CYRILLIC, "їєґ", "uk"),
    (CYRILLIC, "ў", "be uz"),
    (CYRILLIC, "ъ", "ru bg tg tt ba"),
    (CYRILLIC, "щ", "ru uk bg"),
    (CYRILLIC, "јљњџ", "sr mk"),
    (CYRILLIC, "ђћ", "sr"),
    (CYRILLIC, "ѓќѕ", "mk"),
    (CYRILLIC, "йяюь", "ru uk be bg kk mn ky tg tt ba uz"),
    (CYRILLIC, "ә", "kk tt ba"),
    (CYRILLIC, "ғ", "kk tg ba uz"),
    (CYRILLIC, "қ", "kk tg uz"),
    (CYRILLIC, "ңөү", "kk ky mn tt ba"),
    (CYRILLIC, "ұ", "kk"),
    (CYRILLIC, "һ", "kk tt ba"),
    (CYRILLIC, "ӣӯҳҷ", "tg"),
    (CYRILLIC, "җ", "tt"),
    (codes("hi mr ne"), "ळऱ", "mr"),
    (codes("am ti"), "ቐቑቒቓቔቕቘቚቛቜቝኣ", "ti"),
    (codes("ja zh"), "".join(map(chr, range(0x3041, 0x30FB))), "ja"),
    # Kanji as Japan alone writes them.
    (
        codes("ja zh"),
        "円売発図駅応経検戦沢広悪挙軽権観歓験関渋転伝徳弾団仏払対実気総県労働続様込畑",
        "ja",
    ),
)
NOT_WRITTEN_IN = {
    letter: script - codes(languages)
    for script, letters, languages in SPELLINGS
    for letter in letters
}
"""The languages of its script that do not write a letter."""

FEW_WORDS = 50
"""Characters of a few words."""


def spelling_against(text: str, candidates: Iterable[str]) -> dict[str, int]:
    """Return for each candidate how many of the text's letters its alphabet lacks.

    At most three count, and one in more than a few words, where keyboards and names play a part
    (Persian is often typed with the Arabic ي and ك). Likewise a letter counts if it makes one in a
    hundred characters.
    """
    if text.isascii():
        return dict.fromkeys(candidates, 0)
    told = set(text) & NOT_WRITTEN_IN.keys()
    foreign = [NOT_WRITTEN_IN[each] for each in told if text.count(each) * 100 >= len(text)]
    most = 3 if len(text) < FEW_WORDS else 1
    return {code: min(most, sum(code in each for each in foreign)) for code in candidates}


def by_own_letters(sample: str) -> tuple[str, float] | None:
    """Return the language whose own letters an Arabic-script text holds, and their share."""
    if ANY_OWN.search(sample) is None:
        return None
    counts = {code: len(letters.findall(sample)) for code, letters in OWN_LETTERS.items()}
    code = max(counts, key=lambda each: counts[each])
    share = counts[code] / len(ARABIC.findall(sample))
    if share < OWN_SHARE or (counts[code] < 2 and share < LONE_SHARE):
        return None
    return code, share


def lacks_own_letters(head: str, code: str) -> bool:
    """Return whether a text in Arabic letters has none of those that mark a language."""
    return code in WITHOUT_THEM and ANY_OWN.search(head) is None and bool(ARABIC.search(head))


def is_kurmanji(sample: str) -> bool:
    """Return whether a text is Kurdish in Latin letters, which no detector here knows.

    It has ê, î and û at every turn, and three at least of its commonest small words.
    """
    if len(KURMANJI_LETTERS.findall(sample)) < KURMANJI_SHARE * len(sample):
        return False
    return len({word.lower() for word in KURMANJI_WORDS.findall(sample)}) >= 3
