"""A worker under steady load for a long time: `python -m tests.workers.soak MINUTES [RATE]`.

Two workers share a load of made-up stories (two copies each), longer articles and messages that
nobody means well with; one of the two is killed (SIGKILL) again and again, so that the other
takes over and gives back. Their hours have two minutes: the window fills and is let go of within
minutes. What is measured every few seconds is shown as a chart for each figure, and judged: nothing
lost, nothing twice, no story but once new, and the memory of the worker that is never killed level.
"""

import tests.workers.short_hours  # noqa: F401, I001 - before all others
import asyncio
import itertools
import json
import random
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import KafkaError, Message, Producer
from confluent_kafka.admin import AdminClient

from benchmarks.made_articles import paragraphs
from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.topics.topics import ensure
from streams.settings import DedupeSettings, Settings
from streams.topology import names
from tests.support import hostile
from tests.support.harness import (
    COPIES,
    Counting,
    Outputs,
    Worker,
    environment,
    left_behind,
    load,
)
from tests.support.samples import Samples
from tests.support.usage import children, folder_bytes, rss_bytes, scratch_bytes

WORKER = "tests.workers.short_hours"
WINDOW_HOURS = 1
# A window is full, and has been let go of once, after two of its hours; the files after eight.
WARM_UP_S = 6 * 60.0
EVERY_S = 3.0
KILL_EVERY_S = (40.0, 80.0)
MAX_GROWTH = 0.05
HOSTILE = 400  # different ones: all have come once when it is warm
PAGES = 400  # different longer articles; each comes again and again
Headers = list[tuple[str, str | bytes | None]]


@dataclass(eq=False)
class Load(threading.Thread):
    """Pushes for a while at a steady rate; knows where each message stands in Kafka."""

    settings: Settings
    seconds: float
    rate: float
    stories: int = 0
    origins: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stories = round(self.seconds * self.rate * 0.8 / COPIES)
        self._producer = Producer(
            {
                "bootstrap.servers": self.settings.kafka,
                "enable.idempotence": True,
                "linger.ms": 5,
                "partitioner": "murmur2_random",
                "message.max.bytes": 4_000_000,
            }
        )

    def run(self) -> None:
        """Push everything."""
        topic = names(self.settings).raw[0]
        started = time.monotonic()
        for number, (key, value, headers) in enumerate(self._messages()):
            time.sleep(max(0.0, started + number / self.rate - time.monotonic()))
            self._producer.produce(topic, value, key, headers=headers, on_delivery=self._delivered)
            self._producer.poll(0)
        self._producer.flush()

    def _messages(self) -> Iterator[tuple[bytes | str | None, bytes | None, Headers]]:
        """Yield stories; a tenth of all are longer articles, a tenth hostile."""
        chance = random.Random(0)  # noqa: S311 - the same each time
        ill = itertools.cycle(chance.sample(list(hostile.messages(size=4_000)), HOSTILE))
        long = itertools.cycle(
            [_page(number, texts) for number, texts in enumerate(paragraphs(7, PAGES))]
        )
        for number, article in enumerate(load(self.stories)):
            yield f"story-{article.story}", article.value(), []
            if number % 8 == 0:
                yield None, next(long), []
            elif number % 8 == 4:
                message = next(ill)
                named: Headers = [(n, value) for n, value in message.headers if _is_utf8(n)]
                yield message.key, message.value, named

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self.failed.append(error.str())
        else:
            self.origins.add(f"{message.topic()}/{message.partition()}/{message.offset()}")


def _page(number: int, texts: Sequence[str]) -> bytes:
    article = {"source": f"pages{number % 20}.example", "content": "\n\n".join(texts)}
    return json.dumps(article).encode()


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def wrong_verdicts(outputs: Outputs, stories: int) -> int:
    """Return how many articles of stories have not the verdict they must have."""
    wrong = 0
    for article in load(stories):
        first = f"{article.source}/{article.story}-0"
        expected = ("new", None) if article.copy == 0 else ("duplicate", first)
        found = outputs.by_id.get(f"{article.source}/{article.id}", [])
        wrong += [(each.verdict, each.copy_of) for each in found] != [expected]
    return wrong


def measure(
    settings: Settings, broker: EmbeddedBroker, steady: Worker, load_: Load, counting: Counting
) -> dict[str, float]:
    """Return all figures of this moment."""
    megabyte, pid, data = 1e6, steady.process.pid, broker.data_dir
    named = names(settings)
    changelog = sum(folder_bytes(folder) for folder in data.rglob(f"{named.changelog}-*"))
    # A resource tracker of Python's is a child as well, and has a tenth of the memory.
    return {
        "worker, MB": rss_bytes(pid) / megabyte,
        "pool, MB": max((rss_bytes(child) for child in children(pid)), default=0) / megabyte,
        "waiting, messages": len(load_.origins) - len(counting.outputs.by_origin),
        "scratch files, MB": scratch_bytes(pid, Path(settings.data_dir)) / megabyte,
        "changelog on the broker, MB": changelog / megabyte,
        "all of the broker, MB": folder_bytes(data) / megabyte,
        "topics": len(
            AdminClient({"bootstrap.servers": settings.kafka}).list_topics(timeout=10).topics
        ),
    }


def main() -> None:
    """Run for so many minutes; end with status 1 when the promise was not kept."""
    minutes = float(sys.argv[1])
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    with tempfile.TemporaryDirectory(prefix="cleanwire-soak-") as place:
        folder = Path(place)
        with EmbeddedBroker(folder / "kafka") as broker:
            is_good = soak(broker, folder, minutes * 60, rate)
    sys.exit(not is_good)


def soak(broker: EmbeddedBroker, folder: Path, seconds: float, rate: float) -> bool:
    """Run workers under load on a broker, print what was measured, return whether all was well."""
    settings = Settings(
        kafka=broker.bootstrap,
        prefix=f"soak-{uuid.uuid4().hex[:8]}",
        data_dir=str(folder / "data"),
        web_port=0,
        dedupe=DedupeSettings(window_hours=WINDOW_HOURS),
    )
    asyncio.run(ensure(settings, create=True))
    counting = Counting(settings)
    counting.start()
    steady, victim = (Worker(environment(settings), folder, WORKER) for _ in range(2))
    pushing = Load(settings, seconds, rate)
    pushing.start()
    samples, chance = Samples(), random.Random(1)  # noqa: S311 - repeatable, no secret
    started = time.monotonic()
    kill_at, kills = chance.uniform(*KILL_EVERY_S), 0
    try:
        while pushing.is_alive():
            time.sleep(EVERY_S)
            now_s = time.monotonic() - started
            if now_s > kill_at:
                victim.send(signal.SIGKILL)
                kills += 1
                kill_at = now_s + chance.uniform(*KILL_EVERY_S)
            samples.take(now_s, measure(settings, broker, steady, pushing, counting))
            if len(samples.at_s) % 20 == 0:
                row = {name: round(values[-1]) for name, values in samples.rows.items()}
                print(f"{now_s:6.0f} s {row}", flush=True)  # noqa: T201
        while (
            len(counting.outputs.by_origin) < len(pushing.origins)
            and time.monotonic() - max(counting.outputs.last_at, started) < 60
        ):
            time.sleep(0.2)
        time.sleep(2)  # whatever is published twice comes now
        behind = left_behind(settings, names(settings))
    finally:
        ended = [worker.end() for worker in (steady, victim)]
        counting.stop()
    outputs = counting.outputs
    lost = len(pushing.origins - outputs.by_origin.keys())
    twice = sum(len(records) - 1 for records in outputs.by_origin.values())
    wrong = wrong_verdicts(outputs, pushing.stories)
    growth = {name: samples.growth(name, WARM_UP_S) for name in ("worker, MB", "pool, MB")}
    print(samples.charts())  # noqa: T201
    print(  # noqa: T201
        f"{seconds / 60:g} minutes, {len(pushing.origins):,} messages, {kills} SIGKILL; "
        f"{lost} lost, {twice} twice, {wrong} wrong verdicts, {behind} partitions left behind; "
        f"steady worker ended {steady.exits}, at last {ended}; longest pause "
        f"{outputs.longest_pause_s:.1f} s; after the warm-up "
        + ", ".join(f"{name} {share:+.1%}" for name, share in growth.items())
    )
    for worker in (steady, victim):
        if any(status != -signal.SIGKILL for status in worker.exits):
            print(worker.log[-4_000:])  # noqa: T201
    is_level = all(share <= MAX_GROWTH for share in growth.values())
    no_failure = not (lost or twice or wrong or behind or pushing.failed or steady.exits)
    return no_failure and ended == [0, 0] and (is_level or seconds <= WARM_UP_S)


if __name__ == "__main__":
    main()
