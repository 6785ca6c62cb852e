"""The proxy of the tests does to a connection what its rules say."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator

import pytest

from tests.support.proxy import END_TXN, HOST, Proxy


class Echo:
    """A server that answers every request with itself, and remembers what arrived."""

    def __init__(self) -> None:
        self.arrived: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the client goes."""
        try:
            while True:
                size = await reader.readexactly(4)
                body = await reader.readexactly(struct.unpack(">i", size)[0])
                self.arrived.append(body)
                writer.write(size + body)
        except (OSError, asyncio.IncompleteReadError):
            writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    """The server."""
    echo = Echo()
    server = await asyncio.start_server(echo.serve, HOST, 0)
    echo.port = server.sockets[0].getsockname()[1]
    yield echo
    server.close()


def request(api_key: int, text: bytes = b"") -> bytes:
    """Return a frame as Kafka's clients send it."""
    body = struct.pack(">h", api_key) + text
    return struct.pack(">i", len(body)) + body


async def ask(port: int, frame: bytes) -> bytes:
    """Send a frame on a connection of its own and return the answer."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(frame)
        return await reader.readexactly(len(frame))
    finally:
        writer.close()


async def test_passes_on_what_it_gets(echo: Echo) -> None:
    """Larger than any buffer of its own, both ways."""
    with Proxy(echo.port) as proxy:
        frame = request(0, b"x" * 1_000_000)
        assert await ask(proxy.port, frame) == frame


async def test_latency_is_paid_each_way(echo: Echo) -> None:
    """Two times a tenth of a second."""
    with Proxy(echo.port) as proxy:
        proxy.network.latency_s = 0.1
        started = time.monotonic()
        await ask(proxy.port, request(0))
        assert time.monotonic() - started >= 0.2


async def test_a_throttled_connection_is_slow(echo: Echo) -> None:
    """Half a megabyte a second, there and back."""
    with Proxy(echo.port) as proxy:
        proxy.network.bytes_per_s = 500_000
        started = time.monotonic()
        await ask(proxy.port, request(0, b"x" * 100_000))
        assert time.monotonic() - started >= 0.3


async def test_a_black_hole_swallows_until_it_is_over(echo: Echo) -> None:
    """What was sent meanwhile arrives then, as after a partition of the network."""
    with Proxy(echo.port) as proxy:
        proxy.network.black_hole = True
        asking = asyncio.create_task(ask(proxy.port, request(0)))
        await asyncio.sleep(0.2)
        assert not asking.done()
        proxy.network.black_hole = False
        assert await asking == request(0)


async def test_cut_connections_end_on_both_sides(echo: Echo) -> None:
    """The client sees a reset, and a new connection works."""
    with Proxy(echo.port) as proxy:
        reader, writer = await asyncio.open_connection(HOST, proxy.port)
        writer.write(request(0))
        await reader.readexactly(6)
        assert await asyncio.to_thread(proxy.cut) == 1
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        assert await ask(proxy.port, request(0))


async def test_a_held_request_costs_its_connection_and_arrives_when_delivered(echo: Echo) -> None:
    """Others of the same kind pass meanwhile: only as many are held as was asked for."""
    with Proxy(echo.port) as proxy:
        proxy.hold(END_TXN)
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await ask(proxy.port, request(END_TXN, b"held"))
        assert proxy.held == 1
        await ask(proxy.port, request(END_TXN, b"passes"))
        assert await asyncio.to_thread(proxy.deliver) == 1
        assert [body[2:] for body in echo.arrived] == [b"passes", b"held"]
