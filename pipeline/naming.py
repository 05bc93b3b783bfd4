"""What the gazetteer and the model say of an article, settled: no two names overlap."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.mentions import Mention
from pipeline.names_model import Found, Reading

WIDER = 60
"""A wider name counts against a place of the gazetteer from this margin on."""
DOUBT = -400
"""A town that the model names nothing at goes, unless it scores some name by so much above none."""
TEAM = {"ar": 0, "en": 400}
"""A town is the organisation of its name where the model would by so much rather have that. In
English it learnt of teams from made sentences only, and is less to be believed."""


def settle(mentions: Sequence[Mention], reading: Reading, language: str) -> list[Mention | Found]:
    """Return the mentions of the gazetteer and the names of the model that count, in order.

    The gazetteer wins, but for these cases. A person's name that the model sees wider than the
    gazetteer is the wider one; it keeps the id where the gazetteer's form begins it (صدام, صدام
    حسين التكريتي), for another given name before a surname is another person. A single place
    within a wider name is part of it (University of Baghdad, Paris Hilton). A town (not a country)
    that the model takes for a word is none, and one that it takes for an organisation is that
    (Liverpool 2 Rome 0).
    """
    settled: list[Mention | Found] = []
    at = end = 0
    for name in reading.found:
        while at < len(mentions) and mentions[at].end <= name.start:
            settled += standing(mentions[at], at, reading)
            at += 1
        after = at
        while after < len(mentions) and mentions[after].start < name.end:
            after += 1
        if after == at and name.start >= end:
            settled.append(name)
        elif after == at + 1 and name.start >= end:
            settled.append(chosen(mentions[at], at, name, reading, TEAM[language]))
        else:
            settled += mentions[at:after]
        if after > at:
            end = max(settled[-1].end, mentions[after - 1].end)
            at = after
    for rest in range(at, len(mentions)):
        settled += standing(mentions[rest], rest, reading)
    return settled


def standing(mention: Mention, at: int, reading: Reading) -> list[Mention]:
    """Return a mention that no name of the model overlaps, unless it is a doubtful town."""
    return [] if is_town(mention) and reading.doubt(at) > DOUBT else [mention]


def is_town(mention: Mention) -> bool:
    """Say whether a mention is a place that may be a word, a person or a club as well."""
    return mention.name.type == "LOC" and not mention.name.id.startswith("country:")


def chosen(
    mention: Mention, at: int, name: Found, reading: Reading, team_from: int
) -> Mention | Found:
    """Return which of two overlapping names counts."""
    if not (name.start <= mention.start and mention.end <= name.end):
        return mention
    kind = mention.name.type
    if name.end - name.start == mention.end - mention.start:
        team = is_town(mention) and name.type == "ORG"
        return name if team and reading.preference(at, "ORG", "LOC") >= team_from else mention
    if kind == name.type == "PER":
        return replace(mention, end=name.end) if name.start == mention.start else name
    return name if kind == "LOC" and name.margin >= WIDER else mention
