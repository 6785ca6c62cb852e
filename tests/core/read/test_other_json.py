"""Articles as other programs write them in JSON: the story is found, and what is said of it."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from schemas import PreparedArticle, Rejection, RejectionReason
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.core.read.other_json import articles_in
from streams.settings import CleanSettings

PARAGRAPHS = (
    "The harbour council voted on Tuesday evening to rebuild the eastern quay.",
    "Work begins in January and will cost 4.2 million euros, said Maria Jensen of the committee.",
    "Fishermen asked for a second crane; the council will decide about it in spring.",
)
TEXT = "\n\n".join(PARAGRAPHS)
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TITLE = "Council rebuilds eastern quay"
URL = "https://harbour.example/quay"
DAY = "2026-11-24T18:30:00Z"
NOVEMBER_MS = 1_796_000_000_000
ROW = {"id": 5, "title": TITLE, "content": TEXT, "url": URL}


def nested(kind: str, inner: Any) -> dict[str, Any]:
    """Return an editor's object around another, or around a text."""
    child = {"type": "text", "text": inner} if isinstance(inner, str) else inner
    return {"type": kind, "children": [child]}


# Each with the fields that must come out besides title and text.
SHAPES: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "WordPress REST": (
        {
            "id": 812,
            "date": "2026-11-24T19:30:00",
            "date_gmt": "2026-11-24T18:30:00",
            "link": URL,
            "title": {"rendered": "Council rebuilds eastern&nbsp;quay"},
            "content": {"rendered": HTML, "protected": False},
            "excerpt": {"rendered": "<p>Short.</p>"},
            "modified_gmt": "2026-11-24T19:30:00",
            "author": 7,
        },
        {
            "url": URL,
            "published_at": DAY,
            "summary": "Short.",
            "authors": (),
            "flags": ["read_as_html"],
            "updated_at": "2026-11-24T19:30:00Z",
        },
    ),
    "WordPress REST with its author": (
        {
            "title": {"rendered": TITLE},
            "content": {"rendered": HTML},
            "author": 7,
            "date": "2026-11-24T19:30:00",
            "modified": "2026-11-24T20:30:00",
            "_embedded": {"author": [{"id": 7, "name": "Ann Holm"}]},
        },
        {
            "authors": ("Ann Holm",),
            "flags": ["published_zone_assumed", "read_as_html"],
            "updated_at": None,
        },
    ),
    "schema.org": (
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": TITLE,
            "articleBody": TEXT,
            "datePublished": DAY,
            "author": [
                {"@type": "Person", "name": "Ann Holm"},
                {"@type": "Organization", "name": "Harbour Post"},
            ],
            "publisher": {"@type": "Organization", "name": "Harbour Post"},
            "mainEntityOfPage": {"@type": "WebPage", "@id": URL},
            "inLanguage": "en",
        },
        {"authors": ("Ann Holm",), "published_at": DAY, "language": "en", "url": URL},
    ),
    "schema.org, as it stands in pages": (
        [
            {"@type": "BreadcrumbList", "itemListElement": []},
            {"@type": "NewsArticle", "headline": TITLE, "articleBody": TEXT},
        ],
        {},
    ),
    "schema.org, a graph": (
        {
            "@graph": [
                {"@type": "WebSite", "name": "Harbour"},
                {"@type": "Article", "name": TITLE, "articleBody": TEXT},
            ]
        },
        {},
    ),
    "ActivityStreams": (
        {
            "type": "Create",
            "id": "x",
            "object": {"type": "Article", "id": URL, "name": TITLE, "content": HTML},
        },
        {"url": URL},
    ),
    "CloudEvents": (
        {"specversion": "1.0", "id": "A-1", "source": "/crawler", "time": DAY, "data": ROW},
        {"source": "harbour.example", "id": "harbour.example/5", "published_at": None},
    ),
    "CloudEvents, data as text": (
        {"specversion": "1.0", "id": "A-1", "source": "/crawler", "data": json.dumps(ROW)},
        {"id": "harbour.example/5"},
    ),
    "Debezium": (
        {"schema": {}, "payload": {"before": None, "after": ROW, "op": "c", "source": {"db": "x"}}},
        {"id": "harbour.example/5"},
    ),
    "Kafka Connect": ({"schema": {"type": "struct"}, "payload": ROW}, {"id": "harbour.example/5"}),
    "Elasticsearch": (
        {"_index": "news", "_id": "abc", "_source": {"title": TITLE, "content": TEXT}},
        {"id": "unknown/abc"},
    ),
    "MongoDB": (
        {
            "_id": {"$oid": "65f0"},
            "title": TITLE,
            "content": TEXT,
            "published_at": {"$date": {"$numberLong": "1795545000000"}},
        },
        {"id": "unknown/65f0", "published_at": DAY},
    ),
    "news-please": (
        {
            "authors": ["Ann Holm"],
            "date_publish": "2026-11-24 18:30:00",
            "date_modify": "2026-11-24 19:00:00",
            "language": "en",
            "title": TITLE,
            "maintext": TEXT,
            "source_domain": "harbour.example",
        },
        {"authors": ("Ann Holm",), "published_at": DAY, "source": "harbour.example"},
    ),
    "trafilatura": (
        {
            "title": TITLE,
            "author": "Ann Holm",
            "hostname": "harbour.example",
            "date": "2026-11-24",
            "text": TEXT,
            "raw_text": "x",
            "source": URL,
        },
        {"authors": ("Ann Holm",), "published_at": "2026-11-24T00:00:00Z", "url": URL},
    ),
    "newspaper": (
        {"title": TITLE, "text": TEXT, "publish_date": DAY, "authors": ["Ann Holm"], "url": URL},
        {"authors": ("Ann Holm",), "published_at": DAY},
    ),
    "Mercury": (
        {
            "title": TITLE,
            "content": f"<div>{HTML}</div>",
            "author": "Ann Holm",
            "domain": "a.example",
        },
        {"authors": ("Ann Holm",), "source": "a.example"},
    ),
    "Diffbot": (
        {
            "request": {"pageUrl": URL},
            "objects": [
                {
                    "type": "article",
                    "title": TITLE,
                    "text": TEXT,
                    "date": "Tue, 24 Nov 2026 18:30:00 GMT",
                    "pageUrl": URL,
                }
            ],
        },
        {"url": URL, "published_at": DAY},
    ),
    "NewsAPI": (
        {
            "source": {"id": None, "name": "Harbour"},
            "author": "Ann Holm",
            "title": TITLE,
            "url": URL,
            "publishedAt": DAY,
            "content": TEXT,
        },
        {"source": "Harbour", "authors": ("Ann Holm",), "published_at": DAY},
    ),
    "Event Registry": (
        {
            "uri": "888",
            "title": TITLE,
            "body": TEXT,
            "dateTime": DAY,
            "source": {"uri": "harbour.example", "title": "Harbour"},
        },
        {"id": "Harbour/888", "published_at": DAY},
    ),
    "Guardian": (
        {
            "id": "news/quay",
            "webTitle": TITLE,
            "webUrl": URL,
            "webPublicationDate": DAY,
            "fields": {"body": HTML, "byline": "Ann Holm"},
        },
        {"url": URL, "published_at": DAY, "authors": ("Ann Holm",)},
    ),
    "feedparser": (
        {
            "title": TITLE,
            "link": URL,
            "summary": "Short.",
            "content": [{"type": "text/html", "language": None, "base": "", "value": HTML}],
            "published": "Tue, 24 Nov 2026 18:30:00 +0000",
            "published_parsed": [2026, 11, 24, 18, 30, 0, 1, 328, 0],
            "authors": [{"name": "Ann Holm"}],
        },
        {"url": URL, "published_at": DAY, "authors": ("Ann Holm",), "summary": "Short."},
    ),
    "Feedly": (
        {
            "title": TITLE,
            "content": {"content": HTML, "direction": "ltr"},
            "summary": {"content": "Short."},
            "published": 1795545000000,
            "origin": {"title": "Harbour"},
            "alternate": [{"href": URL}],
        },
        {"url": URL, "published_at": DAY, "source": "Harbour", "summary": "Short."},
    ),
    "Scrapy": (
        {"title": [TITLE], "body": list(PARAGRAPHS), "url": [URL], "author": ["Ann Holm"]},
        {"url": URL, "authors": ("Ann Holm",)},
    ),
    "ProseMirror": (
        {
            "title": TITLE,
            "content": {
                "type": "doc",
                "content": [
                    {
                        "type": "paragraph",
                        "content": [
                            {"type": "text", "text": paragraph[:20]},
                            {"type": "text", "text": paragraph[20:], "marks": [{"type": "bold"}]},
                        ],
                    }
                    for paragraph in PARAGRAPHS
                ],
            },
        },
        {},
    ),
    "Editor.js": (
        {
            "title": TITLE,
            "content": {"blocks": [{"type": "p", "data": {"text": text}} for text in PARAGRAPHS]},
        },
        {},
    ),
    "a crawler": (
        {
            "url": URL,
            "html": f"<html><head><title>{TITLE}</title></head><body><nav><a href=/>Home</a></nav>"
            f"<article><h1>{TITLE}</h1>{HTML}</article></body></html>",
            "status_code": 200,
        },
        {"url": URL, "source": "harbour.example"},
    ),
    "ninjs": (
        {
            "uri": "urn:1",
            "headlines": [{"role": "main", "value": TITLE}],
            "bodies": [{"role": "main", "value": HTML}],
            "versionCreated": DAY,
        },
        {"id": "unknown/urn:1"},
    ),
    "names in capitals": (
        {"Title": TITLE, "Content": TEXT, "Url": URL, "PublishedAt": DAY},
        {"url": URL, "published_at": DAY},
    ),
    "ninjs, version 1": (
        {
            "uri": "urn:1",
            "headline": TITLE,
            "body_text": "A teaser.",
            "body_html": HTML,
            "firstcreated": DAY,
            "byline": "By Ann Holm",
        },
        {"id": "unknown/urn:1", "published_at": DAY, "authors": ("Ann Holm",)},
    ),
    "an item of JSON Feed": (
        {
            "id": "5",
            "url": URL,
            "title": TITLE,
            "date_published": DAY,
            "content_text": "Read it on our site.",
            "content_html": HTML,
            "_extra": {},
        },
        {"id": "harbour.example/5", "published_at": DAY, "content_type": "application/feed+json"},
    ),
    "a JSON Feed of one item": (
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Harbour Post",
            "home_page_url": "https://harbour.example/",
            "authors": [{"name": "Ann Holm"}, {"name": "Harbour Post"}],
            "items": [{"id": 5, "url": "/quay", "title": TITLE, "content_html": HTML}],
        },
        {"id": "harbour.example/5", "url": URL, "authors": ("Ann Holm",)},
    ),
    "Strapi": (
        {
            "data": {
                "id": 5,
                "attributes": {
                    "title": TITLE,
                    "body": [
                        {
                            "type": "paragraph",
                            "children": [
                                {"type": "text", "text": paragraph[:20]},
                                {
                                    "type": "link",
                                    "children": [{"type": "text", "text": paragraph[20:30]}],
                                },
                                {"type": "text", "text": paragraph[30:]},
                            ],
                        }
                        for paragraph in PARAGRAPHS
                    ],
                    "author": {"data": {"attributes": {"name": "Ann Holm"}}},
                },
            }
        },
        {"authors": ("Ann Holm",)},
    ),
    "Strapi's and Ghost's calls": (
        {"event": "entry.publish", "entry": {"title": TITLE, "content": TEXT, "publishedAt": DAY}},
        {"published_at": DAY},
    ),
    "Ghost's call": (
        {"post": {"current": {"title": TITLE, "html": HTML, "url": URL}, "previous": {}}},
        {"url": URL},
    ),
    "Contentful": (
        {
            "sys": {"id": "5"},
            "fields": {
                "title": {"en-US": TITLE},
                "body": {
                    "en-US": {
                        "nodeType": "document",
                        "content": [
                            {
                                "nodeType": "paragraph",
                                "content": [{"nodeType": "text", "value": text}],
                            }
                            for text in PARAGRAPHS
                        ],
                    }
                },
            },
        },
        {},
    ),
    "Sanity": (
        {
            "_type": "post",
            "title": TITLE,
            "body": [
                {"_type": "block", "children": [{"_type": "span", "text": text}]}
                for text in PARAGRAPHS
            ],
        },
        {},
    ),
    "Telegram": (
        {
            "channel_post": {
                "date": 1795545000,
                "title": TITLE,
                "text": [
                    PARAGRAPHS[0][:9],
                    {"type": "bold", "text": PARAGRAPHS[0][9:]},
                    "\n\n" + "\n\n".join(PARAGRAPHS[1:]),
                ],
            }
        },
        {"published_at": DAY},
    ),
    "rss-parser": (
        {
            "title": TITLE,
            "link": URL,
            "content": "Short.",
            "content:encoded": HTML,
            "creator": "Ann Holm",
            "contentSnippet": "Short.",
            "isoDate": DAY,
        },
        {"authors": ("Ann Holm",), "published_at": DAY},
    ),
    "Avro's JSON": (
        {
            "content": {"string": TEXT},
            "title": {"string": TITLE},
            "url": None,
            "published_at": {"long": 1795545000000},
            "authors": {"array": ["Ann Holm"]},
        },
        {"authors": ("Ann Holm",), "published_at": DAY},
    ),
    "Lexical, with a list in a list": (
        {
            "title": TITLE,
            "content": {
                "root": {
                    "children": [
                        {"type": "paragraph", "children": [{"type": "text", "text": one}]}
                        for one in PARAGRAPHS[:2]
                    ]
                    + [nested("list", nested("listitem", nested("list", PARAGRAPHS[2])))]
                }
            },
        },
        {},
    ),
    ".NET": (
        {"Title": TITLE, "Body": TEXT, "Published": "/Date(1795545000000)/"},
        {"published_at": DAY},
    ),
    "Logstash": ({"@timestamp": DAY, "message": json.dumps(ROW), "host": "a"}, {"url": URL}),
    "CloudEvents with a page": (
        {
            "specversion": "1.0",
            "id": "ev1",
            "datacontenttype": "text/html; charset=utf-8",
            "data": f"<html><head><title>{TITLE}</title></head><body>{HTML}</body></html>",
        },
        {"content_type": "text/html"},
    ),
    "CloudEvents in base64": (
        {
            "specversion": "1.0",
            "datacontenttype": "application/json",
            "data_base64": b64encode(json.dumps(ROW).encode()).decode(),
        },
        {"id": "harbour.example/5"},
    ),
    "Debezium in millionths of a second": (
        {"before": None, "after": {"title": TITLE, "body": TEXT, "published_at": 1795545000000000}},
        {"published_at": DAY},
    ),
    "Event Registry, a list of one": (
        {"articles": {"results": [{"title": TITLE, "body": TEXT, "dateTimePub": DAY}], "pages": 1}},
        {"published_at": DAY},
    ),
    "a list of one": ([ROW], {"id": "harbour.example/5"}),
    "encoded twice": (json.dumps(ROW), {"id": "harbour.example/5"}),
    "a description alone": ({"title": TITLE, "description": TEXT}, {}),
}


def cleaned(value: Any) -> PreparedArticle | Rejection:
    """Return what stage 1 makes of a JSON value."""
    message = Message("news.raw", 0, 0, NOVEMBER_MS, None, json.dumps(value).encode())
    result = clean(message, CleanSettings())
    return (
        result
        if isinstance(result, Rejection)
        else PreparedArticle.model_validate(result, from_attributes=True)
    )


@pytest.mark.parametrize(("value", "expected"), SHAPES.values(), ids=SHAPES)
def test_an_article_of_another_program_is_read(value: Any, expected: Mapping[str, Any]) -> None:
    """Text, title, and whatever else it says of itself."""
    article = cleaned(value)
    assert isinstance(article, PreparedArticle), article
    assert tuple(paragraph.text for paragraph in article.paragraphs) == PARAGRAPHS
    found = json.loads(article.model_dump_json())
    shown = {name: found[name] for name in expected}
    assert article.title == TITLE
    assert shown == {n: [*v] if isinstance(v, tuple) else v for n, v in expected.items()}


def test_what_has_the_contracts_names_and_types_is_not_touched() -> None:
    """Whatever stands beside it."""
    article = cleaned({**ROW, "id": "a", "text": "Another.", "headline": "Another", "guid": "b"})
    assert isinstance(article, PreparedArticle)
    assert (article.title, article.id) == (TITLE, "harbour.example/a")
    assert article.paragraphs[0].text == PARAGRAPHS[0]


def test_a_field_that_means_something_else_is_left_out_and_said() -> None:
    """A field of our name in a record of another program breaks nothing."""
    article = cleaned({"text": TEXT, "title": TITLE, "extra": [1, 2], "signal": 5, "row": 1})
    assert isinstance(article, PreparedArticle)
    assert "fields_cut" in article.flags


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"articles": [ROW, ROW]}, RejectionReason.MANY_ARTICLES),
        ([ROW, ROW], RejectionReason.MANY_ARTICLES),
        ([], RejectionReason.INVALID_FIELD),
        ({"hits": {"hits": [{"_source": ROW}, {"_source": ROW}]}}, RejectionReason.MANY_ARTICLES),
        ({"payload": {"before": ROW, "after": None, "op": "d"}}, RejectionReason.INVALID_FIELD),
        ({"name": "Ann Holm", "age": 5}, RejectionReason.INVALID_FIELD),
        ({"content": TEXT, "title": {"x": 1}}, RejectionReason.INVALID_FIELD),
        ({"text": "", "body": []}, RejectionReason.INVALID_FIELD),
        (
            {"data": {"data": {"data": {"data": {"data": {"data": ROW}}}}}},
            RejectionReason.INVALID_FIELD,
        ),
    ],
    ids=str,
)
def test_what_is_no_article_is_rejected(value: Any, reason: RejectionReason) -> None:
    """Several in one message are never read as one, and none is lost without a word."""
    rejection = cleaned(value)
    assert isinstance(rejection, Rejection)
    assert rejection.reason is reason


def test_a_status_of_the_crawler_is_believed_and_one_of_the_site_is_not() -> None:
    """A `status` may be anything; an article must not be hidden for it."""
    refused = cleaned({"html": HTML, "status_code": 404})
    assert isinstance(refused, Rejection)
    assert refused.reason is RejectionReason.ERROR_PAGE
    assert isinstance(cleaned({"text": TEXT, "status": 404}), PreparedArticle)


def test_lists_are_taken_apart() -> None:
    """`push` and `clean` make a message of each."""
    assert articles_in({"status": "ok", "articles": [ROW, ROW]}) == [ROW, ROW]
    assert articles_in({"hits": {"total": 1, "hits": [{"_source": ROW}]}}) == [{"_source": ROW}]
    assert articles_in({"content": TEXT, "articles": [ROW]}) == [
        {"content": TEXT, "articles": [ROW]}
    ]
