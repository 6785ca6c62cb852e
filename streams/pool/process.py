"""What a process of the pool sees to itself: its limit, and that it never outlives its worker.

A worker may end by SIGKILL while a process is in the middle of an article, perhaps in a pattern
that never comes to an end. No thread of the process could step in: patterns do not let go of the
interpreter. So the system is asked to end it.
"""

import ctypes
import gc
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_PR_SET_PDEATHSIG = 1  # prctl(2)
POOL_READY = "ready"


def serve(
    connection: Connection,
    bind: Callable[[], None],
    work: Callable[[Sequence[Job]], list[Result]],
    limits_s: tuple[float, float],
) -> None:
    """Say that we are ready, then do batches until the other side closes the connection.

    `bind` binds our end to the worker's.
    What comes is read ahead, so that neither side waits for the other to write.
    """
    bind()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's to handle
    work([])
    _spare_what_is_loaded()
    connection.send(POOL_READY)
    batches: queue.SimpleQueue[list[Job]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(connection, batches), daemon=True).start()
    while True:
        connection.send(at_most(limits_s, work, batches.get()))


def _spare_what_is_loaded() -> None:
    """Leave models and modules to the end of the process, and look for garbage more rarely.

    Work on a page leaves hardly any that needs looking for, but makes enough objects that the
    search took a seventh of its time (measured on labelled news pages; memory was the same).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _read(connection: Connection, batches: "queue.SimpleQueue[list[Job]]") -> None:
    try:
        while True:
            batches.put(connection.recv())
    except (EOFError, OSError):
        os._exit(0)  # the worker has ended, or has given us up


def end_with(parent: int) -> None:
    """Let this process end when its parent does, at once where the system offers that (Linux).

    Linux means the *thread* that started this process. Ours lives as long as the pool.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before it could be asked for
            os._exit(1)


def at_most(
    limits_s: tuple[float, float],
    work: Callable[[Sequence[Job]], list[Result]],
    jobs: Sequence[Job],
) -> tuple[float, list[Result]]:
    """Do the work; return the CPU seconds that it took, and its results.

    The system ends us when it takes more CPU time than the first limit: a machine that stands
    still is nobody's fault. And after twice the second, by the clock, when nobody waits any more.
    """
    cpu_s, clock_s = limits_s
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    signal.setitimer(signal.ITIMER_REAL, 2 * clock_s)
    started_s = time.process_time()
    try:
        results = work(jobs)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.process_time() - started_s, results
