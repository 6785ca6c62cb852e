"""The worker's log: a line an event, for people or for programs, and no more than they can read.

Text of articles, secrets and control characters never get there: what is logged is our own words,
names and numbers; signs that could break or forge a line are escaped.
"""

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from streams.settings import LogFormat, LogLevel, Settings

# What they say at INFO is their own birth and each step of it: 70 lines a start. Services of Faust
# that are ours do so too.
_LIBRARIES = (
    *("aiokafka", "faust", "mode", "streams.kafka.on_faust"),
    *("trafilatura", "charset_normalizer", "urllib3"),
)
# What is in order and yet an ERROR to them: a group's first start makes its coordinator.
IN_ORDER = ("Group Coordinator Request failed",)
# The same again is said after so many seconds at first, then after twice as many each time.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0
MOST_REMEMBERED = 1_000


def logging_config(settings: Settings) -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`."""
    debug = settings.log_level is LogLevel.DEBUG
    formatter = {LogFormat.TEXT: TextFormatter, LogFormat.JSON: JsonFormatter}[settings.log_format]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"repeats": {"()": Repeats}},
        "handlers": {
            "line": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "line",
                "filters": ["repeats"],
            }
        },
        # Their debug records cost a third of the speed when they are made and thrown away.
        "loggers": {name: {"level": "INFO" if debug else "WARNING"} for name in _LIBRARIES},
        "root": {"level": settings.log_level.value, "handlers": ["line"]},
    }


class Repeats(logging.Filter):
    """Lets a warning of one place in the code through at growing intervals, with how often it came.

    A broker that is away makes clients complain ten times a second, for as long as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int], tuple[float, float, int]] = {}  # when, pause, left out

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is to be logged."""
        if record.levelno < logging.WARNING or record.levelno >= logging.CRITICAL:
            return True
        if str(record.msg).startswith(IN_ORDER):
            return False
        place, now = (record.pathname, record.lineno), time.monotonic()
        last, pause, left_out = self._said.get(place, (-LONGEST_PAUSE_S, 0.0, 0))
        if now - last < pause:
            self._said[place] = (last, pause, left_out + 1)
            return False
        quiet = now - last > 2 * LONGEST_PAUSE_S
        next_pause = FIRST_PAUSE_S if quiet or not pause else min(2 * pause, LONGEST_PAUSE_S)
        if len(self._said) >= MOST_REMEMBERED:
            self._said.clear()
        self._said[place] = (now, next_pause, 0)
        if left_out:
            record.msg, record.args = f"{record.getMessage()} (and {left_out} times before)", None
        return True


class TextFormatter(logging.Formatter):
    """A line for people: time, level, what."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback follows on lines of its own."""
        text = f"{_time(record)} {record.levelname:<8} {one_line(record.getMessage())}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


class JsonFormatter(logging.Formatter):
    """A JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": one_line(record.getMessage()),
        }
        fields |= getattr(record, "figures", {})
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def one_line(text: str) -> str:
    r"""Return a text without signs that end a line or steer a terminal.

    >>> one_line("a\nb\x1b[31m")
    'a\\nb\\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
