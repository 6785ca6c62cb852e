"""A rejected message as it stands on its topic, and the raw message that tries it again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from schemas import RawRef
from streams.core.message import Headers, Message
from streams.core.read.identity import source_of
from streams.core.records import ORIGIN_HEADER
from streams.topology import CLEAN

# Headers of a message that is tried again: where its first raw message stood, and how often.
REPLAY_OF_HEADER: Final = "cleanwire-replay-of"
ATTEMPTS_HEADER: Final = "cleanwire-attempts"
# What was rejected three times will be a fourth time.
MAX_ATTEMPTS: Final = 2

_OURS: Final = "cleanwire-"
_LEFT_OUT: Final = "cleanwire-left-out-bytes"


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
        left_out = any(name == _LEFT_OUT for name, _ in self.message.headers)
        return self.stage == CLEAN.name and not left_out

    @property
    def raw_ref(self) -> RawRef:
        """Where the raw message stands, or stood."""
        topic, partition, offset = self.origin.rsplit("/", 2)
        return RawRef(topic=topic, partition=int(partition), offset=int(offset))

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
    """Return what a record of the rejected topic says.

    Raises:
        KeyError: it is none of ours.
    """
    headers = dict(message.headers)
    origin = _text(headers[ORIGIN_HEADER])
    attempts = _text(headers.get(ATTEMPTS_HEADER, b"0"))
    return RejectedMessage(
        message=message,
        stage=_text(headers["cleanwire-stage"]),
        reason=_text(headers["cleanwire-reason"]),
        error=_text(headers["cleanwire-error"]),
        origin=origin,
        first_origin=_text(headers.get(REPLAY_OF_HEADER, b"")) or origin,
        attempts=int(attempts) if attempts.isdecimal() else MAX_ATTEMPTS,
        timestamp_ms=int(_text(headers["cleanwire-timestamp-ms"])),
    )


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def attempt(rejected: RejectedMessage, raw: Message) -> Attempt:
    """Return the message that tries again; `raw` holds its bytes and its own headers."""
    ref = rejected.raw_ref
    own = tuple((name, value) for name, value in raw.headers if not name.startswith(_OURS))
    return Attempt(
        ref.topic,
        ref.partition,
        raw.key,
        raw.value,
        (
            *own,
            (REPLAY_OF_HEADER, rejected.first_origin.encode()),
            (ATTEMPTS_HEADER, str(rejected.attempts + 1).encode()),
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
