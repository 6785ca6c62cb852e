"""A window that is built before its partition is given out, while a dead worker's session lasts."""

import asyncio
from collections.abc import Sequence
from math import inf

from streams.core.article.record import Told
from streams.core.dedupe import Deduper
from streams.core.window.window import Tell
from streams.kafka.on_faust.record_files import RecordFiles
from streams.settings import DedupeSettings

# So many of the latest records are left out. The former owner may not have committed the last of
# them, a transaction's worth at most, and whoever decides on these messages again writes other
# records; what was built with them in it would be of no use.
LEFT_OUT = 1_024
# With more records to add one by one, building the window anew is quicker.
MOST_ADDED = 4 * LEFT_OUT


class WindowAhead:
    """The window of all but the latest records of a partition, built in a thread."""

    def __init__(self, settings: DedupeSettings, records: RecordFiles) -> None:
        """Begin; must be called in an event loop."""
        self._records = records
        self._deduper = Deduper(settings, fetch=records.get)
        positions = sorted(records.positions())
        self._until = positions[-LEFT_OUT] if len(positions) > LEFT_OUT else 0
        self._told: list[tuple[int, Told]] = []
        self._is_wanted = True
        records.lowest_put = inf
        recover = self._deduper.window.recover
        built = asyncio.to_thread(recover, positions[:-LEFT_OUT], self._note)
        self._built = asyncio.create_task(built)
        # Whoever does not get the partition closes its files, and nobody asks what came of it.
        self._built.add_done_callback(lambda task: task.cancelled() or task.exception())

    def drop(self) -> None:
        """End soon: the process cannot end before its threads do."""
        self._is_wanted = False

    def _note(self, position: int, told: Told) -> None:
        if not self._is_wanted:
            raise InterruptedError
        self._told.append((position, told))

    async def completed(self, records: RecordFiles, until: int, tell: Tell) -> Deduper | None:
        """Return the window of `records` before the position `until`, or None if it is of no use.

        It is of none when it holds what was replaced or never committed, or when many records were
        added since. Each record is told to `tell`, in order of position.
        """
        try:
            await asyncio.shield(self._built)
        except (LookupError, OSError, ValueError):
            return None  # whoever builds it anew says what is wrong with which record
        is_changed = records is not self._records or records.lowest_put < self._until
        if is_changed or not 0 < self._until <= until:
            return None
        added = sorted(each for each in records.positions(until) if each >= self._until)
        if len(added) > MOST_ADDED:
            return None
        await asyncio.to_thread(self._complete, added, tell)
        return self._deduper

    def _complete(self, added: Sequence[int], tell: Tell) -> None:
        for position, told in self._told:
            tell(position, told)
        self._deduper.window.go_on(added, tell)
