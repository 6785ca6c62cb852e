"""The watchdog: stillness in ticks, and a worker that ends when the broker freezes under it."""

import asyncio
import contextlib
import json
import os
import signal
import time
from pathlib import Path

import pytest

from streams.exit_status import ExitStatus
from streams.kafka.health.watchdog import Stillness
from streams.settings import Settings
from tests.support.harness import Worker, environment
from tests.support.pipe import Pipe, create_topics


def test_what_does_not_move_is_counted() -> None:
    """A figure that stays the same counts up; one that changes starts again."""
    stillness = Stillness()
    for figure in (1, 1, 1):
        stillness.observe({"raw[0]": figure, "raw[1]": time.monotonic_ns()})
    assert stillness.ticks == {"raw[0]": 2, "raw[1]": 0}


def test_what_is_not_behind_is_not_counted() -> None:
    """A partition with nothing to do is not observed, and starts anew when it has work again."""
    stillness = Stillness()
    stillness.observe({"raw[0]": 1})
    stillness.observe({})
    stillness.observe({"raw[0]": 1})
    assert stillness.ticks == {"raw[0]": 0}


@pytest.mark.kafka
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the pool's process in /proc")
async def test_a_worker_that_stands_still_with_work_in_hand_is_ended(
    settings: Settings, tmp_path: Path
) -> None:
    """Its pool is frozen, so nothing moves on; it ends, and its successor loses nothing."""
    await create_topics(settings)
    pipe = Pipe(settings)
    pipe.push(_article(0))
    worker = Worker(environment(settings), tmp_path, app="tests.workers.impatient")
    assert len(await asyncio.to_thread(pipe.take, 1)) == 1
    frozen = _pool_process(worker.process.pid)
    os.kill(frozen, signal.SIGSTOP)
    for number in range(1, 101):
        pipe.push(_article(number))
    taken = await asyncio.to_thread(pipe.take, 100)
    more = await asyncio.to_thread(pipe.take, 1, 3)
    status = worker.end()
    with contextlib.suppress(ProcessLookupError):
        os.kill(frozen, signal.SIGKILL)
    pipe.close()
    assert (len(taken), more) == (100, [])
    assert (worker.exits, status) == ([ExitStatus.STALLED], 0), worker.log[-3_000:]


def _article(number: int) -> bytes:
    line = f"Line {number} of news: the number {number * 7} was drawn on day {number}."
    return json.dumps({"content": line, "source": "a", "id": str(number)}).encode()


def _pool_process(worker_pid: int) -> int:
    """Return the process in which the worker cleans."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
        command = (status.parent / "cmdline").read_bytes()
        if parent == worker_pid and b"spawn_main" in command:
            return int(status.parent.name)
    raise AssertionError("the worker has no pool process")
