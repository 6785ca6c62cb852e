"""What a page shows beside its article: the blocks that no extracted line holds, and why.

An extractor passes over menus, footers and teasers without a word. Here they are put back between
the lines of the article, in the order of the page, as spans that are removed: text and removals
cover all that the page shows.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.removal import Removal
from streams.core.page.outside_reasons import OutsideReason, reasons_of
from streams.core.page.shown import Shown, find_blocks
from streams.core.page.tree import PageTree


@dataclass(frozen=True, slots=True)
class Whole:
    """All the visible text of a page; `outside_chars` of it no extractor took for the article."""

    text: str
    removals: tuple[Removal, ...]
    outside_chars: int


def with_outside(
    tree: PageTree, text: str, removals: Sequence[Removal], title: str | None
) -> Whole:
    """Return a page's extracted text with all else that it shows, the latter as removals.

    Lines stay as they are; `removals` are those of lines, and move with them.
    """
    lines = text.split("\n")
    shown = find_blocks(tree.texts, lines)
    reasons = reasons_of(tree, [at for at, found in enumerate(shown) if found.missing], title)
    return _Writer(lines, removals).write(list(_runs(shown, reasons)))


@dataclass(frozen=True, slots=True)
class _Run:
    """Missing texts that stand below one line of the article (-1: above all), for one reason."""

    below: int
    reason: OutsideReason
    texts: list[str]


def _runs(shown: Sequence[Shown], reasons: Mapping[int, OutsideReason]) -> Iterator[_Run]:
    run: _Run | None = None
    for at, found in enumerate(shown):
        if not found.missing:
            continue
        if run is None or (run.below, run.reason) != (found.line, reasons[at]):
            if run is not None:
                yield run
            run = _Run(found.line, reasons[at], [])
        run.texts.append(found.missing)
    if run is not None:
        yield run


class _Writer:
    """Writes lines and runs one below the other, and keeps track of where each begins."""

    def __init__(self, lines: Sequence[str], removals: Sequence[Removal]) -> None:
        self._lines = lines
        self._of_line = _by_line(lines, removals)
        self._parts: list[str] = []
        self._removals: list[Removal] = []
        self._at = 0

    def write(self, runs: Sequence[_Run]) -> Whole:
        outside, waiting = 0, iter(runs)
        run = next(waiting, None)
        for number in range(-1, len(self._lines)):
            if number >= 0:
                for removal, start in self._of_line.get(number, ()):
                    moved = {"start": self._at + start, "end": self._at + start + len(removal.text)}
                    self._removals.append(removal.model_copy(update=moved))
                self._put(self._lines[number])
            while run is not None and run.below == number:
                text = "\n".join(run.texts)
                self._removals.append(
                    Removal(
                        start=self._at,
                        end=self._at + len(text),
                        reason=run.reason.reason,
                        rule=run.reason.rule,
                        text=text,
                        why=run.reason.why,
                    )
                )
                outside += len(text) + 1
                self._put(text)
                run = next(waiting, None)
        return Whole("\n".join(self._parts), tuple(self._removals), outside)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._at += len(text) + 1


def _by_line(
    lines: Sequence[str], removals: Sequence[Removal]
) -> Mapping[int, list[tuple[Removal, int]]]:
    """Return the removals by the line in which they are, each with its place in the line."""
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    found: dict[int, list[tuple[Removal, int]]] = {}
    for removal in removals:
        number = bisect_right(starts, removal.start) - 1
        found.setdefault(number, []).append((removal, removal.start - starts[number]))
    return found
