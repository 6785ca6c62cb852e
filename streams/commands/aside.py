"""Reading files beside the event loop: a pipe may have nothing to say for hours."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

Item = TypeVar("Item")

AHEAD = 1_000
# How long the loop turns before it looks again; a reader that is behind is asked without a pause.
PAUSE_S = 0.01


class _End:
    """The last thing in the queue, with what went wrong."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error


async def read_aside(items: Iterable[Item], ahead: int = AHEAD) -> AsyncIterator[Item]:
    """Yield what a thread takes from `items`, a bounded number ahead.

    Raises:
        Exception: what `items` raised.
    """
    waiting: queue.Queue[Item | _End] = queue.Queue(ahead)

    def read() -> None:
        error = None
        try:
            for item in items:
                waiting.put(item)
        except Exception as failure:  # noqa: BLE001 - it is raised where the items are taken
            error = failure
        waiting.put(_End(error))

    # A thread of its own, for one that waits for a pipe cannot be ended, only left behind.
    threading.Thread(target=read, name="reader", daemon=True).start()
    while True:
        try:
            item = waiting.get_nowait()
        except queue.Empty:
            await asyncio.sleep(PAUSE_S)
            continue
        if isinstance(item, _End):
            if item.error:
                raise item.error
            return
        yield item
