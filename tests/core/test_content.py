"""Each kind of content gives its text and what it says of itself."""

import json
from datetime import UTC, datetime

import pytest

from schemas import PreparedArticle, Rejection, RejectionReason
from schemas.prepared import Flag, Origin
from streams.core.clean import clean
from streams.core.text.visible import nesting_depth, visible_text
from tests.support.raw import SETTINGS, bare, message

FIRST = "The council of Harrowgate voted on Tuesday to rebuild the old ferry pier, the mayor said."
SECOND = "Work will begin in the spring, and the pier should open in time for the summer regatta."


def texts(article: PreparedArticle) -> list[str]:
    """Return the paragraphs."""
    return [paragraph.text for paragraph in article.paragraphs]


PAGE = f"""<html lang="en"><head><title>Pier to be rebuilt - Gazette</title>
<link rel="canonical" href="https://gazette.example/pier">
<meta property="og:title" content="Pier to be rebuilt">
<meta property="article:published_time" content="2026-05-01T08:00:00Z"></head>
<body><nav><a href="/">Home</a><a href="/news">News</a></nav>
<article><h1>Pier to be rebuilt</h1><p>{FIRST}</p><p>{SECOND}</p>
<p>{SECOND.replace("spring", "autumn")}</p></article>
<footer>© 2026 Gazette</footer></body></html>"""


def test_a_page_gives_its_article() -> None:
    """Paragraphs stay, menu and footer go, title, date and canonical URL are found."""
    article = bare(PAGE, "text/html")
    assert texts(article)[0] == FIRST
    assert not any("Home" in text or "©" in text for text in texts(article))
    assert article.title == "Pier to be rebuilt"
    assert article.title_origin == Origin.CONTENT
    assert article.canonical_url == "https://gazette.example/pier"
    assert article.source == "gazette.example"
    assert article.published_at is not None
    assert article.published_at.date().isoformat() == "2026-05-01"


def test_text_below_the_depth_of_the_parser_is_kept() -> None:
    """The parser drops text nested deeper than 255 elements; the fallback keeps it, with a flag."""
    deep = "<div>" * 400 + f"<p>{FIRST}</p><p>{SECOND}</p>" + "</div>" * 400
    article = bare(f"<html><body><p>Short.</p>{deep}</body></html>", "text/html")
    assert FIRST in texts(article)
    assert SECOND in texts(article)
    assert Flag.EXTRACTION_FALLBACK in article.flags


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16"])
def test_the_charset_of_the_header_counts(charset: str) -> None:
    """Umlauts survive in any charset that the header names."""
    line = "Die Fähre über den Fluß fährt künftig öfter, sagte die Bürgermeisterin am Montag."
    assert texts(bare(line.encode(charset), f"text/plain; charset={charset}")) == [line]


def test_the_charset_of_the_meta_tag_counts() -> None:
    """A page that names its charset only inside itself is read by it."""
    page = PAGE.replace("<head>", '<head><meta charset="windows-1252">').replace("mayor", "maïre")
    assert "maïre" in texts(bare(page.encode("windows-1252"), "text/html"))[0]


def test_mojibake_is_repaired() -> None:
    """UTF-8 that was read as Windows-1252 is undone, with a flag."""
    article = bare("Die FÃ¤hre fÃ¤hrt ab Montag wieder, sagte die BÃ¼rgermeisterin.", "text/plain")
    assert texts(article) == ["Die Fähre fährt ab Montag wieder, sagte die Bürgermeisterin."]
    assert Flag.ENCODING_REPAIRED in article.flags


RSS = f"""<item><title>Pier to be rebuilt</title><link>https://gazette.example/pier?utm_source=rss</link>
<guid>g-1</guid><pubDate>Fri, 01 May 2026 08:00:00 GMT</pubDate><dc:creator>Ellen Marsh</dc:creator>
<category>Harbour</category><description>Short summary.</description>
<content:encoded><![CDATA[<p>{FIRST}</p><p>{SECOND}</p>
<p>The post <a href="x">Pier to be rebuilt</a> appeared first on <a href="y">Gazette</a>.</p>]]>
</content:encoded></item>"""


def test_an_rss_item_gives_content_before_summary() -> None:
    """A bare item is read with its prefixes; its tail is residue; its fields are carried."""
    article = bare(RSS, "application/rss+xml")
    assert texts(article) == [FIRST, SECOND]
    assert article.removals[0].reason == "related"
    assert article.id == "gazette.example/g-1"
    assert article.canonical_url == "https://gazette.example/pier"
    assert article.title == "Pier to be rebuilt"
    assert article.summary == "Short summary."
    assert article.authors == ("Ellen Marsh",)
    assert article.published_at == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_an_atom_entry_is_read() -> None:
    """An entry alone, with escaped HTML as content."""
    entry = (
        "<entry><title>Pier</title><id>tag:gazette.example,2026:1</id>"
        '<link href="https://gazette.example/pier"/><updated>2026-05-01T08:00:00Z</updated>'
        f'<content type="html">&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;</content>'
        "</entry>"
    )
    article = bare(entry, "application/atom+xml")
    assert texts(article) == [FIRST, SECOND]
    assert article.updated_at == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_a_json_feed_item_is_read() -> None:
    """HTML content, dates, authors and tags of JSON Feed 1.1."""
    item = {
        "id": "1",
        "url": "https://gazette.example/pier",
        "title": "Pier",
        "content_html": f"<p>{FIRST}</p><p>{SECOND}</p>",
        "date_published": "2026-05-01T08:00:00Z",
        "authors": [{"name": "Ellen Marsh"}],
        "tags": ["harbour"],
    }
    article = bare(json.dumps(item), "application/feed+json")
    assert texts(article) == [FIRST, SECOND]
    assert article.authors == ("Ellen Marsh",)
    assert article.categories == ("harbour",)
    assert article.published_at == datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "item",
    [
        {
            "uri": "urn:1",
            "headline": "Pier",
            "body_text": f"{FIRST}\n{SECOND}",
            "pubstatus": "canceled",
        },
        {
            "uri": "urn:1",
            "headlines": [{"role": "print", "value": "No"}, {"role": "main", "value": "Pier"}],
            "bodies": [
                {"contentType": "text/html", "value": f"<p>{FIRST}</p>"},
                {"contentType": "text/plain", "value": f"{FIRST}\n{SECOND}"},
            ],
            "pubStatus": "canceled",
        },
    ],
    ids=["version 1", "version 3"],
)
def test_ninjs_of_all_versions_is_read(item: dict[str, object]) -> None:
    """Plain text before HTML, the main headline, and the status of the wire."""
    item |= {"infosources": [{"name": "Gazette"}], "versioncreated": "2026-05-01T08:00:00+02:00"}
    article = bare(json.dumps(item), "application/vnd.iptc.ninjs+json")
    assert texts(article) == [FIRST, SECOND]
    assert article.title == "Pier"
    assert article.source == "Gazette"
    assert article.pub_status == "canceled"
    assert article.updated_at == datetime(2026, 5, 1, 6, tzinfo=UTC)


def test_hidden_elements_are_not_visible() -> None:
    """Scripts, styles and comments never show, closed or not."""
    assert visible_text("<p>a</p><script>b</script><!-- c --><style>d</style><p>e") == "a\ne"
    assert visible_text("a<!-- never closed") == "a"


def test_depth_counts_open_elements_only() -> None:
    """Closed and void elements do not nest."""
    assert nesting_depth("<div><br><img><p>x</div><div><b></b></div>") == 2


def test_the_language_is_detected_with_its_confidence() -> None:
    """Undeclared, it is detected; declared, it is taken at its word."""
    detected = bare(f"{FIRST}\n{SECOND}", "text/plain")
    assert (detected.language, detected.language_origin) == ("en", Origin.DETECTED)
    assert detected.language_confidence is not None


def test_scripts_and_styles_do_not_make_a_page_too_large() -> None:
    """What is left without them counts, whether the page comes bare or in JSON."""
    heavy = PAGE.replace("</head>", f"<script>{'x = 1; ' * 200_000}</script></head>")
    assert texts(bare(heavy, "text/html"))[0] == FIRST
    pushed = json.dumps({"content": heavy, "content_type": "text/html"})
    assert texts(bare(pushed, "application/json"))[0] == FIRST


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        (PAGE.replace(FIRST, FIRST * 15_000), "text/html"),
        (PAGE.replace("</head>", f"<script>{'x' * 4_000_000}</script></head>"), "text/html"),
        (json.dumps({"content": FIRST * 15_000}), "application/json"),
    ],
)
def test_too_much_text_is_too_large(value: str, content_type: str) -> None:
    """So is a page whose scripts alone are larger than any page."""
    result = clean(message(value.encode(), (("content-type", content_type.encode()),)), SETTINGS)
    assert isinstance(result, Rejection)
    assert result.reason is RejectionReason.TOO_LARGE


FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title><item>'
    f"<title>Pier to be rebuilt</title><description>{FIRST}</description></item></channel></rss>"
)
NITF = f"<nitf><head><title>Pier</title></head><body><p>{FIRST}</p><p>{SECOND}</p></body></nitf>"


@pytest.mark.parametrize("declared", ["text/html", "text/plain", "application/xml"])
def test_a_feed_is_read_as_one(declared: str) -> None:
    """Servers send it as a page or a text."""
    article = bare(FEED, declared)
    assert (article.title, texts(article)) == ("Pier to be rebuilt", [FIRST])


@pytest.mark.parametrize("page", [PAGE, f'<?xml version="1.0"?>\n{NITF}'])
def test_a_page_that_was_declared_as_xml_is_read_as_one(page: str) -> None:
    """XHTML and NITF have a body, and no entries."""
    assert texts(bare(page, "application/xml"))[0] == FIRST


@pytest.mark.parametrize("type_", ["text/markdown", "message/rfc822", "text/x-markdown"])
def test_kinds_of_text_are_text(type_: str) -> None:
    """A Markdown file and a mail may have types of their own."""
    assert texts(bare(f"{FIRST}\n\n{SECOND}", type_)) == [FIRST, SECOND]
