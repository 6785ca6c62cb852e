"""A worker one can talk to: push raw records, take what comes out."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from confluent_kafka import Consumer, Producer, TopicPartition

from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import OUTPUTS, Door, names
from tests.support.harness import Worker, environment


@dataclass(frozen=True)
class Record:
    """A committed record of an output topic."""

    door: Door
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    def header(self, name: str) -> str:
        """Return a header as text."""
        return dict(self.headers)[name].decode()


class Pipe:
    """Pushes to the raw topic and takes from the outputs, with `read_committed`."""

    def __init__(self, settings: Settings) -> None:
        named = names(settings)
        self._raw = named.raw[0]
        self._kafka = settings.kafka
        self.push_anew()
        self._consumer = Consumer(
            {
                "bootstrap.servers": settings.kafka,
                "group.id": f"{settings.prefix}-pipe",
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        self._doors = {named.topic(door): door for door in OUTPUTS}
        self._consumer.assign([TopicPartition(t, p, 0) for t in self._doors for p in range(4)])

    def push_anew(self) -> None:
        """Push by a new producer: Kafka refuses the sequence of one whose log has lost its end."""
        self._producer = Producer(
            {
                "bootstrap.servers": self._kafka,
                "partitioner": "murmur2_random",
                "message.max.bytes": 4_000_000,
                "enable.idempotence": True,  # what is sent again keeps its place
            }
        )

    def push(
        self,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: Mapping[str, bytes] | None = None,
        timestamp_ms: int = 0,
    ) -> None:
        """Push a raw record and wait until the broker has it; 0 as its time means now."""
        self.queue(value, key=key, headers=headers, timestamp_ms=timestamp_ms)
        self.flush()

    def queue(
        self,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: Mapping[str, bytes] | None = None,
        timestamp_ms: int = 0,
    ) -> None:
        """Push a raw record without waiting."""
        self._producer.produce(
            self._raw,
            value,
            key,
            headers=[*(headers or {}).items()],
            timestamp=timestamp_ms,
        )

    def flush(self) -> None:
        """Wait until the broker has all records."""
        self._producer.flush()

    def take(self, count: int, limit_s: float = 60) -> list[Record]:
        """Return the next `count` records of the outputs; fewer, when no more come in time."""
        taken: list[Record] = []
        end = time.monotonic() + limit_s
        while len(taken) < count and time.monotonic() < end:
            for message in self._consumer.consume(count - len(taken), 0.2):
                assert not message.error(), message.error()
                pairs = cast("list[tuple[str, bytes]]", message.headers() or [])
                headers = tuple((name, value) for name, value in pairs)
                door = self._doors[message.topic() or ""]
                taken.append(Record(door, _bytes(message.key()), _bytes(message.value()), headers))
        return taken

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()


def _bytes(value: bytes | str | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


@contextmanager
def running(
    settings: Settings, folder: Path, *, app: str = "streams.app", **extra: str
) -> Iterator[Worker]:
    """Run a worker; at the end it must stop in order and must not have been restarted."""
    worker = Worker({**environment(settings), **extra}, folder, app)
    try:
        yield worker
    finally:
        status = worker.end()
    assert (worker.exits, status) == ([], 0), worker.log[-4_000:]


async def create_topics(settings: Settings, raw: Mapping[str, str] | None = None) -> None:
    """Create the topics of a test; `raw` are configurations of a raw topic set up by others."""
    if raw is not None:
        admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
        await admin.start()
        topic = names(settings).raw[0]
        await admin.create_topics([NewTopic(topic, 4, 1, topic_configs=dict(raw))])
        await admin.close()
    report = await ensure(settings, create=True)
    assert not report.problems, report.problems


async def run_until_it_ends(
    settings: Settings, *, app: str = "streams.app", **extra: str
) -> "subprocess.CompletedProcess[str]":
    """Run a worker that must end by itself within a minute; its output is in `stdout`."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "faust", "-A", app, "worker", "-l", "info"],
        env={**os.environ, **environment(settings), **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
