"""The command line against a real broker: what goes in by push comes out by tail."""

import gzip
import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import Door, names
from tests.support.command import CLEANWIRE
from tests.support.program import environment

pytestmark = pytest.mark.kafka

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(settings: Settings, tmp_path: Path) -> Run:
    """Run `cleanwire` with arguments, in a directory of its own."""

    def call(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [CLEANWIRE, *arguments],
            env=environment(settings),
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return call


async def raw_values(settings: Settings, count: int) -> list[tuple[bytes | None, dict[str, str]]]:
    """Return key and JSON of the first records of the raw topic, in order of arrival."""
    consumer = AIOKafkaConsumer(
        names(settings).raw[0], bootstrap_servers=settings.kafka, auto_offset_reset="earliest"
    )
    async with consumer:
        found = [await consumer.getone() for _ in range(count)]
    found.sort(key=lambda record: record.timestamp)
    return [(record.key, json.loads(record.value)) for record in found]


def test_topics_creates_then_checks(run: Run) -> None:
    """Missing topics end `--check` with status 74; `topics` creates them; then all is well."""
    assert run("topics", "--check").returncode == 74
    created = run("topics")
    assert (created.returncode, created.stdout.count(" created\n")) == (0, 7)
    assert run("topics", "--check").returncode == 0


async def test_push_sends_what_it_can_and_names_the_rest(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    """Each file becomes the raw articles that it holds, its source the key; status 4 for others."""
    await ensure(settings, create=True)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("A text.", encoding="utf-8")
    (tmp_path / "in/b.html.gz").write_bytes(gzip.compress(b"<p>A page.</p>"))
    (tmp_path / "c.json").write_text('{"content": "One.", "id": "c1"}', encoding="utf-8")
    lines = '{"content": "Two."}\n{"content": "broken\n{"content": "3."}\n'
    (tmp_path / "d.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "e.csv").write_text("a,b", encoding="utf-8")
    (tmp_path / "big.json").write_text(json.dumps({"content": "long " * 900_000}), encoding="utf-8")
    arguments = ("in", "c.json", "d.jsonl", "e.csv", "big.json", "gone.txt", "--source", "wire")
    done = run("push", *arguments)
    assert (done.returncode, len(done.stdout.splitlines())) == (4, 5), done.stderr
    for part in ("d.jsonl:2: not JSON", "e.csv: a table", "big.json:1: 4,5", "gone.txt: cannot be"):
        assert part in done.stderr
    assert "5 sent to" in done.stderr
    assert "4 refused" in done.stderr
    # Between partitions there is no order; one source has one partition.
    found = await raw_values(settings, 5)
    assert [value["content"] for _, value in found] == [
        "A text.", "<p>A page.</p>", "One.", "Two.", "3.",
    ]  # fmt: skip
    assert {(key, value["source"]) for key, value in found} == {(b"wire", "wire")}
    assert found[1][1]["content_type"] == "text/html"
    assert run("push", "--fail-fast", "e.csv", "c.json").stdout == ""


async def test_push_recognises_standard_input(run: Run, settings: Settings) -> None:
    """Text, JSON lines, a page and a feed in a pipe are sent as what they are, and it says so."""
    await ensure(settings, create=True)
    run("push", "-", "--title", "A title", "--url", "https://x.example/1", stdin="Plain.")
    lines = run("push", "-", stdin='{"content": "One."}\n{"content": "Two.\u2028."}\n')
    run("push", "-", stdin="<!doctype html><p>A page.</p>")
    feed = (
        "<rss><channel><item><title>a</title></item><item><title>b</title></item></channel></rss>"
    )
    run("push", "-", stdin=feed)
    (first, *others) = await raw_values(settings, 6)
    assert first == (
        b"x.example",
        {"content": "Plain.", "title": "A title", "url": "https://x.example/1"},
    )
    assert "read as JSON lines" in lines.stderr
    kinds = Counter(value.get("content_type", "text") for _, value in others)
    assert kinds == {"text": 2, "text/html": 1, "application/rss+xml": 2}


def test_push_to_an_output_is_refused(run: Run, settings: Settings) -> None:
    """A stray record there would stop its readers; one in Kafka's own topics, Kafka."""
    for topic in (f"{settings.prefix}.clean", "__consumer_offsets"):
        done = run("push", "-", "--topic", topic, stdin="A text.")
        assert (done.returncode, topic in done.stderr) == (2, True)


async def test_a_large_file_is_sent_in_batches(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    """12,000 messages of 2.5 KB take a few seconds; a program gets each one's place."""
    await ensure(settings, create=True)
    line = json.dumps({"content": "A word or two. " * 165, "source": "wire"}) + "\n"
    (tmp_path / "big.jsonl").write_text(line * 12_000, encoding="utf-8")
    started = time.monotonic()
    done = run("push", "big.jsonl", "--json")
    took_s = time.monotonic() - started
    places = [json.loads(each) for each in done.stdout.splitlines()]
    assert [place["line"] for place in places] == list(range(1, 12_001))
    assert sorted(place["offset"] for place in places) == list(range(12_000))
    assert took_s < 12_000 / 2_000 + 4, f"{12_000 / took_s:.0f} messages/s"


async def test_an_interrupted_push_says_what_was_sent(settings: Settings, tmp_path: Path) -> None:
    """Ctrl-C ends it with status 130, after the count of what Kafka has."""
    await ensure(settings, create=True)
    process = subprocess.Popen(  # noqa: ASYNC220 - it is read from below, while records are
        [CLEANWIRE, "push", "-", "--type", "jsonl"],
        env=environment(settings),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    for _ in range(3):
        process.stdin.write(b'{"content": "A text."}\n')
    process.stdin.flush()
    assert await raw_values(settings, 3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, b"3 sent to" in errors) == (130, True), errors


async def test_tail_prints_json_lines_of_what_is_committed(run: Run, settings: Settings) -> None:
    """An aborted record is not shown; a committed one is, as it stands on the topic."""
    await ensure(settings, create=True)
    topic = names(settings).topic(Door.CLEAN)
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, transactional_id=settings.prefix)
    async with producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b'{"id": "aborted"}', partition=0)
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send_and_wait(topic, b'{"id": "committed"}', partition=0)
    done = run("tail", "--from-beginning", "--timeout", "3")
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"id": "committed"}]


def test_tail_names_the_topic_that_is_missing(run: Run, settings: Settings) -> None:
    """And the command that creates it."""
    done = run("tail")
    assert done.returncode == 74
    assert f"there is no topic {settings.prefix}.clean on" in done.stderr
    assert "`cleanwire topics` creates" in done.stderr
    assert "Unclosed" not in done.stderr


async def test_tail_describes_rejections(run: Run, settings: Settings) -> None:
    """A rejected message is a line with reason, origin, and its bytes as text or Base64."""
    await ensure(settings, create=True)
    headers = [
        ("cleanwire-reason", b"not_utf8"),
        ("cleanwire-origin", b"news.raw/0/7"),
        ("x-own", b"1"),
    ]
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        await producer.send_and_wait(
            names(settings).topic(Door.REJECTED), b"\xff", key=b"k", headers=headers
        )
    done = run("tail", "rejected", "--from-beginning", "--count", "1")
    assert json.loads(done.stdout) == {
        "reason": "not_utf8",
        "origin": "news.raw/0/7",
        "key": "k",
        "value": {"base64": "/w=="},
    }


def test_an_unreachable_broker_ends_with_status_75(settings: Settings, tmp_path: Path) -> None:
    """Every command says where it looked and what to do."""
    for arguments in (["topics"], ["tail"], ["push", "-"], ["worker"]):
        done = subprocess.run(
            [CLEANWIRE, *arguments],
            env={**environment(settings), "CLEANWIRE_KAFKA": "127.0.0.1:1"},
            cwd=tmp_path,
            input="x",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 75, (arguments, done.stderr)
        assert "127.0.0.1:1" in done.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_broker_runs_in_the_foreground(settings: Settings, tmp_path: Path, end: int) -> None:
    """`cleanwire broker` says how to use it, and stops Kafka when it is stopped."""
    process = subprocess.Popen(
        [CLEANWIRE, "broker", "--port", "0", "--data", str(tmp_path)],
        env=environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    lines = iter(process.stderr.readline, "")
    ready = next(line for line in lines if "is ready" in line)
    assert ready.startswith("CLEANWIRE_KAFKA=127.0.0.1:")
    started = time.monotonic()
    process.send_signal(end)
    rest = process.communicate(timeout=30)[1]
    assert "Kafka has stopped" in rest
    assert (process.returncode, time.monotonic() - started < 10) == (0, True)
