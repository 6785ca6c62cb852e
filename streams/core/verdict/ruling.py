"""What a verdict rests on: the articles compared, and the row that applied."""

from dataclasses import dataclass
from typing import Final

from schemas import Verdict
from schemas.output import Row
from streams.core.article.record import Record
from streams.core.verdict.case import KnownArticle
from streams.core.verdict.compare import Similarity

PUBLISHED = (Verdict.NEW, Verdict.UPDATE)
# What was seen beside the row that applied; a note of a candidate says why it does not decide.
LATE_ORIGINAL: Final = "late_original"
LONGER_VERSION: Final = "longer_version"
NUMBERS_DIFFER: Final = "numbers_differ"
REUSED_IDENTITY: Final = "reused_identity"
ROUNDUP: Final = "roundup"
TWO_STORIES: Final = "two_stories"


@dataclass(frozen=True, slots=True)
class Compared:
    """An earlier article and what it shares with this one."""

    found: KnownArticle
    similarity: Similarity
    same_source: bool
    note: str | None = None  # why it does not decide

    @property
    def record(self) -> Record:
        """The earlier article."""
        return self.found.record

    @property
    def decides(self) -> bool:
        """Whether it makes this article a copy or a version."""
        return self.note is None


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict on an article and everything it rests on."""

    verdict: Verdict
    row: Row
    story: Record | None = None  # any article of the story it belongs to; none: a story of its own
    previous: KnownArticle | None = None
    related: KnownArticle | None = None
    original: KnownArticle | None = None  # what it is a copy of
    compared: tuple[Compared, ...] = ()
    notes: tuple[str, ...] = ()
