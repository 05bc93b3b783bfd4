"""Editing a dispatch: which paragraphs go, by which rule, and what they tell about the story."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.characters import EDGE, Change, Edit, edits_of, place_of, rule_of, tidy
from pipeline.lines import LineRules
from pipeline.mojibake import compose
from pipeline.paragraphs import Paragraph
from pipeline.repetition import comparable, find_copies, second_half
from pipeline.surroundings import find_all, looks_like_headline

MOST_PASSES = 6
"""Passes over the paragraphs: what one takes out may lay open what the next takes out."""
LONGEST_TITLE = 120
LONGEST_REPEATED_TITLE = 300
SURE_TITLE = 25
"""Letters from which a headline is dirt wherever it stands in the body, not only on top."""

DASH = "[-\u2010-\u2015\u2212]"
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?"
DATELINES = (
    # BAGHDAD (Reuters) - ...; بغداد (رويترز) - ...
    re.compile(rf"[^()\n]{{2,45}}?\s?\((?P<agency>[^()\n]{{2,30}})\)\s?(?:{DASH}{{1,2}}|:)\s*"),
    # القاهرة - وكالات: ...; القاهرة/وكالات - ...
    re.compile(
        rf"[^\W\d_][\w ]{{1,25}}\s?(?:{DASH}|/)\s?(?P<agency>[\w. ]{{2,25}}?)\s?(?:{DASH}|:)\s+"
    ),
    # CLEVELAND, Feb 26 - ...; PORTLAND, Ore., Feb 26 -- ...
    re.compile(
        rf"[A-Z][A-Z.' ]{{2,30}}(?:, [A-Z][A-Za-z.' ]{{1,20}})?,? "
        rf"(?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})\s?{DASH}{{1,2}}\s+"
    ),
)
LONGEST_DATELINE = 90
LONGEST_TRIED = 20_000
SHORTEST_STORY = 20
"""Characters that must stand behind a dateline."""


@dataclass(slots=True)
class Draft:
    """A dispatch while it is edited.

    `source` is the NFC input, `kept` the paragraphs that are left of it, `edits` what was taken
    out, `found` the fields that it filled (byline, dateline, agency).
    """

    source: str
    title: str
    kept: list[Paragraph]
    edits: list[Edit] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The paragraphs that are left, one a line."""
        return "\n".join(paragraph.text for paragraph in self.kept)

    def remove(self, gone: Mapping[int, str]) -> None:
        """Take out paragraphs, by number in `kept`, for the rules given."""
        if not gone:
            return
        for number, rule in gone.items():
            paragraph = self.kept[number]
            self.edits.append(Edit(paragraph.start, paragraph.end, rule))
        self.kept = [one for number, one in enumerate(self.kept) if number not in gone]


def revise(draft: Draft, lines: LineRules) -> None:
    """Take out of a draft what is not its story; find its title, byline, dateline and agency."""
    for _ in range(MOST_PASSES):
        findings = find_all(lines, [paragraph.text for paragraph in draft.kept])
        for finding in findings.values():
            if finding.field and finding.value:
                draft.found.setdefault(finding.field, finding.value)
        draft.remove({number: finding.rule for number, finding in findings.items()})
        before = draft.kept
        take_title(draft)
        drop_title(draft)
        draft.remove(find_copies([paragraph.text for paragraph in draft.kept]))
        halve(draft)
        take_dateline(draft, lines)
        if draft.kept is before:
            break


def take_title(draft: Draft) -> None:
    """Give a draft without a title its first line, or the beginning of its first sentence."""
    if draft.title or not draft.kept:
        return
    first = draft.kept[0].text
    if len(first) <= LONGEST_TITLE and looks_like_headline(first):
        draft.title = first
        if len(draft.kept) > 1:
            draft.remove({0: "headline-taken"})
    else:
        draft.title = beginning(first)


def beginning(text: str) -> str:
    """Return the first sentence of a text, cut at a word to the length of a title."""
    sentence = re.split(r"(?<=[.!?\u061f\u06d4])\s", text, maxsplit=1)[0]
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    cut = sentence[:LONGEST_TITLE]
    ends_here = cut[-1].isspace() or sentence[LONGEST_TITLE].isspace()
    return (cut if ends_here else cut.rsplit(None, 1)[0]).strip(EDGE)


def drop_title(draft: Draft) -> None:
    """Take the headline out of the body, but not a body that is nothing else."""
    size = len(draft.title)
    if not size or size > LONGEST_REPEATED_TITLE:
        return
    alike = [
        number
        for number, paragraph in enumerate(draft.kept)
        if abs(len(paragraph.text) - size) <= 10 + size // 5
    ]
    if not alike or len(draft.kept) < 2:
        return
    key = comparable(draft.title)
    known: dict[str, bool] = {}
    gone = {}
    for number in alike:
        text = draft.kept[number].text
        if text not in known:
            known[text] = comparable(text) == key
        if known[text] and (number == 0 or len(key) >= SURE_TITLE):
            gone[number] = "headline-repeated"
    if len(gone) == len(draft.kept):
        del gone[0]
    draft.remove(gone)


def halve(draft: Draft) -> None:
    """Cut each paragraph that says the same twice after its first half."""
    halves = [(number, second_half(one.text)) for number, one in enumerate(draft.kept)]
    found = {number: half for number, half in halves if half is not None}
    if found:
        draft.kept = [
            cut(draft, paragraph, found[number]) if number in found else paragraph
            for number, paragraph in enumerate(draft.kept)
        ]


def cut(draft: Draft, paragraph: Paragraph, half: int) -> Paragraph:
    """Return a paragraph without what stands behind its first `half` characters."""
    start, end, text = paragraph.start, paragraph.end, paragraph.text
    edits = list(edits_of(draft.source, start, end, text))
    if edits and edits[0].end == end:
        # The paragraph is told as one edit: where its second half begins must be found.
        second = tail_place(draft.source, paragraph, text[half:].lstrip(EDGE))
        if second is None:
            return Paragraph(start, end, text[:half])
        stop = start + len(draft.source[start:second].rstrip(EDGE))
        draft.edits.append(Edit(stop, end, "repeated-paragraph"))
        return Paragraph(start, stop, text[:half])
    again = len(text) - len(text[half:].lstrip(EDGE))
    place = place_of(edits, start, again)
    draft.edits.append(Edit(place, end, "repeated-paragraph"))
    stop = start + len(draft.source[start : place_of(edits, start, half)].rstrip(EDGE))
    breaks = tuple(one for one in paragraph.breaks if one[1] <= stop)
    return Paragraph(start, stop, text[:half], breaks)


def take_dateline(draft: Draft, lines: LineRules) -> None:
    """Move the dateline in front of the first paragraph, if it has one, to its field."""
    if not draft.kept:
        return
    first = draft.kept[0]
    for form in DATELINES:
        match = form.match(first.text[:LONGEST_DATELINE])
        if match is None:
            continue
        agency = match.groupdict().get("agency")
        rest = first.text[match.end() :]
        if len(rest) < SHORTEST_STORY or (
            agency and not lines.signatures.is_agency(agency.strip())
        ):
            continue
        if any(other.match(rest[:LONGEST_DATELINE]) for other in DATELINES):
            return  # a row of datelines is none
        if agency:
            draft.found.setdefault("agency", agency.strip())
        draft.found.setdefault("dateline", match.group().strip(" -\u2013\u2014:"))
        draft.kept = [cut_front(draft, first, match.end()), *draft.kept[1:]]
        return


def cut_front(draft: Draft, paragraph: Paragraph, length: int) -> Paragraph:
    """Return a paragraph without its first `length` characters, which are its dateline."""
    start, end, text = paragraph.start, paragraph.end, paragraph.text
    edits = list(edits_of(draft.source, start, end, text))
    if edits and edits[0].end == end:
        front = tail_place(draft.source, paragraph, text[length:])
        if front is None:
            return Paragraph(start, end, text[length:])
        draft.edits.append(Edit(start, front, "dateline"))
        return Paragraph(front, end, text[length:])
    place = place_of(edits, start, length)
    draft.edits.append(Edit(start, place, "dateline"))
    breaks = tuple(one for one in paragraph.breaks if one[0] >= place)
    return Paragraph(place, end, text[length:], breaks)


def tail_place(source: str, paragraph: Paragraph, tail: str) -> int | None:
    """Return from where on a paragraph's input tidies to the tail of its text, or None.

    It is tried by halves, so that very long paragraphs, of which each trial takes time, have none.
    """
    low, high = paragraph.start, paragraph.end
    if high - low > LONGEST_TRIED:
        return None
    while low < high:
        middle = (low + high) // 2
        if len(tidy(source[middle : paragraph.end])) > len(tail):
            low = middle + 1
        else:
            high = middle
    rest = source[low : paragraph.end].lstrip(EDGE)
    return paragraph.end - len(rest) if tidy(rest) == tail else None


def all_edits(draft: Draft, mended: Sequence[Edit] = ()) -> Iterable[Change]:
    """Return every edit that makes the draft's text of its input, in no order.

    `mended` are those that made the draft's source of it.
    """
    edits = edits_of_draft(draft)
    return compose(mended, sorted(map(Edit._make, edits)), draft.source) if mended else edits


def edits_of_draft(draft: Draft) -> Iterator[Change]:
    """Yield every edit that makes the draft's text of its source, in no order.

    Beside what was taken out these are the dirt inside the paragraphs that are left, and what
    stands between them: one line end is left of it.
    """
    yield from draft.edits
    places: list[tuple[int, int, Paragraph | None]] = [
        *((edit.start, edit.end, None) for edit in draft.edits),
        *((paragraph.start, paragraph.end, paragraph) for paragraph in draft.kept),
    ]
    position = 0
    wanted = ""
    left = len(draft.kept)
    for start, end, paragraph in sorted(places, key=lambda place: place[0]):
        gap = draft.source[position:start]
        if gap:
            if gap != wanted:
                yield Edit(position, start, rule_of(gap), wanted)
            wanted = ""
        if paragraph is not None:
            if paragraph.breaks:
                for begin, stop in paragraph.breaks:
                    yield begin, stop, "spacing", " "
            elif end - start != len(paragraph.text) or draft.source[start:end] != paragraph.text:
                yield from edits_of(draft.source, start, end, paragraph.text)
            left -= 1
            wanted = "\n" if left else ""
        position = end
    if position < len(draft.source):
        yield Edit(position, len(draft.source), rule_of(draft.source[position:]), "")
