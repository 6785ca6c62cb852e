"""The content of a raw article to text, by its content type."""

from collections.abc import Callable, Mapping

from schemas import ContentType, RawArticle
from streams.core.page.extract import read_page
from streams.core.read.feed import read_feed_entry
from streams.core.read.found import ReadContent
from streams.core.read.json_items import read_json_feed_item, read_ninjs

READERS: Mapping[ContentType, Callable[[str], ReadContent]] = {
    ContentType.TEXT: ReadContent,
    ContentType.HTML: read_page,
    ContentType.RSS: read_feed_entry,
    ContentType.ATOM: read_feed_entry,
    ContentType.JSON_FEED: read_json_feed_item,
    ContentType.NINJS: read_ninjs,
}


def read_content(raw: RawArticle) -> ReadContent:
    """Return the text of an article and what it says of itself.

    Raises:
        Refused: the content is not what its type says, or must not be parsed.
    """
    return READERS[raw.content_type](raw.content)
