"""How far a command is, on a terminal; nothing elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.status import Status

from streams.commands.shared import err

EVERY_S = 0.2


class ProgressLine:
    """Shows a count and its rate while it is entered."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._started = self._shown = time.monotonic()
        self._status = Status("", console=err) if err.is_terminal else None

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the line clean."""
        if self._status:
            self._status.stop()

    def at(self, count: int, place: str = "") -> None:
        """Show a count, now and then, and where that is."""
        now = time.monotonic()
        if self._status and now - self._shown >= EVERY_S:
            self._shown = now
            rate = count / max(EVERY_S, now - self._started)
            self._status.update(f"{count:,} {self._what}, {rate:,.0f}/s{place}")
