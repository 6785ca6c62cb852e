"""Records as they stand on the topics: value, key and headers of each outcome."""

from collections.abc import Iterable

from schemas import CleanArticle, DuplicateArticle, PreparedArticle, RawRef, Rejection, Verdict
from streams.core.message import Headers, Message, Output
from streams.settings import DedupeMode, DedupeSettings, Scope
from streams.topology import PREPARED, Door

# Trace context travels through untouched (W3C Trace Context, B3).
TRACE_HEADERS = frozenset({"traceparent", "tracestate", "baggage", "b3"})

JSON = b"application/json"

# Below the largest record of our topics (4 MB), with room for the headers added here.
LARGEST_BYTES = 4_063_232

# Stage 2 publishes a text twice, whole and by paragraph. A megabyte of another encoding or of
# quotes can be three in JSON, and what no topic takes would stop the worker for ever.
LARGEST_PREPARED_BYTES = LARGEST_BYTES // 2

# Names the contract of a record's value.
SCHEMA_HEADER = "cleanwire-schema"


def traces(headers: Iterable[tuple[str, bytes]]) -> Headers:
    """Return the trace headers among `headers`."""
    return tuple((name, value) for name, value in headers if name.lower() in TRACE_HEADERS)


def prepared(article: PreparedArticle, message: Message, settings: DedupeSettings) -> Output:
    """Return the record for stage 2, keyed by the article's scope."""
    return Output(
        PREPARED,
        key=scope_key(article, message, settings).encode(),
        value=article.model_dump_json(exclude_none=True).encode(),
        headers=_described("PreparedArticle", article.raw_ref, traces(message.headers)),
        outcome="prepared",
    )


def scope_key(article: PreparedArticle, message: Message, settings: DedupeSettings) -> str:
    """Return the name of the scope: articles of one scope are compared with each other."""
    match settings.scope:
        case Scope.SOURCE:
            return article.source
        case Scope.LANGUAGE:
            # As declared: a detected language could part two copies of one story.
            return (article.language or "und") if article.language_origin == "producer" else "und"
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
        ("cleanwire-stage", rejection.stage.encode()),
        ("cleanwire-reason", rejection.reason.encode()),
        ("cleanwire-error", rejection.error.encode("utf-8", "replace")[:1_000]),
        ("cleanwire-timestamp-ms", str(rejection.timestamp_ms).encode()),
        *_origin(rejection.origin),
    )
    key, value, headers = message.key, message.value, message.headers
    size = _size(key, value, headers)
    if size > LARGEST_BYTES:
        described += (("cleanwire-left-out-bytes", str(size).encode()),)
        key, value, headers = None, b"", ()
    return Output(
        Door.REJECTED,
        key=key,
        value=value,
        headers=(*headers, *described),
        outcome=rejection.reason,
    )


def excess(output: Output) -> str:
    """Return in words that an article's record is too large for its topic; nothing if it fits."""
    size = _size(output.key, output.value, output.headers)
    limit = LARGEST_PREPARED_BYTES if output.door == PREPARED else LARGEST_BYTES
    return f"{size} bytes for topic {output.door}, which takes {limit}" if size > limit else ""


def _size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    return len(key or b"") + len(value or b"") + sum(len(n) + len(v) for n, v in headers)


def published(
    article: CleanArticle, message: Message, settings: DedupeSettings, outcome: str
) -> Output:
    """Return the record for consumers: to clean, or to duplicates when it is held back."""
    held_back = isinstance(article, DuplicateArticle) and settings.mode is DedupeMode.ROUTE
    headers = (
        *_described(type(article).__name__, article.raw_ref, traces(message.headers)),
        ("cleanwire-verdict", article.verdict.encode()),
        ("cleanwire-story", article.story_id.encode()),
    )
    return Output(
        Door.DUPLICATES if held_back else Door.CLEAN,
        key=article.id.encode(),
        value=article.model_dump_json(exclude_none=True).encode(),
        headers=headers,
        outcome=outcome or Verdict(article.verdict).value,
    )


def _described(schema: str, origin: RawRef, traced: Headers) -> Headers:
    return (
        ("content-type", JSON),
        (SCHEMA_HEADER, schema.encode()),
        ("cleanwire-schema-version", b"1"),
        *_origin(origin),
        *traced,
    )


def _origin(ref: RawRef) -> Headers:
    return (("cleanwire-origin", f"{ref.topic}/{ref.partition}/{ref.offset}".encode()),)
