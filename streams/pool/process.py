"""What a process of the pool sees to itself: it never outlives its worker.

A worker may end by SIGKILL while a process is in the middle of an article, perhaps in a pattern
that never comes to an end. No thread of the process could step in: patterns do not let go of the
interpreter. So the system is asked to end it.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with(parent: int) -> None:
    """Let this process end when its parent does, at once where the system offers that (Linux).

    Linux means the *thread* that started this process. Those that do, the event loop's and
    pebble's, live as long as the pool.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before it could be asked for
            os._exit(1)


def at_most(
    limit_s: float, work: Callable[[Sequence[Job]], list[Result]], jobs: Sequence[Job]
) -> list[Result]:
    """Do the work; after twice the time the pool allows, nobody waits for it: the alarm ends us."""
    signal.setitimer(signal.ITIMER_REAL, 2 * limit_s)
    try:
        return work(jobs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
