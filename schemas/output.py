"""`CleanArticle` and `DuplicateArticle`: what consumers subscribe to."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from schemas.base import Contract, Identifier, Label, Metadata, OpenEnum, RawRef
from schemas.prepared import Flag, Origin
from schemas.raw import AnyContentType
from schemas.removal import Reason, Removal


class Verdict(StrEnum):
    """What an article is to those before it in the window."""

    NEW = "new"
    UPDATE = "update"
    DUPLICATE = "duplicate"
    SYNDICATED = "syndicated"
    NOTHING_NEW = "nothing_new"


class Row(OpenEnum):
    """Row of the verdict table that applied: the closed set used in records, metrics and docs."""

    SAME_IDENTITY_SAME_TEXT = "same_identity_same_text"
    SAME_IDENTITY_OTHER_TEXT = "same_identity_other_text"
    OLDER_VERSION = "older_version"
    STATUS_CHANGED = "status_changed"
    SAME_SOURCE_SAME = "same_source_same"
    SAME_SOURCE_CHANGED = "same_source_changed"
    OTHER_SOURCE_COPY = "other_source_copy"
    UNKNOWN_SOURCE_COPY = "unknown_source_copy"
    NOTHING_LEFT = "nothing_left"
    NEVER_SUPPRESS = "never_suppress"
    RELEASED = "released"
    NO_MATCH = "no_match"


class Objection(OpenEnum):
    """Why an earlier article that was compared does not decide."""

    TOO_LITTLE = "too_little"
    LONGER = "longer"
    ONE_PARAGRAPH = "one_paragraph"
    OWN_LEAD = "own_lead"
    NUMBERS_OR_NAMES = "numbers_or_names"
    SAME_QUOTE = "same_quote"
    TITLES = "titles"
    TOO_LONG = "too_long"
    ROUNDUP = "roundup"
    TRUST = "trust"
    NOT_USABLE = "not_usable"
    OVER_QUOTA = "over_quota"


class DecisionNote(OpenEnum):
    """What else was seen; of a released article, the words of whoever released it."""

    LATE_ORIGINAL = "late_original"
    LONGER_VERSION = "longer_version"
    NUMBERS_DIFFER = "numbers_differ"
    OVER_QUOTA = "over_quota"
    REUSED_IDENTITY = "reused_identity"
    ROUNDUP = "roundup"
    TWO_STORIES = "two_stories"


class ArticleRef(Contract):
    """An article seen before: enough to find it again."""

    id: Identifier
    source: Label
    raw_ref: RawRef
    arrived_at: datetime
    title: str | None = None


class SeenParagraph(Contract):
    """A paragraph of a clean article, marked when another story had it first."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    key: str = Field(description="Exact key: hash of the normalised text, 16 hex digits.")
    first_seen: ArticleRef | None = None


class ParagraphMatch(Contract):
    """A paragraph of this article that an earlier one has too; both counted from 0."""

    mine: int
    theirs: int
    exact: bool


class Candidate(Contract):
    """An earlier article that was compared with this one. Ratios are 0..1."""

    article: ArticleRef
    story_id: Identifier
    same_source: bool
    containment: float = Field(description="Shared text / the shorter of the two.")
    coverage: float = Field(description="Share of this article's own text that the earlier has.")
    matches: tuple[ParagraphMatch, ...] = ()
    note: Objection | None = Field(default=None, description="Why it was not taken.")


class Decision(Contract):
    """How the verdict came about: what was compared, the figures, and the thresholds in force."""

    rule: Row
    candidates: tuple[Candidate, ...] = ()
    thresholds: dict[str, float] = Field(default_factory=dict)
    notes: tuple[DecisionNote, ...] = Field(
        default=(), description="What else was seen, e.g. `late_original`, `over_quota`."
    )


class CleanArticle(Metadata):
    """A story published for the first time, or a new version of one."""

    schema_version: Literal[1] = 1
    id: Identifier
    id_origin: Origin
    source: Label
    source_origin: Origin
    story_id: Identifier = Field(description="Id of the first article of the story.")
    verdict: Verdict
    revision: int = Field(default=1, ge=1, description="1 for a new story, counted up by updates.")
    previous: ArticleRef | None = Field(default=None, description="The version this one replaces.")
    related_to: ArticleRef | None = Field(
        default=None, description="Another story with shared text."
    )
    raw_ref: RawRef
    arrived_at: datetime
    content_type: AnyContentType
    language_origin: Origin = Origin.UNKNOWN
    language_confidence: float | None = None
    published_at_origin: Origin = Origin.UNKNOWN
    title_origin: Origin = Origin.UNKNOWN
    text: str = Field(description="Paragraphs joined by an empty line.")
    paragraphs: tuple[SeenParagraph, ...]
    removals: tuple[Removal, ...] = ()
    removed_chars: dict[Reason, int] = Field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    chars_in: int
    decision: Decision
    duplicate_of: ArticleRef | None = Field(
        default=None,
        description="For a copy: the first article of the story; none for `nothing_new`.",
    )


class DuplicateArticle(CleanArticle):
    """An article held back as a copy: the whole clean article, what it is a copy of, and why."""
