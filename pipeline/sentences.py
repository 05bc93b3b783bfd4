"""A text as sentences, for scripts that end them with a mark: Latin, Cyrillic, Arabic, Indic, Han.

No language is asked for: where a mark may stand for an abbreviation as well, the sentence goes on.
"""

import re
from collections.abc import Iterator

END = re.compile(r"""([.!?…؟۔।॥。！？]++)(["'”’»›)\]]*+)(\s*+)""")
"""Marks, what closes after them, and white space. Possessive: a run of marks is read once."""
UNSPACED = frozenset("。！？")
"""Marks behind which a sentence begins without a space."""
ABBREVIATIONS = frozenset(
    """
    adm al approx art ave brig bros capt cf cmdr co col corp dept dr est etc fig ft gen gov hon inc
    jr lt ltd maj messrs mr mrs ms mt no nos op pp pres prof rep rev sen sgt sq sr st supt vs vol
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    bzw ca dott hr ing mme mlle nr núm sig sra tel usw ул руб млн млрд тыс гг стр
    """.split()  # noqa: SIM905  (a list of words reads best as words)
)
"""Words that are written with a point, without it; single letters are initials in any script."""
LONGEST_ABBREVIATION = 12


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order, without white space around them.

    A line end ends a sentence. Nothing else is lost: joined, they hold every other character.
    """
    return [one for line in text.splitlines() for one in of_line(line) if one]


def of_line(line: str) -> Iterator[str]:
    """Yield the sentences of one line."""
    start = 0
    for end in END.finditer(line):
        if ends_sentence(line, start, end):
            yield line[start : end.end()].strip()
            start = end.end()
    yield line[start:].strip()


def ends_sentence(line: str, start: int, end: re.Match[str]) -> bool:
    """Return whether the marks at `end` close the sentence that began at `start`."""
    marks, closing, space = end.groups()
    if end.end() == len(line):
        return True
    if not space:
        return marks[-1] in UNSPACED
    if line[end.end()].islower():
        return False
    if marks != "." or closing:
        return True
    # Looked for in a few characters only, or a line of points would be read again for each.
    nearest = max(start, end.start() - LONGEST_ABBREVIATION)
    word = line[nearest : end.start()].rsplit(" ", maxsplit=1)[-1].lstrip("\"'“‘«(").casefold()
    initials = all(len(part) == 1 for part in word.split("."))
    ordinal = word.isdecimal() and len(word) <= 2
    return not (initials or ordinal or word in ABBREVIATIONS)
