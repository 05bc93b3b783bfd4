"""How HTML becomes text, and that no page is too strange for it."""

import pytest

from pipeline.outcome import Reject
from pipeline.pages import is_markup, plain_text, read_page

LEAD = "The health minister visited the new clinic on Sunday and spoke with nurses and doctors."
SECOND = "The clinic has sixty beds and will treat patients from the four villages around it."
LARGE = 1_000_000

ARTICLE = f"""<!doctype html><html lang="en-US"><head><title>Clinic opens | The Desk</title>
<meta property="og:title" content="Clinic opens"><meta name="author" content="Ann Other">
<meta property="article:published_time" content="2026-02-01T10:00:00Z">
<link rel="canonical" href="https://example.org/clinic"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<article><h1>Clinic opens</h1><p>{LEAD}</p><p>{SECOND}</p></article>
<footer><a href="/terms">Terms of use</a></footer><script>var share = "Share";</script>
</body></html>"""


def test_a_page_gives_its_article_and_its_metadata() -> None:
    page = read_page(ARTICLE, LARGE)
    assert LEAD in page.text
    assert SECOND in page.text
    assert not [word for word in ("World", "Terms", "var ") if word in page.text]
    assert (page.title, page.byline) == ("Clinic opens", "Ann Other")
    assert page.language == "en"
    assert page.url == "https://example.org/clinic"
    assert page.published_at.startswith("2026-02-01")


def test_a_page_is_read_the_same_way_every_time() -> None:
    assert read_page(ARTICLE, LARGE) == read_page(ARTICLE, LARGE)


def test_a_page_beyond_the_limit_is_refused() -> None:
    with pytest.raises(Reject) as refused:
        read_page("<p>" + "x" * 100, 50)
    assert refused.value.reason == "html_too_large"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<",
        "<<<<<",
        "<html>",
        "<!-- only a comment",
        "<script>alert(1)",
        "\x00\x01<p>\x02",
        "<?xml version='1.0' encoding='utf-16'?><p>text</p>",
        "<meta charset='utf-16'><p>text</p>",
        "<div>" * 100_000,
        "<div>" * 50_000 + "x" + "</div>" * 50_000,
        "<p>" * 100_000,
        "<a " + "b='c' " * 50_000 + ">x</a>",
        "&amp;" * 100_000,
        "<table><tr><td>" * 2_000,
        "\ud800<p>x</p>",
        "<svg><math><template>" * 3_000,
    ],
)
def test_no_page_raises(page: str) -> None:
    assert isinstance(read_page(page, LARGE).text, str)


def test_a_page_without_an_article_gives_its_visible_text() -> None:
    assert read_page("<p>Flash: bridge open</p><script>x</script>", LARGE).text == (
        "Flash: bridge open"
    )


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ("<p>One</p>", True),
        ("One<br>two", True),
        ("One <a href='x'>two</a>", True),
        ("First Bank <I> and Airline <A> rose", False),
        ("2 < 3 and 5 > 4", False),
        ("plain", False),
    ],
)
def test_markup_is_told_from_angle_brackets(body: str, *, markup: bool) -> None:
    assert is_markup(body) == markup


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("plain text", "plain text"),
        ("Tom &amp; Co", "Tom & Co"),
        ("Tom &amp;amp; Co", "Tom & Co"),
        ("AT&T rose", "AT&T rose"),
        ("one&nbsp;two &#1575;", "one\u00a0two \u0627"),
        ("<p>One</p><p>two <b>three</b></p>", "One\n\ntwo three"),
        ("One<br/>two", "One\ntwo"),
        ("&lt;p&gt;One&lt;/p&gt;", "One"),
        ("<p>One</p><script>x()</script><style>p{}</style>", "One"),
    ],
)
def test_a_body_loses_its_markup_and_nothing_else(body: str, text: str) -> None:
    assert plain_text(body) == text
