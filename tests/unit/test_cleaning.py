"""What the cleaning stage takes out of a dispatch, what it leaves, and that it can be undone."""

import gzip
import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.characters import EDGE, normal
from pipeline.cleaning import RULES, CleaningOptions, clean, restore
from pipeline.outcome import Event, Keep, Reject
from pipeline.paragraphs import MOST_LINES

OPTIONS = CleaningOptions()

LEAD = "The interior minister opened a new bridge over the river on Tuesday, officials said."
SECOND = "The bridge replaces a ferry that had carried trucks between the two banks since 1974."
THIRD = "A spokesman for the ministry said that tolls would not be raised before the summer."
ARABIC_LEAD = (
    "افتتح وزير الداخلية يوم الثلاثاء جسرا جديدا فوق النهر، بحسب ما أعلنت الوزارة في بيان."
)
ARABIC_SECOND = "ويحل الجسر محل عبارة كانت تنقل الشاحنات بين الضفتين منذ سنوات طويلة دون انقطاع."


def cleaned(body: str, title: str | None = "Minister opens bridge", **fields: Any) -> Event:
    """Return the clean event of an article with this body."""
    raw = {"id": "1", "source": "desk", "title": title, "body": body, **fields}
    outcome = clean(raw, OPTIONS)
    assert isinstance(outcome, Keep)
    (event,) = outcome.values
    return event


def rules(event: Event) -> list[str]:
    """Return the rules under which something that can be read was removed."""
    return [entry["rule"] for entry in event["removed"] if entry["rule"] != "spacing"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Share on facebook", "share"),
        ("Tweet", "share"),
        ("Facebook Twitter WhatsApp 12", "share"),
        ("شارك على واتساب", "share"),
        ("Partager sur Facebook", "share"),
        ("Read also: Ferry crews ask for new jobs", "read-also"),
        ("Related: Ferry crews ask for new jobs", "read-also"),
        ("إقرأ أيضاً طواقم العبارات تطلب وظائف جديدة", "read-also"),
        ("اقرأ أيضا: طواقم العبارات تطلب وظائف جديدة", "read-also"),
        ("Lire aussi : les équipages demandent des emplois", "read-also"),
        ("Читайте также: Экипажи паромов просят работу", "read-also"),
        ("بیشتر بخوانید: درخواست خدمه برای کار", "read-also"),
        ("یہ بھی پڑھیں: عملے کا مطالبہ", "read-also"),
        ("İlgili haber: Feribot çalışanları iş istiyor", "read-also"),
        ("File photo: The ferry at the northern landing", "caption"),
        ("العبارة عند الضفة الشمالية/ أرشيفية", "caption"),
        ("The ferry in winter (file photo)", "caption"),
        ("By Staff Writer", "byline"),
        ("بقلم: محرر الشؤون المحلية", "byline"),
        ("(Reuters)", "agency"),
        ("بغداد-وكالات", "agency"),
        ("-أ ف ب-", "agency"),
        ("Sign up for our newsletter", "promotion"),
        ("Join our Telegram channel", "promotion"),
        ("تابعونا على تويتر", "promotion"),
        ("اشترك في نشرتنا البريدية", "promotion"),
        ("© 2026 The Desk. All rights reserved.", "legal"),
        ("جميع الحقوق محفوظة", "legal"),
        ("Back to top", "navigation"),
        ("MORE", "navigation"),
    ],
)
def test_a_line_that_is_no_part_of_the_story_goes_by_its_rule(line: str, rule: str) -> None:
    event = cleaned(f"{LEAD}\n\n{line}\n\n{SECOND}")
    assert (event["text"], rules(event)) == (f"{LEAD}\n{SECOND}", [rule])


@pytest.mark.parametrize(
    "line",
    [
        "Related companies said that they would wait for the tender.",
        "By contrast, the ferry was free of charge for residents.",
        "Share prices of the builder rose two per cent.",
        "Read this as a warning, the opposition leader said.",
        "- Advertising",
        "Total 107,000 vs 98,500",
        "Email traffic between the ministries was published.",
        "كتب الوزير على صفحته أن الجسر سيخدم القرى المجاورة.",
        "وكالات السفر تتوقع موسما جيدا هذا العام.",
        "شارك الوزير في حفل الافتتاح مع عدد من النواب.",
        "The workers left. The site was closed. (file photo)",
    ],
)
def test_a_line_that_only_looks_like_dirt_stays(line: str) -> None:
    event = cleaned(f"{LEAD}\n{line}\n{SECOND}")
    assert event["text"] == f"{LEAD}\n{line}\n{SECOND}"


def test_a_pointer_with_its_headline_on_the_next_line_takes_it_along() -> None:
    body = f"{LEAD}\nRead also:\nFerry crews ask for new jobs\n{SECOND}"
    assert cleaned(body)["text"] == f"{LEAD}\n{SECOND}"


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        (f"By Staff Writer\n{LEAD}", "byline", "Staff Writer"),
        (f"{LEAD}\n(Reuters)", "agency", "Reuters"),
        (f"{ARABIC_LEAD}\nبغداد-وكالات", "agency", "بغداد-وكالات"),
        (f"BAGHDAD (Reuters) - {LEAD}", "dateline", "BAGHDAD (Reuters)"),
        (f"BAGHDAD (Reuters) - {LEAD}", "agency", "Reuters"),
        (f"CLEVELAND, Feb 26 - {LEAD}", "dateline", "CLEVELAND, Feb 26"),
        (f"بغداد (رويترز) - {ARABIC_LEAD}", "agency", "رويترز"),
        (f"{LEAD}\n{SECOND}\nSource: Port Authority", "agency", "Port Authority"),
    ],
)
def test_who_wrote_and_where_move_to_their_fields(body: str, field: str, value: str) -> None:
    event = cleaned(body)
    assert event[field] == value
    assert value not in event["text"]


def test_a_field_that_the_sender_filled_stays_as_it_is() -> None:
    event = cleaned(f"By Staff Writer\n{LEAD}", byline="The night desk")
    assert event["byline"] == "The night desk"
    assert event["text"] == LEAD


def test_the_headline_is_not_repeated_in_the_text() -> None:
    event = cleaned(f"Minister opens bridge\n{LEAD}\n{SECOND}")
    assert (event["text"], rules(event)) == (f"{LEAD}\n{SECOND}", ["headline-repeated"])


def test_a_body_that_is_all_headline_is_kept() -> None:
    assert cleaned("Minister opens bridge")["text"] == "Minister opens bridge"


@pytest.mark.parametrize(
    ("body", "title", "text"),
    [
        (f"Minister opens bridge\n{LEAD}", "Minister opens bridge", LEAD),
        (f"Share on facebook\nMinister opens bridge\n{LEAD}", "Minister opens bridge", LEAD),
        (f"{LEAD}\n{SECOND}", LEAD, SECOND),
        (f"{LEAD} {SECOND}", LEAD, f"{LEAD} {SECOND}"),
        ("word " * 60 + "end.", " ".join(["word"] * 24), "word " * 60 + "end."),
    ],
)
def test_an_article_without_a_title_takes_it_from_its_beginning(
    body: str, title: str, text: str
) -> None:
    event = cleaned(body, title=None)
    assert (event["title"], event["text"]) == (title, text)


def test_a_body_of_nothing_but_dirt_is_kept_whole_or_refused_as_configured() -> None:
    body = "Share on facebook\n\nShare on twitter"
    assert cleaned(body)["text"] == "Share on facebook\nShare on twitter"
    with pytest.raises(Reject) as refused:
        clean({"id": "1", "source": "desk", "body": body}, CleaningOptions(too_little="reject"))
    assert refused.value.reason == "too_little_text"


@pytest.mark.parametrize("body", ["\u200b\u200e", "\x00\x01 ", "<p> </p>"])
def test_an_article_without_anything_to_read_is_refused(body: str) -> None:
    with pytest.raises(Reject) as refused:
        clean({"id": "1", "source": "desk", "body": body}, OPTIONS)
    assert refused.value.reason in {"no_text", "missing_field"}


def test_an_article_of_a_title_alone_passes_with_an_empty_text() -> None:
    event = cleaned("")
    assert (event["title"], event["text"], event["removed"]) == ("Minister opens bridge", "", [])


def test_hard_wrapped_lines_become_paragraphs_and_the_agency_line_goes() -> None:
    body = (
        "The finance minister told parliament on Monday that the budget\n"
        "would be balanced within two years, a year earlier than he had\n"
        "announced in spring.\n"
        "    Analysts of two banks said that the forecast rested on oil\n"
        "prices which nobody could promise.\n"
        " Reuter"
    )
    event = cleaned(body)
    assert event["text"].split("\n") == [
        (
            "The finance minister told parliament on Monday that the budget would be balanced "
            "within two years, a year earlier than he had announced in spring."
        ),
        (
            "Analysts of two banks said that the forecast rested on oil prices which nobody could "
            "promise."
        ),
    ]
    assert restore(event) == body


def test_markup_in_a_body_is_taken_off_and_a_ticker_symbol_is_none() -> None:
    assert cleaned(f"<p>{LEAD}</p><p>Tom &amp; Co</p>")["text"] == f"{LEAD}\nTom & Co"
    assert cleaned("First Bank <I> and Airline <A> rose.")["text"].count("<") == 2


def test_a_page_gives_what_the_sender_left_out() -> None:
    page = (
        "<html lang='en-GB'><head><title>Minister opens bridge</title>"
        "<meta property='og:url' content='https://example.org/bridge'>"
        "<meta property='article:published_time' content='2026-03-01T08:00:00+01:00'></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>Minister opens bridge</h1><p>{LEAD}</p>"
        f"<p>{SECOND}</p><p>{THIRD}</p></article></body></html>"
    )
    raw = {"id": 7, "source": "desk", "html": page}
    (event,) = clean(raw, OPTIONS).values  # type: ignore[union-attr]
    assert event["uid"] == "desk:7"
    assert event["title"] == "Minister opens bridge"
    assert event["text"] == f"{LEAD}\n{SECOND}\n{THIRD}"
    assert event["url"] == "https://example.org/bridge"
    assert event["published_at"].startswith("2026-03-01")
    assert event["language"]["declared"] == "en"
    assert "html" not in event


def test_unknown_fields_are_carried_and_the_input_is_not_changed() -> None:
    raw = {"id": "1", "source": "desk", "title": "T", "body": LEAD, "labels": {"topics": ["a"]}}
    before = json.dumps(raw)
    event = cleaned(LEAD, labels={"topics": ["a"]})
    assert event["labels"] == {"topics": ["a"]}
    assert "body" not in event
    clean(raw, OPTIONS)
    assert json.dumps(raw) == before


def test_the_language_is_detected_and_what_the_sender_said_is_kept() -> None:
    assert cleaned(ARABIC_LEAD, title="جسر جديد", language="en")["language"] == {
        "code": "ar",
        "confidence": pytest.approx(0.95, abs=0.05),
        "declared": "en",
    }


def test_every_rule_has_a_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in RULES.values())


PIECES = [
    *(LEAD, SECOND, THIRD, ARABIC_LEAD, ARABIC_SECOND, "Minister opens bridge"),
    *("Share on facebook", "Tweet", "اقرأ أيضا: خبر آخر", "Read also:", "By Ann Other", "AP"),
    *("(Reuters)", "Source: Port", "MORE", "- item", "العبارة/ أرشيفية", "Six months", "ends"),
    *("BAGHDAD (AP) - ", "    indented text of a line that is wrapped somewhere", "&amp;", "<br>"),
    *("", "\u200b", "\u200f", "\u200c", "\x00", "e\u200b\u0301", "می\u200cشود", "\ufefb", "\u00a0"),
    *("a\u0301", "…", "-", "\u2028", "\r", "\t", "  ", "Newsletter | Sign up", f"{LEAD} {LEAD}"),
]
BODIES = st.lists(
    st.tuples(
        st.sampled_from(PIECES) | st.text(max_size=12), st.sampled_from(["", " ", "\n", "\n\n"])
    ),
    max_size=14,
).map(lambda pieces: "".join(text + gap for text, gap in pieces))


def outcome_of(body: str, title: str | None) -> Event | None:
    """Return the clean event, or None for one that is refused."""
    try:
        return cleaned(body, title)
    except Reject:
        return None


@settings(max_examples=400, deadline=None)
@given(body=BODIES, title=st.sampled_from(["Minister opens bridge", None]))
def test_text_is_normal_and_every_removal_is_named_and_lies_where_it_says(
    body: str, title: str | None
) -> None:
    event = outcome_of(body, title)
    if event is None:
        return
    text = event["text"]
    assert unicodedata.is_normalized("NFC", text)
    assert all(line and line == line.strip() for line in text.split("\n") if text)
    source = restore(event)
    assert {entry["rule"] for entry in event["removed"]} <= RULES.keys()
    for entry in event["removed"]:
        for start in entry.get("at", [entry["start"]]):
            assert source.startswith(entry["text"], start)
        assert entry["end"] - entry["start"] == len(entry["text"]) > 0


@settings(max_examples=400, deadline=None)
@given(body=BODIES, title=st.sampled_from(["Minister opens bridge", None]))
def test_what_was_removed_can_be_put_back_exactly(body: str, title: str | None) -> None:
    event = outcome_of(body, title)
    if event is not None and "&" not in body and "<" not in body:
        assert restore(event) == unicodedata.normalize("NFC", body)


@settings(max_examples=400, deadline=None)
@given(body=BODIES, title=st.sampled_from(["Minister opens bridge", None]))
def test_cleaning_what_is_clean_changes_nothing(body: str, title: str | None) -> None:
    event = outcome_of(body, title)
    if event is not None and event["text"]:
        again = cleaned(event["text"], event["title"])
        assert (again["text"], again["title"]) == (event["text"], event["title"])


@pytest.mark.parametrize(
    "shape",
    [
        "a\n", "a\nb\n", ":\n", "(AP)\n", "- a\n", "Read also:\n", "Share on facebook\n", "a\r\n",
        "a\u2028", " \n", "Ù\x85\n", "line of words\u200b\n",
    ],
)  # fmt: skip
def test_a_text_of_very_many_lines_is_kept_as_it_is_and_can_be_undone(shape: str) -> None:
    """No rule looks at it, so its cost grows with its length alone; see MOST_LINES."""
    body = "A story. " + shape * (MOST_LINES + 1)
    event = cleaned(body)
    assert restore(event) == normal(body)
    assert cleaned(event["text"])["text"] == event["text"]
    left = [line for line in body.splitlines() if line.strip(EDGE)]
    if len(left) > MOST_LINES:
        assert event["text"].count("\n") + 1 == len(left)


@settings(max_examples=100, deadline=None)
@given(raw=st.dictionaries(
    st.sampled_from(["id", "source", "title", "body", "html", "language", "published_at", "status",
                     "version", "embargo_until", "url", "byline", "removed", "unreadable", "x"]),
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.floats()
    | st.lists(st.text(max_size=3), max_size=2) | st.dictionaries(st.text(max_size=3), st.none()),
))  # fmt: skip
def test_any_event_is_cleaned_or_refused_with_a_reason(raw: Event) -> None:
    try:
        reason = "" if isinstance(clean(raw, OPTIONS), Keep) else "neither"
    except Reject as refused:
        reason = refused.reason
    assert reason in {"", "missing_field", "wrong_type", "no_text"}


def seed_of(evaluation_data: Path) -> str:
    """Return the article that the project started from."""
    (path,) = (evaluation_data / "seed").glob("*.txt")
    return path.read_text("utf-8")


@pytest.mark.parametrize("titled", [True, False])
def test_the_seed_comes_out_with_one_body_and_no_dirt(
    evaluation_data: Path, *, titled: bool
) -> None:
    seed = seed_of(evaluation_data)
    first, _, rest = seed.partition("\n")
    event = cleaned(rest, first) if titled else cleaned(seed, None)
    paragraphs = event["text"].split("\n")
    assert event["title"] == first
    assert max(Counter(paragraphs).values()) == 1
    assert len(paragraphs) == 8
    assert not [word for word in ("Share", "اقرأ أيض", "أرشيفية", first) if word in event["text"]]
    assert event["agency"] == "ليفانت-وكالات"
    assert event["language"]["code"] == "ar"
    assert restore(event) == unicodedata.normalize("NFC", rest if titled else seed)


@pytest.mark.parametrize("wire", ["ant-v1", "reuters-a"])
def test_clean_wires_pass_with_next_to_nothing_removed(evaluation_data: Path, wire: str) -> None:
    """Every tenth article of each stream; agency lines and spacing are no loss."""
    with gzip.open(evaluation_data / "wire" / f"{wire}.jsonl.gz", "rt", encoding="utf-8") as lines:
        raws = [json.loads(line) for number, line in enumerate(lines) if number % 10 == 0]
    removed: Counter[str] = Counter()
    paragraphs = 0
    for raw in raws:
        event = cleaned(**raw)
        assert restore(event) == unicodedata.normalize("NFC", raw["body"])
        assert ("published_at" in event) != ("unreadable" in event)
        paragraphs += len(event["text"].split("\n"))
        removed.update(rules(event))
    harmless = {"agency", "invisible-character", "control-character", "presentation-form"}
    losses = sum(count for rule, count in removed.items() if rule not in harmless)
    assert losses < paragraphs / 500


def test_dirt_that_was_put_in_goes_and_the_story_stays(evaluation_data: Path) -> None:
    """Counted as the project's scorer counts, over every third article."""
    path = evaluation_data / "cleaning" / "dirty-dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        cases = [json.loads(line) for number, line in enumerate(lines) if number % 3 == 0]
    junk = left = gold = kept = once = 0
    for case in cases:
        text = cleaned(**case["raw"])["text"].replace("\u00a0", " ")
        junk += len(case["junk"])
        left += sum(1 for line in case["junk"] if line in text.split("\n"))
        for paragraph in case["gold"]:
            found = " ".join(text.split()).count(" ".join(paragraph.split()))
            gold += 1
            kept += found > 0
            once += found == 1
    assert left / junk <= 0.01
    assert kept / gold >= 0.998
    assert once / kept >= 0.998
