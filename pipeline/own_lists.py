"""Word lists of a newsroom's own: lines added to the shipped ones, and shipped lines taken out.

A list is a text `name.txt` in the syntax of the shipped list of that name, in which a line that
begins with a dash and a space takes out the shipped line that follows it; in lists `words-….txt`,
whose lines hold many words, it takes out the words. A list of a new name may be named in patterns.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.folding import fold
from pipeline.patterns import ANYTHING, PLACEHOLDER, entries, normal_form, parse_pattern
from pipeline.phrases import PATTERN_RULES

TAKE_OUT = "- "
WORDS = "words-"
"""What the names of lists begin with whose lines are words and not one entry each."""
MOST_ANYTHING = 3
"""Times that `…` may stand in a pattern: the time of a comparison grows with their power."""


class WordListError(ValueError):
    """A word list is wrong; the message names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class OwnList:
    """A word list of a newsroom: its name without `.txt`, its text, and the file for messages."""

    name: str
    text: str
    origin: str

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the words of each line that is no comment and not blank."""
        for number, line in enumerate(self.text.splitlines(), 1):
            for entry in entries(line.removeprefix("\ufeff")):
                yield number, entry


@dataclass(frozen=True, slots=True)
class Extended:
    """Word lists by name with a newsroom's own lines, and how many came in and went out."""

    lists: dict[str, str]
    added: int
    taken_out: int


def extend(shipped: Mapping[str, str], own: Iterable[OwnList]) -> Extended:
    """Return the shipped lists with the lines of the newsroom's own.

    Lines that are shipped already are passed over. Raises WordListError for the first line that is
    wrong, for a line to take out that is not shipped, and for a list that no pattern names.
    """
    own = list(own)
    lists = {name: list(entries(text)) for name, text in shipped.items()}
    taken_out = sum(take_out(lists, one) for one in own)
    added = 0
    for one in own:
        known = {key_of(line) for line in lists.setdefault(one.name, [])}
        for number, line in one.lines():
            if not line.startswith(TAKE_OUT) and key_of(line) not in known:
                check_line(one, number, line)
                lists[one.name].append(line)
                known.add(key_of(line))
                added += 1
    joined = {name: "\n".join(lines) for name, lines in lists.items()}
    for one in own:
        check_patterns(one, joined)
        check_name(one, shipped, joined)
    return Extended(joined, added, taken_out)


def take_out(lists: dict[str, list[str]], own: OwnList) -> int:
    """Take what a list marks with a dash out of the shipped one; return how many entries went."""
    before = lists.get(own.name, [])
    taken = 0
    for number, line in own.lines():
        if not line.startswith(TAKE_OUT):
            continue
        gone = line.removeprefix(TAKE_OUT).strip()
        pieces = gone.split() if own.name.startswith(WORDS) else [gone]
        for piece in pieces:
            left = without(before, piece, words=own.name.startswith(WORDS))
            if left == before:
                sentence = f"barq ships no “{piece}” in {own.name}.txt; write it as it is shipped"
                raise WordListError(f"{own.origin}, line {number}: {sentence}.")
            before = left
            taken += 1
    lists[own.name] = before
    return taken


def without(lines: list[str], piece: str, *, words: bool) -> list[str]:
    """Return a list without an entry: a line, or a word wherever it stands in a line."""
    key = key_of(piece)
    if not words:
        return [line for line in lines if key_of(line) != key]
    kept = [" ".join(word for word in line.split() if key_of(word) != key) for line in lines]
    same = [" ".join(line.split()) for line in lines]
    return lines if kept == same else [line for line in kept if normal_form(line)]


def key_of(line: str) -> str:
    """Return the form in which two lines of lists are the same."""
    return " ".join(fold(line).split())


def check_line(own: OwnList, number: int, line: str) -> None:
    """Raise WordListError for a line that says nothing, or that only a pattern may hold."""
    at = f"{own.origin}, line {number}"
    if own.name in PATTERN_RULES:
        if line.split().count(ANYTHING) > MOST_ANYTHING:
            raise WordListError(
                f"{at}: {ANYTHING} stands more than {MOST_ANYTHING} times; drop some."
            )
        return
    if ANYTHING in line or PLACEHOLDER.search(line):
        kinds = ", ".join(PATTERN_RULES)
        raise WordListError(f"{at}: {own.name}.txt holds words; patterns go into {kinds}.")
    if not normal_form(line):
        raise WordListError(f"{at}: “{line}” holds no letter or digit; drop it.")


def check_patterns(own: OwnList, lists: Mapping[str, str]) -> None:
    """Raise WordListError for a line of a list of patterns that is none."""
    if own.name not in PATTERN_RULES:
        return
    for number, line in own.lines():
        if line.startswith(TAKE_OUT):
            continue
        try:
            parse_pattern(own.name, line, lists)
        except ValueError as error:
            raise WordListError(f"{own.origin}, line {number}: {error}") from error


def check_name(own: OwnList, shipped: Mapping[str, str], lists: Mapping[str, str]) -> None:
    """Raise WordListError for a list that nothing would read."""
    named = f"{{{own.name}}}"
    if own.name in shipped or any(named in lists[rule] for rule in PATTERN_RULES):
        return
    names = ", ".join(sorted(shipped))
    sentence = f"no pattern names {named}, and barq's own lists are {names}"
    raise WordListError(f"{own.origin}: {sentence}; give the file one of these names.")
