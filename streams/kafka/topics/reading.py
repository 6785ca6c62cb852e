"""Reading topics from the side: read_committed, no consumer group, nothing is committed."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError
from aiokafka.partitioner import murmur2

from streams.core.messages.message import Message
from streams.kafka.connection import client_options
from streams.settings import Settings

_POLL_MS = 200
# What is committed must come; a broker that gives nothing for so long is away or broken.
_PATIENCE_S = 10.0
# Behind an offset there may be nothing but markers, up to the end of the log.
_POLL_AT_MS, _POLLS_AT = 500, 4


class Reader:
    """Reads committed records of some topics, from wherever it is set to."""

    def __init__(self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> None:
        self._consumer = consumer
        self._all = self.partitions = partitions

    async def to_beginning(self) -> None:
        """Go on from the oldest records."""
        self._read_only(self._all)
        await self._consumer.seek_to_beginning(*self.partitions)

    async def to_time(self, time_ms: int) -> None:
        """Go on from the first records of that time (in ms since 1970) or later."""
        found = await self._consumer.offsets_for_times(dict.fromkeys(self.partitions, time_ms))
        for tp, first in found.items():
            if first is None:
                await self._consumer.seek_to_end(tp)
            else:
                self._consumer.seek(tp, first.offset)

    def to_offsets(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Go on from these offsets, in the partitions that are named."""
        for tp in self.partitions:
            if tp in offsets:
                self._consumer.seek(tp, offsets[tp])

    def keep_to(self, keys: Iterable[bytes]) -> None:
        """Read only the partitions in which records with one of these keys are."""
        sizes = Counter(tp.topic for tp in self._all)
        hashes = [murmur2(key) & 0x7FFFFFFF for key in keys]  # as every producer of ours does
        self._read_only(
            [tp for tp in self._all if tp.partition in {h % sizes[tp.topic] for h in hashes}]
        )

    def _read_only(self, partitions: list[TopicPartition]) -> None:
        self._consumer.resume(*partitions)
        self._consumer.pause(*set(self._all).difference(partitions))
        self.partitions = partitions

    async def follow(self) -> AsyncIterator[Message]:
        """Yield records as they come, for ever."""
        while True:
            for message in await self._poll():
                yield message

    async def to_end(self) -> AsyncIterator[Message]:
        """Yield what is committed by now, and stop.

        Raises:
            KafkaTimeoutError: it did not all come; a part must not be taken for all.
        """
        ends = await self._consumer.end_offsets(self.partitions)
        open_ends = dict(ends)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE_S
        while open_ends and loop.time() < deadline:
            for message in await self._poll():
                deadline = loop.time() + _PATIENCE_S
                if message.offset < ends[TopicPartition(message.topic, message.partition)]:
                    yield message
            # Positions, not records: the last offset of a transaction is a marker.
            open_ends = {
                tp: end for tp, end in open_ends.items() if await self._consumer.position(tp) < end
            }
        if open_ends:
            raise KafkaTimeoutError(f"{len(open_ends)} partitions were not read to their end")

    async def in_order(
        self, moment_ms: Callable[[Message], int], until_ms: int | None = None
    ) -> AsyncIterator[Message]:
        """Yield what is committed by now (or stands before a time), by `moment_ms`, and stop.

        Those of a partition keep their order. Of each some megabytes are held at most.

        Raises:
            KafkaTimeoutError: it did not all come; a part must not be taken for all.
        """
        ends = await self._consumer.end_offsets(self.partitions)
        if until_ms is not None:
            times = dict.fromkeys(self.partitions, until_ms)
            found = await self._consumer.offsets_for_times(times)
            ends |= {tp: first.offset for tp, first in found.items() if first is not None}
        waiting: dict[TopicPartition, deque[Message]] = {tp: deque() for tp in self.partitions}
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE_S
        while waiting:
            empty = [tp for tp, held in waiting.items() if not held]
            if not empty:
                first = min(waiting, key=lambda tp: (moment_ms(waiting[tp][0]), tp))
                yield waiting[first].popleft()
                deadline = loop.time() + _PATIENCE_S
                continue
            fetched = await self._consumer.getmany(*empty, timeout_ms=_POLL_MS)
            for tp in empty:
                records = fetched.get(tp, ())
                waiting[tp].extend(to_message(each) for each in records if each.offset < ends[tp])
                # Positions, not records: the last offset of a transaction is a marker.
                if not waiting[tp] and await self._consumer.position(tp) >= ends[tp]:
                    del waiting[tp]
            if not fetched and loop.time() > deadline:
                raise KafkaTimeoutError(f"{len(empty)} partitions were not read to their end")

    async def _poll(self) -> list[Message]:
        fetched = await self._consumer.getmany(timeout_ms=_POLL_MS)
        records = [record for batch in fetched.values() for record in batch]
        records.sort(key=lambda record: (record.timestamp, record.partition, record.offset))
        return [to_message(record) for record in records]


def committed_records(settings: Settings, **options: Any) -> AIOKafkaConsumer:
    """Return a consumer of committed records, to be given partitions and offsets.

    Where retention or compaction has moved the start of a log, it goes on from there.
    """
    return AIOKafkaConsumer(
        **client_options(settings),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **options,
    )


async def record_at(consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> Message | None:
    """Return the first committed record at `offset` or behind it, None when there is none."""
    consumer.assign([tp])
    consumer.seek(tp, offset)
    for _ in range(_POLLS_AT):
        fetched = await consumer.getmany(tp, timeout_ms=_POLL_AT_MS, max_records=1)
        for record in fetched.get(tp, ()):
            return to_message(record)
    return None


def to_message(record: Any) -> Message:
    """Return a record as the core sees it."""
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )


async def refuse_missing(settings: Settings, topics: Iterable[str]) -> None:
    """Return when all topics exist: Kafka's clients would wait for one for 40 s.

    Raises:
        UnknownTopicOrPartitionError: one does not, with what to do.
        KafkaConnectionError: if Kafka cannot be reached.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        missing = sorted(set(topics).difference(await admin.list_topics()))
    finally:
        await admin.close()
    if missing:
        raise UnknownTopicOrPartitionError(
            f"there is no topic {', '.join(missing)} on {settings.kafka}. `cleanwire topics` "
            f"creates what CLEANWIRE_PREFIX={settings.prefix} needs"
        )


@asynccontextmanager
async def open_reader(settings: Settings, topics: Iterable[str]) -> AsyncIterator[Reader]:
    """Give a reader that stands at the end of `topics`.

    Raises:
        UnknownTopicOrPartitionError: if a topic does not exist.
        KafkaConnectionError: if Kafka cannot be reached.
    """
    wanted = tuple(topics)
    await refuse_missing(settings, wanted)
    consumer = AIOKafkaConsumer(
        *wanted,
        **client_options(settings),
        isolation_level="read_committed",
        enable_auto_commit=False,
        max_partition_fetch_bytes=8_000_000,
    )
    try:
        await consumer.start()
        partitions = sorted(consumer.assignment())
        await consumer.seek_to_end(*partitions)
        yield Reader(consumer, partitions)
    finally:
        await consumer.stop()
