"""Raw messages for tests, and what stage `clean` makes of them."""

import json

from schemas import PreparedArticle
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.headers import Headers
from streams.settings import CleanSettings

NOW_MS = 1_780_000_000_000  # 2026-05-28
SETTINGS = CleanSettings()


def message(value: bytes | None, headers: Headers = (), timestamp_ms: int = NOW_MS) -> Message:
    """Return a raw record with this value."""
    return Message("news.raw", 0, 7, timestamp_ms, b"key", value, headers)


def article(content: str, **fields: object) -> PreparedArticle:
    """Clean a text that must give an article."""
    return accepted(message(json.dumps({"content": content, **fields}).encode()))


def bare(value: str | bytes, content_type: str) -> PreparedArticle:
    """Clean a message without JSON around it that must give an article."""
    data = value.encode() if isinstance(value, str) else value
    return accepted(message(data, (("content-type", content_type.encode()),)))


def accepted(raw: Message) -> PreparedArticle:
    """Clean a raw record that must give an article."""
    result = clean(raw, SETTINGS)
    assert isinstance(result, PreparedArticle), result
    return result
