"""Records as they stand on the topics: value, key and headers of each outcome."""

from functools import cache

from pydantic import TypeAdapter

from schemas import (
    CleanArticle,
    DuplicateArticle,
    PreparedArticle,
    RawRef,
    Rejection,
    RejectionNote,
    SourceRecord,
    Verdict,
)
from schemas.base import Contract
from streams import headers
from streams.core.messages.message import Message, Output
from streams.headers import Headers
from streams.limits import LARGEST_PREPARED_RECORD, LARGEST_RAW_RECORD
from streams.settings import DedupeMode, DedupeSettings, Scope
from streams.topology import PREPARED, SOURCES, Door


def traces(of_message: Headers) -> Headers:
    """Return the trace headers among those of a message."""
    return tuple((name, value) for name, value in of_message if name.lower() in headers.TRACES)


def prepared(article: PreparedArticle, message: Message, settings: DedupeSettings) -> Output:
    """Return the record for stage 2, keyed by the article's scope."""
    return Output(
        PREPARED,
        key=scope_key(article, message, settings).encode(),
        value=_json(article),
        headers=(
            *_described("PreparedArticle", article.raw_ref, traces(message.headers)),
            (headers.TIMESTAMP_MS, str(message.timestamp_ms).encode()),
        ),
        outcome="prepared",
        notes=tuple(article.flags),
    )


def scope_key(article: PreparedArticle, message: Message, settings: DedupeSettings) -> str:
    """Return the name of the scope: articles of one scope are compared with each other."""
    # As declared: a detected language could part two copies of one story.
    declared = article.language if article.language_origin == "producer" else None
    return _scope(article.source, declared, message, settings)


def _scope(source: str, declared: str | None, message: Message, settings: DedupeSettings) -> str:
    match settings.scope:
        case Scope.SOURCE:
            return source
        case Scope.LANGUAGE:
            return declared or "und"
        case Scope.HEADER:
            named = dict(message.headers).get(settings.scope_header)
            return named.decode("utf-8", "replace") if named else "none"
        case Scope.ALL:
            return "all"


def rejected(rejection: Rejection, message: Message) -> Output:
    """Return the rejected message as it came, described by added headers.

    A message that is too large for any topic of ours leaves without its value: a compressed batch
    may hold records far beyond its own size. Its origin says where it still stands.
    """
    described: Headers = (
        (headers.STAGE, rejection.stage.encode()),
        (headers.REASON, rejection.reason.encode()),
        (headers.ERROR, rejection.error.encode("utf-8", "replace")[:1_000]),
        (headers.TIMESTAMP_MS, str(rejection.timestamp_ms).encode()),
        *_origin(rejection.origin),
    )
    key, value, theirs = message.key, message.value, message.headers
    try:
        size = _size(key, value, theirs)
        left_out = str(size) if size > LARGEST_RAW_RECORD else ""
    except Exception:  # noqa: BLE001 - the last resort: no message may end a worker
        left_out = "unknown"
    if left_out:
        described += ((headers.LEFT_OUT_BYTES, left_out.encode()),)
        key, value, theirs = None, b"", ()
    return Output(
        Door.REJECTED,
        key=key,
        value=value,
        headers=(*theirs, *described),
        outcome=rejection.reason,
    )


def rejection_note(
    rejection: Rejection, message: Message, settings: DedupeSettings
) -> Output | None:
    """Return what stage 2 is told of a rejection, under the key of its source's articles.

    None where nobody knows whose message it was.
    """
    if rejection.source is None:
        return None
    note = RejectionNote(
        source=rejection.source, reason=rejection.reason, origin=str(rejection.origin)
    )
    return Output(
        PREPARED,
        key=_scope(rejection.source, rejection.language, message, settings).encode(),
        value=note.model_dump_json().encode(),
        headers=_described("RejectionNote", rejection.origin, ()),
    )


def source_record(key: str, record: SourceRecord | None, partition: int) -> Output:
    """Return how a source stands, for its partition; without a record it is forgotten."""
    if record is None:
        return Output(SOURCES, key.encode(), None, partition=partition)
    described: Headers = (
        (headers.CONTENT_TYPE, headers.JSON),
        (headers.SCHEMA, b"SourceRecord"),
        (headers.SCHEMA_VERSION, b"1"),
    )
    value = _json(record)
    return Output(SOURCES, key.encode(), value, described, partition=partition)


def excess(output: Output) -> str:
    """Return in words that an article's record is too large for its topic; nothing if it fits."""
    size = _size(output.key, output.value, output.headers)
    limit = LARGEST_PREPARED_RECORD if output.door == PREPARED else LARGEST_RAW_RECORD
    return f"{size} bytes for topic {output.door}, which takes {limit}" if size > limit else ""


def _size(key: bytes | None, value: bytes | None, with_headers: Headers) -> int:
    parts = [key, value, *(part for name, held in with_headers for part in (name.encode(), held))]
    return sum(len(part) for part in parts if part is not None)


def published(
    article: CleanArticle, message: Message, settings: DedupeSettings, outcome: str
) -> Output:
    """Return the record for consumers: to clean, or to duplicates when it is held back."""
    held_back = isinstance(article, DuplicateArticle) and settings.mode is DedupeMode.ROUTE
    described = (
        *_described(type(article).__name__, article.raw_ref, traces(message.headers)),
        # None on what was released later: who asked for it did not know the raw message.
        *(held for held in message.headers if held[0] == headers.TIMESTAMP_MS),
        (headers.VERDICT, article.verdict.encode()),
        (headers.STORY, article.story_id.encode()),
    )
    return Output(
        Door.DUPLICATES if held_back else Door.CLEAN,
        key=article.id.encode(),
        value=_json(article),
        headers=described,
        outcome=outcome or Verdict(article.verdict).value,
        # Of articles that carry no removals, only how much went by reason, one each.
        removed=tuple(gone.reason.value for gone in article.removals)
        or tuple(reason.value for reason in article.removed_chars),
        notes=tuple(article.decision.notes),
    )


def _json(record: Contract) -> bytes:
    """Return a record as JSON, absent values left out."""
    return _writer(type(record)).dump_json(record, exclude_none=True)


@cache
def _writer(kind: type[Contract]) -> TypeAdapter[Contract]:
    """Return what writes bytes: `model_dump_json` makes a text of them, to be encoded again."""
    return TypeAdapter(kind)


def _described(schema: str, origin: RawRef, traced: Headers) -> Headers:
    return (
        (headers.CONTENT_TYPE, headers.JSON),
        (headers.SCHEMA, schema.encode()),
        (headers.SCHEMA_VERSION, b"1"),
        *_origin(origin),
        *traced,
    )


def _origin(ref: RawRef) -> Headers:
    return ((headers.ORIGIN, str(ref).encode()),)
