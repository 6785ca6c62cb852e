"""A Scrapy pipeline that pushes each page: ITEM_PIPELINES = {"examples.scrapy_pipeline.Push": 900}.

Items need `url` and `html` (or `text`); `title` and `published_at` are taken where they are.
"""

import os
from collections.abc import Mapping
from typing import Any

from confluent_kafka import Producer

from examples.raw import raw_message


def message(item: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return key and raw article of an item."""
    page = item.get("html")
    return raw_message(
        content=page or item.get("text") or "",
        content_type="text/html" if page else "text/plain",
        url=item["url"],
        title=item.get("title"),
        published_at=item.get("published_at"),
    )


class Push:
    """Pushes items as they come, and waits for Kafka when the spider closes."""

    def __init__(self, producer: Any = None, topic: str = "news.raw") -> None:
        self._producer = (
            producer
            if producer is not None
            else Producer(
                {
                    "bootstrap.servers": os.environ.get("CLEANWIRE_KAFKA", "127.0.0.1:9092"),
                    "partitioner": "murmur2_random",
                    "enable.idempotence": True,
                }
            )
        )
        self._topic = topic

    def process_item(self, item: Any, spider: Any = None) -> Any:  # noqa: ARG002 - Scrapy's name
        """Push an item, and hand it on."""
        key, value = message(item)
        self._producer.produce(self._topic, key=key, value=value)
        self._producer.poll(0)
        return item

    def close_spider(self, spider: Any = None) -> None:  # noqa: ARG002 - Scrapy's name
        """Wait until Kafka has everything."""
        self._producer.flush()
