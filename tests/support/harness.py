"""Feeds a worker, disturbs it, and counts what comes out.

Feeding and counting use librdkafka (confluent-kafka), which shares no code with the worker. The
workers run as processes of their own and are started again when they end, as a supervisor would.
"""

import asyncio
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import OUTPUTS, Door, Names, names

COPIES = 2  # of every story: the first is new, the other a copy of it
SYLLABLES = [consonant + vowel for consonant in "bdfgklmn" for vowel in "aeio"]


@dataclass(frozen=True)
class Article:
    """One raw message of the load: `copy` 0 is the story's first."""

    number: int
    story: int
    copy: int

    @property
    def id(self) -> str:
        """Id as the producer gives it."""
        return f"{self.story}-{self.copy}"

    @property
    def source(self) -> str:
        """Copies of a story share their source, so that they meet under every scope."""
        return f"source{self.story % 50}.example"

    def value(self) -> bytes:
        """Return the message: three paragraphs of words that no other story has."""
        article = {
            "id": self.id,
            "source": self.source,
            "title": f"Story {_words(self.story, 0, 4)}",
            "content": "\n\n".join(
                f"{_words(self.story, paragraph, 28).capitalize()}." for paragraph in (1, 2, 3)
            ),
        }
        return json.dumps(article).encode()


def _words(story: int, paragraph: int, count: int) -> str:
    rng = random.Random(story * 10 + paragraph)  # noqa: S311 - repeatable text, no secret
    return " ".join("".join(rng.choices(SYLLABLES, k=3)) for _ in range(count))


def load(stories: int, *, near: int = 40) -> Iterator[Article]:
    """Yield all articles; the copies of a story lie within some `near` messages of each other."""
    rng = random.Random(7)  # noqa: S311 - as above
    slots = [
        (story + copy * rng.random() * near, story, copy)
        for story in range(stories)
        for copy in range(COPIES)
    ]
    for number, (_, story, copy) in enumerate(sorted(slots)):
        yield Article(number, story, copy)


class Feeder(threading.Thread):
    """Pushes the load at `rate` messages a second. Copies share a key, hence a raw partition."""

    def __init__(self, settings: Settings, stories: int, rate: float) -> None:
        super().__init__(daemon=True)
        self._topic = names(settings).raw[0]
        self._stories = stories
        self._rate = rate
        self._settings = settings
        self._producer = self._new_producer()
        self.sent = 0
        self.failures: Counter[str] = Counter()  # messages that did not arrive, by Kafka's reason
        self._enough = False
        self._going = threading.Event()
        self._going.set()
        self._paused_at = self._paused_s = 0.0

    def pause(self) -> None:
        """Push nothing more for now; what was pushed is with the broker when this returns."""
        if self._going.is_set():
            self._going.clear()
            self._paused_at = time.monotonic()
        time.sleep(0.1)  # the message in hand
        self._producer.flush()

    def resume(self) -> None:
        """Go on at the same rate, as if there had been no pause.

        By a new producer: Kafka refuses the sequence numbers of one whose log has lost its end.
        """
        self._producer = self._new_producer()
        self._paused_s += time.monotonic() - self._paused_at
        self._going.set()

    def stop(self) -> None:
        """Push nothing more at all: what was to be shown has been shown."""
        self._enough = True

    def _new_producer(self) -> Producer:
        return Producer(
            {
                "bootstrap.servers": self._settings.kafka,
                "enable.idempotence": True,
                "linger.ms": 5,
                "partitioner": "murmur2_random",
                "delivery.timeout.ms": 300_000,
            }
        )

    def run(self) -> None:
        """Push everything, at the set rate."""
        started = time.monotonic()
        for article in load(self._stories):
            self._going.wait()
            due_at = started + self._paused_s + article.number / self._rate
            time.sleep(max(0.0, due_at - time.monotonic()))
            self._going.wait()
            if self._enough:
                break
            while True:
                try:
                    self._producer.produce(
                        self._topic,
                        key=f"story-{article.story}",
                        value=article.value(),
                        on_delivery=self._note_failure,
                    )
                    break
                except BufferError:
                    self._producer.poll(0.1)
            self._producer.poll(0)
            self.sent += 1
        self._producer.flush()

    def _note_failure(self, error: KafkaError | None, message: Message) -> None:  # noqa: ARG002
        if error is not None:
            self.failures[error.name()] += 1


@dataclass(frozen=True)
class Published:
    """A committed record of an output topic, as far as it is counted."""

    door: Door
    origin: str  # topic/partition/offset of the raw message, from the record's header
    id: str | None = None  # none for a rejection
    verdict: str = "rejected"
    copy_of: str | None = None


@dataclass
class Outputs:
    """What consumers of committed records have seen.

    Raw messages are told apart by where they stand, which every outcome carries: of a rejected one
    nothing else is sure, and a second outcome of any must show.
    """

    origins_repeat: bool = False  # a raw log was cut, so two messages may have one place
    by_origin: dict[str, list[Published]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, list[Published]] = field(default_factory=lambda: defaultdict(list))
    last_at: float = field(default_factory=time.monotonic)
    longest_pause_s: float = 0.0

    def take(self, published: Published) -> None:
        """Count a record."""
        self.by_origin[published.origin].append(published)
        if published.id is not None:
            self.by_id[published.id].append(published)

    @property
    def published_twice(self) -> int:
        """How many records there are beyond one for each raw message, and for each article."""
        return max(
            sum(len(records) - 1 for records in seen.values())
            for seen in (self.by_id if self.origins_repeat else self.by_origin, self.by_id)
        )

    def note_arrival(self) -> None:
        """Note the time since something came out before, once anything has."""
        now = time.monotonic()
        if self.by_origin:
            self.longest_pause_s = max(self.longest_pause_s, now - self.last_at)
        self.last_at = now


class Counting(threading.Thread):
    """Reads all outputs with `read_committed`."""

    def __init__(self, settings: Settings, partitions: int = 4) -> None:
        super().__init__(daemon=True)
        self.outputs = Outputs()
        self._named = names(settings)
        self._ending = threading.Event()
        self._consumer = Consumer(
            {
                "bootstrap.servers": settings.kafka,
                "group.id": f"{settings.prefix}-count",
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        self._doors = {self._named.topic(door): door for door in OUTPUTS}
        self._consumer.assign(
            [TopicPartition(topic, p, 0) for topic in self._doors for p in range(partitions)]
        )

    def run(self) -> None:
        """Count until told to stop."""
        while not self._ending.is_set():
            for message in self._consumer.consume(1_000, 0.1):
                if message.error():
                    continue
                self.outputs.note_arrival()
                self.outputs.take(published(self._doors[message.topic() or ""], message))
        self._consumer.close()

    def stop(self) -> None:
        """End the thread."""
        self._ending.set()
        self.join()


def published(door: Door, message: Message) -> Published:
    """Return what counts of a record."""
    headers = cast("list[tuple[str, bytes]]", message.headers() or [])
    origin = dict(headers)["cleanwire-origin"].decode()
    if door is Door.REJECTED:
        return Published(door, origin)
    article = json.loads(message.value() or b"")
    copy_of = (article.get("duplicate_of") or {}).get("id")
    return Published(door, origin, article["id"], article["verdict"], copy_of)


class Worker:
    """A worker process under a supervisor that starts it again whenever it ends."""

    _numbers = itertools.count()

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path,
        app: str = "streams.app",
        root: Path | None = None,
    ) -> None:
        self._app = app
        self._root = root
        self._environment = {**os.environ, **environment}
        self.path = folder / f"worker-{next(self._numbers)}.log"
        self.wanted = True
        self.exits: list[int] = []
        self.process = self._spawn()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    @property
    def log(self) -> str:
        """Return all that the worker has printed so far."""
        return self.path.read_text(errors="replace")

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with self.path.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "faust", "-A", self._app, "worker", "-l", "info"],
                env=self._environment,
                cwd=self._root,  # where another release is
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _supervise(self) -> None:
        while self.wanted:
            status = self.process.wait()
            if self.wanted:
                self.exits.append(status)
                time.sleep(0.5)  # a supervisor's pause between restarts
            if self.wanted:
                self.process = self._spawn()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process that runs now."""
        self.process.send_signal(number)

    def end(self) -> int:
        """Stop for good, with SIGTERM; returns the exit status."""
        self.wanted = False
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(60)


@dataclass(frozen=True)
class Result:
    """The figures of one run."""

    messages: int
    lost: int
    rejected: int  # each is one of the lost: every message of the load is an article
    published_twice: int
    not_once_new: int
    verdicts_changed: int
    left_behind: int
    exits: dict[int, int]
    ended_with: list[int]
    seconds: float
    longest_pause_s: float

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        return not (
            self.lost
            or self.published_twice
            or self.not_once_new
            or self.verdicts_changed
            or self.left_behind
            or self.ended_with != [0]
        )


def judge(
    outputs: Outputs, articles: Sequence[Article], *, left_behind: int, **figures: object
) -> Result:
    """Compare what came out with what must come out: each message once, each story new once."""
    firsts: Counter[int] = Counter()
    lost = changed = 0
    for article in articles:
        outcomes = outputs.by_id.get(f"{article.source}/{article.id}", [])
        lost += not outcomes
        first = f"{article.source}/{article.story}-0"
        expected = ("new", None) if article.copy == 0 else ("duplicate", first)
        for outcome in outcomes:
            firsts[article.story] += outcome.verdict == "new"
            changed += (outcome.verdict, outcome.copy_of) != expected
    records = itertools.chain.from_iterable(outputs.by_origin.values())
    return Result(
        messages=len(articles),
        lost=lost,
        rejected=sum(record.door is Door.REJECTED for record in records),
        published_twice=outputs.published_twice,
        not_once_new=sum(firsts[story] != 1 for story in {a.story for a in articles}),
        verdicts_changed=changed,
        left_behind=left_behind,
        **figures,  # type: ignore[arg-type] # the caller's own measurements
    )


def left_behind(settings: Settings, named: Names) -> int:
    """Return how many source partitions have committed records past the group's offset.

    A transaction ends with a marker, which has an offset but is no record.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": settings.kafka,
            "group.id": named.app_id,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    topics = consumer.list_topics().topics
    partitions = [
        TopicPartition(topic, p) for topic in named.sources for p in topics[topic].partitions
    ]
    behind = 0
    for at in consumer.committed(partitions):
        _, end = consumer.get_watermark_offsets(at)
        start = max(at.offset, 0)
        if start < end:
            consumer.assign([TopicPartition(at.topic, at.partition, start)])
            behind += any(not m.error() for m in consumer.consume(1, 2.0))
    consumer.close()
    return behind


class Run:
    """One run: topics, a load, workers, and the outputs so far."""

    def __init__(self, settings: Settings, folder: Path, *, stories: int, rate: float) -> None:
        self.settings = settings
        self.stories = stories
        self._folder = folder
        asyncio.run(ensure(settings, create=True))
        self.counting = Counting(settings)
        self.feeder = Feeder(settings, stories, rate)
        self.workers: list[Worker] = []
        self._started_at = time.monotonic()
        self.counting.start()
        self.feeder.start()

    def add_worker(
        self,
        app: str = "streams.app",
        settings: Settings | None = None,
        root: Path | None = None,
        **extra: str,
    ) -> Worker:
        """Start one more worker: another program, on its way to the broker, or a release."""
        given = {**environment(settings or self.settings), **extra}
        worker = Worker(given, self._folder, app, root)
        self.workers.append(worker)
        return worker

    def wait_for_output(self, limit_s: float = 120) -> None:
        """Return when something more has come out."""
        outputs = self.counting.outputs.by_id
        started, before = time.monotonic(), len(outputs)
        while len(outputs) == before and not self.is_done:
            if time.monotonic() - started > limit_s:
                raise AssertionError(f"nothing came out for {limit_s} s\n{self._logs()}")
            time.sleep(0.02)

    @property
    def admin(self) -> AdminClient:
        """A client that may delete things."""
        return AdminClient({"bootstrap.servers": self.settings.kafka})

    def start_worker(self, limit_s: float = 120) -> Worker:
        """Start a worker, and push only when it is ready: whatever is done next, much is left."""
        self.feeder.pause()
        worker = self.add_worker()
        started = time.monotonic()
        while "ready after" not in worker.log:
            if time.monotonic() - started > limit_s:
                raise AssertionError(f"not ready after {limit_s} s\n{self._logs()}")
            time.sleep(0.05)
        self.feeder.resume()
        return worker

    def quiet(self, limit_s: float = 120) -> None:
        """Stop pushing, and wait until all that was pushed is out."""
        self.feeder.pause()
        started = time.monotonic()
        while (out := len(self.counting.outputs.by_id)) < self.feeder.sent:
            if time.monotonic() - started > limit_s:
                raise AssertionError(f"{out} of {self.feeder.sent} came out\n{self._logs()}")
            time.sleep(0.05)

    @property
    def is_done(self) -> bool:
        """Whether everything is out."""
        all_of_it = self.stories * COPIES if self.feeder.is_alive() else self.feeder.sent
        return len(self.counting.outputs.by_id) >= all_of_it

    def wait_for_all(self, limit_s: float = 300) -> None:
        """Return when everything is out, or enough was waited."""
        started = time.monotonic()
        while not self.is_done and time.monotonic() - started < limit_s:
            time.sleep(0.05)

    def finish(self, limit_s: float = 180) -> Result:
        """Wait until all is out, or nothing more comes for a while; stop the workers and count.

        Raises:
            AssertionError: messages never arrived in Kafka, so nothing can be said of them.
        """
        self.feeder.join()
        if self.feeder.failures:
            raise AssertionError(f"could not be pushed: {dict(self.feeder.failures)}")
        outputs = self.counting.outputs
        fed_at = time.monotonic()
        while not self.is_done:
            if time.monotonic() - max(outputs.last_at, fed_at) > limit_s:
                break
            time.sleep(0.05)
        ended_at = time.monotonic()
        time.sleep(2)  # whatever is published twice comes now
        behind = left_behind(self.settings, names(self.settings))
        last = [worker.end() for worker in self.workers if worker.wanted]
        self.counting.stop()
        result = judge(
            outputs,
            [*itertools.islice(load(self.stories), self.feeder.sent)],
            left_behind=behind,
            exits=dict(Counter(status for w in self.workers for status in w.exits)),
            ended_with=sorted(set(last)),
            seconds=ended_at - self._started_at,
            longest_pause_s=outputs.longest_pause_s,
        )
        if not result.good:
            sys.stderr.write(self._logs())
        return result

    def leave_nothing_running(self) -> None:
        """End the workers of a run that did not get to its end."""
        for worker in self.workers:
            if worker.wanted:
                worker.wanted = False
                worker.process.kill()

    def _logs(self) -> str:
        return "\n".join(f"--- {w.path}\n{w.log[-4_000:]}" for w in self.workers)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that gives a worker process these settings."""
    return {
        "CLEANWIRE_KAFKA": settings.kafka,
        "CLEANWIRE_PREFIX": settings.prefix,
        "CLEANWIRE_DATA_DIR": settings.data_dir,
        "CLEANWIRE_WEB_PORT": "0",
        "CLEANWIRE_DEDUPE__SCOPE": settings.dedupe.scope,
        "CLEANWIRE_DEDUPE__PARTITIONS": str(settings.dedupe.partitions),
        "CLEANWIRE_DEDUPE__WINDOW_HOURS": str(settings.dedupe.window_hours),
    }
