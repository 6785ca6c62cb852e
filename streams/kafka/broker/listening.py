"""Ports on loopback, and whether a Kafka answers there."""

import asyncio
import contextlib
import random
import socket
from concurrent.futures import ThreadPoolExecutor

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.kafka.broker.jars import BrokerError

HOST = "127.0.0.1"
REQUEST_LIMIT_MS = 5_000


def free_port() -> int:
    """Return a port that nothing listens on now.

    It lies below those that systems give to outgoing connections (from 32768 on Linux, 49152
    elsewhere): one of them could be taken by any program before ours listens.
    """
    while True:
        port = random.randrange(15_000, 32_000)  # noqa: S311 - no secret
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((HOST, port))
            return port


def refuse_taken_port(port: int) -> None:
    """Return when `port` can be had.

    Raises:
        BrokerError: if it cannot, with what to do.
    """
    with socket.socket() as probe:
        # As Kafka does: a port that only waits out its last connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise BrokerError(taken_port(port, error.strerror or str(error))) from error


def taken_port(port: int, why: str) -> str:
    """Return the message about a port that cannot be had."""
    return (
        f"Port {port} on {HOST} cannot be had ({why}). Give another one (--port), or set "
        f"CLEANWIRE_KAFKA={HOST}:{port} if a Kafka listens there already."
    )


def is_open(port: int) -> bool:
    """Whether something listens on `port`."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def cluster_at(port: int) -> str | None:
    """Return the id of the cluster whose broker serves on `port`, None when none does yet.

    The port alone opens before the broker can serve.
    """

    async def ask() -> str | None:
        admin = AIOKafkaAdminClient(
            bootstrap_servers=f"{HOST}:{port}", request_timeout_ms=REQUEST_LIMIT_MS
        )
        try:
            await admin.start()
            cluster = await admin.describe_cluster()
            return cluster["cluster_id"] if cluster["brokers"] else None
        except (KafkaError, OSError):
            return None
        finally:
            await admin.close()

    # In a thread of its own, because the caller may stand in an event loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()
