"""How one name is spelled: articles, compounds, given names, initials, and the family name alone.

Newsrooms write one name in many ways (Qassem al-X, Qasem el-X, Kassem X). The rules here are of
how names are formed and transliterated; what they cannot give stands in the watch-lists.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

from pipeline.folding import fold
from pipeline.name_words import name_words

MOST_SPELLINGS = 48
"""Of one form; a longer name with more is one that nobody varies in all its parts."""
FEWEST_LETTERS = 4
"""A shorter last word is no family name that could stand alone."""

GIVEN = (
    ("Mohammed", "Mohamed", "Muhammad", "Mohammad", "Mohamad"),
    ("Ahmed", "Ahmad"),
    ("Hussein", "Hussain", "Husayn", "Husain", "Hossein"),
    ("Hassan", "Hasan"),
    ("Abdullah", "Abdallah", "Abdulla"),
    ("Yousef", "Youssef", "Yusuf", "Yousuf", "Yusef"),
    ("Ibrahim", "Ebrahim"),
    ("Omar", "Umar"),
    ("Osama", "Usama", "Oussama"),
    ("Khaled", "Khalid"),
    ("Saeed", "Said", "Saïd"),
    ("Mahmoud", "Mahmud", "Mahmood"),
    ("Ismail", "Ismael", "Esmail"),
    ("Mustafa", "Mostafa", "Moustafa"),
    ("Walid", "Waleed"),
    ("Rashid", "Rasheed", "Rachid"),
    ("Nasser", "Nasir", "Naser"),
    ("Suleiman", "Sulaiman", "Soliman", "Sleiman"),
    ("Tariq", "Tarek", "Tareq"),
    ("Faisal", "Faysal"),
    ("Fouad", "Fuad"),
    ("Saleh", "Salih"),
    ("Qassem", "Qasem", "Qassim", "Kassem", "Ghasem"),
    ("Yasser", "Yasir"),
    ("Hashem", "Hashim"),
    ("Ayatollah", "Ayatullah"),
    ("Sergei", "Sergey"),
    ("Alexei", "Alexey", "Aleksei"),
    ("Andrei", "Andrey"),
    ("Dmitry", "Dmitri", "Dmitriy"),
    ("Yevgeny", "Evgeny", "Yevgeniy"),
    ("Alexander", "Aleksandr", "Aleksander"),
    ("Nikolai", "Nikolay"),
    ("Yuri", "Yury"),
    ("Vasily", "Vassily"),
    ("bin", "ben"),
    ("Abu", "Abou"),
    ("al", "el"),
)
"""Words that are transliterated in several ways, each of which stands for all."""
ALIKE = {word: group for group in GIVEN for word in group}
ARTICLES = frozenset({"al", "el", "Al", "El"})
SERVANT = re.compile(r"\bAbd(?:[ue]l| [ae]l) ?(?!lah?\b)([A-Za-z]\w+)")
SERVANTS = ("Abdul {}", "Abdel {}", "Abd al {}", "Abdul{}", "Abdel{}")
"""The ways to write عبد with the word it belongs to (Abdul Karim, Abdelkarim)."""
INITIALS = re.compile(r"\b[A-Z]\.(?: ?[A-Z]\.)*")
JOINED = re.compile(r"\bعبد(?=ال\w{3})")
APART = re.compile(r"\b([اأ]بو|عبد|[^\W\d_]{3,4}(?= الله\b)) (?=\w)")
WITH_G = re.compile("[gG](?!h)")
LATIN = re.compile("[A-Za-z]")
NUMERAL = re.compile(r"[IVX]+|[JS]r\.?")
PARTICLES = frozenset({
    "al", "el", "bin", "ben", "ibn", "abu", "von", "van", "der", "den", "de", "da", "di", "del",
    "della", "dos", "du", "le", "la", "ter", "ten", "ould", "bani", "بن", "ابن", "ابو", "بو", "عبد",
    "ال", "دي", "دو", "دير", "دا", "فان", "فون", "لو", "ولد", "بني", "دل",
})  # fmt: skip
"""What stands before the last word of a name and belongs to it, folded."""


def spellings(form: str, *, person: bool, english: str = "") -> tuple[str, ...]:
    """Return a form and the other ways to write it, the given one first.

    Dashes of a Latin form become spaces in its variants, which is one in folded text. Of a `person`
    the article may also be left out (Bashar Assad). `english` is the name in English: a hard G in
    it is written غ in most countries and ج in Egypt.
    """
    ways = latin(form, person=person) if LATIN.search(form) else arabic(form, english)
    return tuple(islice(dict.fromkeys((form, *ways)), MOST_SPELLINGS))


def latin(form: str, *, person: bool) -> Iterator[str]:
    """Yield the variants of a form in Latin letters."""
    for written in (form, *without_points(form)):
        for servant in servants(written.replace("-", " ")):
            words = servant.split()
            choices = [alike(word, first=not at, person=person) for at, word in enumerate(words)]
            for choice in islice(product(*choices), MOST_SPELLINGS):
                yield " ".join(filter(None, choice))


def without_points(form: str) -> Iterator[str]:
    """Yield a form with its initials closed up, and without their points (H.W., HW)."""
    if INITIALS.search(form):
        yield INITIALS.sub(lambda found: found[0].replace(" ", ""), form)
        yield INITIALS.sub(lambda found: found[0].replace(" ", "").replace(".", ""), form)


def servants(form: str) -> tuple[str, ...]:
    """Return the ways to write the compounds with Abdul in a form."""
    found = SERVANT.search(form)
    if found is None:
        return (form,)
    name = found[1].capitalize()
    ways = (way.format(name if " " in way else name.lower()) for way in SERVANTS)
    return (form, *(form[: found.start()] + way + form[found.end() :] for way in ways))


def alike(word: str, *, first: bool, person: bool) -> tuple[str, ...]:
    """Return the words that a word of a form may be written as; "" where it may be left out."""
    if word in ARTICLES:
        if first:
            return (word,)
        return ("al", "el", "") if person else ("al", "el")
    return ALIKE.get(word, (word,))


def arabic(form: str, english: str) -> Iterator[str]:
    """Yield the variants of a form in Arabic letters."""
    ways = [form]
    egyptian = form.replace("غ", "ج")
    if WITH_G.search(english) and fold(egyptian) not in name_words().common:
        ways.append(egyptian)
    for way in ways:
        yield way
        yield JOINED.sub("عبد ", way)
        yield APART.sub(r"\1", way)


def family_of(name: str) -> tuple[str, ...]:
    """Return the forms in which a person's family name stands alone, () where it cannot.

    It is the last word with the particles before it. A word that is short, common, a given name or
    a numeral is none: it says nothing, even in an article that names the person.
    """
    words = name.replace("-", " ").split()
    if len(words) < 2 or NUMERAL.fullmatch(words[-1]):
        return ()
    first = len(words) - 1
    while first > 1 and fold(words[first - 1]) in PARTICLES:
        first -= 1
    last = fold(words[-1])
    known = name_words()
    bare = first == len(words) - 1
    articled = not bare and fold(words[-2]) in {"al", "el"}
    if len(last) < FEWEST_LETTERS or last in known.given or (bare and last in known.common):
        return ()
    if articled:
        return () if last in known.common else (f"al-{words[-1]}", f"el-{words[-1]}", words[-1])
    return (" ".join(words[first:]),)
