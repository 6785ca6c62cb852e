"""How every client of ours connects to Kafka: address, TLS, password."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.metadata import MetadataRequest

from streams.settings import Settings
from streams.settings.load import SettingsError

# How long a client goes on with what it knows of topics and partitions: a topic that has grown is
# read from this much later on.
METADATA_MAX_AGE_S = 20.0

# How long the first admin client is kept: one that was idle for long may be dead without knowing.
KEPT_S = 60.0

# The kind of a coordinator, as Kafka numbers it.
_OF_TRANSACTIONS = 1

# How to get an admin client that is connected.
Admins = Callable[[Settings], AbstractAsyncContextManager[AIOKafkaAdminClient]]


def client_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments that every aiokafka client takes.

    Raises:
        SettingsError: a file that the settings name cannot be used.
    """
    return {
        "bootstrap_servers": settings.kafka,
        "metadata_max_age_ms": int(METADATA_MAX_AGE_S * 1000),
        **security_options(settings),
    }


@asynccontextmanager
async def open_admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give an admin client that is connected.

    Raises:
        KafkaConnectionError: if Kafka cannot be reached.
    """
    admin = await _connected(settings)
    try:
        yield admin
    finally:
        await admin.close()


class FirstAdmin:
    """The admin client that a worker starts with.

    Its checks, its first take-over and its recovery share it, since a new one takes four round
    trips before its first question. Later questions have a client of their own each.
    """

    def __init__(self) -> None:
        self._metadata: Any = None
        self._connecting: asyncio.Task[AIOKafkaAdminClient] | None = None
        self._kept_until = float("inf")
        self._expiring: asyncio.Task[None] | None = None
        self._users = 0

    @asynccontextmanager
    async def open(self, settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
        """Give an admin client that is connected.

        Raises:
            KafkaConnectionError: if Kafka cannot be reached.
        """
        if monotonic() > self._kept_until:
            await self.let_go()
            async with open_admin(settings) as admin:
                yield admin
            return
        if self._connecting is None:
            self._kept_until = monotonic() + KEPT_S
            self._connecting = asyncio.create_task(_connected(settings))
            self._expiring = asyncio.create_task(self._expire())
        self._users += 1
        try:
            yield await asyncio.shield(self._connecting)
        finally:
            self._users -= 1

    async def ask_ahead(
        self, settings: Settings, topics: Iterable[str], transactional_id: str
    ) -> None:
        """Ask what every producer would ask when it starts: about topics and coordinators.

        The first question for a coordinator makes Kafka create its topic of transactions.
        """
        async with self.open(settings) as admin:
            request = MetadataRequest([*topics], allow_auto_topic_creation=False)
            answer: Any
            answer, _ = await asyncio.gather(
                admin._send_request(request),  # noqa: SLF001 - no other way
                admin.find_coordinator(transactional_id, _OF_TRANSACTIONS),
                return_exceptions=True,  # producers ask for themselves, and say what is wrong
            )
        if not isinstance(answer, BaseException):
            self._metadata = answer

    @property
    def metadata(self) -> Any:
        """Kafka's answer about our topics; None when it is not fresh, since brokers move."""
        return self._metadata if monotonic() < self._kept_until else None

    async def let_go(self) -> None:
        """Close it, unless somebody still has it."""
        self._kept_until = 0.0
        if self._expiring is not None and self._expiring is not asyncio.current_task():
            self._expiring.cancel()
        if self._connecting is not None and not self._users:
            connecting, self._connecting = self._connecting, None
            if not connecting.cancel() and not connecting.exception():
                await connecting.result().close()

    async def _expire(self) -> None:
        await asyncio.sleep(KEPT_S)  # a worker that gets no partitions needs it no more
        await self.let_go()


async def _connected(settings: Settings) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
    except BaseException:
        await admin.close()
        raise
    return admin


def security_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments of a connection that say how it is encrypted and who we are.

    Raises:
        SettingsError: a file that the settings name cannot be used.
    """
    options: dict[str, Any] = {}
    if settings.kafka_tls:
        options["ssl_context"] = tls_context(settings)
    if settings.kafka_username and settings.kafka_password:
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism.value
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = settings.kafka_password.get_secret_value()
        options["security_protocol"] = "SASL_SSL" if settings.kafka_tls else "SASL_PLAINTEXT"
    elif settings.kafka_tls:
        options["security_protocol"] = "SSL"
    return options


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return whom we trust, and who we are when there is a certificate of our own.

    Raises:
        SettingsError: one of the files cannot be used.
    """
    ca_file, cert_file = settings.kafka_ca_file, settings.kafka_cert_file
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # an SSLError, too: a file that holds no certificate
        raise SettingsError(
            f"CLEANWIRE_KAFKA_CA_FILE={ca_file}: {_why(error)}. Allowed: a readable PEM file of "
            "the authority that signed Kafka's certificate"
        ) from error
    if cert_file:
        key_file = settings.kafka_key_file
        password = settings.kafka_key_password
        try:
            context.load_cert_chain(
                cert_file,
                key_file,
                # Without a password OpenSSL would ask for one on the terminal.
                password=password.get_secret_value() if password else "",
            )
        except OSError as error:
            wrong = next((f for f in (cert_file, key_file) if f and not _is_there(f)), cert_file)
            name = "KEY" if wrong == key_file else "CERT"
            raise SettingsError(
                f"CLEANWIRE_KAFKA_{name}_FILE={wrong}: {_why(error)}. Allowed: readable PEM files "
                "of a certificate and the key that belongs to it (CLEANWIRE_KAFKA_KEY_PASSWORD if "
                "it has a password)"
            ) from error
    return context


def _is_there(file: str) -> bool:
    return Path(file).is_file()


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"OpenSSL does not take it ({error.reason or error.args[-1]})"
    return error.strerror or type(error).__name__
