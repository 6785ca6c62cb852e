"""A process of the pool and the thread that keeps it, which starts another when it ends."""

import logging
import multiprocessing
import os
import pickle
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Generic, TypeVar

from streams.pool.process import POOL_READY, end_with, serve

logger = logging.getLogger(__name__)

Batch = TypeVar("Batch")
Work = Callable[[Sequence[Any]], list[Any]]

# A process has one batch in hand and finds the next one waiting.
BATCHES_A_PROCESS = 2
# From the start of a process to its first batch: two seconds, many times that on a loaded machine.
_START_LIMIT_S = 120.0
START_TRIES = 3
END_LIMIT_S = 5.0
_STOP_LIMIT_S = 2.0


class Failure(Enum):
    """Why there is no result: the batch took too long, or its process died."""

    TIME_LIMIT = "time_limit"
    PROCESS_DIED = "process_died"


class PoolBrokenError(Exception):
    """Processes of the pool do not start: nothing can be done, and no job is to blame."""


@dataclass(frozen=True, slots=True)
class Done:
    """The results of a batch, and the CPU seconds that they took."""

    results: list[Any]
    cpu_s: float


class PoolProcess:
    """A process that does one batch after another."""

    def __init__(self, work: Work, cpu_limit_s: float, clock_limit_s: float) -> None:
        # A forked process would inherit the threads and sockets of the Kafka clients.
        context = multiprocessing.get_context("spawn")
        self._clock_limit_s = clock_limit_s
        self._killed = False
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=serve,
            args=(theirs, partial(end_with, os.getpid()), work, (cpu_limit_s, clock_limit_s)),
            name="cleanwire pool",
            daemon=True,
        )
        self._process.start()
        theirs.close()  # then its end is seen as the end of the connection
        if self._receive(_START_LIMIT_S) != POOL_READY:
            status = self._end()
            raise PoolBrokenError(f"a process of the pool does not start (exit status {status})")

    def send(self, jobs: Sequence[Any]) -> None:
        """Hand over a batch; a process that is gone says so when it is asked for results."""
        with suppress(OSError):
            self._ours.send(jobs)

    def outcome(self) -> Done | Failure:
        """Wait for the results of the oldest batch; after a failure the process is gone."""
        answer = self._receive(self._clock_limit_s)
        if isinstance(answer, tuple):
            cpu_s, results = answer
            return Done(results, cpu_s)
        timed_out = answer is TimeoutError
        was_killed = self._killed
        status = self._end()
        if timed_out or status == -signal.SIGPROF:
            return Failure.TIME_LIMIT
        if not was_killed:
            logger.warning("a process of the pool died (exit status %s)", status)
        return Failure.PROCESS_DIED

    def _receive(self, within_s: float) -> Any:
        try:
            return self._ours.recv() if self._ours.poll(within_s) else TimeoutError
        except (EOFError, OSError, pickle.UnpicklingError):
            return EOFError

    def _end(self) -> int | None:
        """End the process; return its exit status, the negative number of a signal."""
        self._process.join(0.1)  # it may be about to end by itself
        self.kill()
        self._process.join(END_LIMIT_S)
        self._ours.close()
        return self._process.exitcode

    def kill(self) -> None:
        """Let the process end now."""
        self._killed = True
        if self._process.is_alive():
            self._process.kill()


class Slot(Generic[Batch]):
    """Takes batches from a queue, and reports the outcome of each."""

    def __init__(
        self,
        start: Callable[[], PoolProcess],
        batches: "queue.SimpleQueue[Batch | None]",
        jobs_of: Callable[[Batch], Sequence[Any]],
        report: Callable[[Batch, Done | Failure | PoolBrokenError], None],
    ) -> None:
        self._new_process = start
        self._batches = batches
        self._jobs_of = jobs_of
        self._report = report
        self._process: PoolProcess | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="pool", daemon=True)

    def start(self) -> None:
        """Start the process, unless that was done."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """End the process, whatever it does, for good. A None must be in the queue."""
        self._stopping = True
        if self._process is not None:
            self._process.kill()
        if self._thread.ident is not None:
            self._thread.join(_STOP_LIMIT_S)

    def _run(self) -> None:
        """Do batches until there is a None in the queue."""
        in_hand: deque[Batch] = deque()
        try:
            self._process = process = self._restarted()
            while self._fill(process, in_hand):
                outcome = process.outcome()
                self._report(in_hand.popleft(), outcome)
                if isinstance(outcome, Failure):
                    self._process = process = self._restarted()
                    for batch in in_hand:
                        process.send(self._jobs_of(batch))
        except Exception as error:  # noqa: BLE001 - a thread that ends in silence lets all wait for ever
            broken = error if isinstance(error, PoolBrokenError) else PoolBrokenError(repr(error))
            while True:
                waiting = in_hand.popleft() if in_hand else self._batches.get()
                if waiting is None:
                    return
                self._report(waiting, broken)

    def _fill(self, process: PoolProcess, in_hand: "deque[Batch]") -> bool:
        """Send what waits, as far as the process has room; say whether to go on."""
        while len(in_hand) < BATCHES_A_PROCESS:
            try:
                batch = self._batches.get(block=not in_hand)
            except queue.Empty:
                return True
            if batch is None:
                return False
            process.send(self._jobs_of(batch))
            in_hand.append(batch)
        return True

    def _restarted(self) -> PoolProcess:
        for left in reversed(range(START_TRIES)):
            try:
                return self._new_process()
            except (PoolBrokenError, OSError) as error:
                if not left or self._stopping:
                    raise PoolBrokenError(str(error)) from error
                logger.warning("%s; trying again", error)
        raise AssertionError("the last try returns or raises")
