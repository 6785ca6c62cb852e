"""However a producer compresses, its records are read."""

import asyncio
import json
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer

from streams.settings import Settings
from streams.topology import names
from tests.support.pipe import Pipe, create_topics, running

CODECS = ("gzip", "snappy", "lz4", "zstd")


def _article(client: str, codec: str) -> bytes:
    line = f"The {codec} barge of {client} carries gravel upstream, and gravel, and more gravel."
    return json.dumps({"content": line, "source": f"{client}.example", "id": codec}).encode()


@pytest.mark.kafka
async def test_every_codec_of_two_clients_is_read(settings: Settings, tmp_path: Path) -> None:
    """Clients frame snappy and lz4 each in their own way."""
    await create_topics(settings)
    topic = names(settings).raw[0]
    for codec in CODECS:
        librdkafka = Producer({"bootstrap.servers": settings.kafka, "compression.codec": codec})
        librdkafka.produce(topic, _article("librdkafka", codec))
        librdkafka.flush()
        async with AIOKafkaProducer(
            bootstrap_servers=settings.kafka, compression_type=codec
        ) as producer:
            await producer.send_and_wait(topic, _article("aiokafka", codec))
    pipe = Pipe(settings)
    with running(settings, tmp_path):
        taken = await asyncio.to_thread(pipe.take, 2 * len(CODECS))
    pipe.close()
    assert {record.key for record in taken} == {
        f"{client}.example/{codec}".encode()
        for client in ("librdkafka", "aiokafka")
        for codec in CODECS
    }
