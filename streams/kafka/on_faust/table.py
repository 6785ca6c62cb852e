"""The table of recent paragraphs: Faust's windowed table, insert-only, one record per article.

Key: the article's position (its offset in the prepared topic), as text, in hourly windows. Value:
packed bytes (streams/core/article/record.py). Faust recovers it from its changelog; three things
are ours: the records are held per partition (Faust's memory store mixes them, and two partitions
have the same positions), a changelog write goes to Faust's producer at once and can be waited for,
and expiry is by stream time and holds after a restart (Faust's does not, faust#385).
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from faust.stores.base import Store
from faust.tables.table import Table
from faust.types import TP, EventT

from streams.core.messages.message import TableRecord
from streams.exit_status import ExitStatus, end_process
from streams.kafka.delivery.producer import full_batches
from streams.kafka.on_faust.record_files import RecordFiles
from streams.units import HOUR_S

# The table lets go an hour after the window, so that no record that may still count is missing.
SLACK_HOURS = 1


class PartitionedStore(Store[Any, Any]):
    """Records by partition, hour and position. Whole hours are dropped at once."""

    def __post_init__(self) -> None:
        self._files: dict[int, RecordFiles] = {}
        # The next changelog offset to read, by partition: after a rebalance only the rest is read.
        self.restored_to: dict[int, int] = {}
        # Partitions that were read to their end since they were handed out last; a recovery that
        # was overtaken by another round of the group counts for nothing.
        self.complete: set[int] = set()
        self.round = 0

    def note_complete(self, partitions: Iterable[int], in_round: int) -> None:
        """Note that a recovery begun in `in_round` has read `partitions` to their end."""
        if in_round == self.round:
            self.complete.update(partitions)

    def load(self, partition: int, records: Iterable[Any]) -> None:
        """Take in changelog records in bulk."""
        for record in records:
            position, (hour_s, _) = json.loads(record.key)
            self.put(partition, hour_s, int(position), record.value)

    def put(self, partition: int, hour_s: float, position: int, record: bytes) -> None:
        """Hold `record` for the article at `position`; `hour_s` is its window's start."""
        self.of(partition).put(int(hour_s) // HOUR_S, position, record)

    def of(self, partition: int) -> RecordFiles:
        """Return the records of a partition."""
        files = self._files.get(partition)
        if files is None:
            files = self._files[partition] = RecordFiles(Path(self.app.conf.datadir))
        return files

    def apply_changelog_batch(
        self,
        batch: Iterable[EventT[Any]],
        to_key: Callable[[Any], Any],
        to_value: Callable[[Any], Any],  # noqa: ARG002 - values are bytes already
    ) -> None:
        """Take in records that Faust reads back from the changelog."""
        for event in batch:
            position, (hour_s, _) = to_key(event.key)
            if event.message.value is not None:
                self.put(event.message.partition, hour_s, int(position), event.message.value)

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
        for partition in self._files.keys() - ours:
            self._files.pop(partition).close()
        self.restored_to = {p: offset for p, offset in self.restored_to.items() if p in ours}
        self.complete.clear()
        self.round += 1

    def persisted_offset(self, tp: TP) -> int | None:  # noqa: ARG002
        """Return None: what is on disk ends with the process."""
        return None

    def reset_state(self) -> None:
        """Do nothing: the files on disk end with the process."""

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
    def changelog_topic_name(self) -> str:
        """The changelog's name."""
        return str(self.changelog_topic.get_topic_name())

    @cached_property
    def records(self) -> PartitionedStore:
        """The records held now, by partition."""
        return PartitionedStore("memory://", self.app, self, table_name=self.name, loop=self.loop)

    def _new_store(self) -> PartitionedStore:
        return self.records

    def remember(
        self, partition: int, position: int, arrived_at_ms: int, record: bytes
    ) -> TableRecord:
        """Hold a record; return what is to be written to the changelog for it."""
        (hour, end), *_ = self._window_ranges(arrived_at_ms / 1000)
        self.records.put(partition, hour, position, record)
        return TableRecord(json.dumps([str(position), [hour, end]]).encode(), record)

    async def write(self, partition: int, rows: Sequence[TableRecord]) -> int:
        """Return the changelog's next offset once the broker has all of `rows`.

        Faust's way there, `send_changelog`, takes them one by one, and does nothing that is needed.
        """
        faust_producer: Any = self.app.producer
        producer = faust_producer._ensure_producer()  # noqa: SLF001
        topic, next_offset = self.changelog_topic_name, 0
        for batch in full_batches(producer, ((row.key, row.value, ()) for row in rows)):
            sent = await producer.send_batch(batch, topic, partition=partition)
            next_offset = (await sent).offset + batch.record_count()
        return next_offset

    def expire(self, partition: int, stream_time_ms: int, window_hours: int) -> None:
        """Let go of the articles of a partition that can no longer count."""
        hour = stream_time_ms // (1_000 * HOUR_S)
        self.records.of(partition).expire(hour - window_hours - SLACK_HOURS)

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Tell the stage which partitions are complete now."""
        try:
            await super().on_recovery_completed(active_tps, standby_tps)
            await self.app.maybe_start_producer()
            if self.on_recovered is not None:
                partitions = {tp.partition for tp in active_tps}
                await self.on_recovered(partitions & self.records.complete)
        except Exception as error:  # noqa: BLE001 - Faust would go on without a window
            end_process(ExitStatus.FAILED, f"{self.name} cannot be rebuilt: {error}", cause=error)
