"""How sources stand, read from their topic: of each partition the latest record of each source."""

from collections.abc import Collection, Mapping

from aiokafka import TopicPartition

from schemas import SourceRecord
from streams.kafka.topics.reading import committed_records
from streams.settings import Settings
from streams.topology import names

_POLL_MS = 500


async def read_source_records(
    settings: Settings, partitions: Collection[int]
) -> Mapping[int, list[SourceRecord]]:
    """Return what is committed of `partitions`, the latest record of each source that has one.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    if not partitions:
        return {}
    topic = names(settings).source_records
    wanted = [TopicPartition(topic, partition) for partition in partitions]
    latest: dict[int, dict[bytes, bytes | None]] = {partition: {} for partition in partitions}
    async with committed_records(settings) as consumer:
        consumer.assign(wanted)
        await consumer.seek_to_beginning(*wanted)
        ends = await consumer.end_offsets(wanted)
        # Positions, not records: the last offset of a transaction is a marker.
        while unread := [tp for tp in wanted if await consumer.position(tp) < ends[tp]]:
            for tp, records in (await consumer.getmany(*unread, timeout_ms=_POLL_MS)).items():
                latest[tp.partition].update({record.key: record.value for record in records})
    return {
        partition: [SourceRecord.model_validate_json(value) for value in values.values() if value]
        for partition, values in latest.items()
    }
