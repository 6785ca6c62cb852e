"""Trying rejected messages again, each one once however often the command is run.

What was tried is written to a topic of its own, in the transaction that pushes it again. A second
run, or one after a crash, reads that topic and leaves out what it names.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from streams.core.messages.message import Message, Output
from streams.core.messages.rejected import MAX_ATTEMPTS, RejectedMessage, attempt, read_rejected
from streams.kafka.connection import client_options
from streams.kafka.delivery.producer import LaneProducer, lane_producer
from streams.kafka.topics.reading import open_reader, to_message
from streams.settings import Settings
from streams.topology import Door, Names, names
from streams.units import DAY_MS

# Messages of one transaction.
_CHUNK = 200
# Longer than rejections are kept (topics/topic_table.py), so none is forgotten before it is gone.
KEPT_MS = 60 * DAY_MS
_POLL_MS = 2_000


@dataclass(slots=True)
class Replayed:
    """What a replay did, or would do."""

    pushed: int = 0
    tried_before: int = 0  # by an earlier run
    given_up: list[str] = field(default_factory=list)  # origins that were tried often enough
    expired: list[str] = field(default_factory=list)  # origins whose raw message is gone


async def rejections(settings: Settings) -> AsyncIterator[RejectedMessage]:
    """Yield what is on the rejected topic.

    Raises:
        KafkaError: if Kafka cannot be reached or the topic does not exist.
    """
    async with open_reader(settings, [names(settings).topic(Door.REJECTED)]) as reader:
        await reader.to_beginning()
        async for message in reader.to_end():
            yield read_rejected(message)


async def replay(
    settings: Settings,
    wanted: Callable[[RejectedMessage], bool],
    *,
    dry_run: bool,
    progress: Callable[[Replayed], None],
) -> Replayed:
    """Push what is wanted to its raw topic again, at most twice each; return what was done.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    named = names(settings)
    done = Replayed()
    if dry_run:
        async for chunk in _chunks(settings, wanted, done):
            done.pushed += len(chunk)
        return done
    await _create(settings, _log(named))
    producer = lane_producer(settings, f"{named.app_id}-replay")
    # Another run that is under way is fenced by this, before what it has done is read.
    async with producer:
        async for chunk in _chunks(settings, wanted, done):
            await _push(producer, named, chunk)
            done.pushed += len(chunk)
            progress(done)
    return done


async def _chunks(
    settings: Settings, wanted: Callable[[RejectedMessage], bool], done: Replayed
) -> AsyncIterator[list[tuple[RejectedMessage, Message]]]:
    tried = await _tried(settings)
    chunk: list[RejectedMessage] = []
    async for rejected in rejections(settings):
        if not wanted(rejected):
            continue
        if rejected.place in tried:
            done.tried_before += 1
        elif rejected.attempts >= MAX_ATTEMPTS:
            done.given_up.append(rejected.first_origin)
        else:
            chunk.append(rejected)
        if len(chunk) >= _CHUNK:
            yield await _with_raw(settings, chunk, done)
            chunk = []
    if chunk:
        yield await _with_raw(settings, chunk, done)


async def _with_raw(
    settings: Settings, chunk: Sequence[RejectedMessage], done: Replayed
) -> list[tuple[RejectedMessage, Message]]:
    """Return the messages with their bytes: stage 2 rejects what it read, not the raw message."""
    raw = {each.place: each.message for each in chunk if each.is_whole}
    away = [each for each in chunk if not each.is_whole]
    if away:
        raw |= await _fetch(settings, away)
    done.expired += [each.first_origin for each in chunk if each.place not in raw]
    return [(each, raw[each.place]) for each in chunk if each.place in raw]


async def _fetch(
    settings: Settings, wanted: Iterable[RejectedMessage]
) -> dict[tuple[int, int], Message]:
    """Return raw messages from where they stand, as far as they are still there."""
    found: dict[tuple[int, int], Message] = {}
    consumer = AIOKafkaConsumer(
        **client_options(settings), isolation_level="read_committed", enable_auto_commit=False
    )
    async with consumer:
        for rejected in wanted:
            ref = rejected.raw_ref
            tp = TopicPartition(ref.topic, ref.partition)
            consumer.assign([tp])
            begin = (await consumer.beginning_offsets([tp]))[tp]
            if ref.offset < begin:
                continue
            consumer.seek(tp, ref.offset)
            records = (await consumer.getmany(tp, timeout_ms=_POLL_MS, max_records=1)).get(tp, [])
            if records and records[0].offset == ref.offset:
                found[rejected.place] = to_message(records[0])
    return found


async def _push(
    producer: LaneProducer, named: Names, chunk: Sequence[tuple[RejectedMessage, Message]]
) -> None:
    """Send the messages again, and what says that they were, as one."""
    log, outputs = _log(named), list[tuple[str, Output]]()
    for rejected, raw in chunk:
        again = attempt(rejected, raw)
        # aiokafka sends no record that has neither.
        key = b"" if again.key is None and again.value is None else again.key
        message = Output(again.topic, key, again.value, again.headers, partition=again.partition)
        place = Output(log, "/".join(map(str, rejected.place)).encode(), b"")
        outputs += [(again.topic, message), (log, place)]
    await producer.publish(outputs)


def _log(named: Names) -> str:
    """Topic of what was tried."""
    return named.topic("replayed")


async def _tried(settings: Settings) -> set[tuple[int, int]]:
    tried: set[tuple[int, int]] = set()
    try:
        async with open_reader(settings, [_log(names(settings))]) as reader:
            await reader.to_beginning()
            async for message in reader.to_end():
                partition, _, offset = (message.key or b"").decode().partition("/")
                tried.add((int(partition), int(offset)))
    except UnknownTopicOrPartitionError:
        pass  # a dry run before any other: nothing was tried yet
    return tried


async def _create(settings: Settings, topic: str) -> None:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        configs = {"retention.ms": str(KEPT_MS), "cleanup.policy": "delete"}
        new = NewTopic(topic, 1, settings.replication, topic_configs=configs)
        for _, code, message in (await admin.create_topics([new])).topic_errors:
            if code not in {0, TopicAlreadyExistsError.errno}:
                raise for_code(code)(f"topic {topic} cannot be created: {message}")
    finally:
        await admin.close()
