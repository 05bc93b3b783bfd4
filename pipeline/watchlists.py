"""Watch-lists: names that people keep in YAML files, checked and turned into gazetteer names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

import yaml

from pipeline.folding import fold
from pipeline.gazetteer import Name
from pipeline.spellings import family_of, spellings

TYPES = ("PER", "LOC", "ORG", "MISC")
KEYS = ("id", "type", "name", "name_ar", "also", "short", "with", "not", "country", "wikidata")
VARIED = ("PER", "ORG")
FILE_KEYS = ("theme", "type", "country", "names")
ID = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9_.-]*")
COUNTRY = re.compile(r"[A-Z]{2}")
WIKIDATA = re.compile(r"Q[1-9][0-9]*")
FEWEST_LETTERS = 2
# Strings only: NO is Norway and not false. The C loader is ten times as fast.
LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class WatchlistError(Exception):
    """A watch-list is wrong; the message is a sentence with file, line and what to write."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list as it was read, with where it stands."""

    fields: Mapping[str, object]
    where: str

    def wrong(self, sentence: str) -> WatchlistError:
        """Return the error that says what is wrong with this entry."""
        return WatchlistError(f"{self.where}: {sentence}")

    def text(self, key: str, otherwise: str = "") -> str:
        """Return a field that is one text."""
        value = self.fields.get(key, otherwise)
        if not isinstance(value, str):
            raise self.wrong(f"`{key}` must be one text.")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a field that is a list of texts."""
        value = self.fields.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.wrong(f"`{key}` must be a list of texts, such as [ISIS, Daesh].")
        return tuple(v.strip() for v in value)


def parse_watchlist(text: str, origin: str) -> list[Name]:
    """Return the names of a watch-list in YAML; `origin` names the file in errors.

    The file is a mapping with `names`, a list of entries, and optionally `theme` (for readers) and
    `type` and `country`, which hold for entries that do not say otherwise. An entry has `id`
    (kind:slug), `type` (PER, LOC, ORG or MISC), `name` (English), and optionally `name_ar`, `also`
    (more full forms), `short` (doubtful forms, see `Name`), `with` (words of which one in the
    article lets the doubtful forms count), `not` (phrases that hold a form and mean something
    else), `country` (ISO 3166 alpha-2; a place without one is never found by the country it lies
    in), `wikidata`. Names of people and organisations count in all their `spellings`. A person
    without `short` has the family name as a doubtful form. An id that the places of the world
    already have adds forms to that place. Raises WatchlistError.
    """
    return names_of(entries_of(text, origin))


def names_of(entries: Iterable[Entry]) -> list[Name]:
    """Return the names that the entries of one file describe. Raises WatchlistError."""
    names: dict[str, Name] = {}
    for entry in entries:
        name = name_of(entry)
        if name.id in names:
            raise entry.wrong("this id stands twice in the file; write one entry with all forms.")
        names[name.id] = name
    return list(names.values())


def entries_of(text: str, origin: str) -> list[Entry]:
    """Return the entries of a watch-list in YAML as they stand. Raises WatchlistError."""
    whole, lines = read_yaml(text, origin)
    entries = whole.get("names")
    unknown = [key for key in whole if key not in FILE_KEYS]
    if unknown:
        raise WatchlistError(f"{origin}: `{unknown[0]}` is unknown; use {listed(FILE_KEYS)}.")
    if not isinstance(entries, list):
        raise WatchlistError(f"{origin}: there is no list `names`; write the entries below it.")
    defaults = {key: value for key, value in whole.items() if key in {"type", "country"}}
    read = []
    for number, (fields, line) in enumerate(zip(entries, lines, strict=True), start=1):
        where = f"{origin}, line {line}, entry {number}"
        if not isinstance(fields, dict):
            raise WatchlistError(f"{where}: an entry is a mapping with `id` and `name`.")
        read.append(Entry({**defaults, **fields}, f"{where} ({fields.get('id', 'without id')})"))
    return read


def read_yaml(text: str, origin: str) -> tuple[dict[str, object], list[int]]:
    """Return the mapping in a YAML text and the line of each entry of its `names`."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        whole = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise WatchlistError(f"{origin}{line}: this is no YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise WatchlistError(f"{origin}: this is no YAML: {error}.") from error
    finally:
        loader.dispose()
    if not isinstance(whole, dict) or not isinstance(node, yaml.MappingNode):
        raise WatchlistError(f"{origin}: a watch-list is a mapping with a list `names`.")
    lines = [
        entry.start_mark.line + 1
        for key, value in node.value
        if key.value == "names" and isinstance(value, yaml.SequenceNode)
        for entry in value.value
    ]
    return whole, lines


def name_of(entry: Entry) -> Name:
    """Return the name that an entry describes."""
    unknown = [key for key in entry.fields if key not in KEYS]
    if unknown:
        raise entry.wrong(f"`{unknown[0]}` is unknown; use {listed(KEYS)}.")
    name = entry.text("name")
    name_ar = entry.text("name_ar")
    if not name:
        raise entry.wrong("`name` is missing; write the name as it is to be shown in English.")
    kind = type_of(entry)
    short = forms(entry, *entry.texts("short"))
    full = [f for f in forms(entry, name, name_ar, *entry.texts("also")) if f not in short]
    if kind == "PER" and "short" not in entry.fields:
        short = (*family_of(name), *family_of(name_ar))
    surfaces = spelled(full, kind, name)
    taken = set(map(fold, surfaces))
    return Name(
        id=checked(entry, "id", ID, "kind:slug, such as org:red-crescent"),
        type=kind,
        name=name,
        name_ar=name_ar,
        surfaces=surfaces,
        short=tuple(form for form in spelled(short, kind, name) if fold(form) not in taken),
        country=checked(entry, "country", COUNTRY, "a code of two capitals, such as IQ") or None,
        wikidata=checked(entry, "wikidata", WIKIDATA, "an item, such as Q1065") or None,
        cues=forms(entry, *entry.texts("with")),
        never=forms(entry, *entry.texts("not")),
    )


def spelled(surfaces: Iterable[str], kind: str, name: str) -> tuple[str, ...]:
    """Return forms with their other spellings; places have theirs in the lists."""
    if kind not in VARIED:
        return tuple(surfaces)
    ways = (spellings(form, person=kind == "PER", english=name) for form in surfaces)
    return tuple(dict.fromkeys(chain.from_iterable(ways)))


def type_of(entry: Entry) -> str:
    """Return the entity type of an entry."""
    kind = entry.text("type")
    if kind not in TYPES:
        raise entry.wrong(f"`type` is {kind or 'missing'}; use {listed(TYPES)}.")
    return kind


def checked(entry: Entry, key: str, pattern: re.Pattern[str], example: str) -> str:
    """Return a field that has a fixed form; only the id may not be absent."""
    value = entry.text(key)
    if (key == "id" or key in entry.fields) and pattern.fullmatch(value) is None:
        raise entry.wrong(f"`{key}` is {value or 'missing'}; write {example}.")
    return value


def forms(entry: Entry, *surfaces: str) -> tuple[str, ...]:
    """Return surface forms without repetition, each with something to find."""
    for surface in surfaces:
        if surface and sum(map(str.isalnum, fold(surface))) < FEWEST_LETTERS:
            raise entry.wrong(
                f"the form “{surface}” is too short; write at least two letters or digits."
            )
    return tuple(dict.fromkeys(surface for surface in surfaces if surface))


def listed(words: tuple[str, ...]) -> str:
    """Return words as an English enumeration."""
    return ", ".join(words[:-1]) + " or " + words[-1]
