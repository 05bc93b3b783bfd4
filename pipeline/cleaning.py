"""The cleaning stage: a raw article in, its story alone out, with a record of all that went."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline import audit
from pipeline.articles import Article, read_article
from pipeline.characters import EDGE, normal, tidy
from pipeline.detectors import UNDETERMINED, canonical
from pipeline.editing import Draft, all_edits, revise
from pipeline.language import detect
from pipeline.lines import LineRules, shipped_rules
from pipeline.mojibake import mend
from pipeline.outcome import Event, Keep, Outcome, Reject
from pipeline.pages import Page, plain_text, read_page
from pipeline.paragraphs import split_paragraphs

RULES = {
    "agency": "An agency's signature on a line of its own; moved to the field agency.",
    "byline": "A line that says who wrote; moved to the field byline.",
    "caption": "The caption or credit of a photo.",
    "control-character": "A control character.",
    "credit": "A line that names the source, at an end of the text; moved to the field agency.",
    "dateline": "Place, day and agency before the first sentence; moved to the field dateline.",
    "headline-repeated": "The headline, again in the body.",
    "headline-taken": "The first line of an article without a title; moved to the field title.",
    "invisible-character": "A zero-width character, bidi control, soft hyphen or lost joiner.",
    "legal": "A line on rights or liability.",
    "mojibake": "Characters of a misread encoding; what they were meant to be is in put.",
    "navigation": "Page furniture, or a mark that a dispatch goes on.",
    "presentation-form": "An Arabic letter stored as a shape, put back as the letter.",
    "promotion": "The outlet speaking for itself: newsletters, apps, channels, advertisements.",
    "read-also": "A line that leads to another story.",
    "repeated-paragraph": "A paragraph that stands in the text before.",
    "repeated-passage": "Several paragraphs in a row that stand in the text before.",
    "share": "Share buttons.",
    "sign-off": "A mark that ends a dispatch.",
    "spacing": "White space; what stands in its place is in put.",
}
"""Every rule that may stand in `removed`, with one sentence on what it takes out."""


@dataclass(frozen=True)
class CleaningOptions:
    """How the stage cleans.

    `minimum_text`: characters that must be left of an article that had text. With less,
    `too_little` says what happens: "keep" leaves the paragraphs whole, whatever rules they fall
    under, "reject" raises. `max_html_chars` bounds a page. `lines` are the line rules, by default
    those that barq ships.
    """

    minimum_text: int = 1
    too_little: Literal["keep", "reject"] = "keep"
    max_html_chars: int = 2_000_000
    lines: LineRules = field(default_factory=shipped_rules)


def clean(raw: Event, options: CleaningOptions) -> Outcome:
    """Return the clean event of a raw one (DESIGN.md section 3).

    `text` is NFC, one line a paragraph, none empty, without white space at line ends; hard-wrapped
    lines are joined. `removed` records every edit of the input text: the NFC form of the body, or
    of what the extractor gave for HTML and for a body with markup or character references. See
    `pipeline.audit` for its entries, `RULES` for the rules, `restore` for the way back. `language`
    is `{"code","confidence"}` plus `declared`, what the sender said. Byline, dateline and agency go
    to their fields unless the sender filled them. Cleaning the result again changes nothing.

    Raises Reject, and nothing else: `missing_field` and `wrong_type` (see
    `pipeline.articles.read_article`), `html_too_large`, `no_text` (no title, and nothing readable
    in body or page), `too_little_text` (only with `too_little="reject"`).
    """
    article = read_article(raw)
    body, page = input_text(article, options)
    source = normal(body)
    text, mended = mend(source)
    title = plain_text(article.title if article.title.strip(EDGE) else page.title)
    title = tidy(mend(normal(title))[0]).strip(EDGE)
    draft = Draft(text, title, split_paragraphs(text))
    if not draft.kept and not draft.title:
        raise Reject("no_text", "nothing readable is left of the article; send a title or a body")
    whole = list(draft.kept)
    revise(draft, options.lines)
    text = draft.text
    if len(text) < options.minimum_text and whole:
        if options.too_little == "reject":
            sentence = f"cleaning left {len(text)} of {len(source)} characters; send a story"
            raise Reject("too_little_text", sentence)
        draft.kept, draft.edits = whole, []
        text = draft.text
    event = {**page_fields(page, article.fields), **draft.found, **article.fields}
    event |= {
        "uid": article.uid,
        "title": draft.title,
        "text": text,
        "language": language_of(f"{draft.title}\n{text}", event.get("language")),
        "removed": audit.record(source, all_edits(draft, mended)),
    }
    return Keep((event,))


def restore(clean_event: Event) -> str:
    """Return the NFC input text of which a clean event's text was made, exactly."""
    return audit.undo(clean_event["text"], clean_event["removed"])


def input_text(article: Article, options: CleaningOptions) -> tuple[str, Page]:
    """Return the text to clean and the page that it came from (an empty one for a plain body)."""
    if article.body.strip(EDGE) or not article.html.strip(EDGE):
        return plain_text(article.body), Page("")
    page = read_page(article.html, options.max_html_chars)
    return plain_text(page.text), page


def page_fields(page: Page, fields: Event) -> Event:
    """Return what a page says about its article and the sender did not."""
    said = {
        "url": page.url,
        "language": page.language,
        "published_at": page.published_at,
        "byline": tidy(normal(page.byline)),
    }
    return {name: value for name, value in said.items() if value and name not in fields}


def language_of(text: str, declared: Any) -> dict[str, Any]:
    """Return the language field: what was detected and what the sender declared.

    Where detection is not sure, the sender's word counts if it is also the best guess.
    """
    found = detect(text)
    if isinstance(declared, dict):
        declared = declared.get("declared")
    code = found.code
    if code == UNDETERMINED and isinstance(declared, str) and canonical(declared) == found.guess:
        code = found.guess
    language: dict[str, Any] = {"code": code, "confidence": found.confidence}
    return language if declared is None else language | {"declared": declared}
