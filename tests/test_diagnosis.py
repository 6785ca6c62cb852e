"""Why Kafka cannot be reached is found out step by step; here without any Kafka."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from streams.exit_status import ExitStatus
from streams.kafka.broker.listening import HOST, free_port
from streams.kafka.diagnosis import diagnose
from streams.settings import Settings
from tests.support.authority import Authority, Pair


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom we trust."""
    return Authority(tmp_path_factory.mktemp("authority") / "ca", "cleanwire tests")


@asynccontextmanager
async def _listening(pair: Pair | None = None) -> AsyncIterator[str]:
    """Listen, with TLS if there is a certificate; greet nobody as Kafka does."""
    context = None
    if pair:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pair.cert, pair.key)

    guests: list[asyncio.Task[None]] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await reader.read(1)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.append(asyncio.create_task(hang_up(reader, writer)))

    server = await asyncio.start_server(welcome, HOST, 0, ssl=context)
    async with server:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*guests)


def _trusting(kafka: str, authority: Authority) -> Settings:
    return Settings(kafka=kafka, kafka_tls=True, kafka_ca_file=str(authority.pair.cert))


async def _says(settings: Settings, status: ExitStatus, *words: str) -> None:
    cause = await diagnose(settings)
    assert cause is not None
    assert cause.status is status
    for word in (settings.kafka, *words):
        assert word in cause.message


async def test_a_name_that_nobody_knows() -> None:
    """Names are resolved first."""
    settings = Settings(kafka="nowhere.invalid:9092")
    await _says(settings, ExitStatus.BROKER_UNREACHABLE, "cannot be resolved", "CLEANWIRE_KAFKA")


async def test_a_port_that_is_closed() -> None:
    """The commonest: no Kafka there."""
    settings = Settings(kafka=f"{HOST}:{free_port()}")
    await _says(settings, ExitStatus.BROKER_UNREACHABLE, "nothing listens", "CLEANWIRE_KAFKA")


async def test_a_listener_that_talks_tls(authority: Authority) -> None:
    """To somebody who does not."""
    async with _listening(authority.sign("a", f"IP:{HOST}")) as kafka:
        settings = Settings(kafka=kafka)
        await _says(settings, ExitStatus.BROKER_UNREACHABLE, "talks TLS", "CLEANWIRE_KAFKA_TLS=1")


async def test_a_listener_that_does_not_talk_tls(authority: Authority) -> None:
    """To somebody who does."""
    async with _listening() as kafka:
        settings = _trusting(kafka, authority)
        words = ("does not talk TLS", "CLEANWIRE_KAFKA_TLS=0")
        await _says(settings, ExitStatus.BROKER_UNREACHABLE, *words)


async def test_a_listener_that_is_no_kafka() -> None:
    """It hangs up, as a listener that wants a password does."""
    async with _listening() as kafka:
        settings = Settings(kafka=kafka)
        words = ("does not answer as Kafka does", "CLEANWIRE_KAFKA_USERNAME")
        await _says(settings, ExitStatus.BROKER_UNREACHABLE, *words)


async def test_an_authority_that_we_do_not_know(authority: Authority, tmp_path: Path) -> None:
    """Neither ours nor the system's signed it."""
    stranger = Authority(tmp_path / "stranger", "somebody else")
    async with _listening(stranger.sign("b", f"IP:{HOST}")) as kafka:
        words = ("not signed by an authority", "CLEANWIRE_KAFKA_CA_FILE")
        await _says(_trusting(kafka, authority), ExitStatus.REFUSED, *words)
        await _says(Settings(kafka=kafka, kafka_tls=True), ExitStatus.REFUSED, *words)


async def test_a_certificate_that_has_expired(authority: Authority) -> None:
    """Nothing here helps."""
    async with _listening(authority.sign("c", f"IP:{HOST}", days=-1)) as kafka:
        await _says(_trusting(kafka, authority), ExitStatus.REFUSED, "has expired")


async def test_a_certificate_of_another_host(authority: Authority) -> None:
    """The name in it is not the one that was asked for."""
    async with _listening(authority.sign("d", "DNS:kafka.example")) as kafka:
        await _says(_trusting(kafka, authority), ExitStatus.REFUSED, f"not for the name {HOST}")
