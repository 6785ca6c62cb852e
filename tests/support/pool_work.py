"""Work for a pool. A new process imports this within its first job's time: nothing heavy here."""

import os
import time
from collections.abc import Sequence


def work(jobs: Sequence[str]) -> list[str]:
    """Do what a job says."""
    for job in jobs:
        if job == "hang":
            time.sleep(60)
        if job == "die":
            os._exit(9)
    return [job.upper() for job in jobs]
