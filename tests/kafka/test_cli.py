"""The command line against a real broker: what goes in by push comes out by tail."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import Door, names
from tests.support.program import environment

pytestmark = pytest.mark.kafka

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(settings: Settings, tmp_path: Path) -> Run:
    """Run `cleanwire` with arguments, in a directory of its own."""

    def call(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "streams.cli", *arguments],
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
    assert (created.returncode, created.stdout.count(" created\n")) == (0, 6)
    assert run("topics", "--check").returncode == 0


async def test_push_sends_text_html_json_and_lines(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    """Each kind of file becomes the raw article that it is; options are put over it."""
    await ensure(settings, create=True)
    (tmp_path / "a.txt").write_text("A text.", encoding="utf-8")
    (tmp_path / "b.html").write_text("<p>A page.</p>", encoding="utf-8")
    (tmp_path / "c.json").write_text('{"content": "One.", "id": "c1"}', encoding="utf-8")
    (tmp_path / "d.jsonl").write_text(
        '{"content": "Two."}\n\n{"content": "3."}\n', encoding="utf-8"
    )
    done = run("push", "a.txt", "b.html", "c.json", "d.jsonl", "--source", "wire.example")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 5), done.stderr
    # Between partitions there is no order.
    found = {value["content"]: (key, value) for key, value in await raw_values(settings, 5)}
    keys = {content: key for content, (key, _) in found.items()}
    assert keys == {
        "A text.": None,
        "<p>A page.</p>": None,
        "One.": b"c1",
        "Two.": None,
        "3.": None,
    }
    assert {value["source"] for _, value in found.values()} == {"wire.example"}
    assert found["<p>A page.</p>"][1]["content_type"] == "text/html"


async def test_push_reads_standard_input(run: Run, settings: Settings) -> None:
    """`-` takes text, and a raw article in JSON for what it is."""
    await ensure(settings, create=True)
    run("push", "-", "--title", "A title", "--url", "https://x.example/1", stdin="Plain.")
    run("push", "-", stdin='{"content": "In JSON."}')
    found = await raw_values(settings, 2)
    assert found[0] == (
        b"https://x.example/1",
        {"content": "Plain.", "title": "A title", "url": "https://x.example/1"},
    )
    assert found[1][1] == {"content": "In JSON."}


async def test_push_says_what_it_cannot_read(run: Run, settings: Settings, tmp_path: Path) -> None:
    """A file that is not there, and one that is no text, end with a message and status 2."""
    await ensure(settings, create=True)
    missing = run("push", "nothing.txt")
    assert (missing.returncode, "nothing.txt" in missing.stderr) == (2, True)
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe\x00")
    binary = run("push", "x.txt")
    assert (binary.returncode, "not UTF-8" in binary.stderr) == (2, True)


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
            [sys.executable, "-m", "streams.cli", *arguments],
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
        [sys.executable, "-m", "streams.cli", "broker", "--port", "0", "--data", str(tmp_path)],
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
