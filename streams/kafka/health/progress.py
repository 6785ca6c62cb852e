"""What the worker tells of itself to those who watch it."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from aiokafka import TopicPartition

from streams.kafka.delivery.lane import Lane
from streams.kafka.delivery.sequence import Fetched


class Progress(Protocol):
    """How far a worker is; all of it may be asked from another thread."""

    @property
    def joined(self) -> bool:
        """Whether it has ever been a member of the group."""

    @property
    def ready(self) -> bool:
        """Whether it is a member of the group, recovered, with its producers up."""

    @property
    def rebalancing(self) -> bool:
        """Whether partitions are being handed out, or the table is being recovered."""

    @property
    def should_stop(self) -> bool:
        """Whether it was asked to stop."""

    @property
    def lanes(self) -> Mapping[TopicPartition, Lane]:
        """The source partitions it owns."""

    @property
    def recovered(self) -> int:
        """How far the table's changelog was read, summed over its partitions."""

    def fetched_to(self, partition: TopicPartition) -> Fetched | None:
        """Return how far a source partition was fetched, None before anything was."""

    async def ends(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return where the logs of source partitions end now."""
