"""Names of the headers that cleanwire reads and writes. docs/contracts.md says what they hold."""

from collections.abc import Iterable, Mapping
from typing import Final

# A header may have no value: Kafka allows it, and kcat and Java send it.
Headers = tuple[tuple[str, bytes | None], ...]

CONTENT_TYPE: Final = "content-type"
JSON: Final = b"application/json"

# On every record of ours: where its raw message stands, as `topic/partition/offset`.
ORIGIN: Final = "cleanwire-origin"

# On prepared, clean and duplicate articles: the contract of the value, and its version.
SCHEMA: Final = "cleanwire-schema"
SCHEMA_VERSION: Final = "cleanwire-schema-version"
# On clean and duplicate articles.
VERDICT: Final = "cleanwire-verdict"
STORY: Final = "cleanwire-story"

# On the same: the timestamp of the raw message. In a log that lost its end and has grown again,
# another message stands at the same place, and this tells them apart.
TIMESTAMP_MS: Final = "cleanwire-timestamp-ms"

# On rejected messages.
STAGE: Final = "cleanwire-stage"
REASON: Final = "cleanwire-reason"
ERROR: Final = "cleanwire-error"
LEFT_OUT_BYTES: Final = "cleanwire-left-out-bytes"

# On a raw message that is tried again after it was rejected: where the first one stood, and how
# often that was done.
REPLAY_OF: Final = "cleanwire-replay-of"
ATTEMPTS: Final = "cleanwire-attempts"

# Headers of a bare message that fill a field of its article.
FIELDS: Final[Mapping[str, str]] = {
    "cleanwire-id": "id",
    "cleanwire-source": "source",
    "cleanwire-url": "url",
    "cleanwire-title": "title",
    "cleanwire-language": "language",
    "cleanwire-published-at": "published_at",
}

# Trace context travels through untouched (W3C Trace Context, B3).
TRACES: Final = frozenset({"traceparent", "tracestate", "baggage", "b3"})


def text_in(headers: Iterable[tuple[str, bytes | None]], name: str) -> str:
    """Return the text of a header of ours; empty when it is missing or has no value.

    A producer may have sent one of the same name, and ours stand behind: the last one counts.
    """
    found = [value for key, value in headers if key == name]
    return (found[-1] or b"").decode("utf-8", "replace") if found else ""
