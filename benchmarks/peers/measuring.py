"""Measures one system at its work: articles a second, CPU, memory, latency."""

import bisect
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from types import TracebackType
from typing import NamedTuple, Self

import psutil
from confluent_kafka import Consumer, TopicPartition

from benchmarks.arrivals import arrived
from benchmarks.made_news import PARTITIONS, Article

SAMPLE_EVERY_S = 0.1


class Measured(NamedTuple):
    """What one run gave; CPU is of the system's own processes, and of the broker."""

    articles_per_s: float
    cpu_us: float
    broker_cpu_us: float
    memory_mb: float


class Latency(NamedTuple):
    """From the raw record's sending to when a reader of committed records has the outcome."""

    rate: int
    p50_ms: float
    p99_ms: float


class CpuWatch:
    """Follows the CPU seconds of a process and its children, and of another."""

    def __init__(self, pid: int, broker_pid: int | None) -> None:
        self._process = psutil.Process(pid)
        self._broker = psutil.Process(broker_pid) if broker_pid else None
        self._samples: list[tuple[float, float, float]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.memory_mb = 0.0

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def between(self, start: float, end: float) -> tuple[float, float]:
        """Return the CPU seconds of the system and of the broker between two times."""
        (own, broker), (own_end, broker_end) = self._at(start), self._at(end)
        return own_end - own, broker_end - broker

    def _at(self, moment: float) -> tuple[float, float]:
        times = [sample[0] for sample in self._samples]
        place = min(max(1, bisect.bisect(times, moment)), len(times) - 1)
        (before, own, broker), (after, own_2, broker_2) = self._samples[place - 1 : place + 1]
        share = min(1.0, max(0.0, (moment - before) / (after - before)))
        return own + share * (own_2 - own), broker + share * (broker_2 - broker)

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_EVERY_S):
            with contextlib.suppress(psutil.NoSuchProcess):
                tree = [self._process, *self._process.children(recursive=True)]
                own = sum(sum(process.cpu_times()[:2]) for process in tree)
                broker = sum(self._broker.cpu_times()[:2]) if self._broker else 0.0
                self._samples.append((time.time(), own, broker))

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return bool(self._process.status() != psutil.STATUS_ZOMBIE)

    def take_memory(self) -> None:
        """Note the memory of the system now, what processes share counted once."""
        tree = [self._process, *self._process.children(recursive=True)]
        with contextlib.suppress(psutil.NoSuchProcess):
            self.memory_mb = sum(process.memory_full_info().pss for process in tree) / 1e6


@contextlib.contextmanager
def reader(kafka: str, topics: Iterable[str]) -> Iterator[Consumer]:
    """Yield a consumer of committed records of topics that may not be there yet."""
    consumer = Consumer(
        {
            "bootstrap.servers": kafka,
            "group.id": "peers-reader",
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 10,
        }
    )
    consumer.assign([TopicPartition(topic, p, 0) for topic in topics for p in range(PARTITIONS)])
    try:
        yield consumer
    finally:
        consumer.close()


def catch_up(consumer: Consumer, watch: CpuWatch, count: int, limit_s: float) -> Measured:
    """Return what is measured until a reader has `count` outcomes.

    Time counts from the first record that the system sent, so its start is left out.

    Raises:
        TimeoutError: they have not all come within `limit_s`.
    """
    seen, first = 0, float("inf")
    deadline = time.monotonic() + limit_s
    while seen < count:
        if time.monotonic() > deadline or not watch.is_running:
            raise TimeoutError(f"{seen} of {count} outcomes, it has ended or takes too long")
        for message in arrived(consumer, 2_000, 0.02):
            if message.error() is None:
                seen += 1
                first = min(first, message.timestamp()[1] / 1000)
    end = time.time()
    watch.take_memory()
    time.sleep(2 * SAMPLE_EVERY_S)
    own, broker = watch.between(first, end)
    return Measured(count / (end - first), own / count * 1e6, broker / count * 1e6, watch.memory_mb)


class Feeder:
    """Sends articles at a rate, and knows when each was sent."""

    def __init__(self, articles: Iterator[Article], send: Callable[[Article], None]) -> None:
        self._articles = articles
        self._send = send
        self.sent_at: dict[str, float] = {}

    def feed(self, count: int, rate: float) -> None:
        """Send so many, so many a second."""
        started = time.monotonic()
        for number in range(count):
            article = next(self._articles)
            wait_s = started + number / rate - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            self.sent_at[str(article.number)] = time.time()
            self._send(article)


def latency(consumer: Consumer, feeder: Feeder, rate: int, seconds: int, warm: int) -> Latency:
    """Return the latency at a rate of articles a second; the first `warm` seconds do not count.

    Raises:
        TimeoutError: an outcome has not come a minute after its article.
    """
    before = len(feeder.sent_at)
    thread = threading.Thread(target=feeder.feed, args=(rate * (seconds + warm), rate))
    thread.start()
    seen: dict[str, float] = {}
    deadline = time.monotonic() + seconds + warm + 60
    while len(seen) < rate * (seconds + warm):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(seen)} outcomes at {rate} articles/s")
        for message in arrived(consumer, 200, 0.05):
            now = time.time()
            value = message.value()
            if message.error() is None and value is not None:
                number = str(json.loads(value)["id"]).rpartition("/")[2]
                seen.setdefault(number, now)
    thread.join()
    late = sorted(
        1000 * (at - feeder.sent_at[number])
        for number, at in seen.items()
        if int(number) >= before + rate * warm
    )
    return Latency(rate, median(late), late[int(0.99 * len(late))])
