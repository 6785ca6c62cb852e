"""`cleanwire push`: send files as raw articles."""

from pathlib import Path

from aiokafka import AIOKafkaProducer

from streams.commands.raw_input import Given, raw_inputs
from streams.kafka.connection import client_options
from streams.kafka.topics.reading import refuse_missing
from streams.limits import LARGEST_RAW_RECORD
from streams.settings import Settings
from streams.topology import names


async def push(settings: Settings, files: list[Path], given: Given, topic: str | None) -> list[str]:
    """Send every message in `files`; return a line about each, once Kafka has it.

    Raises:
        OSError, ValueError: if a file cannot be read; what stands before it has been sent.
        KafkaError: if Kafka cannot be reached or refuses.
    """
    target = topic or names(settings).raw[0]
    await refuse_missing(settings, [target])
    lines = []
    producer = AIOKafkaProducer(
        **client_options(settings),
        acks="all",
        enable_idempotence=True,
        max_request_size=LARGEST_RAW_RECORD,
    )
    async with producer:
        for raw in raw_inputs(files, given):
            sent = await producer.send_and_wait(target, raw.value, key=raw.key)
            lines.append(f"{raw.name} -> {sent.topic}[{sent.partition}] at {sent.offset}")
    return lines
