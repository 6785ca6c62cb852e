"""Work for a pool. A new process imports this within its first job's time: nothing heavy here."""

import os
import time
from collections.abc import Sequence

from streams.pool.slot import Failure


def work(jobs: Sequence[str]) -> list[str | Failure]:
    """Do what a job says."""
    for job in jobs:
        if job == "hang":
            while True:
                pass
        if job == "stand still":
            time.sleep(1.5)
        if job == "die":
            os._exit(9)
        if job == "where":
            return [str(os.getpid())]
    return [job.upper() for job in jobs]


def told(_job: str, failure: Failure) -> Failure:
    """Return why a job has no result."""
    return failure


def no_work(jobs: Sequence[str]) -> list[str | Failure]:
    """Fail from the first, as where a library is missing."""
    raise SystemExit(len(jobs) + 3)
