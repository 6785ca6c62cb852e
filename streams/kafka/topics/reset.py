"""Ways out of what a worker refuses to start with. No worker may run meanwhile.

Lost offsets: Kafka drops a group's offsets when it was away for a week. What was done is known all
the same, since every outcome names the raw message it stems from.
A window that cannot be used: of another release, or with another number of partitions. It is
emptied; what waits on the prepared topic is kept, or the reset is refused.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas import RawRef
from streams.core.message import Message
from streams.headers import ORIGIN, text_in
from streams.kafka.connection import client_options
from streams.kafka.topics.reading import open_reader
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import Door, Names, names

GONE_TRIES = 100
GONE_PAUSE_S = 0.1


class ResetRefusedError(Exception):
    """The reset would lose something, or disturb a worker; the message says what to do first."""


async def reset_offsets(settings: Settings) -> dict[TopicPartition, int]:
    """Set the offsets that the group has lost to where its outcomes end; return them.

    Raises:
        ResetRefusedError: if a worker runs.
        KafkaError: if Kafka cannot be reached or refuses.
    """
    named = names(settings)
    async with _group(settings, named) as group:
        partitions = await _partitions(settings, named.sources)
        begins = await group.beginning_offsets(partitions)
        committed = {tp: await group.committed(tp) for tp in partitions}
        lost = [tp for tp, at in committed.items() if at is None or at < begins[tp]]
        done = await _done(settings, named)
        found = {tp: max(done.get(tp, 0), begins[tp]) for tp in lost}
        await _commit(group, found)
    return found


async def reset_window(settings: Settings, *, prepared: bool) -> tuple[str, ...]:
    """Empty the window, and the prepared topic too if asked; return the topics made anew.

    Raises:
        ResetRefusedError: if a worker runs, or the prepared topic holds what nobody has read yet.
        KafkaError: if Kafka cannot be reached or refuses.
    """
    named = names(settings)
    async with _group(settings, named) as group:
        topics = [named.changelog]
        if prepared:
            topic = named.prepared
            waiting = await _waiting(settings, group, topic)
            if waiting:
                raise ResetRefusedError(
                    f"{waiting} articles on {topic} have no outcome yet, and would be lost. Let a "
                    "worker of the former release, with the former settings, finish them."
                )
            topics.append(topic)
        await _delete(settings, topics)
        await ensure(settings, create=True)
        if prepared:
            anew = await _partitions(settings, [named.prepared])
            # Kafka drops the offsets of a deleted topic, but not in the same moment.
            await _commit(group, dict.fromkeys(anew, 0))
    return tuple(topics)


@asynccontextmanager
async def _group(settings: Settings, named: Names) -> AsyncIterator[AIOKafkaConsumer]:
    """Give a client that may read and set the group's offsets, while the group has no member."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        described = await admin.describe_consumer_groups([named.app_id])
    finally:
        await admin.close()
    members = [member for each in described for group in each.groups for member in group[5]]
    if members:
        raise ResetRefusedError(f"{len(members)} workers of {named.app_id} run: stop them first.")
    consumer = AIOKafkaConsumer(
        **client_options(settings), group_id=named.app_id, enable_auto_commit=False
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def _commit(group: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
    if offsets:
        group.assign(list(offsets))
        await group.commit(offsets)


async def _partitions(settings: Settings, topics: Iterable[str]) -> list[TopicPartition]:
    async with open_reader(settings, topics) as reader:
        return reader.partitions


async def _done(settings: Settings, named: Names) -> dict[TopicPartition, int]:
    """Return for each source partition the offset after the last message that has an outcome.

    A stage handles a partition in order, so all before the last one has its outcome as well.
    """
    done: dict[TopicPartition, int] = {}
    outcomes: set[str] = set()

    def note(source: TopicPartition, offset: int) -> None:
        done[source] = max(done.get(source, 0), offset + 1)

    async for message in _all(settings, named.outputs):
        outcomes.add(text_in(message.headers, ORIGIN))
        if message.topic == named.topic(Door.REJECTED) and (source := _source(message)):
            note(*source)
    async for message in _all(settings, [named.prepared]):
        if text_in(message.headers, ORIGIN) in outcomes:
            note(TopicPartition(message.topic, message.partition), message.offset)
        if source := _source(message):
            note(*source)
    return done


async def _all(settings: Settings, topics: Iterable[str]) -> AsyncIterator[Message]:
    async with open_reader(settings, topics) as reader:
        await reader.to_beginning()
        async for message in reader.to_end():
            yield message


def _source(message: Message) -> tuple[TopicPartition, int] | None:
    """Return where the raw message stands; None for a release request, which has none."""
    origin = text_in(message.headers, ORIGIN)
    if not origin:
        return None
    ref = RawRef.parse(origin)
    return TopicPartition(ref.topic, ref.partition), ref.offset


async def _waiting(settings: Settings, group: AIOKafkaConsumer, topic: str) -> int:
    """Count the records of `topic` that the group has not done yet."""
    committed = {tp: await group.committed(tp) for tp in await _partitions(settings, [topic])}
    waiting = 0
    async for message in _all(settings, [topic]):
        done = committed[TopicPartition(message.topic, message.partition)] or 0
        waiting += message.offset >= done
    return waiting


async def _delete(settings: Settings, topics: list[str]) -> None:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics(topics)
        for _ in range(GONE_TRIES):
            if not set(topics) & set(await admin.list_topics()):
                return
            await asyncio.sleep(GONE_PAUSE_S)
    finally:
        await admin.close()
