"""Which logs are no longer those that were read, and from where on."""

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.core.messages.message import Message
from streams.kafka.delivery.judging import PartitionFacts
from streams.kafka.delivery.ledger import Ledger
from streams.kafka.topics.reading import committed_records, to_message
from streams.settings import Settings

_POLL_MS = 500
# Behind an offset there may be nothing but markers, up to the end of the log.
_POLLS = 4


async def changed_logs(settings: Settings, facts: PartitionFacts) -> frozenset[TopicPartition]:
    """Return the source partitions that lost their end, even if they have grown past it again.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    changed = {tp for tp in facts.partitions if facts.committed[tp] > facts.ends[tp]}
    marks = {}
    for tp in facts.partitions:
        ledger = facts.ledgers.get(facts.changelog_of(tp) or tp, Ledger())
        mark = ledger.mark_in(facts.begins[tp], facts.committed[tp])
        if mark and tp not in changed:
            marks[tp] = mark
    if not marks:  # a consumer that is closed before it has read anything raises CancelledError
        return frozenset(changed)
    async with committed_records(settings) as consumer:
        for tp, mark in marks.items():
            found = await _record_at(consumer, tp, mark.offset)
            if found and found.offset == mark.offset and found.timestamp_ms != mark.timestamp_ms:
                changed.add(tp)
    return frozenset(changed)


async def first_changed(
    settings: Settings, tp: TopicPartition, bounds: tuple[int, int], stamps: Mapping[int, int]
) -> int:
    """Return the offset from which on other messages stand in a raw log than those with outcomes.

    `bounds` are where the log begins and where it would have gone on, which is returned when no
    message differs; `stamps` are the timestamps of the messages that have outcomes, by offset.
    Found by halving: a log loses its end.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    low, high = bounds
    if low >= high:
        return high
    differs = False
    async with committed_records(settings) as consumer:
        while low < high:
            middle = (low + high) // 2
            found = await _record_at(consumer, tp, middle)
            while found and found.offset < high and found.offset not in stamps:
                found = await _record_at(consumer, tp, found.offset + 1)  # of it nothing is known
            if found and found.offset < high and found.timestamp_ms == stamps[found.offset]:
                low = found.offset + 1
            else:
                differs |= found is not None and found.offset < high
                high = middle
    return low if differs else bounds[1]


async def _record_at(consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> Message | None:
    """Return the first committed record at `offset` or behind it, None when there is none."""
    consumer.assign([tp])
    consumer.seek(tp, offset)
    for _ in range(_POLLS):
        fetched = await consumer.getmany(tp, timeout_ms=_POLL_MS, max_records=1)
        for record in fetched.get(tp, ()):
            return to_message(record)
    return None
