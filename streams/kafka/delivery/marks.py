"""Whether the records that were handled last still stand where they stood."""

from collections.abc import Mapping

from aiokafka import TopicPartition

from streams.kafka.delivery.ledger import Mark
from streams.kafka.topics.reading import committed_records, record_at
from streams.settings import Settings


async def replaced_marks(
    settings: Settings, marks: Mapping[TopicPartition, Mark]
) -> frozenset[TopicPartition]:
    """Return the partitions in which another record stands at the mark.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    if not marks:  # a consumer that is closed before it has read anything raises CancelledError
        return frozenset()
    replaced = set()
    async with committed_records(settings) as consumer:
        for tp, mark in marks.items():
            found = await record_at(consumer, tp, mark.offset)
            if found and mark.is_replaced_by(found.offset, found.timestamp_ms):
                replaced.add(tp)
    return frozenset(replaced)
