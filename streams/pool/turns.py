"""Whose jobs come next: a queue for each source, and the source that has used least goes first.

So a source whose jobs take seconds cannot starve the others, however many it has.
"""

from collections import deque
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

Waiting = TypeVar("Waiting")


class Turns(Generic[Waiting]):
    """Entries in the order of their source; sources by the time that they have used."""

    def __init__(self) -> None:
        self._queues: dict[Hashable, deque[Waiting]] = {}
        self._used_s: dict[Hashable, float] = {}

    def __bool__(self) -> bool:
        """Return whether anything waits."""
        return bool(self._queues)

    def put(self, source: Hashable, entry: Waiting) -> None:
        """Queue an entry behind those of its source."""
        self._queue(source).append(entry)

    def put_back(self, source: Hashable, entries: Sequence[Waiting]) -> None:
        """Queue entries before those of their source, in their order."""
        self._queue(source).extendleft(reversed(entries))

    def _queue(self, source: Hashable) -> deque[Waiting]:
        if source not in self._queues:
            # While it had nothing to do it has saved up no time.
            least_s = min((self._used_s.get(name, 0.0) for name in self._queues), default=0.0)
            self._used_s[source] = max(self._used_s.get(source, 0.0), least_s)
            self._queues[source] = deque()
        return self._queues[source]

    def next(self) -> tuple[Hashable, deque[Waiting]]:
        """Return the source whose turn it is, and its queue, to be taken from."""
        source = min(self._queues, key=lambda name: self._used_s[name])
        return source, self._queues[source]

    def taken(self, source: Hashable) -> None:
        """Forget the queue of a source when it is empty."""
        if not self._queues[source]:
            del self._queues[source]

    def forget(self) -> None:
        """Forget what all have used; called when nothing is left to do."""
        self._used_s.clear()

    def charge(self, source: Hashable, seconds: float) -> None:
        """Note that a source has used so much time."""
        self._used_s[source] = self._used_s.get(source, 0.0) + seconds
