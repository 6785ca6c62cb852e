"""Which of two versions of a story is the older: by version number, else by time of change."""

from typing import Any

from streams.core.case import Case
from streams.core.record import MAX_VERSION_CHARS, Record


def _order(case: Case, record: Record) -> int:
    """Return -1, 0 or 1: this article is older than, as old as, newer than the record.

    Version numbers are compared as numbers, other versions as text (the order ninjs producers
    such as Superdesk use); times only when both name one. 0 also when nothing is known.
    """
    mine = (case.article.version or "")[:MAX_VERSION_CHARS]
    if mine and record.version:
        if mine.isdecimal() and record.version.isdecimal():
            return _sign(int(mine), int(record.version))
        return _sign(mine, record.version)
    for my_time, their_time in (
        (case.updated_at_ms, record.updated_at_ms),
        (case.published_at_ms, record.published_at_ms),
    ):
        if my_time is not None and their_time is not None and my_time != their_time:
            return _sign(my_time, their_time)
    return 0


def _sign(mine: Any, theirs: Any) -> int:
    return int(mine > theirs) - int(mine < theirs)


def is_older(case: Case, record: Record) -> bool:
    """Return whether the article is an older version than the record, as far as both say."""
    return _order(case, record) < 0


def is_newer(case: Case, record: Record) -> bool:
    """Return whether the article is a newer version than the record, as far as both say."""
    return _order(case, record) > 0
