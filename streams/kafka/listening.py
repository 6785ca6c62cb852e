"""Ports on loopback, and whether a Kafka answers there."""

import asyncio
import contextlib
import socket
import threading

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.kafka.jars import BrokerError

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
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
            raise BrokerError(
                f"Port {port} on {HOST} cannot be had ({error.strerror}). Give another one "
                f"(--port), or set CLEANWIRE_KAFKA={HOST}:{port} if a Kafka listens there already."
            ) from error


def is_open(port: int) -> bool:
    """Whether something listens on `port`."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def answers(bootstrap: str) -> bool:
    """Whether the broker describes its cluster: the port alone opens before it can serve."""

    async def ask() -> bool:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5_000)
        try:
            await admin.start()
            return bool((await admin.describe_cluster())["brokers"])
        except (KafkaError, OSError):
            return False
        finally:
            await admin.close()

    # In a thread of its own, because the caller may stand in an event loop.
    answer: list[bool] = []
    thread = threading.Thread(target=lambda: answer.append(asyncio.run(ask())))
    thread.start()
    thread.join()
    return answer == [True]
