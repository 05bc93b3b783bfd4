"""What a line of a dispatch turns out to be, and how long a line of each kind may be."""

from dataclasses import dataclass

LONGEST = {
    "share": 120,
    "read-also": 180,
    "caption": 260,
    "promotion": 200,
    "navigation": 140,
    "legal": 300,
    "credit": 60,
    "byline": 90,
    "sign-off": 40,
    "agency": 60,
}
"""The longest paragraph, in characters, that may fall under a rule; a longer one is story."""


MOST_NAMED = 6
MOST_UNLABELLED = 10
"""Words of a byline or a source behind a label, and of one that is no label; more are a story."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a paragraph is: the rule it falls under and the field that it fills, if any.

    `bare`: it announces other stories and leaves their headlines to the next lines.
    """

    rule: str
    field: str = ""
    value: str = ""
    bare: bool = False


def as_labelled(text: str, rule: str, field: str) -> Finding | None:
    """Return a finding whose value stands behind a label, or None if it is more than a name."""
    label, separator, value = text.partition(":")
    if not separator:
        label, separator, value = text.partition(" - ")
    value = value.strip(" ()[].*-") if separator and len(label) < 30 else text.strip(" ()[].*-")
    most = MOST_NAMED if separator else MOST_UNLABELLED
    if len(value.split()) > most or (rule == "byline" and value[:1].isdecimal()):
        return None
    return Finding(rule, field, value)
