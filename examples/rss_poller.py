"""Push every entry of RSS and Atom feeds: `python -m examples.rss_poller URL …`."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import feedparser
from confluent_kafka import Producer

from examples.raw import raw_message


def messages(feed: Any) -> Iterator[tuple[str, bytes]]:
    """Yield key and raw article of every entry of a feed that feedparser has read."""
    for entry in feed.entries:
        bodies = [part.get("value") or "" for part in entry.get("content") or ()]
        yield raw_message(
            content=max(bodies, key=len, default="") or entry.get("summary", ""),
            content_type="text/html",
            id=entry.get("id"),
            url=entry.get("link"),
            title=entry.get("title"),
            published_at=entry.get("published"),
            language=feed.feed.get("language"),
        )


def main(addresses: list[str]) -> None:
    """Read each feed once; run it by cron, or in a loop. A re-send is recognised as one."""
    producer = Producer(
        {
            "bootstrap.servers": os.environ.get("CLEANWIRE_KAFKA", "127.0.0.1:9092"),
            "partitioner": "murmur2_random",  # as Java's and aiokafka's: one source, one partition
            "enable.idempotence": True,
        }
    )
    for address in addresses:
        for key, value in messages(feedparser.parse(address)):
            producer.produce("news.raw", key=key, value=value)
            producer.poll(0)
    producer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
