"""The pool: results in order, and a limit that ends what takes too long."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from streams.pool import Failure, Pool
from streams.pool.slot import PoolBrokenError
from tests.support.pool_work import no_work, told, work


@pytest.fixture
async def pool() -> AsyncIterator[Pool[str, str | Failure]]:
    """A pool of one process with a limit of half a second."""
    made = Pool[str, str | Failure](work, processes=1, time_limit_s=0.5, size=len, failed=told)
    yield made
    made.stop()


async def test_results_come_in_the_order_of_the_jobs(pool: Pool[str, str | Failure]) -> None:
    """Jobs of many batches keep their results apart."""
    jobs = [f"job {number}" for number in range(200)]
    results = await asyncio.gather(*map(pool.submit, jobs))
    assert results == [job.upper() for job in jobs]


async def test_a_machine_that_stands_still_is_no_jobs_fault(pool: Pool[str, str | Failure]) -> None:
    """The limit of half a second is of CPU time: a loaded host, a virtual machine on hold."""
    assert await pool.submit("stand still") == "STAND STILL"


async def test_nobody_works_on_what_is_not_waited_for(pool: Pool[str, str | Failure]) -> None:
    """After a rebalance there were a thousand articles of partitions that had gone elsewhere."""
    given_up = [pool.submit(f"job {number}") for number in range(200)]
    for job in given_up:
        job.cancel()
    assert await pool.submit("a") == "A"
    assert pool.tries == 1
    assert not pool.waits(None)


async def test_a_process_that_is_killed_costs_nothing(pool: Pool[str, str | Failure]) -> None:
    """Idle or at work, it is replaced, and its batch is done again."""
    for _ in range(3):
        os.kill(int(str(await pool.submit("where"))), signal.SIGKILL)
        assert await asyncio.gather(*map(pool.submit, ["a", "b"])) == ["A", "B"]
    busy = int(str(await pool.submit("where")))
    at_work = pool.submit("stand still")
    await asyncio.sleep(0.5)
    os.kill(busy, signal.SIGKILL)
    assert await at_work == "STAND STILL"


async def test_a_frozen_process_is_given_up() -> None:
    """By the clock a batch may take six times its CPU time."""
    pool = Pool[str, str | Failure](work, processes=1, time_limit_s=0.2, size=len, failed=told)
    try:
        frozen = int(str(await pool.submit("where")))
        os.kill(frozen, signal.SIGSTOP)
        assert await pool.submit("a") == "A"
    finally:
        pool.stop()


async def test_a_slow_source_leaves_the_others_their_turn() -> None:
    """Its jobs are tried one after the other; what others send meanwhile is not behind them."""
    pool = Pool[str, str | Failure](
        work, processes=1, time_limit_s=0.2, size=len, failed=told, source=len
    )
    try:
        slow = [pool.submit("hang") for _ in range(8)]
        await asyncio.wait(slow, return_when=asyncio.FIRST_COMPLETED)
        for _ in range(3):
            assert await pool.submit("quick") == "QUICK"
        assert sum(job.done() for job in slow) < len(slow)
        assert await asyncio.gather(*slow) == [Failure.TIME_LIMIT] * len(slow)
    finally:
        pool.stop()


async def test_a_pool_that_cannot_start_blames_no_job() -> None:
    """Whoever waits gets an error, which ends the worker, and no rejection."""
    pool = Pool[str, str | Failure](no_work, processes=1, time_limit_s=1, size=len, failed=told)
    try:
        with pytest.raises(PoolBrokenError, match="does not start"):
            await pool.submit("a")
    finally:
        pool.stop()


@pytest.mark.parametrize(
    ("culprit", "failure"), [("hang", Failure.TIME_LIMIT), ("die", Failure.PROCESS_DIED)]
)
async def test_only_the_culprit_of_a_batch_fails(
    pool: Pool[str, str | Failure], culprit: str, failure: Failure
) -> None:
    """Its neighbours get their results, and the pool goes on."""
    results = await asyncio.gather(*map(pool.submit, ["a", culprit, "b"]))
    assert results == ["A", failure, "B"]
    assert await pool.submit("c") == "C"


def _orphan(*arguments: str) -> int:
    """Return the process in an endless job whose parent has been ended by SIGKILL."""
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.support.orphans", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.2)  # well into the pattern
    parent.kill()
    parent.wait()
    parent.stdout.close()
    return pid


def _ends_within(pid: int, limit_s: float, clock: Callable[[], float] = time.monotonic) -> bool:
    """Return whether a process ends; one that does not is ended here."""
    deadline = clock() + limit_s
    while clock() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if _is_zombie(pid):
            return True
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return False


def _cpu_s(pid: int) -> float:
    """Return the processor time that a process has used; the time, where the system is silent."""
    status = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return time.monotonic()
    if not status.exists():
        return 0.0  # it has ended
    fields = status.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_zombie(pid: int) -> bool:
    """Return whether it has ended but nobody asks how: a container may have no init that does."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_process_in_an_endless_job_ends_with_its_worker() -> None:
    """At once, whatever time the job would have had left."""
    assert _ends_within(_orphan("60"), 2)


def test_without_help_of_the_system_its_time_limit_ends_it() -> None:
    """An alarm needs no thread of the process, which holds the interpreter all the time."""
    pid = _orphan("1", "alarm")
    assert _ends_within(pid, 2, clock=lambda: _cpu_s(pid))
