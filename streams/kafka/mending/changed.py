"""Which logs are no longer those that were read, and from where on."""

from collections.abc import Mapping

from aiokafka import TopicPartition

from streams.kafka.delivery.judging import PartitionFacts
from streams.kafka.delivery.ledger import Ledger
from streams.kafka.delivery.marks import replaced_marks
from streams.kafka.topics.reading import committed_records, record_at
from streams.settings import Settings


async def changed_logs(settings: Settings, facts: PartitionFacts) -> frozenset[TopicPartition]:
    """Return the source partitions that lost their end, even if they have grown past it again.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    changed = frozenset(tp for tp in facts.partitions if facts.committed[tp] > facts.ends[tp])
    marks = {}
    for tp in facts.partitions:
        ledger = facts.ledgers.get(facts.changelog_of(tp) or tp, Ledger())
        mark = ledger.mark_in(facts.begins[tp], facts.committed[tp])
        if mark and tp not in changed:
            marks[tp] = mark
    return changed | await replaced_marks(settings, marks)


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
            found = await record_at(consumer, tp, middle)
            while found and found.offset < high and found.offset not in stamps:
                found = await record_at(consumer, tp, found.offset + 1)  # of it nothing is known
            if found and found.offset < high and found.timestamp_ms == stamps[found.offset]:
                low = found.offset + 1
            else:
                differs |= found is not None and found.offset < high
                high = middle
    return low if differs else bounds[1]
