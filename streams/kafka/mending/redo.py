"""What has an outcome, and doing again what has none because its prepared article is gone."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable

from aiokafka import TopicPartition
from aiokafka.partitioner import murmur2

from streams.core.messages.message import Message, Output
from streams.headers import STAGE, TIMESTAMP_MS, text_in
from streams.kafka.delivery.place import origin_of
from streams.kafka.delivery.producer import LaneProducer, lane_producer
from streams.kafka.mending.mend import Mended, Outcomes, RawPlace, Redo
from streams.kafka.topics.reading import committed_records, open_reader, to_message
from streams.settings import Settings
from streams.topology import DEDUPE, PREPARED, Door, Names, names

# What stage 1 makes of a raw message.
Prepare = Callable[[Message], Output]

# Messages of one transaction.
_CHUNK = 500
_POLL_MS = 500


async def read_outcomes(
    settings: Settings, named: Names, stamps_of: Collection[TopicPartition] = ()
) -> Outcomes:
    """Return what has an outcome, from all that the topics still hold.

    Timestamps of raw messages are kept for the partitions that are named: they take memory.
    """
    outcomes = Outcomes(stamps={tp: {} for tp in stamps_of})
    rejected = named.topic(Door.REJECTED)
    async for message in _all(settings, named.outputs):
        if origin := origin_of(message):
            _note(outcomes.raw_next, origin)
            outcomes.decided.add(origin)
            _note_stamp(outcomes.stamps, origin, message)
            if message.topic != rejected or text_in(message.headers, STAGE) == DEDUPE.name:
                _note(outcomes.decided_next, origin)
    async for message in _all(settings, [named.prepared]):
        if not (origin := origin_of(message)):
            continue  # a request for a release, which stems from no raw message
        if origin in outcomes.decided:
            _note(outcomes.prepared_next, (message.topic, message.partition, message.offset))
        else:
            tp = TopicPartition(message.topic, message.partition)
            outcomes.prepared_waiting.setdefault(tp, message.offset)
        _note(outcomes.raw_next, origin)
        outcomes.waiting.add(origin)
    return outcomes


def _note(after: dict[TopicPartition, int], at: RawPlace) -> None:
    tp = TopicPartition(*at[:2])
    after[tp] = max(after.get(tp, 0), at[2] + 1)


def _note_stamp(
    stamps: dict[TopicPartition, dict[int, int]], at: RawPlace, message: Message
) -> None:
    """Keep the raw message's timestamp; what stage 2 rejects has that of the prepared record."""
    of_partition = stamps.get(TopicPartition(*at[:2]))
    stamp = text_in(message.headers, TIMESTAMP_MS)
    if of_partition is not None and stamp and text_in(message.headers, STAGE) != DEDUPE.name:
        of_partition[at[2]] = int(stamp)


async def _all(settings: Settings, topics: Iterable[str]) -> AsyncIterator[Message]:
    async with open_reader(settings, topics) as reader:
        await reader.to_beginning()
        async for message in reader.to_end():
            yield message


async def redo(
    settings: Settings,
    mended: Mended,
    outcomes: Outcomes,
    prepare: Prepare,
    progress: Callable[[str], None],
) -> None:
    """Prepare again what has no outcome and waits nowhere, in the order of each raw partition.

    Whole transactions: when this is broken off, what they hold waits on the prepared topic, and the
    next try finds it there. The transactional ids are those of the lanes, which fences them.
    """
    named = names(settings)
    size = sum(tp.topic == named.prepared for tp in mended.offsets)
    for part in mended.redo:
        producer = lane_producer(settings, named.transactional_id(*part.partition))
        again = 0
        async with producer:
            chunk: list[Output] = []
            async for message in _records(settings, part):
                place = (message.topic, message.partition, message.offset)
                if place in outcomes.decided or place in outcomes.waiting:
                    continue
                output = prepare(message)
                if _is_gone(output, message, mended, size):
                    chunk.append(output)
                    again += 1
                if len(chunk) >= _CHUNK:
                    await _send(producer, named, chunk)
                    progress(f"{part.partition.topic}[{part.partition.partition}]: {again} again")
            await _send(producer, named, chunk)
        progress(
            f"{part.partition.topic}[{part.partition.partition}]: {again} messages whose prepared "
            "articles were gone are prepared again"
        )


def _is_gone(output: Output, message: Message, mended: Mended, size: int) -> bool:
    """Whether the prepared article is one of those that were lost before they had an outcome."""
    if output.door != PREPARED:
        return True  # rejections are seen, unless the cleaner now thinks otherwise
    partition = (murmur2(output.key or b"") & 0x7FFFFFFF) % size  # as every producer of ours does
    if partition not in mended.lost:
        return False
    handled = mended.lost[partition].raw.get(message.topic, {}).get(message.partition, 0)
    return message.offset >= handled


async def _send(producer: LaneProducer, named: Names, chunk: list[Output]) -> None:
    if chunk:
        await producer.publish((named.topic(output.door), output) for output in chunk)
        chunk.clear()


async def _records(settings: Settings, part: Redo) -> AsyncIterator[Message]:
    """Yield the raw messages of a range, in the order of their offsets."""
    tp = part.partition
    async with committed_records(settings, max_partition_fetch_bytes=8_000_000) as consumer:
        consumer.assign([tp])
        consumer.seek(tp, part.begin)
        while await consumer.position(tp) < part.end:
            for records in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                for record in records:
                    if record.offset < part.end:
                        yield to_message(record)
