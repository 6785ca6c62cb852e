"""Text to lines with their places, which are what the cleaner keeps or removes."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from types import MappingProxyType
from typing import NamedTuple

from schemas import RejectionReason
from streams.core.text.refused import Refused

# A wire's hard-wrapped text: measures between these, filled lines at least this full.
_WRAP_MIN_CHARS, _WRAP_MAX_CHARS = 50, 100
_WRAP_FILLED = 0.6
# At least this share of the breaks must run on into a lower-case word.
_WRAP_RUN_ON = 0.35
_WRAP_MIN_BREAKS = 4

# No article has more, and with more the record of its paragraphs would outgrow the topic's limit.
MAX_LINES = 10_000

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


class Line(NamedTuple):
    """A line that is not blank. `text` has its blanks collapsed; the span is in the source text."""

    text: str
    start: int
    end: int


def is_visible(text: str) -> bool:
    """Say whether `text` has no signs but line feeds and those that a reader sees."""
    return text.replace("\n", "").isprintable()


def split_lines(
    text: str, repairs: Mapping[str, str] = MappingProxyType({}), *, visible: bool | None = None
) -> list[Line]:
    r"""Return the lines of `text` that are not blank; hard-wrapped lines are joined to paragraphs.

    `repairs` has what damaged lines, from one line feed to the next, should have been; `visible`
    says what `is_visible` does, if that is known.

    Raises `Refused` when there are more lines than any article has.

    >>> [line.text for line in split_lines(" a  b\n\n\tc")]
    ['a b', 'c']
    """
    found = _repaired(text, repairs) if repairs else _lines(text, visible=visible)
    lines = list(islice(found, MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        raise Refused(RejectionReason.TOO_COMPLEX, f"more than {MAX_LINES} lines of text")
    if _BLANK_LINE.search(text) and _is_wrapped(text, lines):
        return _unwrapped(text, lines)
    return lines


def _lines(text: str, *, visible: bool | None = None) -> Iterator[Line]:
    if "  " not in text and (is_visible(text) if visible is None else visible):
        return _plain_lines(text)
    return _any_lines(text)


def _plain_lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text without any blanks but single spaces and line feeds."""
    at = 0
    for raw in text.split("\n"):
        line = raw.strip(" ")
        if line:
            start = at if raw[0] != " " else at + 1
            yield Line(line, start, start + len(line))
        at += len(raw) + 1


def _any_lines(text: str) -> Iterator[Line]:
    at = 0
    for raw in text.splitlines(keepends=True):
        line = raw.strip()
        if line:
            start = at + raw.find(line)
            # Most lines have single blanks only, and need no second look.
            text = line if line.isprintable() and "  " not in line else " ".join(line.split())
            yield Line(text, start, start + len(line))
        at += len(raw)


def _repaired(text: str, repairs: Mapping[str, str]) -> Iterator[Line]:
    """Yield the lines, repaired ones whole, with their places in the damaged text."""
    at = 0
    for raw in text.split("\n"):
        better = " ".join(repairs[raw].split()) if raw in repairs else ""
        if better:
            start = at + len(raw) - len(raw.lstrip())
            yield Line(better, start, at + len(raw.rstrip()))
        else:
            yield from (Line(x.text, x.start + at, x.end + at) for x in _lines(raw))
        at += len(raw) + 1


def _is_wrapped(text: str, lines: list[Line]) -> bool:
    """Say whether line ends are where the measure ran out rather than where a paragraph ends."""
    breaks = [(a, b) for a, b in pairwise(lines) if not _BLANK_LINE.search(text, a.end, b.start)]
    if len(breaks) < _WRAP_MIN_BREAKS:
        return False
    measure = max(len(a.text) for a, _ in breaks)
    if not _WRAP_MIN_CHARS <= measure <= _WRAP_MAX_CHARS:
        return False
    filled = sum(len(a.text) >= _WRAP_FILLED * measure for a, _ in breaks)
    run_on = sum(b.text[0].islower() for _, b in breaks)
    return filled >= 0.8 * len(breaks) and run_on >= _WRAP_RUN_ON * len(breaks)


def _unwrapped(text: str, lines: list[Line]) -> list[Line]:
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is None or _BLANK_LINE.search(text, last.end, line.start):
            joined.append(line)
        else:
            joined[-1] = Line(f"{last.text} {line.text}", last.start, line.end)
    return joined
