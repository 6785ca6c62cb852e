"""A stop that ends: supervisors kill what does not, and then nobody knows what it waited for."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any

from streams.exit_status import ExitStatus, end_process

# Supervisors kill what does not end within 30 s of their SIGTERM.
_STOP_LIMIT_S = 25.0

_SHOWN = 40


class StopLimit:
    """Ends the process when a stop takes longer than `_STOP_LIMIT_S`, whatever Kafka does."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def begin(self, loops: Iterable[asyncio.AbstractEventLoop]) -> None:
        """Count from now, unless that was done; tasks of `loops` are what may still wait then."""
        if self._timer is None:
            self._timer = threading.Timer(_STOP_LIMIT_S, _give_up, [tuple(loops)])
            self._timer.daemon = True
            self._timer.start()


def _give_up(loops: Iterable[asyncio.AbstractEventLoop]) -> None:
    waiting = [waits_at(task) for loop in loops for task in asyncio.all_tasks(loop)]
    more = f" and {len(waiting) - _SHOWN} more" if len(waiting) > _SHOWN else ""
    end_process(
        ExitStatus.STALLED,
        f"asked to stop, and Kafka let nothing end within {_STOP_LIMIT_S:.0f} s. What is not "
        "committed is done again by the next worker: nothing is lost. What still waits: "
        + "; ".join(sorted(waiting)[:_SHOWN])
        + more,
    )


def waits_at(task: "asyncio.Task[Any]") -> str:
    """Return where a task stands: its coroutines from the outermost in, with lines.

    >>> async def inner() -> None:
    ...     await asyncio.sleep(9)
    >>> async def outer() -> str:
    ...     task = asyncio.create_task(inner())
    ...     await asyncio.sleep(0)
    ...     told = waits_at(task)
    ...     task.cancel()
    ...     return told
    >>> asyncio.run(outer())
    'inner:2 > sleep:...'
    """
    return " > ".join(_chain(task.get_coro()))


def _chain(awaited: Any) -> Iterator[str]:
    while awaited is not None:
        match awaited:
            case CoroutineType():
                frame, name, inner = awaited.cr_frame, awaited.__qualname__, awaited.cr_await
            case AsyncGeneratorType():
                frame, name, inner = awaited.ag_frame, awaited.__qualname__, awaited.ag_await
            case GeneratorType():
                frame, name, inner = awaited.gi_frame, awaited.__qualname__, awaited.gi_yieldfrom
            case _:
                return
        yield f"{name}:{frame.f_lineno}" if frame is not None else name
        awaited = inner
