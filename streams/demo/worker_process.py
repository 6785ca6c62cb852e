"""A worker as a process of its own, as in production: started, waited for, stopped."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from streams.demo.check import DemoError
from streams.settings import Settings
from streams.settings.rows import PREFIX, rows

READY_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
LAST_LINES = 15


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

    async def ready(self) -> None:
        """Return when it says that it is ready.

        Raises:
            DemoError: if it ends, or takes too long.
        """
        url = f"http://127.0.0.1:{self._settings.web_port}/readyz"
        try:
            async with asyncio.timeout(READY_LIMIT_S), aiohttp.ClientSession() as session:
                while self._process.returncode is None:
                    if await _answers(session, url):
                        return
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise DemoError(f"The worker is not ready.\n{self.last_words()}") from None
        raise DemoError(f"The worker ended.\n{self.last_words()}")

    async def ended(self) -> int:
        """Wait until it ends by itself; return its exit status."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Stop it in order; by SIGKILL if it does not."""
        if self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_LIMIT_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log."""
        lines = self._log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.ok
    except aiohttp.ClientError:
        return False


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
