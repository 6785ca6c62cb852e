"""A parent whose pool is in an endless job: `python -m tests.support.orphans TIME_LIMIT_S [alarm]`.

Prints the process id of the pool's process when it is in the middle of it. With `alarm` the system
does not end that process with its parent, as on systems that cannot.
"""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import Sequence
from unittest.mock import patch

from streams.pool import Pool


def get_lost(jobs: Sequence[str]) -> list[str]:
    """Try a pattern on a text that takes it for ever, without letting go of the interpreter."""
    for job in jobs:
        sys.stdout.write(f"{os.getpid()}\n")
        sys.stdout.flush()
        re.match(r"(a+)+$", job)
    return []


def do_not_care(_parent: int) -> None:
    """Outlive the parent."""


async def main(time_limit_s: float) -> None:
    """Wait for the job."""
    pool = Pool[str, str](
        get_lost,
        processes=1,
        time_limit_s=time_limit_s,
        size=len,
        failed=lambda _job, failure: failure.value,
    )
    await pool.submit("a" * 60 + "b")


if __name__ == "__main__":
    helped = contextlib.nullcontext()
    alone = patch("streams.pool.slot.end_with", do_not_care)
    with alone if "alarm" in sys.argv else helped:
        asyncio.run(main(float(sys.argv[1])))
