"""The contract's fields in the forms in which programs write them."""

import json
from typing import Any

import pytest

from schemas import Rejection
from schemas.prepared import Flag
from streams.core.clean import clean
from tests.support.raw import SETTINGS, accepted, article, message

STORY = "The council of Harrowgate voted on Tuesday to rebuild the old ferry pier, the mayor said."
NAMES = ("title", "url", "authors", "published_at", "updated_at", "categories", "extra", "http")


@pytest.mark.parametrize("unset", [None, ""])
def test_what_is_unset_is_missing(unset: object) -> None:
    """Programs write null or an empty text for a field that has no value."""
    fields = dict.fromkeys((*NAMES, "id", "source", "language", "content_type"), unset)
    read = article(STORY, **fields)
    assert (read.paragraphs[0].text, read.title, read.authors) == (STORY, None, ())
    assert read.flags == ()


def test_an_object_of_unset_fields_is_missing() -> None:
    """As NewsAPI has sources, and serializers have classes."""
    assert article(STORY, source={"id": None, "name": ""}).source == "unknown"


def test_a_date_that_is_an_object_is_read_or_left_out_and_said() -> None:
    """MongoDB's is known, PHP's is in a zone of its own."""
    php = {"date": "2026-05-20 09:15:00.000000", "timezone_type": 3, "timezone": "Europe/Oslo"}
    assert article(STORY, published_at={"$date": "2026-05-20T07:15:00Z"}).published_at is not None
    assert article(STORY, published_at=php).flags == (Flag.FIELDS_CUT,)


def test_a_title_is_signs() -> None:
    """WordPress and others hand out titles as HTML."""
    assert article(STORY, title="Tom &amp; Ann&#39;s pier").title == "Tom & Ann's pier"
    assert article(STORY, title="AT&T; pier&").title == "AT&T; pier&"


def test_an_author_may_have_two_fields() -> None:
    """First and last name."""
    author = {"first_name": "Liv", "lastName": "Sandmo"}
    assert article(STORY, author=author).authors == ("Liv Sandmo",)


def test_headers_that_are_empty_are_missing() -> None:
    """As those without a value."""
    headers = tuple(
        (f"Cleanwire-{name}", b"") for name in ("Id", "Source", "Url", "Title", "Published-At")
    )
    read = accepted(message(STORY.encode(), (*headers, ("Content-Type", b"text/plain"))))
    assert read.paragraphs[0].text == STORY


@pytest.mark.parametrize(
    ("date", "read", "flags"),
    [
        ("2026-05-20T09:15:00+02:00", "2026-05-20T07:15:00+00:00", ()),
        ("Wed, 20 May 2026 09:15:00 +0200", "2026-05-20T07:15:00+00:00", ()),
        ("2026-05-20T09:15:00+02:00[Europe/Berlin]", "2026-05-20T07:15:00+00:00", ()),
        ("2026-05-20 09:15:00+02", "2026-05-20T07:15:00+00:00", ()),
        (1779261300, "2026-05-20T07:15:00+00:00", ()),
        (1779261300000000, "2026-05-20T07:15:00+00:00", ()),
        ("20260520", "2026-05-20T00:00:00+00:00", (Flag.PUBLISHED_DAY_ONLY,)),
        ("2026-05-20", "2026-05-20T00:00:00+00:00", (Flag.PUBLISHED_DAY_ONLY,)),
        ("2026-05-20T07:15:00", "2026-05-20T07:15:00+00:00", (Flag.PUBLISHED_ZONE_ASSUMED,)),
        ("20.05.2026 09:15", None, (Flag.FIELDS_CUT,)),
        ("yesterday", None, (Flag.FIELDS_CUT,)),
        ("0001-01-01T00:00:00Z", None, (Flag.FIELDS_CUT,)),
        ("0000-00-00 00:00:00", None, (Flag.FIELDS_CUT,)),
    ],
    ids=str,
)
def test_a_date_is_read_or_left_out_and_said(date: Any, read: str | None, flags: Any) -> None:
    """In the article's own field as in a feed, and no article is lost for it."""
    for found in (article(STORY, published_at=date), article(STORY, published_at=date, row=7)):
        moment = found.published_at
        assert (moment and moment.isoformat(), found.flags) == (read, flags)


@pytest.mark.parametrize(
    ("content_type", "read_as"),
    [
        ("text/html; charset=UTF-8", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("application/xhtml+xml;charset=utf8", "text/html"),
        ("article", "text/plain"),
    ],
)
def test_a_content_type_is_read_as_a_header_is(content_type: str, read_as: str) -> None:
    """Crawlers copy it with its parameters; of a content system it means something else."""
    content = f"<html><body><p>{STORY}</p></body></html>" if "/" in content_type else STORY
    read = article(content, content_type=content_type)
    assert (read.content_type, read.paragraphs[0].text) == (read_as, STORY)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json;charset=UTF8",
        "application/json; charset='utf-8'",
        "application/ld+json",
        "application/cloudevents+json; charset=UTF-8",
        "application/x-json",
        '"application/json"',
        "application/json, application/json",
        "application/x-www-form-urlencoded",
        "text/plain;charset=UTF-8",
    ],
)
def test_json_is_known_under_every_name(content_type: str) -> None:
    """What a serializer or a proxy sets may say little of what is in the value."""
    value = json.dumps({"content": STORY, "title": "Pier"}).encode()
    read = accepted(message(value, (("Content-Type", content_type.encode()),)))
    assert (read.title, read.paragraphs[0].text) == ("Pier", STORY)


@pytest.mark.parametrize(
    "value",
    [
        f'{{"title": "Pier", "content": "{STORY}\n{STORY[:-1]}!"}}'.encode(),
        f'{{"title": "Pier", "content": "{STORY}"}}\0\0'.encode(),
        f'{{"title": "Pier", "content": "{STORY}", "score": NaN}}'.encode(),
        f'{{"title": "Pier", "content": "", "text": "{STORY}"}}'.encode(),
    ],
    ids=["a line end in a text", "C's end of a text", "NaN", "an empty content"],
)
def test_json_that_is_not_quite_right_is_read(value: bytes) -> None:
    """Where there is no doubt what it says."""
    read = accepted(message(value))
    assert (read.title, read.paragraphs[0].text) == ("Pier", STORY)


def test_signs_that_were_written_as_two_halves_are_one() -> None:
    """As Java and MySQL have them."""
    read = accepted(
        message(b'{"title": "Pier \xed\xa0\xbd\xed\xba\xa2", "content": "It is open."}')
    )
    assert read.title == "Pier 🚢"


@pytest.mark.parametrize("content_type", [None, b"text/plain", b"application/x-ndjson"])
def test_json_lines_are_many_articles(content_type: bytes | None) -> None:
    """None of them is lost without a word."""
    value = json.dumps({"content": STORY}).encode() + b"\n"
    result = clean(message(value * 2, (("content-type", content_type),)), SETTINGS)
    assert isinstance(result, Rejection)
    assert result.reason == "many_articles"
    assert "cleanwire push" in result.error
