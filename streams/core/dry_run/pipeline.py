"""Both stages in memory, one message after another: what would come out, without Kafka.

Stage 1 is handed in, since the worker's edge around it (any failure becomes a rejection) lives
with the worker; stage 2 is the worker's core with a window for each partition.
"""

from collections.abc import Callable

from schemas import CleanArticle, PreparedArticle
from streams.core.dedupe import Deduper, decide_one
from streams.core.messages.message import Message, Output
from streams.settings import DedupeSettings
from streams.topology import PREPARED

CleanOne = Callable[[Message], Output]
PartitionOf = Callable[[bytes], int]


class Pipeline:
    """What the worker would do with messages that arrive in this order."""

    def __init__(
        self, settings: DedupeSettings, clean_one: CleanOne, partition_of: PartitionOf
    ) -> None:
        """`partition_of` gives the partition of the prepared topic for a key."""
        self._settings = settings
        self._clean_one = clean_one
        self._partition_of = partition_of
        self._windows: dict[int, Deduper] = {}
        self._positions: dict[int, int] = {}

    def run(
        self, message: Message, arrived_at_ms: int
    ) -> tuple[Output, CleanArticle | None] | None:
        """Return the record that leaves and its article; none where the message was known.

        `arrived_at_ms` is when stage 2 has it, in ms since 1970.
        """
        output = self._clean_one(message)
        if output.door != PREPARED:
            return output, None
        article = PreparedArticle.model_validate_json(output.value or b"")
        partition = self._partition_of(output.key or b"")
        if partition not in self._windows:
            self._windows[partition] = Deduper(self._settings)
        deduper = self._windows[partition]
        position = self._positions.get(partition, 0)
        self._positions[partition] = position + 1
        prepared = Message(
            topic=PREPARED,
            partition=partition,
            offset=position,
            timestamp_ms=arrived_at_ms,
            key=output.key,
            value=output.value,
            headers=output.headers,
        )
        effect = decide_one(deduper, article, prepared, position)
        deduper.window.expire()
        return (effect.output, effect.article) if effect.output else None
