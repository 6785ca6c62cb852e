"""What a page says of its article is read from what its makers declare."""

from collections.abc import Mapping

import pytest

from streams.core.page.about import fields_of_page
from streams.core.page.declared import read_declared
from streams.core.page.parse import parse
from streams.core.page.tree import read_tree
from streams.core.read.dates import ReadDate

HEADLINE = "Lighthouse of Vell is sold to the harbour board"


def fields(head: str = "", body: str = "") -> Mapping[str, object]:
    """Return the fields of a page."""
    root = parse(f"<html lang='en'><head>{head}</head><body>{body}<p>Text.</p></body></html>")
    return fields_of_page(read_declared(root), root, read_tree(root).texts)


def ld(json: str) -> str:
    """Return a script of JSON-LD."""
    return f'<script type="application/ld+json">{json}</script>'


def meta(name: str, content: str) -> str:
    """Return a meta tag."""
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{HEADLINE} - Vell Gazette</title>", f"<h1>{HEADLINE}</h1>"),
        (f"<title>{HEADLINE} | News | Vell Gazette</title>", f"<h1>{HEADLINE}</h1>"),
        (f"<title>{HEADLINE} - Vell Gazette</title>" + meta("og:site_name", "Vell Gazette"), ""),
        (meta("og:title", f"Vell Gazette: {HEADLINE}") + meta("og:site_name", "Vell Gazette"), ""),
        (f"<title>{HEADLINE}</title>", f"<h1>Vell Gazette</h1><h1>{HEADLINE}</h1>"),
        (
            ld(f'{{"@type": "NewsArticle", "headline": "{HEADLINE}"}}'),
            "<h1>Our offers for you</h1>",
        ),
        (
            ld('{"@type": "Article", "headline": "Lighthouse of Vell is sold…"}'),
            f"<h1>{HEADLINE}</h1>",
        ),
        (ld(f'{{"@graph": [{{"@type": "Article",\n "headline": "{HEADLINE}\n"}}]}}'), ""),
        (
            ld(f'{{"@type": "NewsArticle", "headline": "Harbour: {HEADLINE}"}}')
            + meta("og:title", HEADLINE),
            "",
        ),
    ],
)
def test_the_title_is_the_headline_alone(head: str, body: str) -> None:
    """Without site and section, whole, and not another heading of the page."""
    assert fields(head, body)["title"] == HEADLINE


def test_a_section_behind_a_bar_goes_although_nothing_names_it() -> None:
    """What is short behind a bar is no part of a headline; what is long may be its second half."""
    assert fields(f"<title>{HEADLINE} | Opinion</title>")["title"] == HEADLINE
    long = f"Harbour | {HEADLINE}"
    assert fields(f"<title>{long}</title>")["title"] == long


def test_a_title_for_sharing_is_the_headline_where_an_editor_wrote_it() -> None:
    """It alone differs from what fills all other places, that of Twitter included."""
    searched = "Lighthouse of Vell: all about the sale"
    filled = (
        f"<title>{searched} - Vell Gazette</title>"
        + ld(f'{{"@type": "NewsArticle", "headline": "{searched}"}}')
        + meta("og:title", HEADLINE)
        + meta("og:site_name", "Vell Gazette")
    )
    shown = f"<h1>{searched}</h1>"
    assert fields(filled, shown)["title"] == HEADLINE
    assert fields(filled + meta("twitter:title", searched), shown)["title"] == HEADLINE
    assert fields(filled + meta("twitter:title", HEADLINE), shown)["title"] == searched
    assert fields(filled, f"<h1>{searched} begins</h1>")["title"] == searched


def test_a_title_for_sharing_that_is_cut_or_tells_the_story_is_no_headline() -> None:
    """A template's accident, and a description in the wrong place."""
    filled = f"<title>{HEADLINE}</title>" + ld(f'{{"@type": "Article", "headline": "{HEADLINE}"}}')
    for shared in ("Lighthouse of Vell", "The harbour board buys the lighthouse. " * 5):
        head = filled + meta("og:title", shared)
        assert fields(head, f"<h1>{HEADLINE}</h1>")["title"] == HEADLINE


def test_a_meta_tag_may_name_the_headline() -> None:
    """It is trusted before the titles for sharing."""
    head = meta("og:title", f"{HEADLINE}-Culture") + meta("headline", HEADLINE)
    assert fields(head)["title"] == HEADLINE


def test_a_headline_with_a_dash_keeps_its_second_half() -> None:
    """Only what is known to be the site goes."""
    title = "Lighthouse sold - keeper hands over the keys"
    assert fields(f"<title>{title}</title>", f"<h1>{title}</h1>")["title"] == title


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (ld('{"@type": "NewsArticle", "datePublished": "2026-11-24T09:15:00+01:00"}'), ""),
        (meta("article:published_time", "2026-11-24T08:15Z"), ""),
        ('<meta itemprop="datePublished" content="2026-11-24 08:15 UTC">', ""),
        (meta("date", "2026-11-24") + meta("pubdate", "2026-11-24T08:15:00Z"), ""),
        ("", f"<h1>{HEADLINE}</h1><time datetime='2026-11-24T08:15:00Z'>Tuesday</time>"),
    ],
)
def test_the_date_is_exact(head: str, body: str) -> None:
    """JSON-LD, meta tags and time elements; an exact one before a day alone."""
    published = fields(head, body)["published_at"]
    assert isinstance(published, ReadDate)
    assert published.is_exact
    assert published.moment.isoformat() == "2026-11-24T08:15:00+00:00"


def test_a_date_of_change_is_not_one_of_publication() -> None:
    """A page that only says when it was changed has no date of publication."""
    found = fields(meta("article:modified_time", "2026-11-24T08:15:00Z"))
    assert "published_at" not in found
    assert isinstance(found["updated_at"], ReadDate)


def test_a_date_of_another_story_is_not_the_page_s() -> None:
    """Times above the headline, and articles that are only listed, are others'."""
    teaser = "<time datetime='2026-11-20T08:15:00Z'>Friday</time>"
    listed = '{"itemListElement": [{"@type": "NewsArticle", "datePublished": "2026-11-20T08:15Z"}]}'
    assert "published_at" not in fields(ld(listed), f"{teaser}{teaser}<h1>{HEADLINE}</h1>")


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (
            ld(
                '{"@type": "NewsArticle", "author": [{"name": "Liv Sandmo"}, {"name": "Per Dahl"}]}'
            ),
            "",
            ("Liv Sandmo", "Per Dahl"),
        ),
        (
            ld(
                '{"@graph": [{"@type": "Article", "author": {"@id": "#liv"}},'
                ' {"@id": "#liv", "@type": "Person", "name": "Liv Sandmo"}]}'
            ),
            "",
            ("Liv Sandmo",),
        ),
        (meta("author", "By Liv Sandmo"), "", ("Liv Sandmo",)),
        (meta("author", "Vell Gazette") + meta("og:site_name", "Vell Gazette"), "", None),
        ("", "<span class='article-author'>By Liv Sandmo</span>", ("Liv Sandmo",)),
        ("", "<a href='/author/liv-sandmo'>Liv Sandmo</a>", ("Liv Sandmo",)),
        ("", "<label class='comment-form-author'>Name</label>", None),
        ("", "<span class='byline'>Reporter</span><p>Author: Liv Sandmo</p>", ("Liv Sandmo",)),
        ("", "<div>(责编：林晓、周明)</div>", ("林晓", "周明")),  # noqa: RUF001 - a colon of East Asia
        ("", "<p style='text-align: right'><b>Lê Sandmo</b></p>", ("Lê Sandmo",)),
        ("", "<p style='text-align: right'>Read more here</p>", None),
        (
            ld(
                '{"@type": "Article", "author": {"name": "Vell Gazette"}, "creator": "Liv Sandmo",'
                ' "publisher": {"name": "Vell Gazette"}}'
            ),
            "",
            ("Liv Sandmo",),
        ),
    ],
)
def test_authors_are_people_and_agencies(
    head: str, body: str, authors: tuple[str, ...] | None
) -> None:
    """From JSON-LD with its references, meta tags, bylines; never the site itself."""
    assert fields(head, body).get("authors") == authors


def test_broken_json_is_no_json() -> None:
    """What cannot be read is passed over."""
    assert "title" not in fields(ld('{"@type": "NewsArticle", "headline": '))


@pytest.mark.parametrize(
    ("body", "published", "updated"),
    [
        (
            '<abbr class="published" title="2026-11-23T22:32:00-05:00">10:32 PM</abbr>',
            "2026-11-24T03:32:00+00:00",
            None,
        ),
        (
            """<h1>Pier</h1><time class="entry-date published" datetime="2026-11-24T09:15:00+01:00">
            </time><time class="updated" datetime="2026-11-24T11:15:00+01:00"></time>""",
            "2026-11-24T08:15:00+00:00",
            "2026-11-24T10:15:00+00:00",
        ),
        (
            """<time class="entry-date published updated" datetime="2026-11-24T09:15:00+01:00">
            </time><time datetime="2026-11-20T09:15:00+01:00"></time>""",
            "2026-11-24T08:15:00+00:00",
            None,
        ),
        ('<span data-date-time="2026-11-24 07:41:00"></span>', "2026-11-24T07:41:00+00:00", None),
    ],
)
def test_the_moments_that_a_page_shows(body: str, published: str, updated: str | None) -> None:
    """Blogger, WordPress and Naver name them beside the words that readers see."""
    found = fields(body=body)
    moments = [found.get("published_at"), found.get("updated_at")]
    told = [
        moment.moment.isoformat() if isinstance(moment, ReadDate) else None for moment in moments
    ]
    assert told == [published, updated]


@pytest.mark.parametrize(
    ("body", "author"),
    [
        ('<li class="author"><a>Liv Sandmo</a><div>Journalist</div></li>', "Liv Sandmo"),
        (
            '<li class="author"><a>Liv Sandmo</a><div class="author__role">Skribent</div></li>',
            "Liv Sandmo",
        ),
        (
            '<span class="field field--name-uid"><a href="/user/3">Liv Sandmo</a></span>',
            "Liv Sandmo",
        ),
        ("<div>박서연 기자</div><div>입력 2026.11.24 07:41</div>", "박서연"),
        ("<div><span>박서연 기자</span><span>입력 2026. 11. 24. 07:41</span></div>", "박서연"),
    ],
)
def test_a_byline_without_what_somebody_does(body: str, author: str) -> None:
    """What stands below a name is no part of it, nor is what comes behind it in Korea."""
    assert fields(body=body)["authors"] == (author,)


def test_reporters_of_several_stories_are_not_this_one_s() -> None:
    """A list of other stories names theirs."""
    assert "authors" not in fields(body="<div>박서연 기자</div><div>김민수 기자</div>")


def test_a_site_in_front_goes_where_the_page_shows_the_headline_alone() -> None:
    """Old pages name their site nowhere else."""
    head = "<title>Saltmarsh Post - Storm takes the roof off the old ferry hall</title>"
    headline = "Storm takes the roof off the old ferry hall"
    assert fields(head, f"<b>{headline}</b><p>It rained.</p>")["title"] == headline
