"""The order in which the records of a partition are handled, and the proof that none is missing."""

from typing import NamedTuple

from aiokafka import TopicPartition

from streams.kafka.delivery.judging import replaced
from streams.kafka.delivery.ledger import Mark


class RecordSkippedError(Exception):
    """A record that was fetched never arrived: going on would commit past it and lose it."""


class OtherLogError(Exception):
    """At the place of the last record that was handled stands another one."""


class Link(NamedTuple):
    """How a record was fetched: see `FetchedBatch`."""

    generation: int
    follows_from: int


class Fetched(NamedTuple):
    """How far a partition was fetched: the next record, and the next offset to ask the broker for.

    The two differ by what is no record, such as the marker at the end of every transaction.
    """

    next_record: int
    position: int


class OffsetSequence:
    """The offsets of one source partition, in the order in which they must be handled.

    A log that lost its end, and has grown past the committed offset again, has other records where
    those stood that were handled. So it is read from `mark`, the last one of these.
    """

    def __init__(
        self,
        partition: TopicPartition,
        *,
        committed: int,
        generation: int,
        mark: Mark | None = None,
    ) -> None:
        self.partition = partition
        self.generation = generation
        self.committed = committed
        self.expected = committed
        self.mark = mark

    @property
    def reads_from(self) -> int:
        """The offset to read from."""
        return self.mark.offset if self.mark else self.committed

    def accept(self, offset: int, position: Link, timestamp_ms: int) -> bool:
        """Return whether the record at `offset` is the next one; False for one seen before.

        Raises:
            RecordSkippedError: a record before this one was fetched and did not arrive.
            OtherLogError: a record that was handled is not there any more.
        """
        if position.generation != self.generation:
            return False
        if offset < self.expected:
            if self.mark and self.mark.is_replaced_by(offset, timestamp_ms):
                raise OtherLogError(replaced(self.partition, offset))
            return False
        if position.follows_from > self.expected:
            raise RecordSkippedError(
                f"{self.partition.topic}[{self.partition.partition}]: expected offset "
                f"{self.expected}, but records up to {position.follows_from} were passed over"
            )
        self.expected = offset + 1
        return True
