"""Stage 2: is this article new, a new version, or a copy? The window answers.

decide(article) ─► case ─► verdict table ─► outcome: what to publish, what to remember
                    ▲
remember(record) ─► window: recent articles, found by the keys of their paragraphs

decide_one(message) is both, with the records that a worker or a dry run sends.
"""

from collections.abc import Callable
from dataclasses import dataclass

from schemas import CleanArticle, PreparedArticle, RejectionReason, ReleaseRequest
from streams.core.messages import records
from streams.core.messages.message import Message, Output
from streams.core.messages.rejections import rejection
from streams.core.verdict.case import Case
from streams.core.verdict.outcome import Outcome, settle
from streams.core.verdict.release import release
from streams.core.verdict.verdict import judge
from streams.core.window.window import Window
from streams.settings import DedupeSettings
from streams.topology import DEDUPE

__all__ = ["Deduper", "Effect", "Outcome", "decide_one"]


class Deduper:
    """Decides on the articles of one partition, one after another, by its window."""

    def __init__(
        self, settings: DedupeSettings, fetch: Callable[[int], bytes] | None = None
    ) -> None:
        """Begin with an empty window; `fetch` gives the record of a position kept elsewhere."""
        self.window = Window(settings, fetch)

    def decide(self, article: PreparedArticle, position: int, arrived_at_ms: int) -> Outcome:
        """Return what becomes of the article at `position`; nothing in the window changes.

        The verdict depends on the records at earlier positions alone and on stream time, the
        latest arrival up to this one, so a message that is delivered again is decided the same.

        Raises:
            ValueError: the fingerprint is of another version: a bug or an upgrade.
        """
        self.window.at(position)
        case = Case(self.window, article, position, arrived_at_ms)
        if case.is_redelivered:
            return Outcome(None, None, "redelivered")
        return settle(case, judge(case))

    def release(self, request: ReleaseRequest, position: int, arrived_at_ms: int) -> Outcome:
        """Return the outcome of a request to publish a held-back article after all.

        Later copies point to it. A second request for the same article gives none.
        """
        self.window.at(position)
        return release(self.window, request, position, arrived_at_ms)

    def remember(self, position: int, record: bytes) -> None:
        """Add the record of an outcome to the window; a second time changes nothing."""
        self.window.remember(position, record)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one message of stage 2 causes: a record to send, and one to keep in the table.

    Nothing to send means that it was published before; `why_none` is the counter's label.
    """

    output: Output | None = None
    article: CleanArticle | None = None  # what `output` holds, unless it is a rejection
    record: bytes | None = None
    why_none: str = ""
    failure: Exception | None = None  # of the core: the message was rejected for it


def decide_one(
    deduper: Deduper, entry: PreparedArticle | ReleaseRequest, message: Message, position: int
) -> Effect:
    """Decide on the entry that `message` holds and remember it; it arrived at its timestamp.

    An error in the core is that message's rejection: it must not stop its neighbours.

    Raises:
        OSError: the records of the window cannot be read: the disk, not the article.
    """
    try:
        outcome = (
            deduper.release(entry, position, message.timestamp_ms)
            if isinstance(entry, ReleaseRequest)
            else deduper.decide(entry, position, message.timestamp_ms)
        )
    except OSError:
        raise
    except Exception as failure:  # noqa: BLE001 - the edge where any failure becomes a Rejection
        # The type only: an exception's text may quote the article.
        error = type(failure).__name__
        output = _rejected(entry, message, RejectionReason.DEDUPE_FAILED, error)
        return Effect(output, failure=failure)
    if outcome.article is None:
        return Effect(why_none=outcome.outcome)
    settings = deduper.window.settings
    output = records.published(outcome.article, message, settings, outcome.outcome)
    if excess := records.excess(output):
        return Effect(_rejected(entry, message, RejectionReason.TOO_LARGE, excess))
    if outcome.record is not None:
        deduper.remember(position, outcome.record)
    return Effect(output, outcome.article, outcome.record)


def _rejected(
    entry: PreparedArticle | ReleaseRequest, message: Message, reason: RejectionReason, error: str
) -> Output:
    origin = entry.raw_ref if isinstance(entry, PreparedArticle) else entry.article.raw_ref
    why = rejection(message, DEDUPE.name, reason, error, origin=origin)
    return records.rejected(why, message)
