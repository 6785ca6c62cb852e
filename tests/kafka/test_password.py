"""A Kafka that asks for a password: every client of ours shows it, and the wrong one is refused."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from streams.commands.push import Pushing
from streams.commands.raw_input import Given, raw_inputs
from streams.commands.tail import follow_doors
from streams.core.messages.message import Message
from streams.demo.worker_process import WorkerProcess
from streams.exit_status import ExitStatus
from streams.kafka.broker import broker
from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.broker.listening import free_port
from streams.kafka.topics.topics import ensure
from streams.settings import SaslMechanism, Settings
from streams.topology import Door, names

pytestmark = pytest.mark.kafka

LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


def guarded_broker(tmp_path: Path, port: int, protocol: str, *more: str) -> EmbeddedBroker:
    """Return a broker with a second listener that wants user `alice` and her password."""
    listener = f"GUARDED://127.0.0.1:{port}"
    lines = [
        f"{line},{listener}"
        if line.startswith(("listeners=", "advertised.listeners="))
        else line.replace("PLAINTEXT:PLAINTEXT,", f"GUARDED:{protocol},PLAINTEXT:PLAINTEXT,")
        for line in broker.PROPERTIES.splitlines()
    ]
    lines += [
        "listener.name.guarded.sasl.enabled.mechanisms=PLAIN",
        f'listener.name.guarded.plain.sasl.jaas.config={LOGIN} required user_alice="open sesame";',
        *more,
    ]
    broker.PROPERTIES = "\n".join(lines)
    return EmbeddedBroker(tmp_path / "kafka")


def certificate(tmp_path: Path) -> tuple[Path, list[str]]:
    """Return a certificate for loopback, and the lines that give it to Kafka."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {cert}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    inline = {path: path.read_text("utf-8").replace("\n", "\\n") for path in (key, cert)}
    return cert, [
        "listener.name.guarded.ssl.keystore.type=PEM",
        f"listener.name.guarded.ssl.keystore.key={inline[key]}",
        f"listener.name.guarded.ssl.keystore.certificate.chain={inline[cert]}",
    ]


def with_password(kafka: str, password: str, tmp_path: Path, ca_file: Path | None) -> Settings:
    """Return settings for `alice`, by TLS when there is a certificate."""
    return Settings(
        kafka=kafka,
        kafka_username="alice",
        kafka_password=password,
        kafka_sasl_mechanism=SaslMechanism.PLAIN,
        kafka_tls=ca_file is not None,
        kafka_ca_file=str(ca_file) if ca_file else None,
        kafka_password_in_clear=ca_file is None,
        data_dir=str(tmp_path),
        web_port=free_port(),
    )


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
async def test_worker_and_tools_show_the_password(
    protocol: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Topics, push, both stages and tail work with it; a worker with another one ends."""
    monkeypatch.setattr(broker, "PROPERTIES", broker.PROPERTIES)
    port = free_port()
    cert, more = certificate(tmp_path) if protocol == "SASL_SSL" else (None, [])
    kafka = guarded_broker(tmp_path, port, protocol, *more)
    await asyncio.to_thread(kafka.start)
    try:
        address = f"127.0.0.1:{port}"
        await works(with_password(address, "open sesame", tmp_path, cert), tmp_path)
        wrong = with_password(address, "guess", tmp_path, cert)
        async with asyncio.timeout(60), WorkerProcess(wrong, tmp_path / "wrong.log") as worker:
            assert await worker.ended() == ExitStatus.REFUSED
        assert "guess" not in (tmp_path / "wrong.log").read_text(encoding="utf-8")
    finally:
        await asyncio.to_thread(kafka.stop)


async def works(settings: Settings, tmp_path: Path) -> None:
    """Send an article through a worker and read it back."""
    await ensure(settings, create=True)
    file = tmp_path / "article.txt"
    file.write_text("The ferry sails again.", encoding="utf-8")
    seen: list[Message] = []

    def see(message: Message) -> bool:
        seen.append(message)
        return True

    async with WorkerProcess(settings, tmp_path / "worker.log") as worker:
        await worker.ready()
        pushing = Pushing(settings, names(settings).raw[0])
        await pushing.push(raw_inputs([file], Given(source="a.example")))
        await follow_doors(
            settings,
            [Door.CLEAN],
            see,
            from_ms=0,
            count=1,
            timeout_s=60,
        )
    assert len(seen) == 1
