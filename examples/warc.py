"""Push the pages of web archives: `python -m examples.warc crawl.warc.gz …`. Needs warcio.

The archive's own time of a page is no date of the article; it is passed through in `extra`.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from confluent_kafka import Producer

PAGES = ("text/html", "application/xhtml+xml")


def messages(archive: BinaryIO) -> Iterator[tuple[bytes, list[tuple[str, bytes]]]]:
    """Yield value and headers of every page: the bytes as they were, so no charset is guessed."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - optional

    for record in ArchiveIterator(archive):
        if record.rec_type != "response" or record.http_headers is None:
            continue
        content_type = record.http_headers.get_header("Content-Type", "")
        if record.http_headers.get_statuscode() != "200" or not content_type.startswith(PAGES):
            continue
        url = record.rec_headers.get_header("WARC-Target-URI")
        headers = [("content-type", content_type.encode()), ("cleanwire-url", url.encode())]
        yield record.content_stream().read(), headers


def main(paths: list[str]) -> None:
    """Push every page of some archives."""
    producer: Any = Producer(
        {"bootstrap.servers": os.environ.get("CLEANWIRE_KAFKA", "127.0.0.1:9092")}
    )
    for path in paths:
        with open(path, "rb") as archive:  # noqa: PTH123 - as the library's own examples do
            for value, headers in messages(archive):
                producer.produce("news.raw", value=value, headers=headers)
                producer.poll(0.001)
    producer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
