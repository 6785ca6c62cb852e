"""Addresses that CLEANWIRE_KAFKA takes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from streams.settings import Settings
from tests.support.pipe import Pipe, create_topics, running


@asynccontextmanager
async def _on_ipv6(kafka: str) -> AsyncIterator[str]:
    """Pass on to a broker what comes to a port of ::1."""
    host, _, port = kafka.rpartition(":")

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(copy(reader, back), copy(there, writer))

    try:
        server = await asyncio.start_server(serve, "::1", 0, family=socket.AF_INET6)
    except OSError as error:
        pytest.skip(f"no IPv6 on this machine's loopback: {error.strerror}")
    async with server:
        yield f"[::1]:{server.sockets[0].getsockname()[1]}"


@pytest.mark.kafka
async def test_an_ipv6_address_is_taken(settings: Settings, tmp_path: Path) -> None:
    """In brackets, by the worker and by the tools."""
    async with _on_ipv6(settings.kafka) as address:
        pipe = Pipe(settings)
        by_ipv6 = Settings(**{**settings.model_dump(), "kafka": address})
        await create_topics(by_ipv6)
        article = {"content": "The ferry sails again.", "source": "a", "id": "1"}
        pipe.push(json.dumps(article).encode())
        with running(by_ipv6, tmp_path):
            assert len(await asyncio.to_thread(pipe.take, 1)) == 1
        pipe.close()
