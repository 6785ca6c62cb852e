"""Stage 2: is this article new, a new version, or a copy? The window answers.

decide(article) ─► case ─► verdict table ─► outcome: what to publish, what to remember
                    ▲
remember(record) ─► window: recent articles, found by the keys of their paragraphs
"""

from schemas import PreparedArticle, ReleaseRequest
from streams.core.case import Case
from streams.core.outcome import Outcome, settle
from streams.core.release import release
from streams.core.verdict import judge
from streams.core.window import Window as RecentArticles

__all__ = ["Outcome", "Window"]


class Window(RecentArticles):
    """The recent articles of one partition, and the verdict on the next one."""

    def decide(self, article: PreparedArticle, position: int, arrived_at_ms: int) -> Outcome:
        """Return what becomes of the article at `position`; nothing in the window changes.

        The verdict depends on the records at earlier positions alone and on stream time, the
        latest arrival up to this one, so a message that is delivered again is decided the same.

        Raises:
            ValueError: the fingerprint is of another version: a bug or an upgrade.
        """
        self.at(position)
        case = Case(self, article, position, arrived_at_ms)
        if case.is_redelivered:
            return Outcome(None, None, "redelivered")
        return settle(case, judge(case))

    def release(self, request: ReleaseRequest, position: int, arrived_at_ms: int) -> Outcome:
        """Return the outcome of a request to publish a held-back article after all.

        Later copies point to it. A second request for the same article gives none.
        """
        self.at(position)
        return release(self, request, position, arrived_at_ms)
