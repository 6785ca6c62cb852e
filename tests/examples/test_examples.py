"""The examples do what they say: what they send is cleaned, what they write can be read."""

import io
import json
from pathlib import Path
from typing import Any

import feedparser
import pytest

from cleanwire import Deduper, clean
from examples import rss_poller, scrapy_pipeline, to_ninjs, to_parquet, warc
from schemas import RawArticle
from streams.core.read.json_items import read_ninjs

ROOT = Path(__file__).parents[2]
BODY = "The heron nests by the weir again, the warden said on Friday."
FEED = f"""<rss version="2.0"><channel><language>en</language><item>
<title>Heron</title><link>https://www.example.org/1</link><guid>h1</guid>
<pubDate>Fri, 30 Jan 2026 09:00:00 GMT</pubDate><description>&lt;p&gt;{BODY}&lt;/p&gt;</description>
</item></channel></rss>"""


def published() -> dict[str, Any]:
    """Return a clean article as consumers get it."""
    article = clean(BODY, source="a.example", id="1", title="Heron", language="en")
    text = Deduper().decide(article).model_dump_json(exclude_none=True)
    found: dict[str, Any] = json.loads(text)
    return found


def test_entries_of_a_feed_are_raw_articles() -> None:
    """With id, address, date and the source as key."""
    ((key, value),) = rss_poller.messages(feedparser.parse(io.BytesIO(FEED.encode())))
    raw = RawArticle.model_validate_json(value)
    assert (key, raw.id, raw.url) == ("example.org", "h1", "https://www.example.org/1")
    assert raw.published_at is not None
    assert clean(json.loads(value)).text == BODY


def test_items_of_a_spider_are_pushed() -> None:
    """A page as HTML; the item goes on through the pipeline."""

    class Sent(list[tuple[str, bytes]]):
        def produce(self, topic: str, *, key: str, value: bytes) -> None:
            assert topic == "news.raw"
            self.append((key, value))

        def poll(self, seconds: float) -> None:
            """Do nothing."""

        flush = list.clear

    sent = Sent()
    pipeline = scrapy_pipeline.Push(sent)
    item = {"url": "https://www.example.org/1", "html": f"<html><p>{BODY}</p></html>"}
    assert pipeline.process_item(item) is item
    ((key, value),) = sent
    assert (key, clean(json.loads(value)).text) == ("example.org", BODY)
    pipeline.close_spider()
    assert sent == []


def test_pages_of_an_archive_are_pushed() -> None:
    """Their bytes, with type and address; what is no page, or an error page, is not."""
    pytest.importorskip("warcio", reason="warcio is not installed")
    records = ""
    for status, kind in (("200 OK", "text/html; charset=utf-8"), ("404 Gone", "text/html")):
        page = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n<html><p>{BODY}</p></html>"
        records += (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://www.example.org/1\r\n"
            "WARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-30T09:00:00Z\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(page)}\r\n\r\n{page}\r\n\r\n"
        )
    archive = io.BytesIO(records.encode())
    ((value, headers),) = warc.messages(archive)
    assert dict(headers)["cleanwire-url"] == b"https://www.example.org/1"
    assert clean(value, content_type="text/html").text == BODY


def test_ninjs_items_are_read_back() -> None:
    """Our own reader finds the article in the item."""
    item = to_ninjs.ninjs(published())
    found = read_ninjs(json.dumps(item))
    assert found.text == BODY
    assert found.fields["title"] == "Heron"
    assert found.fields["source"] == "a.example"


def test_parquet_is_written_by_day(tmp_path: Path) -> None:
    """A directory a day, a row an article."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq  # noqa: PLC0415

    article = published()
    assert to_parquet.write([json.dumps(article)] * 2, tmp_path) == 2
    (day,) = tmp_path.iterdir()
    assert day.name == f"day={article['arrived_at'][:10]}"
    assert pq.read_table(tmp_path).to_pylist()[0]["text"] == BODY


def test_the_sink_reads_committed_records_and_keeps_ids() -> None:
    """Else aborted attempts would be indexed, and an update would be a second document."""
    config = json.loads((ROOT / "examples/opensearch-sink.json").read_text("utf-8"))["config"]
    assert config["consumer.override.isolation.level"] == "read_committed"
    assert (config["key.ignore"], config["index.write.method"]) == ("false", "upsert")
