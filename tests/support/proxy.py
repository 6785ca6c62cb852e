"""A TCP proxy on loopback between Kafka's clients and a broker, for tests of bad networks.

The broker must advertise the proxy's port (tests/support/cluster.py), else clients go around it
after their first request. Every rule may change while connections are open.
"""

import asyncio
import struct
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

HOST = "127.0.0.1"
END_TXN = 26
CHUNK = 65_536
# Chunks on their way in one direction: latency must not bound how much is under way.
UNDER_WAY = 1_000

Answer = TypeVar("Answer")


@dataclass
class Network:
    """How the network is now; assign to change it."""

    latency_s: float = 0.0  # each way
    bytes_per_s: float = 0.0  # each way and connection; 0 is no limit
    black_hole: bool = False  # connections open, and nothing passes in either direction
    refusing: bool = False  # connections are closed as soon as they open


@dataclass
class Held:
    """A request that was held back, and the connection that still waits for it at the broker."""

    frame: bytes
    upstream: asyncio.StreamWriter
    answers: asyncio.StreamReader


@dataclass
class Hold:
    """Hold back the next `left` requests with this API key, and cut the client off each time."""

    api_key: int
    left: int
    held: list[Held] = field(default_factory=list)


class Proxy:
    """Listens on `port` and passes on to `target`, in a thread of its own.

    Requests are told apart by their frames; `opaque` passes bytes on as they come, as for TLS.
    """

    def __init__(self, target: int, port: int = 0, *, opaque: bool = False) -> None:
        self.network = Network()
        self.port = port
        self._target = target
        self._opaque = opaque
        self._hold: Hold | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._upstreams: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = self._call(self._listen())

    @property
    def bootstrap(self) -> str:
        """What clients connect to, `host:port`."""
        return f"{HOST}:{self.port}"

    @property
    def held(self) -> int:
        """How many requests are held back now."""
        return len(self._hold.held) if self._hold else 0

    def hold(self, api_key: int, *, times: int = 1) -> None:
        """Hold back the next requests of a kind; whoever sends one loses its connection.

        The broker's side of it stays open, so that the request can still arrive.
        """
        self._hold = Hold(api_key, times)

    def deliver(self) -> int:
        """Let everything that was held back arrive; return how much it was."""
        hold, self._hold = self._hold, None
        for held in hold.held if hold else ():
            self._call(_deliver(held))
        return len(hold.held) if hold else 0

    def cut(self) -> int:
        """Reset every connection on both sides; return how many there were."""
        return self._call(self._reset(self._clients, self._upstreams))

    def half_open(self) -> int:
        """Reset the broker's side of every connection; clients are told nothing."""
        self.network.black_hole = True
        return self._call(self._reset(self._upstreams))

    def close(self) -> None:
        """Stop listening, and reset what is open."""
        self._server.close()
        self.cut()
        self._call(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        """Listen already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _call(self, what: Coroutine[Any, Any, Answer]) -> Answer:
        waiting: Future[Answer] = asyncio.run_coroutine_threadsafe(what, self._loop)
        return waiting.result(30)

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _cancel(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _reset(self, *sides: set[asyncio.StreamWriter]) -> int:
        for side in sides:
            for writer in side:
                writer.transport.abort()
        return max(len(side) for side in sides)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.network.refusing:
            writer.transport.abort()
            return
        try:
            answers, upstream = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        self._clients.add(writer)
        self._upstreams.add(upstream)
        back = asyncio.create_task(self._pass_on(_bytes, answers, writer, lambda _data: False))
        try:
            kept = await self._pass_on(
                _bytes if self._opaque else _frames,
                reader,
                upstream,
                lambda frame: self._keep(frame, upstream, answers),
                until=back,
            )
        finally:
            if not self.network.black_hole:  # else nobody is told; both are closed with the proxy
                self._clients.discard(writer)
                self._upstreams.discard(upstream)
        back.cancel()
        if kept:
            writer.transport.abort()
        elif not self.network.black_hole:
            writer.close()
            upstream.close()

    async def _pass_on(
        self,
        read: Callable[[asyncio.StreamReader], Coroutine[Any, Any, bytes]],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        keep: Callable[[bytes], bool],
        until: "asyncio.Task[bool] | None" = None,
    ) -> bool:
        """Pass on in one direction until an end closes, or something is kept; return whether so."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDER_WAY)
        writing = asyncio.create_task(self._write(under_way, writer))
        if until is not None:  # the other direction has ended: nothing can be answered any more
            until.add_done_callback(lambda _: reader.feed_eof())
        kept = False
        try:
            while not kept and (data := await read(reader)):
                kept = keep(data)
                if not kept:
                    await under_way.put((self._loop.time() + self.network.latency_s, data))
        except asyncio.CancelledError:
            writing.cancel()
            raise
        except (OSError, asyncio.IncompleteReadError):
            pass
        if self.network.black_hole:
            writing.cancel()
        else:  # what is under way arrives, as in a network
            await under_way.put((0.0, b""))
            await asyncio.wait([writing])
        return kept

    def _keep(
        self, frame: bytes, upstream: asyncio.StreamWriter, answers: asyncio.StreamReader
    ) -> bool:
        hold = self._hold
        if hold is None or not hold.left or self._opaque:
            return False
        if struct.unpack_from(">h", frame, 4)[0] != hold.api_key:
            return False
        hold.left -= 1
        hold.held.append(Held(frame, upstream, answers))
        return True

    async def _write(
        self, under_way: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter
    ) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while (under := await under_way.get())[1]:
                due, data = under
                await asyncio.sleep(max(0.0, due - loop.time()))
                while self.network.black_hole:  # noqa: ASYNC110 - tests set it from their thread
                    await asyncio.sleep(0.02)
                if self.network.bytes_per_s:
                    await asyncio.sleep(len(data) / self.network.bytes_per_s)
                writer.write(data)
                await writer.drain()


async def _bytes(reader: asyncio.StreamReader) -> bytes:
    return await reader.read(CHUNK)


async def _frames(reader: asyncio.StreamReader) -> bytes:
    """Return one request: its length, then as many bytes. The first two are its API key."""
    size = await reader.readexactly(4)
    return size + await reader.readexactly(struct.unpack(">i", size)[0])


async def _deliver(held: Held) -> None:
    """Send a request that was held back, and read its answer, which nobody waits for any more."""
    held.upstream.write(held.frame)
    with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
        async with asyncio.timeout(10):
            await _frames(held.answers)
    held.upstream.close()
