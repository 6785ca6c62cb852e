"""`Rejection`: a raw message that is no article, with the reason."""

from enum import StrEnum

from pydantic import Field

from schemas.base import Contract, Label, RawRef


class RejectionReason(StrEnum):
    """Why a raw message was rejected: the closed set used in records, metrics, logs and docs."""

    NULL_VALUE = "null_value"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    INVALID_FIELD = "invalid_field"
    UNKNOWN_CONTENT_TYPE = "unknown_content_type"
    NO_TEXT = "no_text"
    ERROR_PAGE = "error_page"
    UNSAFE_XML = "unsafe_xml"
    TOO_COMPLEX = "too_complex"
    UNREADABLE_CONTENT = "unreadable_content"
    MANY_ARTICLES = "many_articles"
    TIME_LIMIT = "time_limit"
    CLEANER_FAILED = "cleaner_failed"
    FOREIGN_SOURCE = "foreign_source"
    DEDUPE_FAILED = "dedupe_failed"


class Rejection(Contract):
    """The description of a rejected message.

    On the topic it travels as headers beside the original key, value and headers, which stay as
    they came. `error` says what is wrong and where, never more of the text than a field name.
    """

    stage: str
    reason: RejectionReason
    error: str
    origin: RawRef
    timestamp_ms: int
    source: Label | None = Field(
        default=None, description="Whose message it is, where that could be read. No header has it."
    )
    language: Label | None = Field(default=None, description="As its producer declared it.")
