"""Why a message gave no article: the one maker of rejections, for both stages."""

from schemas import RawRef, Rejection, RejectionReason
from streams.core.messages.message import Message


def rejection(
    message: Message,
    stage: str,
    reason: RejectionReason,
    error: str,
    *,
    origin: RawRef | None = None,
) -> Rejection:
    """Return why `message` was rejected by `stage`; `error` never quotes the message.

    `origin` is where the raw message stands, where that is another than `message`.
    """
    return Rejection(
        stage=stage,
        reason=reason,
        error=error,
        origin=origin or message.ref,
        timestamp_ms=message.timestamp_ms,
    )
