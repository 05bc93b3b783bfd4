"""People's names in Arabic and Latin letters, from packages with permissive data.

* Wikidata (CC0), of people in 22 countries of the Arab world, Iran, Pakistan and Afghanistan, by
  way of arabic-name-romanizer (MIT; Algerian names CC0 and MIT);
* the dictionary of arabnamer (E. Yousef, CC BY 4.0): names of the world in Latin and Arabic;
* Faker (MIT): given names and surnames by country, in Latin and Arabic letters.
"""

import importlib
import pkgutil
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import faker.providers.person
import numpy as np
import orjson

from pipeline.folding import fold
from pipeline.word_signs import name_key

LATIN_OR_ARABIC = re.compile(r"[A-Za-z\u00c0-\u024f\u0620-\u06d3'’ -]+")
OF_A_LIST = 5
"""How common a name is that only a list holds: rather common."""


@dataclass
class People:
    """How often a folded word is a given name and a surname; a dictionary's words; full names."""

    given: Counter[str] = field(default_factory=Counter)
    surname: Counter[str] = field(default_factory=Counter)
    dictionary: set[str] = field(default_factory=set)
    pairs: dict[str, str] = field(default_factory=dict)
    full: dict[str, list[str]] = field(default_factory=lambda: {"en": [], "ar": []})
    first: dict[str, list[str]] = field(default_factory=lambda: {"en": [], "ar": []})
    last: dict[str, list[str]] = field(default_factory=lambda: {"en": [], "ar": []})


def data_of(package: str) -> Path:
    """Return the folder of a package without importing it (its model needs are not ours)."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed; `make train-tagger` installs it")
    return Path(spec.origin).parent


def add_words(counter: Counter[str], name: str, count: int) -> None:
    for word in fold(name).split():
        counter[word] += count


def add_wikidata(people: People) -> None:
    index = data_of("arabic_name_romanizer") / "resources" / "names.sqlite3"
    with sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True) as names:
        units = names.execute(
            "SELECT arabic_key, latin, role, count FROM units ORDER BY 1, 2, 3, 4"
        )
        for arabic, latin, role, count in units:
            counter = people.given if role == "given" else people.surname
            add_words(counter, arabic, count)
            add_words(counter, latin, count)
        rows = names.execute("SELECT DISTINCT arabic_key, latin FROM full_names ORDER BY 1, 2")
        for arabic, latin in rows:
            if " " in arabic:
                people.full["ar"].append(arabic)
            if " " in latin and latin[0].isupper():
                people.full["en"].append(latin)


def add_dictionary(people: People) -> None:
    words = orjson.loads((data_of("arabnamer") / "data" / "dict_FINAL.json").read_bytes())
    for latin, arabic in sorted(words.items()):
        people.dictionary.update(fold(latin).split())
        people.dictionary.update(fold(arabic).split())
        people.pairs[latin] = arabic


def of_faker(provider: type, names: tuple[str, ...]) -> Iterator[str]:
    """Yield the names that a provider of Faker holds under some attributes."""
    for name in names:
        held = getattr(provider, name, ())
        if isinstance(held, Iterable):
            yield from (n for n in held if LATIN_OR_ARABIC.fullmatch(n))


def add_faker(people: People) -> None:
    for module in sorted(m.name for m in pkgutil.iter_modules(faker.providers.person.__path__)):
        provider = importlib.import_module(f"faker.providers.person.{module}").Provider
        given = ("first_names", "first_names_male", "first_names_female")
        surname = ("last_names", "last_names_male", "last_names_female")
        for names, counter, drawn in (
            (given, people.given, people.first),
            (surname, people.surname, people.last),
        ):
            for name in dict.fromkeys(of_faker(provider, names)):
                if len(name) > 1:
                    add_words(counter, name, OF_A_LIST)
                    drawn["en" if name.isascii() or name < "\u0600" else "ar"].append(name)


def load_people() -> People:
    """Return all names of people, always in the same order."""
    people = People()
    add_wikidata(people)
    add_dictionary(people)
    add_faker(people)
    for lists in (people.first, people.last, people.full):
        for language, names in lists.items():
            lists[language] = sorted(set(names))
    add_transcribed(people)
    return people


def add_transcribed(people: People) -> None:
    """Add the names of the world in Arabic letters, as given names and surnames in Arabic text."""
    for latin, arabic in sorted(people.pairs.items()):
        word = fold(latin)
        if people.given[word] >= OF_A_LIST:
            people.first["ar"].append(arabic)
        if people.surname[word] or not people.given[word]:
            people.last["ar"].append(arabic)


def level(count: int) -> int:
    """Return how common a name is, from 0 (no name) to 3."""
    return 0 if not count else 1 if count < 4 else 2 if count < 40 else 3


def flags(people: People) -> tuple[np.ndarray, np.ndarray]:
    """Return the hashes of all words of names, sorted, and what the lists say of each."""
    found: dict[int, int] = {}
    for word in sorted(set(chain(people.given, people.surname, people.dictionary))):
        if len(word) < 2:
            continue
        value = level(people.given[word]) | level(people.surname[word]) << 2
        value |= (word in people.dictionary) << 4
        key = name_key(word)
        found[key] = found.get(key, 0) | value
    keys = sorted(found)
    return np.array(keys, np.uint32), np.array([found[key] for key in keys], np.uint8)
