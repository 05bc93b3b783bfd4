"""What a page says about its article, in the forms in which sites say it."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.page_facts import Facts, read_facts
from pipeline.page_linked_data import MOST_OBJECTS, objects_of, read_linked_data
from pipeline.pages import parse


def facts(head: str, body: str = "<p>x</p>", attributes: str = "") -> Facts:
    """Return the facts of a page with this head and body."""
    tree = parse(f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>")
    return read_facts(tree)


def linked(value: object) -> str:
    """Return a JSON-LD script."""
    return f'<script type="application/ld+json">{orjson.dumps(value).decode()}</script>'


ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Quay opens again",
    "author": {"@type": "Person", "name": "Ann Other"},
    "datePublished": "2026-02-02T08:00:00+03:00",
    "inLanguage": "en-GB",
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://example.org/quay"},
    "publisher": {"@type": "Organization", "name": "The Desk"},
}


def test_json_ld_tells_everything() -> None:
    assert facts(linked(ARTICLE)) == Facts(
        title="Quay opens again",
        byline="Ann Other",
        published_at="2026-02-02T08:00:00+03:00",
        language="en",
        url="https://example.org/quay",
    )


@pytest.mark.parametrize(
    "script",
    [
        linked([{"@type": "BreadcrumbList"}, ARTICLE]),
        linked({"@graph": [{"@type": "WebSite", "name": "The Desk"}, ARTICLE]}),
        linked({**ARTICLE, "@type": ["Article", "ReportageNewsArticle"]}),
        linked({"@type": "WebPage", "mainEntity": ARTICLE}),
        linked(ARTICLE).replace('json">', 'json"><!--').replace("</script>", "--></script>"),
        linked(ARTICLE).replace('json">', 'json">//<![CDATA[\n').replace("</sc", "\n//]]></sc"),
        linked(ARTICLE).replace("</script>", ";</script>"),
        linked(ARTICLE).replace("Quay opens", "Quay\nopens"),
        '<script type="application/ld+json">{broken</script>' + linked(ARTICLE),
    ],
)
def test_an_article_is_found_wherever_json_ld_has_it(script: str) -> None:
    assert facts(script).byline == "Ann Other"


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("Ann Other", "Ann Other"),
        (["Ann Other", "Harbour Desk"], "Ann Other, Harbour Desk"),
        ([{"name": "Ann Other"}, {"name": "Harbour Desk"}], "Ann Other, Harbour Desk"),
        ({"name": ["Ann Other", "Harbour Desk"]}, "Ann Other, Harbour Desk"),
        ({"@id": "#ann"}, "Ann Other"),
        ({"@id": "#nobody"}, ""),
        ("https://example.org/people/ann", ""),
        (["Ann Other", "Ann Other"], "Ann Other"),
        ("Ann &amp; Other", "Ann & Other"),
        (None, ""),
        (7, ""),
    ],
)
def test_authors_come_as_texts_objects_lists_and_references(author: object, byline: str) -> None:
    person = {"@type": "Person", "@id": "#ann", "name": "Ann Other"}
    graph = {"@graph": [person, {**ARTICLE, "author": author}]}
    assert facts(linked(graph)).byline == byline


def test_of_several_articles_the_one_with_the_page_s_title_counts() -> None:
    other = {**ARTICLE, "headline": "Market closes", "author": "Somebody else"}
    head = linked([other, ARTICLE]) + '<meta property="og:title" content="Quay opens again">'
    assert facts(head).byline == "Ann Other"


@pytest.mark.parametrize(
    ("head", "byline"),
    [
        ('<meta name="author" content="Ann Other">', "Ann Other"),
        ('<meta property="article:author" content="Ann Other">', "Ann Other"),
        ('<meta property="article:author" content="https://example.org/ann">', ""),
        ('<meta name="parsely-author" content=" Ann  Other ">', "Ann Other"),
        ('<meta name="author" content="">', ""),
        ("", ""),
    ],
)
def test_bylines_of_meta_elements(head: str, byline: str) -> None:
    assert facts(head).byline == byline


@pytest.mark.parametrize(
    ("marked", "byline"),
    [
        ("By Ann Other", "Ann Other"),
        ("Ann Other, 2 Feb 2026", ""),
        ("admin", ""),
        ("x" * 90, ""),
    ],
)
def test_a_byline_in_the_text_is_a_name_alone(marked: str, byline: str) -> None:
    assert facts("", f'<span itemprop="author">{marked}</span>').byline == byline


def test_a_byline_that_is_marked_in_the_text_counts_last() -> None:
    body = '<p><a rel="author" href="/ann">Ann Other</a></p>'
    assert facts("", body).byline == "Ann Other"
    assert facts('<meta name="author" content="Harbour Desk">', body).byline == "Harbour Desk"


@pytest.mark.parametrize(
    ("head", "body", "time"),
    [
        ('<meta property="article:published_time" content="2026-02-01T10:00:00Z">', "",
         "2026-02-01T10:00:00Z"),
        ('<meta name="dc.date" content="2026-02-01">', "", "2026-02-01T00:00:00Z"),
        ('<meta itemprop="datePublished" content="2026-02-01T10:00">', "", "2026-02-01T10:00:00Z"),
        ("", '<time datetime="2026-02-01T10:00:00+03:00">1 شباط</time>',
         "2026-02-01T10:00:00+03:00"),
        ("", '<time datetime="yesterday">x</time><time datetime="2026-02-01">y</time>',
         "2026-02-01T00:00:00Z"),
        ('<meta property="article:published_time" content="soon">', "", ""),
        ('<meta property="article:published_time" content="2999-01-01T00:00:00Z">', "", ""),
    ],
)  # fmt: skip
def test_dates(head: str, body: str, time: str) -> None:
    assert facts(head, body).published_at == time


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ('lang="ar-EG"', "", "ar"),
        ('lang="FA"', "", "fa"),
        ('lang=""', '<meta property="og:locale" content="ar_AR">', "ar"),
        ("", '<meta http-equiv="content-language" content="ur">', "ur"),
        ('lang="arabic language"', "", ""),
        ("", "", ""),
    ],
)
def test_languages(attributes: str, head: str, language: str) -> None:
    assert facts(head, attributes=attributes).language == language


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://example.org/a">', "https://example.org/a"),
        ('<link rel="CANONICAL" href=" https://example.org/a ">', "https://example.org/a"),
        ('<meta property="og:url" content="https://example.org/a">', "https://example.org/a"),
        ('<link rel="canonical" href="/a"><meta property="og:url" content="https://example.org/b">',
         "https://example.org/a"),
        ('<base href="https://example.org/x/"><link rel="canonical" href="a">',
         "https://example.org/x/a"),
        ('<link rel="canonical" href="/a">', ""),
        ('<link rel="canonical" href="javascript:alert(1)">', ""),
        ('<link rel="canonical" href="file:///etc/passwd">', ""),
        ('<link rel="canonical" href="https://[broken/a">', ""),
        ('<link rel="canonical" href="http:///a">', ""),
        ('<link rel="canonical" href="https://example.org/a b">', ""),
        (f'<link rel="canonical" href="https://example.org/{"a" * 3000}">', ""),
    ],
)  # fmt: skip
def test_addresses_are_absolute_and_of_the_web(head: str, url: str) -> None:
    assert facts(head).url == url


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Quay opens again | The Desk</title>", "<h1>Quay opens again</h1>",
         "Quay opens again"),
        (('<title>Quay opens again - The Desk</title><meta property="og:site_name" '
         'content="The Desk">'), "", "Quay opens again"),
        (('<meta property="og:title" content="The Desk: Quay opens again">'
         '<meta property="og:site_name" content="The Desk">'), "", "The Desk: Quay opens again"),
        (('<meta property="og:title" content="The Desk | Quay opens again">'
         '<meta property="og:site_name" content="The Desk">'), "", "Quay opens again"),
        ("<title>Quay opens again | The Desk</title>", "", "Quay opens again | The Desk"),
        ("<title>Storm - what is known - so far</title>", "", "Storm - what is known - so far"),
        ("<title>الرصيف يفتح | مكتب الميناء</title>", "<h1>الرصيف يفتح</h1>", "الرصيف يفتح"),
        ("", "<h1>Quay <b>opens</b></h1>", "Quay opens"),
        ('<meta property="og:title" content="Tom &amp; Co">', "", "Tom & Co"),
        (f"<title>{'x' * 600}</title>", "", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_title_loses_the_site_s_name_where_the_page_proves_it(
    head: str, body: str, title: str
) -> None:
    assert facts(head, f"<p>x</p>{body}").title == title


def test_a_body_in_json_ld_is_text_with_lines_for_its_blocks() -> None:
    body = "<p>One &amp; two.</p><p>Three <b>four</b>.</p>"
    assert read_linked_data([orjson.dumps({**ARTICLE, "articleBody": body}).decode()]).body == (
        "One & two.\n\nThree four."
    )


def test_no_more_objects_are_read_than_said() -> None:
    assert len(list(objects_of([{}] * (MOST_OBJECTS * 3), MOST_OBJECTS))) == MOST_OBJECTS


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["@type", "@id", "@graph", "author", "name", "headline", "url", "x",
                         "mainEntityOfPage", "publisher", "articleBody", "inLanguage"]),
        inner, max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip


@given(json_values, json_values)
def test_no_json_breaks_the_reading(value: object, author: object) -> None:
    for one in (value, {"@type": "NewsArticle", "author": author, "publisher": value}):
        found = read_linked_data([orjson.dumps(one).decode()])
        assert all(isinstance(text, str) for text in (found.byline, found.site, found.url))


@given(st.text(max_size=200), st.text(max_size=60))
def test_facts_are_one_line_or_nothing(title: str, href: str) -> None:
    escaped = title.replace("<", "&lt;").replace('"', "&quot;")
    head = f'<title>{escaped}</title><link rel=canonical href="{href.replace(chr(34), "")}">'
    tree = parse(f"<html><head>{head}</head><body><p>x</p></body></html>".replace("\0", ""))
    if tree is not None:
        found = read_facts(tree)
        assert "\n" not in found.title
        assert found.url == "" or found.url.lower().startswith(("http://", "https://"))
