"""How HTML becomes text, and that no page is too strange for it."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.markup import MOST_TOKENS, parsable
from pipeline.outcome import Reject
from pipeline.page_furniture import furniture_of_class
from pipeline.pages import is_markup, plain_text, read_page
from tests.unit.news_pages import PAGES, NewsPage

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


SENTENCE = "The harbour stays closed until the wind drops, the authority said on Monday evening. "


HOSTILE = {
    "nothing": ("", ""),
    "one bracket": ("<", "<"),
    "only a comment": ("<!-- never closed", ""),
    "only a script": ("<script>alert(1)", ""),
    "control characters": ("\x00\x01<p>a\x00b\x02", "ab"),
    "an encoding declared in vain": ("<?xml version='1.0' encoding='utf-16'?><p>text</p>", "text"),
    "another": ("<meta charset='utf-16'><p>text</p>", "text"),
    "half a character": ("\ud800<p>text</p>", "text"),
    "100,000 elements open": ("<div>" * 100_000 + "<p>text</p>", "text"),
    "text behind deep nesting": ("<div>" * 300 + "</div>" * 300 + "<p>text</p>", "text"),
    "deep spans": ("<span>" * 50_000 + "text", "text"),
    "deep lists": ("<ul><li>" * 20_000 + "text", "text"),
    "deep tables": ("<table><tr><td>" * 2_000 + "text", "text"),
    "formatting that is never closed": (
        "".join(f"<b id=b{n}>" for n in range(20_000)) + "<p>text" * 20_000, "text"),
    "a comment that is never closed": (f"<p>{SENTENCE}</p><!-- " + "x" * 500_000, SENTENCE),
    "a closing mark missing": (f"<p>{SENTENCE}</p><p title='" + "x" * 500_000, SENTENCE),
    "100,000 tiny elements": ("<p>" * 100_000 + "text", "text"),
    "a giant attribute": (f"<p title='{'x' * 500_000}'>text</p>", "text"),
    "the same attribute again and again": ("<p " + "b='c' " * 100_000 + ">text</p>", "text"),
    "100,000 attributes": (
        "<p>text</p><a " + " ".join(f"b{n}" for n in range(100_000)) + ">", "text"),
    "attributes that hide their end": (
        "<p>text</p><a " + " ".join(f'b{n}="<x>"' for n in range(50_000)) + ">behind", "behind"),
    "brackets for names": ("<a" * 300_000 + "><p>text</p>", ""),
    "a storm of entities": ("<p>text" + "&amp;" * 100_000, "text"),
    "entities of entities": ("<p>text" + "&amp;amp;lt;" * 50_000, "text"),
    "a giant table": (f"<p>{SENTENCE}</p><table>" + "<tr><td>1<td>2" * 50_000, SENTENCE),
    "line breaks": ("text" + "<br>" * 200_000, "text"),
    "controls that stay open": ("text" + "<select>" * 60_000 + "</svg>" * 60_000, "text"),
    "drawings": ("text" + "<svg><math><template>" * 3_000, "text"),
    "script upon script": (f"<p>{SENTENCE}</p>" + "<script>" * 100_000, SENTENCE),
    "nested JSON-LD": (
        f'<script type="application/ld+json">{"[" * 200_000}</script><p>{SENTENCE}</p>', SENTENCE),
    "markup in JSON-LD": (
        '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"'
        + "<p" * 100_000 + f'"}}</script><p>{SENTENCE}</p>', "<p<p"),
    "a class name without end": (f"<div class='{'share ' * 100_000}'><p>text</p></div>", "text"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "holds"), HOSTILE.values(), ids=HOSTILE)
def test_no_page_raises_and_its_text_is_there(page: str, holds: str) -> None:
    assert holds.strip() in read_page(page, LARGE).text


@given(
    st.lists(
        st.sampled_from(
            ["<div>", "</div>", "<p>", "<p class=share>", "</p>", "<article>", "</article>", "<li>",
             "<ul>", "</ul>", "<table><tr><td>", "</table>", "<h1>", "</h1>", "<br>", "<a href=x>",
             "</a>", "<!--", "-->", "<script>", "</script>", "<title>", "<", ">", "&", "&#0;", "\0",
             "<body>", "<head>", "</html>", "<select>", "<svg>", "<template>", "<base href=x>",
             '<meta name="author" content="', '"', "=", "'", SENTENCE, "كلمة، ", "x", "\ud800"]
        )
        | st.text(max_size=12),
        max_size=60,
    )
)  # fmt: skip
def test_no_markup_raises_and_a_page_is_read_the_same_way_twice(pieces: list[str]) -> None:
    page = "".join(pieces)
    found = read_page(page, LARGE)
    assert found == read_page(page, LARGE)
    assert "\0" not in found.text


markup_pieces = st.sampled_from(
    ["<a ", "b=", '"', "'", ">", "<!--", "-->", "</", "<script>", " c", "text"]
)


@given(st.lists(markup_pieces, max_size=40))
def test_a_page_without_excess_is_parsed_as_it_is(pieces: list[str]) -> None:
    page = "".join(pieces)
    assert parsable(page) == page


def test_only_the_tag_with_too_many_attributes_goes() -> None:
    tag = "<a " + " ".join(f'b{n}="{n}>"' for n in range(MOST_TOKENS)) + ">"
    assert parsable(f"<p>one</p>{tag}two</a><p {'c ' * 9}>three</p>{tag}") == (
        f"<p>one</p>two</a><p {'c ' * 9}>three</p>"
    )


@pytest.mark.parametrize("news", PAGES, ids=[news.name for news in PAGES])
def test_the_story_of_a_news_page_and_nothing_else(news: NewsPage) -> None:
    text = read_page(news.html, LARGE).text
    assert [one for one in news.story if one not in text] == []
    assert [one for one in news.absent if one in text] == []
    assert [one for one in news.story if text.count(one) > 1] == []


def around(story: str, head: str = "") -> str:
    """Return the text of a page with this story between a navigation and a footer."""
    page = f"""<html><head>{head}</head><body><nav><a href="/">Home</a></nav><main>{story}</main>
    <footer><p>{SENTENCE} All rights reserved.</p></footer></body></html>"""
    return read_page(page, LARGE).text


BODY = f"<p>{LEAD}</p><p>{SECOND}</p>"


@pytest.mark.parametrize(
    ("story", "text"),
    [
        (f"<h1>Clinic opens</h1><h2>In the east</h2>{BODY}", f"In the east\n{LEAD}\n{SECOND}"),
        (f"<h1>Clinic opens</h1>{BODY}<h2>More stories</h2>", f"{LEAD}\n{SECOND}"),
        (f"{BODY}<h2>More</h2><p><a href='/1'>{LEAD[:40]}</a></p>", f"{LEAD}\n{SECOND}"),
        (f"{BODY}<h2>Beds</h2><ul><li>sixty</li><li>ten more</li></ul>",
         f"{LEAD}\n{SECOND}\nBeds\nsixty\nten more"),
        (f"<p>{LEAD}</p><p><a href='/1'>Read on</a></p><p>{SECOND}</p>", f"{LEAD}\n{SECOND}"),
        ((f"<p>{LEAD}</p><p>See also:</p><ul><li><a href=1>One</a><li><a href=2>Two</a></ul>"
         f"<p>{SECOND}</p>"), f"{LEAD}\n{SECOND}"),
        (f"<p>{LEAD} <span class='visually-hidden'>opens in a window</span></p><p>{SECOND}</p>",
         f"{LEAD}\n{SECOND}"),
        (f"<p>{LEAD}</p><div hidden>{BODY}</div><p>{SECOND}</p>", f"{LEAD}\n{SECOND}"),
        ((f"<p>{LEAD}</p><blockquote class='twitter-tweet'><p>Open now!</p></blockquote>"
         f"<p>{SECOND}</p>"), f"{LEAD}\nOpen now!\n{SECOND}"),
        (f"<div class='share-wrapper'>{BODY}</div>", f"{LEAD}\n{SECOND}"),
        (f"<form>{BODY}</form>", f"{LEAD}\n{SECOND}"),
        (f"<p>{LEAD}<br>{SECOND}</p>", f"{LEAD}\n{SECOND}"),
        (f"<pre>{LEAD}\n{SECOND}</pre>", f"{LEAD}\n{SECOND}"),
        ((f"<p>{LEAD}</p><p>{SECOND}</p><article><h3><a href=1>Else</a></h3><p>{SENTENCE}</p>"
         "</article>"), f"{LEAD}\n{SECOND}"),
    ],
)  # fmt: skip
def test_what_stands_between_and_around_paragraphs(story: str, text: str) -> None:
    assert around(story) == text


def test_a_body_in_many_pieces_that_look_like_furniture_is_found() -> None:
    pieces = "".join(
        f'<div class="promo-text"><p>{LEAD} ({number})</p><p>{SECOND} ({number})</p></div>'
        for number in range(6)
    )
    text = around(f"<div><p>{SENTENCE}</p></div><div>{pieces}</div>")
    assert [number for number in range(6) if f"{SECOND} ({number})" not in text] == []


def with_body(body: str) -> str:
    """Return a JSON-LD script of an article with this body."""
    value = orjson.dumps({"@type": "NewsArticle", "articleBody": body}).decode()
    return f'<script type="application/ld+json">{value}</script>'


def test_a_whole_body_in_the_metadata_bounds_the_story() -> None:
    story = f"{BODY}<p>Write to the desk with questions on this.</p>"
    assert around(story, with_body(f"{LEAD} {SECOND}")) == f"{LEAD}\n{SECOND}"


def test_a_body_in_the_metadata_that_is_cut_short_bounds_nothing() -> None:
    assert around(BODY, with_body(LEAD[:40])) == f"{LEAD}\n{SECOND}"


def test_a_body_in_the_metadata_counts_where_the_page_shows_a_part_of_it() -> None:
    body = " ".join([LEAD, SECOND] * 3)
    assert around(f"<p>{LEAD}</p>", with_body(body)) == body


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ("share-buttons", "share"),
        ("ArticleShare", "share"),
        ("td-post-sharing", "share"),
        ("related_news block", "related"),
        ("c-read-more", "related"),
        ("wp-caption-text", "picture"),
        ("sr-only", "hidden"),
        ("field-label-hidden", ""),
        ("content-with-sidebar", ""),
        ("no-banner page", ""),
        ("header shadow", ""),
        ("article-body", ""),
        ("", ""),
    ],
)
def test_names_of_classes_say_what_a_section_is(names: str, kind: str) -> None:
    assert furniture_of_class(names)[0] == kind


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
