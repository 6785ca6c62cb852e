"""A reader from the side finds what it is asked for without reading everything."""

import asyncio

import pytest
from confluent_kafka import Producer

from streams.kafka.topics.reading import Reader, open_reader
from streams.settings import Settings
from streams.topology import Door, names
from tests.support.pipe import create_topics

NOON_MS = 1_700_000_000_000
KEYS = [b"source%d.example/1" % number for number in range(12)]


def _produce(settings: Settings) -> None:
    """Write two records under each key, an hour apart, with a client that is not ours."""
    producer = Producer({"bootstrap.servers": settings.kafka, "partitioner": "murmur2_random"})
    for hour in range(2):
        for key in KEYS:
            topic = names(settings).topic(Door.CLEAN)
            producer.produce(topic, b"%d" % hour, key, timestamp=NOON_MS + hour * 3_600_000)
        producer.flush()


async def _read(reader: Reader) -> list[tuple[bytes | None, bytes | None, int]]:
    return [(m.key, m.value, m.partition) async for m in reader.to_end()]


@pytest.mark.kafka
async def test_a_key_is_looked_for_in_its_partition(settings: Settings) -> None:
    """All its records are found there, whoever wrote them; afterwards all can be read again."""
    await create_topics(settings)
    await asyncio.to_thread(_produce, settings)
    async with open_reader(settings, [names(settings).topic(Door.CLEAN)]) as reader:
        for key in KEYS:
            await reader.to_beginning()
            reader.keep_to([key])
            found = await _read(reader)
            assert [value for k, value, _ in found if k == key] == [b"0", b"1"]
            assert len({partition for *_, partition in found}) == 1
        await reader.to_beginning()
        assert len(await _read(reader)) == 2 * len(KEYS)


@pytest.mark.kafka
async def test_reading_begins_at_a_time(settings: Settings) -> None:
    """Nothing before it is read; after the last record there is nothing to read."""
    await create_topics(settings)
    await asyncio.to_thread(_produce, settings)
    async with open_reader(settings, [names(settings).topic(Door.CLEAN)]) as reader:
        for time_ms, count in ((NOON_MS, 24), (NOON_MS + 1, 12), (NOON_MS + 3_600_001, 0)):
            await reader.to_beginning()
            await reader.to_time(time_ms)
            assert len(await _read(reader)) == count
