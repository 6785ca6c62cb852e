"""A Kafka record as the pure core sees it: bytes in, bytes out, no client library.

Tuples, for thousands a second go to the pool and back: pickled as dataclasses with slots they took
five times as long.
"""

from typing import NamedTuple

from schemas import RawRef
from streams.headers import Headers


class Message(NamedTuple):
    """A record that was read. `timestamp_ms` is the record's own, in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    is_append_time: bool = False  # whether the timestamp is the broker's, of when it was appended

    @property
    def ref(self) -> RawRef:
        """Where the record stands."""
        return RawRef(topic=self.topic, partition=self.partition, offset=self.offset)


class Output(NamedTuple):
    """A record to send through a door of topology.py; `outcome` is the counter's label."""

    door: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    outcome: str = ""
    removed: tuple[str, ...] = ()  # reasons of its removals, for the counter
    notes: tuple[str, ...] = ()  # flags of its cleaning or notes of its decision, for the counter
    partition: int | None = None  # where that is not for the key to say


class TableRecord(NamedTuple):
    """What a message adds to the table of recent paragraphs, as it stands in its changelog."""

    key: bytes
    value: bytes


class Handled(NamedTuple):
    """What one message causes: records to send, and what to write to the changelog before.

    Nothing to send means that its outcome was published before; `why_none` is the counter's label.
    """

    outputs: tuple[Output, ...] = ()
    table: TableRecord | None = None
    why_none: str = "redelivered"

    @property
    def outcome(self) -> str:
        """The one outcome that the message is counted under; other outputs have none."""
        return next((each.outcome for each in self.outputs if each.outcome), self.why_none)
