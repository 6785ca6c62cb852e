"""`RawArticle`: what producers push to the raw topics."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Contract, Identifier, Label, Metadata


class ContentType(StrEnum):
    """What `content` holds. One article, feed entry or item per message."""

    TEXT = "text/plain"
    HTML = "text/html"
    RSS = "application/rss+xml"
    ATOM = "application/atom+xml"
    JSON_FEED = "application/feed+json"
    NINJS = "application/vnd.iptc.ninjs+json"


# Of an article that was read, perhaps by a later release, which knows more of them.
AnyContentType = Annotated[ContentType | str, Field(union_mode="left_to_right")]


class HttpResponse(Contract):
    """What the crawler was answered. A 4xx or 5xx page is an error page, not an article."""

    status: int = Field(ge=100, le=599)


class RawArticle(Metadata):
    """One article as it is pushed: only `content` is mandatory.

    Other programs' names for these fields are read, too; see docs/contracts.md.
    """

    content: str
    content_type: ContentType = ContentType.TEXT
    id: Identifier | None = None
    source: Label | None = Field(default=None, min_length=1)
    http: HttpResponse | None = None
