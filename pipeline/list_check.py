"""What a newsroom should know of its watch-lists: claims that conflict, words, repetitions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.folding import fold
from pipeline.gazetteer import Name
from pipeline.name_words import name_words
from pipeline.vicinity import WORDS_IN_CAPITALS
from pipeline.watchlists import Entry

TO_MEND = frozenset({"two-ids", "word"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in lists.

    `kind` is `two-ids` (one full form of two names), `word` (a full form that is also a common
    word), `place` (a full form of a person or organisation that is a place as well) or `repeated`
    (a form that an entry has already, folded).
    """

    kind: str
    form: str
    ids: tuple[str, ...]
    sentence: str

    @property
    def wrong(self) -> bool:
        """Say whether it should be mended, and not only known."""
        return self.kind in TO_MEND


def check_lists(
    names: Iterable[Name], entries: Iterable[Entry], places: Iterable[Name] = ()
) -> list[Finding]:
    """Return what is to be said about the names of watch-lists, the wrong first, then by form.

    `entries` are the same names as they were written, `places` those of the world.
    """
    names = list(names)
    found = [*two_ids(names), *words(names), *as_places(names, places), *repeated(entries)]
    return sorted(found, key=lambda f: (not f.wrong, f.kind, f.form, f.ids))


def owners(names: Iterable[Name]) -> dict[str, dict[str, str]]:
    """Return who claims each folded full form: id and type."""
    claimed: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        for surface in name.surfaces:
            claimed[fold(surface)][name.id] = name.type
    return claimed


def two_ids(names: Iterable[Name]) -> Iterator[Finding]:
    """Yield the full forms of two names. Places may share one: the article decides."""
    for form, claims in owners(names).items():
        if len(claims) > 1 and set(claims.values()) != {"LOC"}:
            ids = tuple(sorted(claims))
            sentence = (
                f"“{form}” is a full form of {' and '.join(ids)}; write it under `short` of one of "
                "them, or of both with the words that tell them apart under `with`."
            )
            yield Finding("two-ids", form, ids, sentence)


def words(names: Iterable[Name]) -> Iterator[Finding]:
    """Yield the full forms that are common words."""
    common = name_words().common
    for name in names:
        for surface in name.surfaces:
            form = fold(surface)
            acronym = surface.isupper() and form in WORDS_IN_CAPITALS
            if form in common and not acronym:
                sentence = (
                    f"“{surface}” ({name.id}) is also a common word; write it under `short`, with "
                    "words that go with the name under `with`."
                )
                yield Finding("word", form, (name.id,), sentence)


def as_places(names: Iterable[Name], places: Iterable[Name]) -> Iterator[Finding]:
    """Yield the full forms of people and organisations that are places as well."""
    located = owners(places)
    for name in names:
        for surface in name.surfaces if name.type != "LOC" else ():
            if claims := located.get(fold(surface)):
                place = min(claims)
                sentence = (
                    f"“{surface}” is {name.id} and the place {place}; the list always wins. Write "
                    "it under `short` if the place is meant more often."
                )
                yield Finding("place", fold(surface), (name.id, place), sentence)


def repeated(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Yield the forms that an entry has twice, for folding makes them one."""
    for entry in entries:
        seen: set[tuple[str, str]] = set()
        for form in (entry.text("name"), entry.text("name_ar"), *entry.texts("also")):
            # NATO and Nato are two forms: each needs its capitals.
            key = fold(form), "".join(filter(str.isupper, form))
            if form and key in seen:
                sentence = f"{entry.where}: “{form}” is there already, folded; it can be left out."
                yield Finding("repeated", key[0], (entry.text("id"),), sentence)
            seen.add(key)
