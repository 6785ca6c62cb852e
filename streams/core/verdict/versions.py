"""Which of two versions of a story is the older: by version number, else by time of change."""

from typing import Any

from streams.core.article.record import MAX_VERSION_CHARS, Record
from streams.core.verdict.case import Case
from streams.units import DAY_MS


def _order(case: Case, record: Record) -> int:
    """Return -1, 0 or 1: this article is older than, as old as, newer than the record.

    Version numbers are compared as numbers, other versions as text (the order ninjs producers
    such as Superdesk use); times only when both name one, and a date without a time of day is
    none. 0 also when nothing is known.
    """
    mine = (case.article.version or "")[:MAX_VERSION_CHARS]
    if mine and record.version:
        if mine.isdecimal() and record.version.isdecimal():
            return _sign(int(mine), int(record.version))
        return _sign(mine, record.version)
    mine_ms, theirs_ms = case.updated_at_ms, record.updated_at_ms
    if mine_ms is not None and theirs_ms is not None and mine_ms != theirs_ms:
        return _sign(mine_ms, theirs_ms)
    mine_ms, theirs_ms = case.published_at_ms, record.published_at_ms
    if mine_ms is None or theirs_ms is None or 0 in {mine_ms % DAY_MS, theirs_ms % DAY_MS}:
        return 0
    return _sign(mine_ms, theirs_ms)


def _sign(mine: Any, theirs: Any) -> int:
    return int(mine > theirs) - int(mine < theirs)


def is_older(case: Case, record: Record) -> bool:
    """Return whether the article is an older version than the record, as far as both say."""
    return _order(case, record) < 0


def is_newer(case: Case, record: Record) -> bool:
    """Return whether the article is a newer version than the record, as far as both say."""
    return _order(case, record) > 0
