"""Ends a process when the one that started it is gone, even by SIGKILL.

Run as `python broker_guard.py PID` with a pipe as stdin: the pipe closes when its writer ends,
however it ends, and from whichever thread it was opened (Linux's PR_SET_PDEATHSIG watches a thread,
and other systems have nothing like it). A line on the pipe says that all is well.
"""

import os
import signal
import sys
import time

_PATIENCE_S = 10.0


def guard(pid: int) -> None:
    """Wait for the pipe; when it closes without a word, end `pid`: SIGTERM, then SIGKILL."""
    if sys.stdin.readline():
        return
    try:
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            time.sleep(0.1)
            os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    guard(int(sys.argv[1]))
