"""`clean` and `Deduper`: the two stages as two Python calls."""

import itertools
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from schemas import CleanArticle, ContentType, PreparedArticle, Rejection, RejectionReason
from streams.core.clean import clean as clean_message
from streams.core.dedupe import Deduper as CoreDeduper
from streams.core.messages.message import Message
from streams.core.read.recognise import HEAD_BYTES, Kind, recognise
from streams.core.text.charset import decode_bytes
from streams.settings import CleanSettings, DedupeSettings

CONTENT_TYPES: Mapping[Kind, ContentType] = {
    Kind.TEXT: ContentType.TEXT,
    Kind.HTML: ContentType.HTML,
    Kind.FEED: ContentType.RSS,
}
# The window is looked through for what has expired after so many articles.
EXPIRE_EVERY = 1_000

_numbers = itertools.count()


class Article(PreparedArticle):
    """A cleaned article: title, paragraphs, dates, authors, and all that was removed, with why."""

    @property
    def text(self) -> str:
        """Paragraphs joined by an empty line."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)


class NotAnArticleError(ValueError):
    """There is no article in the content; `reason` is of the closed set of rejections."""

    def __init__(self, reason: RejectionReason, error: str) -> None:
        super().__init__(f"{reason.value}: {error}")
        self.reason = reason


def clean(
    content: str | bytes | Mapping[str, Any],
    *,
    content_type: ContentType | str | None = None,
    charset: str | None = None,
    url: str | None = None,
    source: str | None = None,
    id: str | None = None,  # noqa: A002 - what the contracts call it
    title: str | None = None,
    language: str | None = None,
    published_at: datetime | str | None = None,
    arrived_at: datetime | None = None,
    settings: CleanSettings | None = None,
) -> Article:
    """Return the clean article in a text, an HTML page, a feed entry, or bytes of any of these.

    What it is is recognised, unless `content_type` says. A mapping is a raw article of the
    contracts, or an entry as feedparser gives it. What is said beside the content is taken before
    what is found in it. Dates later than `arrived_at` (now) are flagged.

    Raises:
        NotAnArticleError: an error page, nothing but residue, or what cannot be read.
    """
    fields = _fields(content, content_type, charset)
    said = {
        "url": url,
        "source": source,
        "id": id,
        "title": title,
        "language": language,
        "published_at": published_at,
    }
    fields |= {name: value for name, value in said.items() if value is not None}
    at_s = arrived_at.timestamp() if arrived_at is not None else time.time()
    message = Message(
        topic="clean()",
        partition=0,
        offset=next(_numbers),
        timestamp_ms=round(at_s * 1000),
        key=None,
        value=to_json(fields),
    )
    outcome = clean_message(message, settings or CleanSettings(max_value_bytes=4_000_000))
    if isinstance(outcome, Rejection):
        raise NotAnArticleError(outcome.reason, outcome.error)
    return Article.model_construct(**dict(outcome))


def _fields(
    content: str | bytes | Mapping[str, Any],
    content_type: ContentType | str | None,
    charset: str | None,
) -> dict[str, Any]:
    if isinstance(content, Mapping):
        return dict(content) if isinstance(content.get("content"), str) else _of_entry(content)
    text = content if isinstance(content, str) else decode_bytes(content, charset)[0]
    if content_type is None:
        content_type = CONTENT_TYPES.get(
            recognise(text[:HEAD_BYTES].encode("utf-8", "replace"), ""), ContentType.TEXT
        )
    return {"content": text, "content_type": ContentType(content_type).value}


def _of_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of feedparser as a raw article."""
    bodies = [part.get("value") or "" for part in entry.get("content") or ()]
    body = max(bodies, key=len, default="") or entry.get("summary") or ""
    found = {
        "id": entry.get("id"),
        "url": entry.get("link"),
        "title": entry.get("title"),
        "authors": [a["name"] for a in entry.get("authors") or () if a.get("name")] or None,
    }
    if parsed := entry.get("published_parsed"):
        found["published_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed)
    fields = {name: value for name, value in found.items() if value}
    return fields | {"content": body, "content_type": ContentType.HTML.value}


class Deduper:
    """Tells new stories, updates and copies apart, article after article, within a window.

    An article of the last `window_hours` (72) takes some 5 kB of memory.
    """

    def __init__(self, settings: DedupeSettings | None = None, **options: Any) -> None:
        """Begin with an empty window; options are fields of `DedupeSettings`."""
        self._deduper = CoreDeduper(settings or DedupeSettings(**options))
        self._position = 0

    def __len__(self) -> int:
        """Return how many articles the window holds."""
        return len(self._deduper.window)

    def decide(self, article: PreparedArticle, arrived_at: datetime | None = None) -> CleanArticle:
        """Return the article with its verdict, and remember it.

        A copy (`duplicate_of` is set) comes as a `DuplicateArticle`. Articles count as arrived when
        they were cleaned, unless `arrived_at` says.
        """
        at_ms = article.raw_timestamp_ms if arrived_at is None else arrived_at.timestamp() * 1000
        outcome = self._deduper.decide(article, self._position, round(at_ms))
        if outcome.record is not None:
            self._deduper.remember(self._position, outcome.record)
        self._position += 1
        if self._position % EXPIRE_EVERY == 0:
            self._deduper.window.expire()
        if outcome.article is None:
            raise ValueError(f"{article.id} was decided already: clean() it again to ask again")
        return outcome.article
