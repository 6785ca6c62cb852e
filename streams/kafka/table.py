"""The table of recent paragraphs: Faust's windowed table, insert-only, one record per article.

Key: the article's position (its offset in the prepared topic), as text, in hourly windows. Value:
packed bytes (streams/core/record.py). Faust recovers it from its changelog; three things are ours:
the records are held per partition (Faust's memory store mixes them, and two partitions have the
same positions), a changelog write can be waited for, and expiry is by stream time and holds after a
restart (Faust's does not, faust#385).
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from faust.stores.base import Store
from faust.tables.table import Table
from faust.types import TP, EventT

from streams.kafka.fatal import ExitStatus, end_process

HOUR_S = 3_600

# The table lets go an hour after the window, so that no record that may still count is missing.
SLACK_S = HOUR_S


class PartitionedStore(Store[Any, Any]):
    """Records by partition, hour and position. Whole hours are dropped at once."""

    def __post_init__(self) -> None:
        self.hours: dict[int, dict[float, dict[int, bytes]]] = {}
        # The next changelog offset to read, by partition: after a rebalance only the rest is read.
        self.restored_to: dict[int, int] = {}

    def load(self, partition: int, records: Iterable[Any]) -> None:
        """Take in changelog records in bulk."""
        for record in records:
            position, (hour, _) = json.loads(record.key)
            self.put(partition, hour, int(position), record.value)

    def put(self, partition: int, hour: float, position: int, record: bytes) -> None:
        """Hold `record` for the article at `position`; `hour` is its window's start in seconds."""
        self.hours.setdefault(partition, {}).setdefault(hour, {})[position] = record

    def of_partition(self, partition: int) -> Iterator[tuple[int, bytes]]:
        """Yield position and record of every article held for a partition."""
        for held in self.hours.get(partition, {}).values():
            yield from held.items()

    def count(self, partition: int) -> int:
        """Return how many articles are held for a partition."""
        return sum(map(len, self.hours.get(partition, {}).values()))

    def expire(self, partition: int, before_s: float) -> None:
        """Drop the hours that ended before `before_s`, in seconds of stream time."""
        hours = self.hours.get(partition, {})
        for hour in [hour for hour in hours if hour + HOUR_S <= before_s]:
            del hours[hour]

    def apply_changelog_batch(
        self,
        batch: Iterable[EventT[Any]],
        to_key: Callable[[Any], Any],
        to_value: Callable[[Any], Any],  # noqa: ARG002 - values are bytes already
    ) -> None:
        """Take in records that Faust reads back from the changelog."""
        for event in batch:
            position, (hour, _) = to_key(event.key)
            if event.message.value is not None:
                self.put(event.message.partition, hour, int(position), event.message.value)

    async def on_rebalance(
        self,
        assigned: set[TP],
        revoked: set[TP],  # noqa: ARG002
        newly_assigned: set[TP],  # noqa: ARG002
        generation_id: int = 0,  # noqa: ARG002
    ) -> None:
        """Drop the partitions that are no longer ours."""
        changelog = self.table.changelog_topic.get_topic_name()
        ours = {tp.partition for tp in assigned if tp.topic == changelog}
        self.hours = {
            partition: held for partition, held in self.hours.items() if partition in ours
        }

    def persisted_offset(self, tp: TP) -> int | None:  # noqa: ARG002
        """Return None: nothing is kept on disk, recovery reads the whole changelog."""
        return None

    def reset_state(self) -> None:
        """Do nothing: there is no state on disk."""

    async def backup_partition(
        self,
        tp: TP | int,
        flush: bool = True,  # noqa: FBT001, FBT002 - the signature is Faust's
        purge: bool = False,  # noqa: FBT001, FBT002
        keep: int = 1,
    ) -> None:
        """Do nothing: the changelog is the backup."""

    def restore_backup(
        self,
        tp: TP | int,
        latest: bool = True,  # noqa: FBT001, FBT002
        backup_id: int = 0,
    ) -> None:
        """Do nothing: the changelog is the backup."""


class RecentParagraphs(Table[Any, Any]):
    """The windowed table of recent paragraph hashes."""

    on_recovered: Callable[[set[int]], Awaitable[None]] | None = None

    @cached_property
    def records(self) -> PartitionedStore:
        """The records held now, by partition."""
        return PartitionedStore("memory://", self.app, self, table_name=self.name, loop=self.loop)

    def _new_store(self) -> PartitionedStore:
        return self.records

    def remember(self, partition: int, position: int, arrived_at_ms: int, record: bytes) -> Any:
        """Hold a record and send it to the changelog.

        Returns a future that ends when the broker has it, or raises when it could not be written.
        """
        (hour, end), *_ = self._window_ranges(arrived_at_ms / 1000)
        self.records.put(partition, hour, position, record)
        return self.send_changelog(partition, (str(position), (hour, end)), record)

    def expire(self, partition: int, stream_time_ms: int, window_hours: int) -> None:
        """Let go of the articles of a partition that can no longer count."""
        self.records.expire(partition, stream_time_ms / 1000 - window_hours * HOUR_S - SLACK_S)

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Tell the stage which partitions are complete now."""
        try:
            await super().on_recovery_completed(active_tps, standby_tps)
            if self.on_recovered is not None:
                await self.on_recovered({tp.partition for tp in active_tps})
        except Exception as error:  # noqa: BLE001 - Faust would go on without a window
            end_process(ExitStatus.FAILED, f"{self.name} cannot be rebuilt: {error}", cause=error)
