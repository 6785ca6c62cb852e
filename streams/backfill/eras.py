"""The windows of a backfill, by the articles' own time.

The input may go back in time, or an article bear a wrong date. So a window is not one: an article
joins the window whose time is near its own, or begins another. One of a wrong date disturbs no
other, and one that is older than a window cannot be a copy of what is in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from streams.core.article.record import cut
from streams.core.dedupe import Deduper
from streams.kafka.on_faust.record_files import RecordFiles
from streams.settings import DedupeSettings
from streams.units import HOUR_MS

# Windows held at a time for each partition; the one not used for longest is let go of. More would
# only be memory: files that are read one after the other need one, some outliers one each.
MOST_ERAS: Final = 8


@dataclass(frozen=True, slots=True)
class RecordKey:
    """Under what a record is kept: partition of the scope, window, position in the backfill."""

    partition: int
    era: int
    position: int


@dataclass(eq=False, slots=True)
class Era:
    """One window: articles whose own times are not far from each other."""

    number: int
    records: RecordFiles
    deduper: Deduper = field(repr=False)
    last_position: int = -1
    # Hours on disk count from here, for they may not be negative, and articles of 1955 exist.
    base_hour: int | None = None

    def is_near(self, own_time_ms: int, window_ms: int) -> bool:
        """Return whether an article of that time may be a copy of what is here, or an original."""
        latest_ms = self.deduper.window.stream_time_ms
        return latest_ms is not None and abs(own_time_ms - latest_ms) <= window_ms


class Eras:
    """All windows of a backfill, and the records in them, which are kept on disk."""

    def __init__(self, settings: DedupeSettings, folder: Path) -> None:
        """Begin with none; `folder` is for scratch files."""
        self._settings = settings
        self._folder = folder
        self._window_ms = settings.window_hours * HOUR_MS
        self._eras: dict[int, list[Era]] = {}  # by partition, the one used last at the end
        self.next_number = 0
        self.next_position = 0
        # Until they are recovered, by partition and number:
        self._found: dict[tuple[int, int], Era] = {}
        self._gone: dict[tuple[int, int], set[int]] = {}

    def _new(self, number: int) -> Era:
        records = RecordFiles(self._folder)
        return Era(number, records, Deduper(self._settings, fetch=records.get))

    def near(self, partition: int, own_time_ms: int) -> Era:
        """Return the window that an article of that time belongs to; a new one if there is none."""
        for era in reversed(self._eras.get(partition, ())):
            if era.is_near(own_time_ms, self._window_ms):
                return era
        return self._new(self.next_number)

    def remember(self, partition: int, era: Era, position: int, record: bytes) -> list[RecordKey]:
        """Keep the record of an article that its window knows; return what counts no more now."""
        self._put(era, position, record)
        era.last_position = position
        self.next_position = position + 1
        self.next_number = max(self.next_number, era.number + 1)
        eras = self._eras.setdefault(partition, [])
        if era in eras:
            eras.remove(era)
        eras.append(era)
        return [*self._expired(partition, era), *self._dropped(partition)]

    def take_in(self, key: RecordKey, record: bytes | None) -> None:
        """Take in what an earlier run remembered, or that it let go of it (None)."""
        place = key.partition, key.era
        if record is None:
            self._gone.setdefault(place, set()).add(key.position)
        else:
            if place not in self._found:
                self._found[place] = self._new(key.era)
            self._put(self._found[place], key.position, record)
        self.next_number = max(self.next_number, key.era + 1)
        self.next_position = max(self.next_position, key.position + 1)

    def recover(self) -> list[RecordKey]:
        """Make windows of all that was taken in; return what counted no more already."""
        stale: list[RecordKey] = []
        for place, era in self._found.items():
            positions = set(era.records.positions(before=self.next_position))
            positions -= self._gone.get(place, set())
            if positions:
                era.deduper.window.recover(positions)
                era.last_position = max(positions)
                self._eras.setdefault(place[0], []).append(era)
                stale += self._expired(place[0], era)
        for partition, eras in self._eras.items():
            eras.sort(key=lambda era: era.last_position)
            stale += self._dropped(partition)
        self._found.clear()
        self._gone.clear()
        return stale

    def _put(self, era: Era, position: int, record: bytes) -> None:
        hour = cut(record).arrived_at_ms // HOUR_MS
        if era.base_hour is None:
            # What comes later is never further back than the window from what came before.
            era.base_hour = hour - self._settings.window_hours - 1
        era.records.put(hour - era.base_hour, position, record)

    def _expired(self, partition: int, era: Era) -> Iterator[RecordKey]:
        window = era.deduper.window
        for position in window.expire():
            yield RecordKey(partition, era.number, position)
        if window.stream_time_ms is not None and era.base_hour is not None:
            oldest = (window.stream_time_ms - self._window_ms) // HOUR_MS
            era.records.expire(oldest - era.base_hour)

    def _dropped(self, partition: int) -> Iterator[RecordKey]:
        eras = self._eras[partition]
        while len(eras) > MOST_ERAS:
            era = eras.pop(0)
            for position in era.records.positions(before=self.next_position):
                yield RecordKey(partition, era.number, position)
            era.records.close()
