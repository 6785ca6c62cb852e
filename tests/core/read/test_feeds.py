"""An entry's story is found by what holds it, and none is lost without a word."""

import json

import pytest

from schemas import PreparedArticle, Rejection, RejectionReason
from schemas.prepared import Flag
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.settings import CleanSettings
from tests.support.raw import bare

STORY = (
    "The lighthouse of Vell has been sold to the harbour board, which wants to open it.",
    "Its last keeper handed over the keys on Tuesday, and said that he would not miss the stairs.",
)
BODY = "".join(f"<p>{line}</p>" for line in STORY)
RSS, ATOM = "application/rss+xml", "application/atom+xml"


def item(*parts: str) -> str:
    """Return an item with a title and these parts."""
    return f"<item><title>Lighthouse sold</title>{''.join(parts)}</item>"


def cdata(name: str, content: str) -> str:
    """Return an element with this content."""
    return f"<{name}><![CDATA[{content}]]></{name}>"


@pytest.mark.parametrize(
    "parts",
    [
        [cdata("description", BODY), "<media:description>A lamp.</media:description>"],
        ["<media:description>A lamp.</media:description>", cdata("description", BODY)],
        [cdata("description", BODY), cdata("content:encoded", "<a href='/'>Read on</a>")],
        [cdata("content:encoded", BODY), cdata("description", "A teaser of the story.")],
        [cdata("content:encoded", "<img src='a.jpg'>"), cdata("description", BODY)],
        ["<media:group>", cdata("media:description", BODY), "</media:group>"],
        [f"<description>{BODY.replace('<', '&amp;lt;')}</description>"],
    ],
)
def test_the_story_is_what_holds_most(parts: list[str]) -> None:
    """Whatever the element is called and wherever it stands."""
    assert [p.text for p in bare(item(*parts), RSS).paragraphs] == list(STORY)


def test_an_entry_of_a_title_alone_is_an_article() -> None:
    """Its text is the headline, and a flag says so."""
    article = bare(item(cdata("description", "<img src='a.jpg'>")), RSS)
    assert [p.text for p in article.paragraphs] == [article.title] == ["Lighthouse sold"]
    assert Flag.HEADLINE_ONLY in article.flags


def rejected(content: str, content_type: str) -> Rejection:
    """Return the rejection of a bare message."""
    headers = (("content-type", content_type.encode()),)
    result = clean(Message("t", 0, 0, 0, None, content.encode(), headers), CleanSettings())
    assert isinstance(result, Rejection)
    return result


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (f"<rss><channel>{item(BODY)}{item(BODY)}</channel></rss>", RSS),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry/><entry/></feed>", ATOM),
        (
            json.dumps({"items": [{"content_text": "a"}, {"content_text": "b"}]}),
            "application/feed+json",
        ),
    ],
)
def test_a_feed_of_many_entries_is_rejected_whole(content: str, content_type: str) -> None:
    """One message is one article: none of the entries is taken, and the reason says what to do."""
    rejection = rejected(content, content_type)
    assert rejection.reason is RejectionReason.MANY_ARTICLES
    assert "2 " in rejection.error
    assert "cleanwire push" in rejection.error


def test_links_are_the_page_and_whole() -> None:
    """An enclosure is no page, and a relative address is the feed's."""
    feed = (
        "<rss><channel><link>https://vell.example/</link>"
        + item("<link>/news/1</link>", cdata("description", BODY))
        + "</channel></rss>"
    )
    assert bare(feed, RSS).url == "https://vell.example/news/1"
    entry = (
        "<entry><title>Sold</title><link rel='alternate' href='https://vell.example/1'/>"
        f"<link rel='enclosure'>https://vell.example/a.jpg</link>{cdata('summary', BODY)}</entry>"
    )
    assert bare(entry, ATOM).url == "https://vell.example/1"


def test_the_link_to_the_entry_s_own_page_is_no_story() -> None:
    """It stands below the text as a removal; a link to another page stays."""

    def pushed(link: str) -> PreparedArticle:
        body = f"{STORY[0]} {STORY[1]} <a href='{link}'>Weiter zum Text</a></p>"
        return bare(item("<link>https://vell.example/1</link>", cdata("description", body)), RSS)

    own = pushed("https://vell.example/1?utm_source=rss")
    assert [p.text for p in own.paragraphs] == [f"{STORY[0]} {STORY[1]}"]
    assert [(x.rule, x.text) for x in own.removals] == [("feed/own_link", "Weiter zum Text")]
    assert pushed("https://vell.example/2").removals == ()


def test_dates_of_a_feed_are_exact_or_told() -> None:
    """A day alone is flagged, and a guess is none."""

    def published(date: str) -> PreparedArticle:
        return bare(item(f"<pubDate>{date}</pubDate>", cdata("description", BODY)), RSS)

    assert published("Tue, 24 Feb 2026 09:15:00 MEZ").published_at is not None
    assert not published("Tue, 24 Feb 2026 09:15:00 MEZ").flags
    assert published("2026-02-24").flags == (Flag.PUBLISHED_DAY_ONLY,)
    assert published("2026-02-24T09:15:00").flags == (Flag.PUBLISHED_ZONE_ASSUMED,)
    assert published("03/04/2026 09:15").published_at is None


@pytest.mark.parametrize(
    "bodies",
    [
        [("teaser", "text/plain", "Lamp sold."), ("main", "text/html", BODY)],
        [("main", "text/html", BODY), ("caption", "text/plain", "The lamp, seen from the quay.")],
    ],
)
def test_the_main_body_of_an_item_is_its_story(bodies: list[tuple[str, str, str]]) -> None:
    """A teaser in plain text is not, though plain text comes first otherwise."""
    rows = [{"role": role, "contentType": kind, "value": value} for role, kind, value in bodies]
    article = bare(json.dumps({"uri": "1", "bodies": rows}), "application/vnd.iptc.ninjs+json")
    assert [p.text for p in article.paragraphs] == list(STORY)


@pytest.mark.parametrize(
    ("parts", "published", "updated"),
    [
        (["<dc:date>2026-05-24T07:05:00+01:00</dc:date>"], "2026-05-24T06:05", None),
        (["<atom:updated>2026-05-24T07:05:00+01:00</atom:updated>"], None, "2026-05-24T06:05"),
        (
            [
                "<pubDate>Sat, 23 May 2026 07:00:00 GMT</pubDate>",
                "<dc:date>2026-05-24T07:05:00Z</dc:date>",
            ],
            "2026-05-23T07:00",
            "2026-05-24T07:05",
        ),
    ],
)
def test_the_date_of_dublin_core_is_when_an_item_was_published(
    parts: list[str], published: str | None, updated: str | None
) -> None:
    """An item with dc:date alone has a date of publication, as RSS 1.0 means it."""
    found = bare(item(cdata("description", BODY), *parts), RSS)
    dates = [date and date.isoformat()[:16] for date in (found.published_at, found.updated_at)]
    assert dates == [published, updated]


def test_an_entry_without_an_address_is_its_sites() -> None:
    """Podcasts and some newsletters have none; the site that the feed belongs to is the source."""
    channel = "<link>https://www.vell.example/</link>"
    entry = item(cdata("description", BODY), "<guid isPermaLink='false'>7</guid>")
    article = bare(f"<rss version='2.0'><channel>{channel}{entry}</channel></rss>", RSS)
    assert (article.source, article.url) == ("vell.example", None)
    alone = entry.replace("<item>", "<item xml:base='https://www.vell.example/'>")
    assert bare(alone, RSS).source == "vell.example"


def test_captions_of_pictures_are_told_by_their_elements() -> None:
    """Without a credit nothing else says that they are none of the story."""
    picture = "<figure><img src='a'><figcaption>The lamp in {}</figcaption></figure>"
    classic = "<p class='wp-caption-text'>The stairs</p>"
    body = picture.format("May") + BODY.replace("</p><p>", f"</p>{classic}<p>") + picture.format(2)
    article = bare(item(cdata("description", body)), RSS)
    assert [p.text for p in article.paragraphs] == list(STORY)
    gone = [(gone.rule, gone.text) for gone in article.removals]
    assert gone == [
        ("feed/caption", "The lamp in May"),
        ("feed/caption", "The stairs"),
        ("feed/caption", "The lamp in 2"),
    ]


def test_captions_that_tell_the_story_stay() -> None:
    """In pictures of the week there is hardly anything else."""
    pictures = "".join(f"<figcaption>{line}</figcaption>" for line in STORY)
    article = bare(item(cdata("description", f"<p>In pictures.</p>{pictures}")), RSS)
    assert [p.text for p in article.paragraphs][-2:] == list(STORY)


def test_fields_of_a_page_before_the_body_are_no_story() -> None:
    """Drupal puts title, account and date there."""
    fields = (
        '<span class="field field--name-title">Lighthouse sold</span>'
        '<span class="field field--name-uid"><span about="/user/1">lsandmo</span></span>'
        '<span class="field field--name-created"><time>Tue, 24 Nov</time></span>'
    )
    article = bare(item(cdata("description", f"{fields}<div>{BODY}</div>")), RSS)
    assert [p.text for p in article.paragraphs] == list(STORY)
    assert [gone.rule for gone in article.removals] == ["feed/fields"]


def test_loose_ampersands_are_no_other_signs() -> None:
    """`&lang` without a semicolon is a bracket in HTML, and a parameter in an address."""
    link = "<link>https://vell.example/n?id=7&lang=en&copy=1</link>"
    article = bare(f"<rss><channel>{item(link, cdata('description', BODY))}</channel></rss>", RSS)
    assert article.url == "https://vell.example/n?id=7&lang=en&copy=1"


def test_a_link_of_google_news_is_the_publishers() -> None:
    """The address tells nothing; the entry names its source."""
    article = bare(
        "<rss version='2.0'><channel><title>x</title><item><title>Lighthouse sold - Vell Post"
        "</title><link>https://news.google.com/rss/articles/CBMi9?oc=5</link>"
        "<source url='https://www.vell.example'>Vell Post</source></item></channel></rss>",
        RSS,
    )
    assert (article.source, article.title) == ("vell.example", "Lighthouse sold")


def test_the_feed_itself_is_no_author() -> None:
    """As some sites fill in the field."""
    creators = "<dc:creator>Vell Post</dc:creator><dc:creator>Liv Sandmo</dc:creator>"
    article = bare(
        f"<rss><channel><title>Vell Post</title>{item(creators, cdata('description', BODY))}"
        "</channel></rss>",
        RSS,
    )
    assert article.authors == ("Liv Sandmo",)


def test_updated_at_is_exact_or_missing() -> None:
    """A local time says nothing of it."""
    for date, expected in (("2026-05-26T09:15:00", None), ("2026-05-26T09:15:00Z", "09:15")):
        entry = f"<entry xmlns='http://www.w3.org/2005/Atom'><title>T</title><id>1</id><updated>{date}</updated><content>{STORY[0]}</content></entry>"
        updated = bare(entry, ATOM).updated_at
        assert (updated and f"{updated:%H:%M}") == expected
