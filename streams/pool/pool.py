"""A pool of processes for work that takes time, with a limit that really ends it.

Messages are cleaned in batches: handing one over costs some 0.2 ms, a third of cleaning it. What
arrives while all processes are busy goes together, so batches grow with the load. A batch that
exceeds its time limit, or takes its process down, is tried again message by message, so that
only the culprit pays.

    submit ─► turns of the sources ─► batches ─► slots, a thread and a process each ─► futures
                        ▲ again, alone                        │
                        └─────────────────────────────────────┘ of a batch that failed
"""

import asyncio
import queue
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from streams.limits import POOL_CLOCK_SHARE
from streams.pool.slot import (
    BATCHES_A_PROCESS,
    Done,
    Failure,
    PoolBrokenError,
    PoolProcess,
    Slot,
)
from streams.pool.turns import Turns

Job = TypeVar("Job")
Result = TypeVar("Result")

BATCH_MAX_JOBS = 32
# A batch this large takes no more jobs.
BATCH_MAX_BYTES = 400_000
# A job is given up when it has failed so often, the last time alone. A process may have been ended
# by a signal, or for the memory of something else, and a machine may be slow for a moment.
TRIES = 2


@dataclass(slots=True)
class _Entry(Generic[Job, Result]):
    """A job, whoever waits for it, and how it has fared."""

    job: Job
    future: "asyncio.Future[Result]"
    failures: int = 0
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class _Batch(Generic[Job, Result]):
    """Jobs of one source that go together."""

    source: Hashable
    entries: list[_Entry[Job, Result]] = field(default_factory=list)

    def jobs(self) -> list[Job]:
        return [entry.job for entry in self.entries]


class Pool(Generic[Job, Result]):
    """Runs `work` on batches of jobs in other processes; work on no jobs gets a process ready."""

    def __init__(
        self,
        work: Callable[[Sequence[Job]], list[Result]],
        *,
        processes: int,
        time_limit_s: float,
        size: Callable[[Job], int],
        failed: Callable[[Job, Failure], Result],
        source: Callable[[Job], Hashable] = lambda _job: None,
    ) -> None:
        """`time_limit_s` is CPU time; `source` says whose a job is: sources take turns.

        `failed` gives the result of a job that none could be got of.
        """
        self._failed = failed
        self._size = size
        self._source = source
        self._time_limit_s = time_limit_s
        self._room = self._all_room = BATCHES_A_PROCESS * processes
        self._batches: queue.SimpleQueue[_Batch[Job, Result] | None] = queue.SimpleQueue()
        self._slots = [
            Slot(
                lambda: PoolProcess(work, time_limit_s, POOL_CLOCK_SHARE * time_limit_s),
                self._batches,
                _Batch.jobs,
                self._report,
            )
            for _ in range(processes)
        ]
        self._turns: Turns[_Entry[Job, Result]] = Turns()
        self._pending: Counter[Hashable] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._called = False
        self.tries = 0  # batches that have come to an end, one way or the other

    def waits(self, source: Hashable) -> bool:
        """Return whether a job of this source is in the pool."""
        return self._pending[source] > 0

    def submit(self, job: Job) -> "asyncio.Future[Result]":
        """Queue a job; the future gives its result."""
        self.start()
        loop = self._loop = asyncio.get_running_loop()
        entry: _Entry[Job, Result] = _Entry(job, loop.create_future())
        source = self._source(job)
        self._pending[source] += 1
        self._turns.put(source, entry)
        if not self._called:
            # What arrives in the same turn of the loop goes together.
            self._called = True
            loop.call_soon(self._send_off)
        return entry.future

    def start(self) -> None:
        """Start the processes, so that the first jobs need not wait for what they import."""
        for slot in self._slots:
            slot.start()

    def stop(self) -> None:
        """End the processes; open jobs are lost."""
        self._loop = None
        for _ in self._slots:
            self._batches.put(None)
        for slot in self._slots:
            slot.stop()

    def _send_off(self) -> None:
        """Send off what waits, as far as processes are free for it."""
        self._called = False
        while self._turns and self._room:
            batch = self._next_batch()
            if batch.entries:
                self._room -= 1
                self._batches.put(batch)

    def _next_batch(self) -> _Batch[Job, Result]:
        """Return the jobs whose turn it is; none if nobody waits for them any more."""
        source, waiting = self._turns.next()
        batch: _Batch[Job, Result] = _Batch(source)
        size = 0
        while waiting and len(batch.entries) < BATCH_MAX_JOBS and size < BATCH_MAX_BYTES:
            if batch.entries and (batch.entries[0].is_alone or waiting[0].is_alone):
                break
            entry = waiting.popleft()
            if entry.future.cancelled():  # its partition was given up meanwhile
                self._let_go(source)
                continue
            batch.entries.append(entry)
            size += self._size(entry.job)
        self._turns.taken(source)
        return batch

    def _report(
        self, batch: _Batch[Job, Result], outcome: Done | Failure | PoolBrokenError
    ) -> None:
        """Hand an outcome to the loop; called in a slot's thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._take, batch, outcome)

    def _take(self, batch: _Batch[Job, Result], outcome: Done | Failure | PoolBrokenError) -> None:
        self._room += 1
        self.tries += 1
        if isinstance(outcome, Done):
            self._turns.charge(batch.source, outcome.cpu_s)
            for entry, result in zip(batch.entries, outcome.results, strict=True):
                self._resolve(batch.source, entry, result)
        elif isinstance(outcome, Failure):
            self._turns.charge(batch.source, self._time_limit_s)
            self._try_again(batch, outcome)
        else:
            for entry in batch.entries:
                if not entry.future.done():
                    entry.future.set_exception(outcome)
        self._send_off()
        if self._room == self._all_room:
            self._turns.forget()

    def _try_again(self, batch: _Batch[Job, Result], failure: Failure) -> None:
        """Queue each job of a failed batch alone, but for one that has failed too often."""
        was_alone = len(batch.entries) == 1
        again = []
        for entry in batch.entries:
            # Whose fault it was that a process died, nobody knows of a batch.
            entry.failures += was_alone or failure is Failure.TIME_LIMIT
            entry.is_alone = True
            if entry.failures < TRIES:
                again.append(entry)
            else:
                self._resolve(batch.source, entry, self._failed(entry.job, failure))
        if again:
            self._turns.put_back(batch.source, again)

    def _resolve(self, source: Hashable, entry: _Entry[Job, Result], outcome: Result) -> None:
        self._let_go(source)
        if not entry.future.done():
            entry.future.set_result(outcome)

    def _let_go(self, source: Hashable) -> None:
        """Count one job less of a source."""
        self._pending[source] -= 1
        if not self._pending[source]:
            del self._pending[source]
