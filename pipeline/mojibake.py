"""Mojibake: UTF-8 that was read as a Windows or Latin code page, put back.

Each character of such text stands for a byte, so an accented or Arabic letter became two or three
characters, which is hardly ever a sequence that anybody writes. A text is only changed where such
sequences follow one another or are of a kind that no correct text holds, and only if the bytes are
strict UTF-8. What was misread twice is put back twice.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.audit import GROUPED
from pipeline.characters import Edit, normal

MOST_MISREADINGS = 3
"""How often a text may have been misread; one that seems to have been more often stays as it is."""
MOST_EDITS = 5_000
"""Edits that are told one by one; with more, one covers the whole text."""
RULE = "mojibake"
UNSEEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
HIDDEN = re.compile(f"[{UNSEEN}]+")

RARE = (
    "\u00c3\u00c2\u00d8\u00d9\u00d0\u00d1\u00c4\u00c5\u00e2\u00ce\u00cf\u00d7\u00e3\u00e5\u00e6\u00f0"
    "\u00a4\u00a6\u00b8\u00a7\u201e\u00b0\u0455\u00b5\u00a9\u0402"
)
"""Characters of which misread text of any length holds one: the leads of Latin, Arabic, Cyrillic,
Greek, Hebrew, Chinese letters and of emoji in cp1252, what follows them in the others."""

# A pair of each kind of misread text: an alef or a lam, a Cyrillic vowel, an accent, a quotation
# mark or emoji. Without one of them a text is not looked at further.
SIGNS = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]|\u0637\u00a7|\u0638\u201e|\u0440[\u0402-\u045f\u00b0]"
    "|[\u0420\u0421][\u0402-\u040f\u0450-\u045f\u00a0-\u00bb\u0490\u0491\u2013-\u203a\u2116]"
    "|\u0432\u0402|[\u0623\u0622][\u00a0-\u00bf]"
)


@dataclass(frozen=True)
class Misreading:
    """UTF-8 read as a code page: which characters its bytes became.

    `leads` are the first bytes of the characters that are looked for; others are too likely to be
    correct text in this code page.
    """

    codec: str
    leads: bytes
    byte_of: dict[str, int] = field(init=False)
    runs: re.Pattern[str] = field(init=False)
    sure: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the expressions."""
        byte_of = {chr(byte): byte for byte in range(0x80, 0xC0)}
        for byte in range(0x80, 0x100):
            character = bytes([byte]).decode(self.codec, "replace")
            if character != "\ufffd":
                byte_of[character] = byte
        object.__setattr__(self, "byte_of", byte_of)
        follow = class_of(char for char, byte in byte_of.items() if 0x80 <= byte < 0xC0)
        pieces = []
        for count, (low, high) in enumerate(((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4)), 1):
            leads = [c for c, byte in byte_of.items() if low <= byte <= high and byte in self.leads]
            if leads:
                pieces.append(f"{class_of(leads)}{follow}{{{count}}}")
        one = "(?:" + "|".join(pieces) + ")"
        object.__setattr__(self, "runs", re.compile(f"{one}+"))
        object.__setattr__(self, "sure", re.compile("|".join([f"{one}{{3}}", *self.unwritten()])))

    def unwritten(self) -> Iterator[str]:
        """Yield expressions for single characters, misread, that no correct text holds.

        They are Latin-1 letters and signs, the dashes and quotes of U+2010 to U+203A, the euro and
        the trade mark, the byte order mark and emoji. A quotation mark, dash, dots or a no-break
        space may well follow a capital letter with an accent, and do not count.
        """
        likely = "\u00ad\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u00bb\u203a\u2122\u00ae"
        followers = [char for char, byte in self.byte_of.items() if 0x80 <= byte < 0xC0]
        rest = [char for char in followers if char not in likely and not self.is_letter(char)]
        yield class_of(self.accents()) + class_of(rest)
        for start in (b"\xe2\x80", b"\xe2\x82\xac", b"\xe2\x84\xa2", b"\xef\xbb\xbf", b"\xf0\x9f"):
            if start[0] in self.leads:
                last = class_of(followers) if len(start) == 2 else ""
                yield "".join(class_of(self.characters_of(byte)) for byte in start) + last

    def characters_of(self, byte: int) -> list[str]:
        """Return what a byte may have become: a character of the code page, or of Latin-1."""
        return [character for character, each in self.byte_of.items() if each == byte]

    def accents(self) -> set[str]:
        """Return the leads of Latin letters with accents."""
        return {
            char for char, byte in self.byte_of.items()
            if byte in self.leads and 0xC2 <= byte <= 0xC5
        }  # fmt: skip

    def is_letter(self, character: str) -> bool:
        """Return whether a character may follow a lead in a word of the code page's languages."""
        if self.codec == "cp1252":
            return False
        return character.isalpha() or character in "\u060c\u061b\u061f\u200c\u200d\u00ab"

    def bytes_of(self, text: str) -> bytes:
        """Return the bytes that were misread as this text."""
        return bytes([self.byte_of[character] for character in text])


def class_of(characters: Iterable[str]) -> str:
    """Return the expression for one of some characters."""
    return "[" + "".join(map(re.escape, sorted(set(characters)))) + "]"


ALL_LEADS = bytes(range(0xC2, 0xF5))
MISREADINGS = (
    Misreading("cp1252", ALL_LEADS),
    Misreading("cp1256", b"\xc2\xc3\xd8\xd9\xda\xdb\xe2"),
    Misreading("cp1251", b"\xc2\xc3\xd0\xd1\xd8\xd9\xe2"),
)


def mend(text: str) -> tuple[str, list[Edit]]:
    """Return NFC text with what was misread put back, and the edits that do it (none, mostly).

    The result is NFC, and mending it changes nothing.
    """
    if text.isascii() or not has_one_of(text, RARE) or SIGNS.search(text) is None:
        return text, []
    mended, edits = text, list[Edit]()
    for _ in range(MOST_MISREADINGS + 1):
        hidden = unseen(mended)
        seen = made(mended, hidden)
        found = one_misreading(seen)
        if not found:
            return mended, edits
        found = compose(hidden, found, seen) if hidden else found
        edits = compose(edits, found, mended) if edits else found
        put_right = made(mended, found)
        mended = normal(put_right)
        if mended != put_right or len(edits) > MOST_EDITS:
            edits = [Edit(0, len(text), RULE, mended)]
    return text, []


def unseen(text: str) -> list[Edit]:
    """Return the edits that take out characters which may lie between those of a misread one."""
    if not has_one_of(text, UNSEEN):
        return []
    return [Edit(one.start(), one.end(), "invisible-character") for one in HIDDEN.finditer(text)]


def has_one_of(text: str, characters: str) -> bool:
    """Return whether one of the characters stands in the text: faster than an expression."""
    for character in characters:  # noqa: SIM110  (a generator would take twice as long)
        if character in text:
            return True
    return False


def one_misreading(text: str) -> list[Edit]:
    """Return the edits that put back one misreading, the first of which there is evidence."""
    for misreading in MISREADINGS:
        if misreading.sure.search(text):
            return list(put_back(text, misreading))
    return []


def put_back(text: str, misreading: Misreading) -> Iterator[Edit]:
    """Yield the edits for every run of misread characters that is strict UTF-8 and evident.

    A run is evident by itself, or if it begins with the same lead as one that is.
    """
    runs = list(misreading.runs.finditer(text))
    evident = set("".join(run.group() for run in runs if misreading.sure.search(run.group())))
    if evident & (accents := misreading.accents()):
        evident |= accents
    for run in runs:
        if run.group()[0] not in evident:
            continue
        try:
            put = misreading.bytes_of(run.group()).decode("utf-8")
        except UnicodeDecodeError:
            continue
        yield Edit(run.start(), run.end(), RULE, put)


def made(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits made, which are in order."""
    pieces = []
    position = 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.put]
        position = edit.end
    return "".join([*pieces, text[position:]])


def compose(first: Sequence[Edit], second: Sequence[Edit], middle: str) -> list[Edit]:
    """Return the edits of a text that do at once what `first` and then `second` do to it.

    `first` makes `middle` of the text; both are in order. Edits that touch the same characters of
    `middle` become one, under the rule of the second, or of the first if the second is of a single
    character: the control character that was put back goes as the letters that stood for it.
    """
    result: list[Edit] = []
    early, late = deque(first), deque(second)
    shift = 0  # from a place in the middle text to the one in the input, behind the edits so far
    while early or late:
        place = early[0].start - shift if early else len(middle)
        if not late or (early and place + len(early[0].put) <= late[0].start):
            edit = early.popleft()
            shift += (edit.end - edit.start) - len(edit.put)
            result.append(edit)
            continue
        if late[0].end <= place:
            edit = late.popleft()
            result.append(Edit(edit.start + shift, edit.end + shift, edit.rule, edit.put))
            continue
        start = stop = min(place, late[0].start)
        begin, rule = start + shift, late[0].rule
        inside: list[Edit] = []
        while True:
            place = early[0].start - shift if early else len(middle)
            if early and (place < stop or place == start):
                edit = early.popleft()
                rule = edit.rule if rule in GROUPED else rule
                stop = max(stop, place + len(edit.put))
                shift += (edit.end - edit.start) - len(edit.put)
            elif late and (late[0].start < stop or late[0].start == start):
                edit = late.popleft()
                stop = max(stop, edit.end)
                inside.append(Edit(edit.start - start, edit.end - start, edit.rule, edit.put))
            else:
                break
        result.append(Edit(begin, stop + shift, rule, made(middle[start:stop], inside)))
    return result
