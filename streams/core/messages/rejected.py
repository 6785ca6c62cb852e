"""A rejected message as it stands on its topic, and the raw message that tries it again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from schemas import RawRef
from streams import headers
from streams.core.article.identity import source_of
from streams.core.messages.message import Message
from streams.headers import Headers, text_in
from streams.topology import CLEAN

# What was rejected three times will be a fourth time.
MAX_ATTEMPTS: Final = 2

# What a rejection added, or an attempt before: it is said anew.
_ADDED: Final = frozenset(
    {
        *(headers.STAGE, headers.REASON, headers.ERROR, headers.TIMESTAMP_MS, headers.ORIGIN),
        *(headers.LEFT_OUT_BYTES, headers.REPLAY_OF, headers.ATTEMPTS),
    }
)


@dataclass(frozen=True, slots=True)
class RejectedMessage:
    """A message on the rejected topic."""

    message: Message
    stage: str
    reason: str
    error: str
    origin: str  # topic/partition/offset of the raw message
    first_origin: str  # of the one before it was tried again; the same if it never was
    attempts: int  # how often it was tried again
    timestamp_ms: int  # of the rejection's own source record

    @property
    def place(self) -> tuple[int, int]:
        """Partition and offset on the rejected topic."""
        return self.message.partition, self.message.offset

    @property
    def is_whole(self) -> bool:
        """Whether the rejection holds the raw message itself."""
        left_out = text_in(self.message.headers, headers.LEFT_OUT_BYTES)
        return self.stage == CLEAN.name and not left_out

    @property
    def raw_ref(self) -> RawRef:
        """Where the raw message stands, or stood."""
        return RawRef.parse(self.origin)

    @property
    def source(self) -> str:
        """Who sent it, as far as its fields can be read; `unknown` else."""
        try:
            fields = json.loads(self.message.value or b"")
            declared, url = fields.get("source"), fields.get("url")
        except (ValueError, AttributeError, RecursionError):
            return "unknown"
        texts = [each if isinstance(each, str) else None for each in (declared, url)]
        return source_of(texts[0], texts[1])[0]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A raw message to push again."""

    topic: str
    partition: int  # the same as before, so that the order with its neighbours stays
    key: bytes | None
    value: bytes | None
    headers: Headers


def read_rejected(message: Message) -> RejectedMessage:
    """Return what a record of the rejected topic says."""

    def text(name: str) -> str:
        return text_in(message.headers, name)

    attempts, timestamp = text(headers.ATTEMPTS) or "0", text(headers.TIMESTAMP_MS)
    return RejectedMessage(
        message=message,
        stage=text(headers.STAGE),
        reason=text(headers.REASON),
        error=text(headers.ERROR),
        origin=text(headers.ORIGIN),
        first_origin=text(headers.REPLAY_OF) or text(headers.ORIGIN),
        attempts=int(attempts) if attempts.isdecimal() else MAX_ATTEMPTS,
        timestamp_ms=int(timestamp),
    )


def attempt(rejected: RejectedMessage, raw: Message) -> Attempt:
    """Return the message that tries again; `raw` holds its bytes and its own headers."""
    ref = rejected.raw_ref
    own = tuple((name, value) for name, value in raw.headers if name not in _ADDED)
    return Attempt(
        ref.topic,
        ref.partition,
        raw.key,
        raw.value,
        (
            *own,
            (headers.REPLAY_OF, rejected.first_origin.encode()),
            (headers.ATTEMPTS, str(rejected.attempts + 1).encode()),
        ),
    )


def selects(
    reasons: frozenset[str], sources: frozenset[str], since_ms: int, until_ms: int
) -> Callable[[RejectedMessage], bool]:
    """Return whether a rejection is wanted; an empty set wants all. Times are of the rejection."""

    def wanted(rejected: RejectedMessage) -> bool:
        return (
            (not reasons or rejected.reason in reasons)
            and since_ms <= rejected.message.timestamp_ms < until_ms
            and (not sources or rejected.source in sources)
        )

    return wanted
