"""Lines that give themselves away by their structure, in any language: no word is looked up.

Rows of symbols, player times, addresses, hashtags, paths of a page's sections, counts with icons.
"""

import re

LONGEST_STRUCTURE = 120
"""Characters of the longest line that is looked at."""

# Cheap: most lines of a story hold none of these and begin with a letter, a digit or a quote.
SIGNS = re.compile(
    r"^[^\w\s\"'\u2018-\u201e\u00ab\u00bf\u00a1(\[]|[|\u00bb\u203a>\u2192#@\u25b6\u25ba]"
    r"|[?\u061f] |://|www\.|\d:\d\d|\d ?/ ?\d|[xX]{3}|^[Aa][+\-\u2212]"
)
NO_WORD = re.compile(r"[\W_\u0640]+")
"""No letter but the tatweel, of which lines are drawn."""
DOTS = re.compile(r"[.\u2026]{2,}|\u2026")
OMISSION = re.compile(r"\.\.|\u2026|[\"'\u2018-\u201e\u00ab\u00bb]|\A[.\u06d4]\Z")
"""What stands for words that are left out, or is left of a quotation."""

CLOCK = r"(?:\d{1,2}:)?\d{1,3}:\d{2}"
PLAYER = "\u23ef\u25b6\u25ba\u23f5\ufe0f\U0001f508-\U0001f50a"
PLAYER_TIME = re.compile(
    rf"[\s{PLAYER}]*{CLOCK}\s*[/|]\s*-?{CLOCK}\W*|[{PLAYER}][\s{PLAYER}]*{CLOCK}\W*"
    r"|0?0:00"
)
COUNTED = re.compile(r"1\s*/\s*\d{1,3}|\d{1,3} / \d{1,3}")
"""Which of how many pictures."""
ADDRESS = re.compile(
    r"\W*(?:https?://\S+|www\.\S+|(?:pic\.twitter\.com|t\.me|t\.co|bit\.ly|youtu\.be)/\S+"
    r"|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@\w{2,30})\W*"
)
HASHTAGS = re.compile(r"(?:#\w+(?: \w+)?[\s,\u060c|]*)+")
THIRTY = re.compile(r"[-\u2013\u2014#*]+\s*(?:30|0)\s*[-\u2013\u2014#*]+|[xX]{3,}")
"""The marks with which a dispatch ended on the ticker."""
INITIALS = re.compile(r"(?:\(|\[|/)\s*[^\W\d_](?:[\s./]+[^\W\d_]){1,2}\s*(?:\)|\]|/)")
"""Of those who wrote and edited."""
FONT_SIZES = re.compile(r"(?:[Aa][+\-\u2212]?[\s|/]*){2,}")
ICON = "\u2190-\u23ff\u25a0-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff\ue000-\uf8ff"
ICON_COUNTS = re.compile(rf"(?=.*[{ICON}])[\s\d.,:|/kKmM+()\u2022\u00b7{ICON}]+")
POINTING = re.compile(
    "(?:>>+|[\u2190\u25b6\u25ba\u25c0\u25c4\u27a1\u2b05\u27a4\u279c\u2192\u21d2\u00bb\u203a\U0001f449\U0001f448\U0001f517]"
    "\ufe0f?)\\s*(?=[^\\W_])"
)

ICONS = {
    "caption": "\U0001f4f7\U0001f4f8\U0001f5bc",
    "read-also": (
        "\U0001f3a5\U0001f3ac\U0001f4f9\U0001f4fd\U0001f39e\U0001f4fa\U0001f3a7\U0001f399\U0001f447"
    ),
    "byline": "\u270d\U0001f58a\U0001f58b",
    "share": "\U0001f516\U0001f5a8\u2709\U0001f4e4\U0001f4cb",
    "promotion": (
        "\U0001f514\U0001f4f1\U0001f4f2\U0001f4e9\U0001f4e7\U0001f4e8"
        "\U0001f4ec\U0001f6d2\U0001f381\U0001f3f7\U0001f6cd\u260e"
        "\U0001f4de"
    ),
    "navigation": ("\U0001f50d\U0001f50e\U0001f319\u2600\u26c5\U0001f324\U0001f3e0\u2b06\u2b07"),
}
"""What stands as a picture before or behind a short line says what the line is."""
MARKED = tuple(
    (re.compile(rf"[{icons}][\ufe0f:|\s]*\w.*|.*\w\W*[{icons}]\ufe0f?"), rule)
    for rule, icons in ICONS.items()
)
CODE = re.compile(
    r"\(?[a-z_$][\w.$]*(?:\[[^\]]*\])?(?:\s?=[^=].*|\(.*\)|\(.*\{)\W*[;{]"
    r"|(?:var|let|const|function) [\w$]+\s?[=(].*[;{}]",
    re.IGNORECASE,
)
"""A statement of a script that was taken for text."""
LETTERS = r"(?:[a-z\u0430-\u044f]{1,3}|[\u0621-\u06d5](?:[\s.]{0,2}[\u0621-\u06d5]){0,2})\.?"
EDITED = re.compile(
    rf"[(\[]?\s*(?:[A-Z]{{2,5}}\s)?{LETTERS}(?:\s?/\s?{LETTERS}){{1,3}}\s*[)\]]?"
    r"|/\s?[a-z]{2,3}|(?:AFP|AP|EFE|ATS|APA|ANSA|dpa|sda|apa)(?:[ /][a-z]{2}){1,2}"
)
"""The initials of those who wrote and edited, with their agency or without."""
ABBREVIATED = re.compile(
    r"[(\[]\s*(?:[A-Z]{2,6}|[\u0410-\u042f]{2,6}|[\u0621-\u06d5]{2,4})\s*[)\]]"
)
"""An agency's name in short, alone between brackets."""

FORMS = (
    (PLAYER_TIME, "navigation"),
    (ADDRESS, "navigation"),
    (HASHTAGS, "navigation"),
    (FONT_SIZES, "navigation"),
    (COUNTED, "caption"),
    (THIRTY, "sign-off"),
    (ABBREVIATED, "sign-off"),
    (EDITED, "sign-off"),
    (CODE, "navigation"),
    (INITIALS, "sign-off"),
    (ICON_COUNTS, "share"),
)
PATH = re.compile(r"\s*(?:>+|\u00bb|\u203a|\u2192|\u2190|/|\||\\|\u2022|\u00b7|\u2039|\u00ab)\s*")
SURE_PATH = re.compile(r"\s(?:>+|\u00bb|\u203a)\s")
LONGEST_STEP = 25
"""Characters of one step of a path or one entry of a menu."""
STOP = re.compile(r"[.!\u06d4][\"\u201d\u00bb)]?\Z")
SENTENCE = re.compile(r"[.!?\u061f\u06d4;\"\u201c\u201d]")


def structure_of(text: str) -> str | None:
    """Return the rule of a line that its structure gives away, or None."""
    if len(text) > LONGEST_STRUCTURE:
        return None
    if NO_WORD.fullmatch(text):
        return None if OMISSION.search(text) and not DOTS.fullmatch(text) else "navigation"
    for form, rule in FORMS:
        if form.fullmatch(text):
            return rule
    if STOP.search(text) is None:
        for form, rule in MARKED:
            if form.fullmatch(text):
                return rule
    return "navigation" if is_path(text) else None


def is_path(text: str) -> bool:
    """Return whether a line is a path of sections (“Home > World > Asia”) or a menu in one line."""
    steps = [step for step in PATH.split(text) if step]
    if len(steps) < 3 or SENTENCE.search(text) or any(map(str.isdigit, text)):
        return False
    if any(len(step) > LONGEST_STEP or len(step.split()) > 3 for step in steps[:-1]):
        return False
    return len(SURE_PATH.findall(text)) >= 2 or (len(steps) >= 4 and text.count("|") >= 3)


def points_on(text: str) -> bool:
    """Return whether a line is one headline behind an arrow."""
    return POINTING.match(text) is not None and text.count("\u00bb") <= 1 and "\u00ab" not in text
