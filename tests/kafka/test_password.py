"""A Kafka that asks for a password: every client of ours shows it, and the wrong one is refused."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.commands.push import push
from streams.commands.raw_input import Given
from streams.commands.tail import tail
from streams.core.message import Message
from streams.demo.worker_process import WorkerProcess
from streams.kafka import broker
from streams.kafka.broker import EmbeddedBroker
from streams.kafka.listening import free_port
from streams.kafka.topics import ensure
from streams.settings import SaslMechanism, Settings
from streams.topology import Door

pytestmark = pytest.mark.kafka

LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a listener that wants user `alice` and her password."""
    port = free_port()
    listener = f"GUARDED://127.0.0.1:{port}"
    lines = [
        f"{line},{listener}"
        if line.startswith(("listeners=", "advertised.listeners="))
        else line.replace("PLAINTEXT:PLAINTEXT,", "GUARDED:SASL_PLAINTEXT,PLAINTEXT:PLAINTEXT,")
        for line in broker.PROPERTIES.splitlines()
    ]
    lines += [
        "listener.name.guarded.sasl.enabled.mechanisms=PLAIN",
        f'listener.name.guarded.plain.sasl.jaas.config={LOGIN} required user_alice="open sesame";',
    ]
    monkeypatch.setattr(broker, "PROPERTIES", "\n".join(lines))
    with EmbeddedBroker(tmp_path / "kafka"):
        yield f"127.0.0.1:{port}"


def with_password(kafka: str, password: str, tmp_path: Path) -> Settings:
    """Return settings for `alice`."""
    return Settings(
        kafka=kafka,
        kafka_username="alice",
        kafka_password=password,
        kafka_sasl_mechanism=SaslMechanism.PLAIN,
        kafka_password_in_clear=True,
        data_dir=str(tmp_path),
        web_port=free_port(),
    )


async def test_worker_and_tools_show_the_password(guarded: str, tmp_path: Path) -> None:
    """Topics, push, both stages and tail work with it; a worker with another one ends."""
    settings = with_password(guarded, "open sesame", tmp_path)
    await ensure(settings, create=True)
    file = tmp_path / "article.txt"
    file.write_text("The ferry sails again.", encoding="utf-8")
    seen: list[Message] = []
    async with WorkerProcess(settings, tmp_path / "worker.log") as worker:
        await worker.ready()
        await push(settings, [file], Given(source="a.example"), None)
        await tail(settings, Door.CLEAN, seen.append, from_beginning=True, count=1, timeout_s=60)
    assert len(seen) == 1
    wrong = with_password(guarded, "guess", tmp_path)
    async with asyncio.timeout(60), WorkerProcess(wrong, tmp_path / "wrong.log") as worker:
        assert await worker.ended() != 0
    assert "guess" not in (tmp_path / "wrong.log").read_text(encoding="utf-8")
