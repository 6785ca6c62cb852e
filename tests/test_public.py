"""`from cleanwire import clean, Deduper`: the two stages in Python."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

import cleanwire
from cleanwire import Deduper, NotAnArticleError, clean

ROOT = Path(__file__).parents[1]
TEXT = "The heron nests by the weir again, the warden said.\n\nIts young left the nest in June."


def test_nothing_of_kafka_is_imported() -> None:
    """Whoever wants a cleaner needs no client."""
    code = "import sys, cleanwire; print([m for m in ('faust', 'aiokafka') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n", done.stderr


def test_it_stays_small_and_typed() -> None:
    """Under 200 lines, with a marker for type checkers."""
    files = list((ROOT / "cleanwire").glob("*.py"))
    assert sum(len(file.read_text("utf-8").splitlines()) for file in files) < 200
    assert (ROOT / "cleanwire/py.typed").exists()
    assert set(cleanwire.__all__) <= set(dir(cleanwire))


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.encode("utf-16"),
        f"<html><body><p>{TEXT.replace(chr(10) * 2, '</p><p>')}</p></body></html>",
        f"<item><title>Heron</title><description>{TEXT}</description></item>",
        {"content": TEXT},
    ],
    ids=["text", "bytes", "page", "entry", "raw article"],
)
def test_whatever_holds_the_article_gives_its_text(content: str | bytes) -> None:
    """What it is is recognised."""
    assert clean(content).text == TEXT


def test_an_entry_of_feedparser_is_taken_as_it_is() -> None:
    """With its title, address, authors and date."""
    feed = feedparser.parse(
        "<rss version='2.0'><channel><item><title>Heron</title><link>https://example.org/1</link>"
        "<author>An Author</author><pubDate>Fri, 30 Jan 2026 09:00:00 GMT</pubDate>"
        "<description>The heron nests by the weir.</description></item></channel></rss>"
    )
    article = clean(feed.entries[0])
    assert (article.title, article.text) == ("Heron", "The heron nests by the weir.")
    assert article.published_at == datetime(2026, 1, 30, 9, tzinfo=UTC)
    assert (article.source, article.authors) == ("example.org", ("An Author",))


def test_what_is_said_is_taken_before_what_is_found() -> None:
    """And dates may be text or moments."""
    moment = datetime(2026, 1, 30, 9, tzinfo=UTC)
    for date in (moment, "2026-01-30T09:00:00Z"):
        article = clean(TEXT, title="Said", source="a.example", id="7", published_at=date)
        assert (article.title, article.id) == ("Said", "a.example/7")
        assert article.published_at == moment


def test_what_is_no_article_says_why() -> None:
    """With a reason of the closed set."""
    with pytest.raises(NotAnArticleError, match="error_page") as error:
        clean("404\nPage not found")
    assert error.value.reason is cleanwire.RejectionReason.ERROR_PAGE


def test_articles_are_decided_one_after_another() -> None:
    """New, an update of the same id, a copy by another source."""
    deduper = Deduper(window_hours=24)
    told = [
        deduper.decide(clean(text, source=source, id="1"))
        for source, text in (
            ("a.example", TEXT),
            ("a.example", TEXT.replace("June", "July")),
            ("b.example", TEXT),
        )
    ]
    assert [each.verdict.value for each in told] == ["new", "update", "syndicated"]
    assert len(deduper) >= 1
    assert told[2].duplicate_of is not None
    article = clean(TEXT, source="c.example")
    deduper.decide(article)
    with pytest.raises(ValueError, match="was decided already"):
        deduper.decide(article)
