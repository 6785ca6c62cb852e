"""`PreparedArticle`: what stage `clean` hands to stage `dedupe`."""

from typing import Final, Literal

from pydantic import Base64Bytes, Field

from schemas.base import Contract, Identifier, Label, Metadata, OpenEnum, RawRef
from schemas.raw import AnyContentType
from schemas.removal import Reason, Removal

# Of an article that names no source and has no URL.
UNKNOWN_SOURCE: Final = "unknown"


class Origin(OpenEnum):
    """Where a value comes from."""

    PRODUCER = "producer"
    URL = "url"
    CONTENT = "content"
    DETECTED = "detected"
    UNKNOWN = "unknown"


class Flag(OpenEnum):
    """Something a reader of the article should know."""

    FUTURE_DATE = "future_date"
    PUBLISHED_DAY_ONLY = "published_day_only"
    PUBLISHED_ZONE_ASSUMED = "published_zone_assumed"
    ENCODING_REPAIRED = "encoding_repaired"
    ENCODING_DAMAGED = "encoding_damaged"
    CONTROL_CHARACTERS_REMOVED = "control_characters_removed"
    EXTRACTION_FALLBACK = "extraction_fallback"
    TOO_COMPLEX = "too_complex"
    MANY_LINES = "many_lines"
    MANY_PARAGRAPHS = "many_paragraphs"
    FIELDS_CUT = "fields_cut"
    LOW_KEPT_RATIO = "low_kept_ratio"
    RESIDUE_GUARD = "residue_guard"
    READ_AS_HTML = "read_as_html"
    MARKUP_IN_TEXT = "markup_in_text"
    HEADLINE_ONLY = "headline_only"
    MIXED_SCRIPT = "mixed_script"


class Paragraph(Contract):
    """A paragraph that stayed, and where it stood in the article's text."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    doubt: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Probability that it is residue, where the line model nearly removed it.",
    )


class PreparedArticle(Metadata):
    """A clean article with the fingerprints that dedupe compares. Keyed by its scope."""

    schema_version: Literal[1] = 1
    id: Identifier
    id_origin: Origin
    source: Label
    source_origin: Origin
    raw_ref: RawRef
    raw_timestamp_ms: int = Field(description="Timestamp of the raw record.")
    content_type: AnyContentType
    language_origin: Origin = Origin.UNKNOWN
    language_confidence: float | None = Field(default=None, ge=0, le=1)
    published_at_origin: Origin = Origin.UNKNOWN
    title_origin: Origin = Origin.UNKNOWN
    paragraphs: tuple[Paragraph, ...]
    removals: tuple[Removal, ...] = Field(
        default=(), description="What was taken out; none with `CLEANWIRE_CLEAN__REMOVALS=counts`."
    )
    removed_chars: dict[Reason, int] = Field(
        default_factory=dict, description="Code points that were taken out, by reason."
    )
    flags: tuple[Flag, ...] = ()
    chars_in: int = Field(ge=0, description="Code points of the article's text before cleaning.")
    fingerprint_version: int
    fingerprints: Base64Bytes = Field(
        description="Packed by streams/core/article/fingerprint.py, one block a paragraph."
    )
