"""Why no client gets through to Kafka: host, cause, and the setting to look at.

aiokafka says that it cannot bootstrap, and no more. Here the way is walked step by step: the name,
the port, the TLS greeting, Kafka's own greeting with the password, the addresses it advertises.
"""

import asyncio
import contextlib
import socket
import ssl
from typing import Any

from aiokafka.conn import AIOKafkaConnection, collect_hosts
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from streams.exit_status import ExitStatus
from streams.kafka.causes import LOGIN, Cause, cause_of
from streams.kafka.connection import security_options
from streams.settings import Settings

STEP_S = 5.0


class UnreachableError(Exception):
    """One step of the way failed; the message says which and what to do."""

    def __init__(self, message: str, status: ExitStatus = ExitStatus.BROKER_UNREACHABLE) -> None:
        super().__init__(message)
        self.cause = Cause(status, message)


async def why(error: BaseException, settings: Settings) -> Cause:
    """Return what an error of Kafka's means; one that says little is looked into."""
    cause = cause_of(error, settings)
    if cause is None:
        return Cause(ExitStatus.FAILED, f"Kafka refuses: {error}")
    if cause.status is ExitStatus.BROKER_UNREACHABLE:
        return await diagnose(settings) or cause
    return cause


async def diagnose(settings: Settings) -> Cause | None:
    """Return why Kafka cannot be reached, in some seconds; the first host that fails is named.

    None says that all of them can be.
    """
    try:
        for host, port, _ in collect_hosts(settings.kafka, randomize=False):
            brokers = await _through(settings, host, port)
            for advertised_host, advertised_port in brokers:
                await _advertised(host, port, advertised_host, advertised_port)
    except UnreachableError as error:
        return error.cause
    return None


async def _through(settings: Settings, host: str, port: int) -> list[tuple[str, int]]:
    """Go all the way to one bootstrap server; return the addresses of brokers that it gives."""
    at = f"{host}:{port} (CLEANWIRE_KAFKA)"
    await _reach(host, port, at)
    options = security_options(settings)
    if settings.kafka_tls:
        await _greet(options["ssl_context"], host, port, at)
    connection = AIOKafkaConnection(host, port, request_timeout_ms=int(STEP_S * 1000), **options)
    try:
        await connection.connect()
        answer: Any = await connection.send(MetadataRequest([]))
    except LOGIN as error:
        cause = cause_of(error, settings)
        raise UnreachableError(cause.message if cause else "", ExitStatus.REFUSED) from error
    except (KafkaError, OSError, TimeoutError) as error:
        raise UnreachableError(await _why_silent(settings, host, port, at)) from error
    finally:
        connection.close()
    return [(broker[1], broker[2]) for broker in answer.brokers]


async def _reach(host: str, port: int, at: str, wrong_name: str = "Check its spelling") -> None:
    try:
        await asyncio.wait_for(asyncio.get_running_loop().getaddrinfo(host, port), STEP_S)
    except (socket.gaierror, TimeoutError) as error:
        raise UnreachableError(f"the name of {at} cannot be resolved. {wrong_name}") from error
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), STEP_S)
    except TimeoutError as error:
        raise UnreachableError(f"{at} does not answer. Is a firewall between?") from error
    except OSError as error:
        raise UnreachableError(
            f"nothing listens on {at}. Start a Kafka with `cleanwire broker`, or set "
            "CLEANWIRE_KAFKA=host:port"
        ) from error
    await _end(writer)


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), STEP_S)


async def _greet(context: ssl.SSLContext, host: str, port: int, at: str) -> None:
    try:
        _, writer = await asyncio.wait_for(
            asyncio.open_connection(host, port, ssl=context, server_hostname=host), STEP_S
        )
    except ssl.SSLCertVerificationError as error:
        raise UnreachableError(_mistrust(error, host, at), ExitStatus.REFUSED) from error
    except (ssl.SSLError, OSError, TimeoutError) as error:
        raise UnreachableError(
            f"{at} does not talk TLS. Use the port of its TLS listener, or set "
            "CLEANWIRE_KAFKA_TLS=0"
        ) from error
    await _end(writer)


def _mistrust(error: ssl.SSLCertVerificationError, host: str, at: str) -> str:
    match error.verify_code:  # OpenSSL's numbers, from its x509_vfy.h
        case 10:
            return f"the certificate of {at} has expired. Whoever runs that Kafka must renew it"
        case 9:
            return f"the certificate of {at} is not valid yet. Is the clock of this machine right?"
        case 62 | 64:
            return (
                f"the certificate of {at} is not for the name {host}. Use a name that it holds in "
                "CLEANWIRE_KAFKA, or have one made for this name"
            )
        case _:
            return (
                f"the certificate of {at} is not signed by an authority that we trust "
                f"({error.verify_message}). Set CLEANWIRE_KAFKA_CA_FILE to the one that signed it"
            )


async def _why_silent(settings: Settings, host: str, port: int, at: str) -> str:
    """Return why something that listens does not answer to Kafka's greeting."""
    if not settings.kafka_tls and await _talks_tls(host, port):
        return f"{at} talks TLS. Set CLEANWIRE_KAFKA_TLS=1, or use the port of a plain listener"
    if settings.kafka_tls and not settings.kafka_cert_file:
        return (
            f"{at} ends the connection after the TLS greeting. If it wants a client certificate, "
            "set CLEANWIRE_KAFKA_CERT_FILE and CLEANWIRE_KAFKA_KEY_FILE; if a password, "
            "CLEANWIRE_KAFKA_USERNAME and CLEANWIRE_KAFKA_PASSWORD"
        )
    if not settings.kafka_username:
        return (
            f"{at} accepts connections and does not answer as Kafka does. Is it another service, "
            "or a listener that wants a password (CLEANWIRE_KAFKA_USERNAME)?"
        )
    return (
        f"{at} accepts connections and does not answer as Kafka does. Is it another service, or a "
        "listener that wants no password?"
    )


async def _talks_tls(host: str, port: int) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # only whether it answers
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=context), STEP_S)
    except ssl.SSLError as error:
        return "CERTIFICATE_REQUIRED" in str(error) or "HANDSHAKE_FAILURE" in str(error)
    except (OSError, TimeoutError):
        return False
    await _end(writer)
    return True


async def _advertised(host: str, port: int, its_host: str, its_port: int) -> None:
    """Brokers tell clients where to go on; that must be an address from here, too."""
    at = f"{its_host}:{its_port}, which Kafka at {host}:{port} sends its clients to,"
    todo = "Set its advertised.listeners to an address that can be reached from here"
    await _reach(its_host, its_port, at, todo)
