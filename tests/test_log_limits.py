"""A log that floods is cut down, and what matters is in it."""

import logging

from streams.log_limits import A_MINUTE, FewAMinute


def _record(line: int, level: int = logging.ERROR) -> logging.LogRecord:
    return logging.LogRecord("aiokafka", level, "client.py", line, "no %s", ("broker",), None)


def test_each_place_is_heard_a_few_times_a_minute() -> None:
    """However often it speaks; another place is heard beside it."""
    few = FewAMinute(now=lambda: 10.0)
    assert sum(few.filter(_record(1)) for _ in range(1_000)) == A_MINUTE
    assert few.filter(_record(2))


def test_what_was_held_back_is_counted_with_the_next_line() -> None:
    """A minute later."""
    now = [100.0]
    few = FewAMinute(now=lambda: now[0])
    for _ in range(A_MINUTE + 7):
        few.filter(_record(1))
    now[0] += 61
    record = _record(1)
    assert few.filter(record)
    assert record.getMessage() == "no broker (7 log lines were held back)"


def test_what_is_critical_always_passes() -> None:
    """It says why the process ends."""
    few = FewAMinute(now=lambda: 10.0)
    assert all(few.filter(_record(1, logging.CRITICAL)) for _ in range(100))
