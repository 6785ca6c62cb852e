"""A pool of processes for work that takes time, with a limit that really ends it.

Messages are cleaned in batches: handing one over costs some 0.2 ms, a third of cleaning it. What
arrives while all processes are busy goes together, so batches grow with the load. A batch that
exceeds its time limit, or takes its process down, is tried again message by message, so that
only the culprit pays.
"""

import asyncio
import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as PoolTimeoutError
from enum import Enum
from typing import Generic, TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from streams.pool.process import at_most, end_with

logger = logging.getLogger(__name__)

Job = TypeVar("Job")
Result = TypeVar("Result")

BATCH_MAX_JOBS = 32
# A batch this large takes no more jobs.
BATCH_MAX_BYTES = 400_000
# A process has one in hand and finds the next one waiting.
BATCHES_A_PROCESS = 2


class Failure(Enum):
    """Why there is no result: the job took too long, or its process died."""

    TIME_LIMIT = "time_limit"
    PROCESS_DIED = "process_died"


Batch = list[tuple[Job, "asyncio.Future[Result | Failure]"]]


class Pool(Generic[Job, Result]):
    """Runs `work` on batches of jobs in other processes; results come in the order of the jobs."""

    def __init__(
        self,
        work: Callable[[Sequence[Job]], list[Result]],
        *,
        processes: int,
        time_limit_s: float,
        size: Callable[[Job], int],
    ) -> None:
        self._work = work
        self._processes = processes
        self._time_limit_s = time_limit_s
        self._size = size
        # A forked process would inherit the threads and sockets of the Kafka clients.
        self._pool = ProcessPool(
            max_workers=processes,
            context=multiprocessing.get_context("spawn"),
            initializer=end_with,
            initargs=(os.getpid(),),
        )
        self._waiting: deque[tuple[Job, asyncio.Future[Result | Failure]]] = deque()
        self._second_try: set[int] = set()
        self._tasks: set[asyncio.Task[None] | None] = set()

    def submit(self, job: Job) -> "asyncio.Future[Result | Failure]":
        """Queue a job; the future gives its result or why there is none."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result | Failure] = loop.create_future()
        self._waiting.append((job, future))
        if len(self._waiting) == 1:
            # What arrives in the same turn of the loop goes together.
            loop.call_soon(self._send_off)
        return future

    def warm_up(self) -> None:
        """Start the processes, so that the first jobs need not wait for what they import."""
        for _ in range(self._processes):
            self._pool.schedule(self._work, args=([],))

    def stop(self) -> None:
        """End the processes; open jobs are lost."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _send_off(self, done: "asyncio.Task[None] | None" = None) -> None:
        """Send off what waits, as far as processes are free for it."""
        self._tasks.discard(done)
        while self._waiting and len(self._tasks) < BATCHES_A_PROCESS * self._processes:
            task = asyncio.get_running_loop().create_task(self._run(self._next_batch()))
            self._tasks.add(task)
            task.add_done_callback(self._send_off)

    def _next_batch(self) -> "Batch[Job, Result]":
        batch: Batch[Job, Result] = []
        size = 0
        while self._waiting and len(batch) < BATCH_MAX_JOBS and size < BATCH_MAX_BYTES:
            entry = self._waiting.popleft()
            batch.append(entry)
            size += self._size(entry[0])
        return batch

    async def _run(self, batch: "Batch[Job, Result]") -> None:
        jobs = [job for job, _ in batch]
        try:
            scheduled = cast(
                "Future[list[Result]]",
                self._pool.schedule(
                    at_most,
                    args=(self._time_limit_s, self._work, jobs),
                    timeout=self._time_limit_s,
                ),
            )
            results = await asyncio.wrap_future(scheduled)
        except PoolTimeoutError:
            await self._one_by_one(batch, Failure.TIME_LIMIT)
        except ProcessExpired as error:
            logger.warning("a pool process died (exit status %s)", error.exitcode)
            await self._one_by_one(batch, Failure.PROCESS_DIED)
        except Exception as error:  # noqa: BLE001 - the pool itself is broken: whoever waits must know
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), outcome in zip(batch, results, strict=True):
                _resolve(future, outcome)

    async def _one_by_one(self, batch: "Batch[Job, Result]", failure: Failure) -> None:
        """Run each job alone, so that each has its outcome as soon as it is there.

        A job that was alone when its process died is tried once more: the process may have been
        ended by a signal, or for the memory of something else.
        """
        if len(batch) > 1:
            for entry in batch:
                await self._run([entry])
            return
        ((_, future),) = batch
        if failure is Failure.PROCESS_DIED and id(future) not in self._second_try:
            self._second_try.add(id(future))
            await self._run(batch)
            self._second_try.discard(id(future))
        else:
            _resolve(future, failure)


def _resolve(future: "asyncio.Future[Result | Failure]", outcome: Result | Failure) -> None:
    if not future.done():
        future.set_result(outcome)
