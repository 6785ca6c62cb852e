"""The one way a worker gives up: say why, then end the process at once.

Ending the process before an event ends is the only safe way to refuse a message: Faust
acknowledges a record whose agent raised. A supervisor starts the worker again, and the open
transactions are aborted by whoever owns their partitions next.
"""

import logging
import os
import sys
from enum import IntEnum
from typing import NoReturn

logger = logging.getLogger(__name__)


class ExitStatus(IntEnum):
    """Exit statuses of the worker, for supervisors and tests."""

    CONFIGURATION = 2
    FAILED = 70
    RECORD_SKIPPED = 71
    FENCED = 72
    STALLED = 73
    TOPICS_MISMATCH = 74
    BROKER_UNREACHABLE = 75
    REFUSED = 77


def end_process(
    status: ExitStatus, message: str, *, cause: BaseException | None = None
) -> NoReturn:
    """Log `message` and end the process with `status`, without running any shutdown code."""
    logger.critical("%s (exit status %d)", message, status, exc_info=cause)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
