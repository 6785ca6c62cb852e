"""Stage 2: is this article new, a new version, or a copy? The window answers.

decide(article) ─► case ─► verdict table ─► outcome: what to publish, what to remember
                    ▲
remember(record) ─► window: recent articles, found by the keys of their paragraphs
"""

from collections.abc import Callable

from schemas import PreparedArticle, ReleaseRequest
from streams.core.verdict.case import Case
from streams.core.verdict.outcome import Outcome, settle
from streams.core.verdict.release import release
from streams.core.verdict.verdict import judge
from streams.core.window.window import Window
from streams.settings import DedupeSettings

__all__ = ["Deduper", "Outcome"]


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
