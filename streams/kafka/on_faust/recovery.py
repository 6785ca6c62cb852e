"""Recovery of the table in bulk.

Faust reads a changelog record by record through its streams: 90 µs each, and after a rebalance it
can wait for ever for one that does not come. A consumer of our own reads the same topic some ten
times as fast and knows where it ends; Faust is then told that the table is up to date.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.types import TP

from streams.kafka.causes import give_up
from streams.kafka.connection import Admins, client_options, open_admin
from streams.kafka.on_faust.table import RecentParagraphs
from streams.kafka.topics.log_bounds import bounds_of
from streams.settings import Settings

FETCH_BYTES = 16_000_000
_POLL_MS = 500


class BulkRecovery(Recovery):
    """Restores the table before Faust looks what is missing."""

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ARG002, ASYNC109
        # After a time-out Faust would end its recovery for good (30 s: some millions of records).
        # The watchdog sees whether it moves.
        await super()._wait(coro)

    async def _build_offsets(
        self, consumer: Any, tps: set[TP], destination: Any, title: str
    ) -> None:
        if title == "active":
            app: Any = self.app
            first = app.first_admin
            try:
                restored = await restore(app.table, tps, app.settings, first.open)
                await first.let_go()
            except KafkaError as error:  # Faust would wait for another round of the group
                give_up("the table cannot be recovered", error, app.settings)
            for tp, offset in restored.items():
                destination[tp] = offset  # a Counter: its `update` would add
        await super()._build_offsets(consumer, tps, destination, title)


class Tables(TableManager):
    """Faust's table manager with this recovery."""

    @property
    def recovery(self) -> Recovery:
        """The recovery service."""
        if self._recovery is None:
            self._recovery = BulkRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery


class ReadingAhead:
    """Restores the table while the group waits for the end of a dead worker's session.

    What that one has written is in the changelog already; recovery reads the rest. With more than
    one partition nobody knows which of them this worker will get.
    """

    def __init__(self, table: RecentParagraphs, settings: Settings, admins: Admins) -> None:
        self._table = table
        self._settings = settings
        self._admins = admins
        # Told of the partition that was read to its end, and that the worker stops.
        self.then: Callable[[int], None] = lambda _partition: None
        self.at_stop: Callable[[], None] = lambda: None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin, once Kafka is known to answer and objects that live for ever are set apart."""
        if self._task is None and self._settings.dedupe.partitions == 1:
            self._task = asyncio.create_task(self._read())

    async def end(self) -> None:
        """Leave the rest to recovery; must be done before partitions are given out."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def stop(self) -> None:
        """End, and have nothing done with what was read."""
        await self.end()
        self.at_stop()

    async def _read(self) -> None:
        with suppress(KafkaError):  # recovery will say what is wrong
            changelog = TP(self._table.changelog_topic_name, 0)
            await restore(self._table, [changelog], self._settings, self._admins)
            self.then(changelog.partition)


async def restore(
    table: RecentParagraphs, tps: Iterable[TP], settings: Settings, admins: Admins = open_admin
) -> dict[TP, int]:
    """Read the changelog partitions `tps` into the table, from where it was read before.

    Returns the offset of the last record that the table has, by partition; -1 for an empty one.
    """
    partitions = [TopicPartition(tp.topic, tp.partition) for tp in tps]
    in_round = table.records.round
    if not partitions:
        return {}
    async with admins(settings) as admin:
        begins, ends = await bounds_of(admin, partitions)
    next_offsets = {
        tp: max(begins[tp], table.records.restored_to.get(tp.partition, 0)) for tp in partitions
    }
    if any(next_offsets[tp] < ends[tp] for tp in partitions):
        await _read(table, next_offsets, ends, settings)
    table.records.note_complete((tp.partition for tp in partitions), in_round)
    return {TP(tp.topic, tp.partition): offset - 1 for tp, offset in next_offsets.items()}


async def _read(
    table: RecentParagraphs,
    next_offsets: dict[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
    settings: Settings,
) -> None:
    """Read from `next_offsets`, which move, to `ends`."""
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",  # retention may move the start while it reads
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=2 * FETCH_BYTES,
    )
    try:
        await consumer.start()
        consumer.assign([*next_offsets])
        for tp, offset in next_offsets.items():
            consumer.seek(tp, offset)
        while unread := [tp for tp in next_offsets if next_offsets[tp] < ends[tp]]:
            for tp, records in (await consumer.getmany(*unread, timeout_ms=_POLL_MS)).items():
                table.records.load(tp.partition, records)
            for tp in unread:
                next_offsets[tp] = await consumer.position(tp)
                table.records.restored_to[tp.partition] = next_offsets[tp]
    finally:
        await _to_its_end(consumer.stop())


async def _to_its_end(closing: Coroutine[Any, Any, None]) -> None:
    """Close what would stay open if this task, which is being cancelled maybe, broke it off."""
    task = asyncio.ensure_future(closing)
    try:
        await asyncio.shield(task)
    finally:
        await task
