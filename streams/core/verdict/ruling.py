"""What a verdict rests on: the articles compared, and the row that applied."""

from typing import NamedTuple

from schemas import Verdict
from schemas.output import DecisionNote, Objection, Row
from streams.core.article.record import OneStory, Record
from streams.core.verdict.case import KnownArticle
from streams.core.verdict.compare import Similarity

PUBLISHED = (Verdict.NEW, Verdict.UPDATE)


class Compared(NamedTuple):
    """An earlier article and what it shares with this one."""

    found: KnownArticle
    similarity: Similarity
    same_source: bool
    note: Objection | None = None  # why it does not decide

    @property
    def record(self) -> Record:
        """The earlier article."""
        return self.found.record

    @property
    def decides(self) -> bool:
        """Whether it makes this article a copy or a version."""
        return self.note is None


class Ruling(NamedTuple):
    """The verdict on an article and everything it rests on."""

    verdict: Verdict
    row: Row
    story: Record | None = None  # any article of the story it belongs to; none: a story of its own
    previous: KnownArticle | None = None
    related: KnownArticle | None = None
    original: KnownArticle | None = None  # what it is a copy of
    compared: tuple[Compared, ...] = ()
    notes: tuple[DecisionNote, ...] = ()
    shows: OneStory | None = None  # that two stories are one
