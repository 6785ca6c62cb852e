"""Why a message gave no article: the one maker of rejections, for both stages."""

from schemas import RawArticle, RawRef, Rejection, RejectionReason
from schemas.prepared import UNKNOWN_SOURCE
from streams.core.article.identity import source_of
from streams.core.messages.message import Message


def rejection(
    message: Message,
    stage: str,
    reason: RejectionReason,
    error: str,
    *,
    origin: RawRef | None = None,
    raw: RawArticle | None = None,
) -> Rejection:
    """Return why `message` was rejected by `stage`; `error` never quotes the message.

    `origin` is where the raw message stands, where that is another than `message`; `raw` what was
    read of it, which says whose it is.
    """
    source = source_of(raw.source, raw.canonical_url or raw.url)[0] if raw else UNKNOWN_SOURCE
    return Rejection(
        stage=stage,
        reason=reason,
        error=error,
        origin=origin or message.ref,
        timestamp_ms=message.timestamp_ms,
        source=None if source == UNKNOWN_SOURCE else source,
        language=raw.language if raw else None,
    )
