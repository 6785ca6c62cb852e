"""Speed of one worker on a real Kafka, beside a loop that only moves the same bytes.

    python benchmarks/speed.py [--articles N] [--rates PER_S ...]

Uses the broker of CLEANWIRE_KAFKA, or starts an embedded one. Both sides read the same raw topic
and commit outputs and offsets in transactions. Throughput counts from the first outcome a worker
sends to the last one that a reader of committed records sees; latency from the timestamp of
the raw record to that moment. For stage 2 alone the prepared topic is filled beforehand.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from confluent_kafka import Consumer, Producer
from confluent_kafka import TopicPartition as Partition
from rich.console import Console
from rich.table import Table

from benchmarks.arrivals import arrived
from benchmarks.made_articles import paragraphs
from streams.agents.clean import clean_one
from streams.core.messages.message import Message
from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import Door, names

ARTICLE_CHARS = 4_500
COPY_SHARE = 0.2
BATCH = 500


def articles(count: int) -> Iterator[bytes]:
    """Yield raw messages of some 4.5 KB; a fifth copy an earlier one, under another source."""
    rng = random.Random(3)
    texts: list[str] = []
    for number, made in enumerate(paragraphs(3, count, ARTICLE_CHARS)):
        copied = bool(texts) and rng.random() < COPY_SHARE
        text = rng.choice(texts[-2_000:]) if copied else "\n".join(made)
        if not copied:
            texts.append(text)
        yield json.dumps(
            {
                "id": f"{number}",
                "source": f"source{number % 40}.example",
                "title": f"Report {number}: {text[:40]}",
                "content": text,
            }
        ).encode()


def fill(settings: Settings, count: int) -> float:
    """Push `count` articles as fast as they go; returns the mean size of a message in bytes."""
    producer = _producer(settings)
    sizes = []
    for number, value in enumerate(articles(count)):
        sizes.append(len(value))
        producer.produce(names(settings).raw[0], value, key=f"{number}")
        if number % 1_000 == 0:
            producer.flush()
    producer.flush()
    return statistics.mean(sizes)


def fill_prepared(settings: Settings, count: int) -> None:
    """Push what stage 1 makes of `count` articles to the prepared topic."""
    producer = _producer(settings)
    named = names(settings)
    for number, value in enumerate(articles(count)):
        now_ms = int(time.time() * 1_000)
        message = Message(named.raw[0], 0, number, now_ms, f"{number}".encode(), value)
        made = clean_one(message, settings.clean, settings.dedupe)
        producer.produce(named.prepared, made.value, key=made.key, headers=list(made.headers))
        if number % 1_000 == 0:
            producer.flush()
    producer.flush()


def _producer(settings: Settings) -> Producer:
    return Producer(
        {
            "bootstrap.servers": settings.kafka,
            "linger.ms": 5,
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
        }
    )


def start_worker(settings: Settings, log: Path) -> "subprocess.Popen[bytes]":
    """Start a worker process that writes its log to a file."""
    environment = {
        **os.environ,
        "CLEANWIRE_KAFKA": settings.kafka,
        "CLEANWIRE_PREFIX": settings.prefix,
        "CLEANWIRE_DATA_DIR": settings.data_dir,
        "CLEANWIRE_WEB_PORT": str(settings.web_port),
    }
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "streams.cli", "worker"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def worker(settings: Settings) -> Iterator[None]:
    """Run a worker process."""
    log = Path(settings.data_dir) / "worker.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    process = start_worker(settings, log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


class Outputs(NamedTuple):
    """When the first output was appended (s since 1970), and how late each was seen (s)."""

    first_appended_s: float
    latencies_s: list[float]


def read_outputs(settings: Settings, count: int, limit_s: float) -> Outputs:
    """Return what is known of all outputs, once `count` have come.

    Raises:
        RuntimeError: when they have not all come within `limit_s`.
    """
    named = names(settings)
    raw_times: dict[str, float] = {}
    appended: list[float] = []
    consumer = Consumer(
        {
            "bootstrap.servers": settings.kafka,
            "group.id": f"{settings.prefix}-read",
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 20,
        }
    )
    doors = named.outputs
    topics = [named.raw[0], *doors]
    consumer.assign([Partition(t, p, 0) for t in topics for p in range(4)])
    seen: dict[str, float] = {}
    end = time.monotonic() + limit_s
    while len(seen) < count:
        if time.monotonic() > end:
            raise RuntimeError(f"only {len(seen)} of {count} outputs after {limit_s} s")
        for message in arrived(consumer, 1_000, 0.05):
            if message.error():
                continue
            if message.topic() == named.raw[0]:
                at = f"{message.topic()}/{message.partition()}/{message.offset()}"
                raw_times[at] = message.timestamp()[1] / 1000
            else:
                origin = dict(message.headers() or ())["cleanwire-origin"]
                assert isinstance(origin, bytes)  # noqa: S101 - what the worker writes
                seen[str(origin, "utf-8")] = time.time()
                appended.append(message.timestamp()[1] / 1000)
    consumer.close()
    # Articles that were prepared beforehand have no raw record.
    latencies = [at - raw_times[origin] for origin, at in seen.items() if origin in raw_times]
    return Outputs(min(appended), latencies)


async def move_bytes(settings: Settings, count: int) -> float:
    """Move the raw messages to the clean topic in transactions; returns seconds."""
    named = names(settings)
    consumer = AIOKafkaConsumer(
        named.raw[0],
        bootstrap_servers=settings.kafka,
        group_id=f"{settings.prefix}-loop",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=8_000_000,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        transactional_id=f"{settings.prefix}-loop",
        max_batch_size=131_072,
    )
    await consumer.start()
    await producer.start()
    moved, started = 0, 0.0
    while moved < count:
        batches = await consumer.getmany(timeout_ms=1_000, max_records=BATCH)
        started = started or time.monotonic()
        if not batches:
            continue
        async with producer.transaction():
            for records in batches.values():
                for record in records:
                    await producer.send(
                        named.topic(Door.CLEAN), record.value, record.key, headers=record.headers
                    )
                    moved += 1
            offsets = {
                TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(rs[-1].offset + 1, "")
                for tp, rs in batches.items()
            }
            await producer.send_offsets_to_transaction(offsets, f"{settings.prefix}-loop")
    seconds = time.monotonic() - started
    await consumer.stop()
    await producer.stop()
    return seconds


def measure_throughput(settings: Settings, count: int) -> float:
    """Return the articles a second of one worker that starts behind by `count` articles."""
    with worker(settings):
        outputs = read_outputs(settings, count, limit_s=300)
        ended = time.time()
    return count / (ended - outputs.first_appended_s)


def measure_latency(settings: Settings, rate: float, seconds: float) -> list[float]:
    """Return latencies in ms, sorted, of a worker that is fed `rate` articles a second."""
    count = int(rate * seconds)
    producer = _producer(settings)
    warm = int(rate * 3)

    def feed() -> None:
        started = time.monotonic()
        for number, value in enumerate(articles(warm + count)):
            wait_s = started + number / rate - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            producer.produce(names(settings).raw[0], value, key=f"{number}")
            producer.poll(0)
        producer.flush()

    with worker(settings):
        time.sleep(8)  # joined and recovered; start-up is no latency
        feeder = threading.Thread(target=feed)
        feeder.start()
        latencies = read_outputs(settings, warm + count, limit_s=seconds + 60).latencies_s
        feeder.join()
    return sorted(1000 * latency for latency in latencies[warm:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rates", type=float, nargs="+", default=[25.0, 50.0, 100.0])
    parser.add_argument("--seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        kafka = (
            os.environ.get("CLEANWIRE_KAFKA")
            or stack.enter_context(EmbeddedBroker(Path(folder) / "kafka")).bootstrap
        )

        def fresh(name: str) -> Settings:
            settings = Settings(
                kafka=kafka,
                prefix=f"bench-{name}-{uuid.uuid4().hex[:6]}",
                data_dir=str(Path(folder) / name),
                web_port=0,
            )
            asyncio.run(ensure(settings, create=True))
            return settings

        settings = fresh("speed")
        size = fill(settings, arguments.articles)
        loop_s = asyncio.run(move_bytes(settings, arguments.articles))
        through = fresh("through")
        fill(through, arguments.articles)
        rate = measure_throughput(through, arguments.articles)
        second = fresh("stage2")
        fill_prepared(second, arguments.articles)
        second_rate = measure_throughput(second, arguments.articles)
        latencies = {
            per_s: measure_latency(fresh(f"latency{per_s:.0f}"), per_s, arguments.seconds)
            for per_s in arguments.rates
        }
    console = Console()
    console.print(
        f"{arguments.articles} articles of {size / 1000:.1f} KB, a fifth copies; "
        f"Python {platform.python_version()}, {os.cpu_count()} cores shared with the broker"
    )
    table = Table("", "articles/s", "latency p50", "p99", "max")
    loop_rate = arguments.articles / loop_s
    table.add_row("aiokafka loop, transactional, moves bytes", f"{loop_rate:,.0f}")
    table.add_row("cleanwire, one worker, from behind", f"{rate:,.0f}")
    table.add_row("  stage 2 alone, articles prepared before", f"{second_rate:,.0f}")
    for per_s, found in latencies.items():
        table.add_row(
            f"cleanwire at {per_s:.0f} articles/s",
            "",
            f"{statistics.median(found):.0f} ms",
            f"{found[int(len(found) * 0.99)]:.0f} ms",
            f"{found[-1]:.0f} ms",
        )
    console.print(table)


if __name__ == "__main__":
    main()
