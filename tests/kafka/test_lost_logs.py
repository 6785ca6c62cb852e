"""What Kafka lost is noticed, and the command that the message names loses and repeats nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from streams.exit_status import ExitStatus
from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import Door, Names, names
from tests.support.broker_logs import keep_log, lose_end
from tests.support.harness import Article, Worker, environment
from tests.support.offsets import delete_offset
from tests.support.pipe import Pipe, Record, create_topics, running

pytestmark = [pytest.mark.kafka, pytest.mark.trust]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """A broker of our own, whose disk may lose something."""
    with EmbeddedBroker(tmp_path_factory.mktemp("kafka")) as started:
        yield started


@pytest.fixture
def settings(broker: EmbeddedBroker, prefix: str, tmp_path: Path) -> Settings:
    """Settings on that broker."""
    return Settings(kafka=broker.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0)


class Installation:
    """Topics, a feed whose messages are numbered, and a worker that may run."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.names: Names = names(settings)
        self.pipe = Pipe(settings)
        self.outcomes: list[Record] = []
        self.admin = AdminClient({"bootstrap.servers": settings.kafka})
        self._pushed = 0
        self._numbers_from = 0

    def push(self, count: int) -> None:
        """Push the next messages: two in three are articles, each third is not JSON."""
        for number in range(self._pushed, self._pushed + count):
            name = self._numbers_from + number
            article = Article(number=name, story=name, copy=0)
            value = b"{" if number % 3 == 2 else article.value()
            self.pipe.queue(value, key=b"same partition")
        self.pipe.flush()
        self._pushed += count

    def push_again(self, count: int) -> None:
        """Push the first messages a second time."""
        pushed, self._pushed = self._pushed, 0
        self.push(count)
        self._pushed = pushed + count

    def forget_pushed(self) -> None:
        """Count from now on, with other messages than before."""
        self._numbers_from += self._pushed
        self._pushed = 0

    def take(self, count: int) -> None:
        """Take this many more outcomes."""
        self.outcomes += self.pipe.take(count)

    def work(self, count: int) -> None:
        """Let a worker handle this many messages, and stop."""
        with running(self.settings, self.folder):
            self.take(count)

    def refused(self) -> str:
        """Return what a worker says that refuses to start."""
        with self.ending_worker(30) as worker:
            pass
        return worker.log

    @contextmanager
    def ending_worker(self, within_s: float) -> Iterator[Worker]:
        """Give a worker that must end with status 74 by itself, soon after what is done to it."""
        worker = Worker(environment(self.settings), self.folder)
        worker.wanted = False  # it is not started again
        try:
            yield worker
            status = worker.process.wait(within_s)
        finally:
            worker.process.kill()
        assert status == ExitStatus.TOPICS_MISMATCH, worker.log[-4_000:]

    def make_raw_anew(self) -> None:
        """Delete the raw topic and what was taken of it; push as many other messages."""
        self.delete(self.names.raw[0])
        asyncio.run(ensure(self.settings, create=True))
        self.outcomes.clear()
        count = self._pushed
        self.forget_pushed()
        self.push(count)

    def reset(self, what: str) -> None:
        """Run the command that leads out."""
        done = subprocess.run(
            [sys.executable, "-m", "streams.cli", "reset", what, "--yes"],
            env={**os.environ, **environment(self.settings)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def until_alone(self) -> None:
        """Wait until the session of a worker that was killed has ended: no reset before that."""
        group = self.names.app_id
        while self.admin.describe_consumer_groups([group])[group].result().members:
            time.sleep(0.2)

    def delete(self, topic: str) -> None:
        """Delete a topic and wait until it is gone."""
        self.admin.delete_topics([topic])[topic].result()
        while topic in self.admin.list_topics(timeout=10).topics:
            time.sleep(0.1)

    def forget(self, topic: str, partition: int = 0) -> None:
        """Delete the committed offset of one partition."""
        delete_offset(self.settings.kafka, self.names.app_id, topic, partition)

    def lose_end(self, broker: EmbeddedBroker, topic: str, partition: int, copy: Path) -> None:
        """Let a log lose what came after its copy."""
        lose_end(broker, topic, partition, copy)
        self.pipe.push_anew()

    def verdicts(self) -> Counter[str]:
        """Return how many articles were taken with each verdict."""
        return Counter(
            record.header("cleanwire-verdict")
            for record in self.outcomes
            if record.door is not Door.REJECTED
        )

    def each_once(self) -> bool:
        """Whether every message that was pushed has one outcome; takes what is there still."""
        self.outcomes += self.pipe.take(1, 2)
        origins = Counter(record.header("cleanwire-origin") for record in self.outcomes)
        return len(origins) == self._pushed and set(origins.values()) == {1}


@pytest.fixture
def feed(settings: Settings, tmp_path: Path) -> Iterator[Installation]:
    """An installation whose topics are there."""
    asyncio.run(create_topics(settings))
    made = Installation(settings, tmp_path)
    yield made
    made.pipe.close()


def raw_partition(feed: Installation) -> int:
    """Return the raw partition of the key that all messages have."""
    return int(feed.outcomes[0].header("cleanwire-origin").split("/")[1])


@pytest.mark.parametrize("stage", ["raw", "prepared"])
def test_one_deleted_offset_repeats_nothing(feed: Installation, stage: str) -> None:
    """The others are there, and all of its messages would come out again."""
    feed.push(60)
    feed.work(60)
    topic = f"{feed.settings.prefix}.{stage}"
    feed.forget(topic, raw_partition(feed) if stage == "raw" else 0)
    feed.push(30)
    assert "cleanwire reset offsets" in feed.refused()
    feed.reset("offsets")
    feed.work(30)
    assert feed.each_once()


def test_a_prepared_topic_deleted_with_what_waited_on_it_loses_nothing(
    feed: Installation,
) -> None:
    """Its messages are prepared again, those that were rejected are not rejected again."""
    feed.push(60)
    feed.work(60)
    feed.push(60)
    # Stage 2 of this one handles nothing, so articles wait.
    worker = Worker(environment(feed.settings), feed.folder, "tests.workers.only_clean")
    feed.take(20)  # the rejections
    time.sleep(3)
    worker.wanted = False
    worker.process.kill()
    worker.process.wait()
    feed.until_alone()
    feed.delete(feed.names.prepared)
    asyncio.run(ensure(feed.settings, create=True))
    assert "cleanwire reset offsets" in feed.refused()
    feed.reset("offsets")
    feed.push(30)
    feed.work(70)
    assert feed.each_once()
    assert feed.verdicts() == {"new": 100}


def test_the_window_outlives_the_prepared_topic(feed: Installation) -> None:
    """Copies of what came before are copies, although the new topic counts from 0 again."""
    feed.push(30)
    feed.work(30)
    feed.delete(feed.names.prepared)
    asyncio.run(ensure(feed.settings, create=True))
    feed.refused()
    feed.reset("offsets")
    feed.push_again(30)
    feed.work(30)
    assert feed.verdicts() == {"new": 20, "duplicate": 20}


@pytest.mark.parametrize("stage", ["raw", "prepared"])
def test_a_log_that_lost_its_end_is_not_taken_for_read(
    feed: Installation, broker: EmbeddedBroker, stage: str, tmp_path: Path
) -> None:
    """As after the loss of unflushed data: what is appended then has offsets that were read."""
    feed.push(60)
    feed.work(60)
    number = raw_partition(feed) if stage == "raw" else 0
    log = f"{feed.settings.prefix}.{stage}", number, tmp_path / "before"
    keep_log(broker, *log)
    feed.push(60)
    feed.work(60)
    feed.lose_end(broker, *log)
    assert "cleanwire reset offsets" in feed.refused()
    feed.reset("offsets")
    feed.push(30)
    feed.work(30)
    # Where raw lost messages, others now stand in their places.
    origins = Counter(record.header("cleanwire-origin") for record in feed.outcomes)
    assert len(feed.outcomes) == 150
    assert set(origins.values()) == ({1, 2} if stage == "raw" else {1})
    assert not feed.pipe.take(1, 2)


@pytest.mark.parametrize("pushed", [30, 90], ids=["shorter than before", "longer than before"])
def test_what_is_pushed_after_the_end_of_a_log_was_lost_has_outcomes(
    feed: Installation, broker: EmbeddedBroker, pushed: int, tmp_path: Path
) -> None:
    """It stands where messages stood that were read, before anybody has noticed."""
    feed.push(60)
    feed.work(60)
    log = feed.names.raw[0], raw_partition(feed), tmp_path / "before"
    keep_log(broker, *log)
    feed.push(60)
    feed.work(60)
    feed.lose_end(broker, *log)
    feed.push(pushed)
    assert "cleanwire reset offsets" in feed.refused()
    feed.reset("offsets")
    feed.work(pushed)
    assert feed.verdicts() == {"new": (120 + pushed) * 2 // 3}
    assert len(feed.outcomes) == 120 + pushed
    assert not feed.pipe.take(1, 2)


def test_a_raw_topic_made_anew_under_a_running_worker_is_noticed(feed: Installation) -> None:
    """It would wait for offsets that are long past, ready and without lag."""
    feed.push(60)
    with feed.ending_worker(30) as worker:
        feed.take(60)
        feed.make_raw_anew()
    assert "cleanwire reset offsets" in worker.log
    feed.reset("offsets")
    feed.work(60)
    assert feed.each_once()


def test_a_raw_topic_made_anew_and_as_long_as_before_is_noticed(feed: Installation) -> None:
    """The next offset is that of a log that was read to its end: nothing looks wrong."""
    feed.push(60)
    with feed.ending_worker(30) as worker:
        feed.take(60)
        worker.send(signal.SIGSTOP)
        feed.make_raw_anew()
        worker.send(signal.SIGCONT)
    assert "was deleted and made anew" in worker.log
    feed.reset("offsets")
    feed.work(60)
    assert feed.each_once()


def test_a_log_that_is_cut_and_as_long_again_is_noticed(
    feed: Installation, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    """The worker never sees it shorter; the mark of its last record is looked for."""
    feed.push(60)
    feed.work(60)
    log = feed.names.raw[0], raw_partition(feed), tmp_path / "before"
    keep_log(broker, *log)
    with feed.ending_worker(60) as worker:
        feed.push(60)
        feed.take(60)
        worker.send(signal.SIGSTOP)
        feed.lose_end(broker, *log)
        feed.push(60)
        worker.send(signal.SIGCONT)
    assert "cleanwire reset offsets" in worker.log
    feed.reset("offsets")
    feed.work(60)
    assert len(feed.outcomes) == 180


def test_a_log_that_loses_its_end_under_a_running_worker_is_noticed(
    feed: Installation, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    """As after an unclean election: the worker would be taken back to the log's beginning."""
    feed.push(60)
    feed.work(60)
    log = feed.names.raw[0], raw_partition(feed), tmp_path / "before"
    keep_log(broker, *log)
    with feed.ending_worker(60) as worker:
        feed.push(60)
        feed.take(60)
        feed.lose_end(broker, *log)
    assert "cleanwire reset offsets" in worker.log
    feed.reset("offsets")
    feed.push(30)
    feed.work(30)
    assert len(feed.outcomes) == 150


def test_a_window_made_anew_is_refused(feed: Installation) -> None:
    """Else known copies would come out as new."""
    feed.push(30)
    feed.work(30)
    feed.delete(feed.names.changelog)
    asyncio.run(ensure(feed.settings, create=True))
    assert "cleanwire reset window" in feed.refused()
    feed.reset("window")
    feed.push(30)
    feed.work(30)
    assert feed.each_once()
