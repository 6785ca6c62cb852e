"""A broker that is away must not fill the disk with log: nothing is said more than a few times."""

import logging
import time
from collections.abc import Callable

# Lines of one place in the code in a minute; the rest is counted and said with the next. What is
# only information comes in bursts, such as a line for each service at the start.
A_MINUTE = 5
A_MINUTE_OF_INFO = 30
MINUTE_S = 60.0

# More places than any program has that log. Beyond it nothing is held back.
PLACES = 1_000


class FewAMinute(logging.Filter):
    """Lets through the first records of each place in a minute, and says how many it held back.

    What is critical always passes: it is said once, before the process ends.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._said: dict[tuple[str, int], int] = {}
        self._held_back = 0
        self._minute = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written."""
        if record.levelno >= logging.CRITICAL:
            return True
        now = self._now()
        place = (record.pathname, record.lineno)
        if now - self._minute >= MINUTE_S or len(self._said) > PLACES:
            self._said.clear()
            self._minute = now
            if self._held_back:
                record.msg = f"{record.getMessage()} ({self._held_back} log lines were held back)"
                record.args = ()
                self._held_back = 0
        said = self._said[place] = self._said.get(place, 0) + 1
        allowed = A_MINUTE if record.levelno >= logging.WARNING else A_MINUTE_OF_INFO
        self._held_back += said > allowed
        return said <= allowed


def limit_logging() -> None:
    """Put the limit on everything that writes log lines now."""
    few = FewAMinute()
    for handler in logging.getLogger().handlers:
        handler.addFilter(few)
