"""Word lists: patterns of whole lines, in files that a user extends without code.

A list `name.txt` holds one pattern a line; `#` begins a comment line. Words are compared folded
(`pipeline.folding`). `…` stands for anything, also nothing; `|` for a colon, dash, slash or
bracket; `{name}` for any line of the list `name`; `{number}` for a number. Files `words-name.txt`
hold vocabularies (`pipeline.vocabulary`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files

from pipeline.folding import fold

ANYTHING = "…"
NUMBER = "{number}"
NUMERIC = "#"
"""Stands for every number where patterns are looked up by their first or last word."""

SEPARATORS = re.compile(
    "[-\u2010-\u2015\u2212:\uff1a/\\\\|()\\[\\]\u2022\u00b7\u00bb\u203a>\u2190\u2192\u25b6\u25ba\u25c0\u25c4]+"
)
TOKENS = re.compile(
    r"\d+(?:[.,\u066b\u066c]\d+)+[^\W\d_]?(?![^\W_])|[^\W_]+(?:['.&+@][^\W_]+|\+)*|\||©"
)
PLACEHOLDER = re.compile(r"\{([\w-]+)\}(\S*)")


def normal_form(line: str) -> str:
    """Return the folded words of a line, one space between them, `|` for separators inside."""
    tokens = TOKENS.findall(fold(SEPARATORS.sub(" | ", line)))
    return " ".join(tokens).strip("| ").replace("| |", "|")


@dataclass(frozen=True)
class Pattern:
    """A pattern of whole lines.

    `first` are the openings, a word or two, of which a line must have one to be worth the
    comparison; `last`, where a pattern begins with `…`, are the words of which it must end in one;
    `inner`, where it ends with `…`, too, are the phrases of which it must hold one.
    """

    rule: str
    parts: tuple[tuple[str, ...], ...]
    """For each part of the pattern its alternatives in normal form, or `("…",)`."""
    first: frozenset[str] = field(init=False)
    last: frozenset[str] = field(init=False)
    inner: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out by which words the pattern is looked up."""
        opens = self.parts[0] != (ANYTHING,)
        first = {" ".join(part.split(" ")[:2]) for part in self.parts[0]} if opens else set()
        first = {words.removesuffix(" |") for words in first}
        closes = not opens and self.parts[-1] != (ANYTHING,)
        last = {part.rsplit(" ", 1)[-1] for part in self.parts[-1]} if closes else set()
        inner = set() if opens or closes else {piece_of(part) for part in self.parts[1]}
        object.__setattr__(self, "first", frozenset(first))
        object.__setattr__(self, "last", frozenset(last))
        object.__setattr__(self, "inner", frozenset(inner))

    @property
    def is_open(self) -> bool:
        """Whether a line may go on as it likes behind the pattern's words."""
        return self.parts[-1] == (ANYTHING,)

    @property
    def is_label(self) -> bool:
        """Whether the pattern is a label: its first words and a separator."""
        return self.is_open and self.parts[0][0].endswith("|")

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The pattern as an expression over normal forms; its groups are what `…` stands for."""
        pieces = []
        for part in self.parts:
            if part == (ANYTHING,):
                pieces.append("(?: (.*))?")
            else:
                words = sorted(part, key=lambda word: (-len(word), word))
                pieces.append(" (?:" + "|".join(map(number_or_words, words)) + ")")
        return re.compile("".join(pieces))

    def match(self, form: str) -> re.Match[str] | None:
        """Return the match of a whole line's normal form, or None."""
        return self.expression.fullmatch(" " + form)


def piece_of(words: str) -> str:
    """Return the longest piece of a pattern's words without a separator."""
    return max(words.split("|"), key=len).strip()


def number_or_words(words: str) -> str:
    """Return the expression for one alternative of a pattern's part."""
    return r"\d[\d.,]*[^\W\d]?" if words == NUMERIC else re.escape(words)


def entries(text: str) -> Iterator[str]:
    """Yield the lines of a word list without comments and blank lines."""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield stripped


def parse_patterns(rule: str, lists: Mapping[str, str]) -> list[Pattern]:
    """Return the patterns of the list that bears the rule's name.

    `lists` are all word lists by name. Raises ValueError, with a sentence that says what to do, for
    a pattern that names an unknown list or stands for every line.
    """
    return [parse_pattern(rule, line, lists) for line in entries(lists[rule])]


def parse_pattern(rule: str, line: str, lists: Mapping[str, str]) -> Pattern:
    """Return one pattern; see `parse_patterns`."""
    parts: list[tuple[str, ...]] = []
    words: list[str] = []
    for piece in [*line.split(), ""]:
        named = PLACEHOLDER.fullmatch(piece)
        if piece not in (ANYTHING, "") and not named:
            words.append(piece)
            continue
        if form := inner_form(" ".join(words), opening=not parts):
            parts.append((form,))
        words = []
        if piece == ANYTHING:
            parts.append((ANYTHING,))
        elif named:
            parts.append(alternatives(named, lists, line))
    if parts and parts[-1] != (ANYTHING,):
        parts[-1] = tuple(words.rstrip("| ") for words in parts[-1])
    if all(part in {(ANYTHING,), ("",), ("|",)} for part in parts):
        raise ValueError(f"The pattern “{line}” of {rule}.txt fits every line; add a word.")
    return Pattern(rule, tuple(parts))


def inner_form(words: str, *, opening: bool) -> str:
    """Return the normal form of a pattern's words, with the separators at its inner ends kept."""
    tokens = " ".join(TOKENS.findall(fold(SEPARATORS.sub(" | ", words)))).replace("| |", "|")
    return tokens.lstrip("| ") if opening else tokens


def alternatives(named: re.Match[str], lists: Mapping[str, str], line: str) -> tuple[str, ...]:
    """Return what a placeholder stands for, in normal form, with the suffix written behind it."""
    name, suffix = named.groups()
    if named.group() == NUMBER:
        return (NUMERIC,)
    if name not in lists:
        raise ValueError(f"The pattern “{line}” names the word list “{name}”; add {name}.txt.")
    return tuple(dict.fromkeys(normal_form(word + suffix) for word in entries(lists[name])))


@cache
def shipped() -> dict[str, str]:
    """Return the text of every word list that barq ships, by name without `.txt`."""
    folder = files("pipeline") / "wordlists"
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {
        file.name.removesuffix(".txt"): file.read_text("utf-8")
        for file in found
        if file.name.endswith(".txt")
    }
