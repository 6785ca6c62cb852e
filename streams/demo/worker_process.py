"""A worker as a process of its own, as in production: started, waited for, stopped."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from streams.demo.check import DemoError
from streams.settings import Settings
from streams.settings.rows import PREFIX, rows

READY_LIMIT_S = 60.0
_STOP_LIMIT_S = 30.0
LAST_LINES = 15
SAY_EVERY_S = 10.0

_READY = "ready"
STARTING = "it starts, and does not answer yet"
JOINING = "it connects to Kafka and joins its consumer group"


class WorkerProcess:
    """`cleanwire worker` with the given settings and nothing of the caller's own."""

    def __init__(self, settings: Settings, log_file: Path) -> None:
        self._settings = settings
        self._log_file = log_file
        self._process: asyncio.subprocess.Process

    async def __aenter__(self) -> Self:
        """Start it."""
        with self._log_file.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "streams.cli",
                "worker",
                env=environment(self._settings),
                cwd=self._log_file.parent,  # away from the caller's .env
                stdout=log,
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
            )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it, if that has not been done."""
        await self.stop()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ready(self, say: Callable[[str], None] = lambda _: None) -> None:
        """Return when it says that it is ready; `say` hears now and then what it still waits for.

        Raises:
            DemoError: if it ends, or takes too long; with what it was at, and the end of its log.
        """
        started = said = time.monotonic()
        state = STARTING
        async with aiohttp.ClientSession() as session:
            while self.running:
                state = await self._state(session)
                if state == _READY:
                    return
                now = time.monotonic()
                if now - started > READY_LIMIT_S:
                    raise DemoError(
                        f"The worker was not ready after {READY_LIMIT_S:.0f} s: {state}.\n"
                        f"The end of its log:\n{self.last_words()}"
                    )
                if now - said > SAY_EVERY_S:
                    said = now
                    say(f"waiting for the worker: {state}")
                await asyncio.sleep(0.1)
        took = time.monotonic() - started
        raise DemoError(
            f"The worker ended after {took:.0f} s with status {self._process.returncode}, while "
            f"{state}.\nThe end of its log:\n{self.last_words()}"
        )

    async def _state(self, session: aiohttp.ClientSession) -> str:
        try:
            async with session.get(
                f"http://127.0.0.1:{self._settings.web_port}/readyz"
            ) as response:
                body = await response.json()
        except (aiohttp.ClientError, ValueError):
            return STARTING
        if body["ready"]:
            return _READY
        return "it recovers its window" if body["partitions"] else JOINING

    async def ended(self) -> int:
        """Wait until it ends by itself; return its exit status."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Stop it in order; by SIGKILL if it does not."""
        if self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_LIMIT_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log."""
        lines = self._log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])


def environment(settings: Settings) -> dict[str, str]:
    """Return this program's environment with exactly `settings` in the place of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    given = {row.name: row.text_of(settings) for row in rows()}
    if settings.kafka_password:  # masked by text_of
        given["CLEANWIRE_KAFKA_PASSWORD"] = settings.kafka_password.get_secret_value()
    code = str(Path(__file__).parents[2])
    return (
        kept | given | {"PYTHONPATH": os.pathsep.join(filter(None, [code, kept.get("PYTHONPATH")]))}
    )
