"""The sources of one partition: taken in message by message, bounded, by stream time.

see(source, sample, position, arrival) ─► records to write: of that source once an hour and at each
                                           change, of one that fell silent, of one forgotten
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from schemas import SourceRecord
from schemas.prepared import UNKNOWN_SOURCE
from schemas.source import DRIFTS, SourceState
from streams.core.article.identity import source_key
from streams.core.drift.sample import Sample, unpack_sample
from streams.core.drift.silence import KNOWN_H, SOONEST_H, Hours, quiet_from
from streams.core.drift.source import SourceMemory, memory_in
from streams.units import HOUR_MS

# A source that was not seen for so long is forgotten, and learnt anew if it comes back.
FORGOTTEN_AFTER_H: Final = KNOWN_H
# Later looks would pile up, one for each night.
_LOOK_AGAIN_H: Final = 24
# The heap holds so many looks for each source that may be known before it is made anew.
_MOST_OUT_OF_DATE: Final = 8
# At the turn of an hour silences are looked at with this many sources a message, 2 ms in all.
_LOOKS_A_MESSAGE: Final = 50


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A record to write: how a source stands, or none when it is forgotten."""

    key: str
    record: SourceRecord | None


class SourcesMemory:
    """What is known of the sources of one partition. Time is that of arrivals."""

    def __init__(
        self, most: int, records: Iterable[SourceRecord] = (), *, until: int | None = None
    ) -> None:
        """Know at most `most` sources; go on from `records`, of messages before `until`."""
        self._most = most
        self._sources: dict[str, SourceMemory] = {}  # the one seen last at the end
        self._stream: Hours | None = None
        # When each is looked at next: (hour, source). What is not as in `_due_at` is out of date.
        self._due: list[tuple[int, str]] = []
        self._due_at: dict[str, int] = {}
        self._unsaved: dict[str, None] = {}  # changed while the window was rebuilt
        self.forgotten = 0  # because there were too many
        self.flagged = dict.fromkeys(DRIFTS, 0)  # how often, since somebody counted
        found = [memory for record in records if (memory := memory_in(record))]
        for memory in sorted(found, key=lambda memory: memory.last_ms):
            if until is not None and memory.position >= until:
                memory.position = -1  # of a log before the one that is there now
            self._take(source_key(memory.name), memory)

    def __len__(self) -> int:
        """Return how many sources are known."""
        return len(self._sources)

    def states(self) -> dict[SourceState, int]:
        """Return how many sources are in each state."""
        counts = dict.fromkeys(SourceState, 0)
        for memory in self._sources.values():
            for state in memory.states:
                counts[state] += 1
        return counts

    def _take(self, key: str, memory: SourceMemory) -> None:
        self._sources[key] = memory
        hours = memory.hours
        if self._stream is None:
            self._stream = Hours(hours.first, hours.latest, hours.bits)
        else:  # an hour in which any source sent something
            ahead = hours.latest - self._stream.latest
            self._stream.note(hours.latest)
            self._stream.bits |= hours.bits if ahead >= 0 else hours.bits << -ahead
            self._stream.bits &= (1 << KNOWN_H) - 1
        self._look_at(key, memory.hours.latest + SOONEST_H)

    def restore(
        self, source: str, name: str, packed: bytes, position: int, arrived_ms: int
    ) -> None:
        """Take in an article of the window again, unless the source's record counts it already."""
        memory = self._sources.get(source_key(source))
        if packed and (memory is None or position > memory.position):
            for note in self.see(source, unpack_sample(name, packed), position, arrived_ms):
                self._unsaved[note.key] = None

    def see(self, source: str, sample: Sample, position: int, arrived_ms: int) -> list[SourceNote]:
        """Take in a message of a source; return the records that are due with it."""
        if source == UNKNOWN_SOURCE:
            return []
        key = source_key(source)
        hour = arrived_ms // HOUR_MS
        memory = self._sources.pop(key, None)
        notes: list[SourceNote] = []
        if memory is None:
            memory = SourceMemory(source, arrived_ms, arrived_ms, Hours(hour, hour))
            notes += self._make_room()
        self._sources[key] = memory
        self._look_at(key, hour + SOONEST_H)
        had_layout = memory.layout is not None
        if memory.note(sample, position, arrived_ms):
            self.flagged[SourceState.LAYOUT_CHANGED] += memory.layout is not None and not had_layout
            notes.append(SourceNote(key, memory.record()))
        notes += self._pass_time(hour)
        if self._unsaved:
            notes += self._late(notes)
        return notes

    def _make_room(self) -> list[SourceNote]:
        notes = []
        while len(self._sources) >= self._most:
            oldest = next(iter(self._sources))
            del self._sources[oldest]
            self._due_at.pop(oldest, None)
            self.forgotten += 1
            notes.append(SourceNote(oldest, None))
        return notes

    def _look_at(self, key: str, hour: int) -> None:
        """Look at a source in `hour`, unless it is looked at before."""
        if hour < self._due_at.get(key, hour + 1):
            self._due_at[key] = hour
            heappush(self._due, (hour, key))
            if len(self._due) > _MOST_OUT_OF_DATE * self._most:  # whoever invents sources
                self._due = [(due, name) for name, due in self._due_at.items()]
                heapify(self._due)

    def _pass_time(self, hour: int) -> list[SourceNote]:
        """Return the records of sources that have fallen silent by `hour`, or are forgotten."""
        if self._stream is None:
            self._stream = Hours(hour, hour)
        self._stream.note(hour)
        notes: list[SourceNote] = []
        looks = 0
        while self._due and self._due[0][0] <= self._stream.latest and looks < _LOOKS_A_MESSAGE:
            looks += 1
            due, key = heappop(self._due)
            if self._due_at.get(key) == due:
                del self._due_at[key]
                if memory := self._sources.get(key):
                    notes += self._listen(key, memory, self._stream)
        return notes

    def _listen(self, key: str, memory: SourceMemory, stream: Hours) -> list[SourceNote]:
        last, now = memory.hours.latest, stream.latest
        forgotten_at = last + FORGOTTEN_AFTER_H
        if now >= forgotten_at:
            del self._sources[key]
            return [SourceNote(key, None)]
        if memory.silence is not None or now < last + SOONEST_H:
            self._look_at(key, forgotten_at if memory.silence else last + SOONEST_H)
            return []
        quiet_at = quiet_from(memory.hours, stream)
        if quiet_at is None or quiet_at > now:
            self._look_at(key, min(quiet_at or forgotten_at, forgotten_at, now + _LOOK_AGAIN_H))
            return []
        memory.fall_silent(now)
        self.flagged[SourceState.QUIET] += 1
        self._look_at(key, forgotten_at)
        return [SourceNote(key, memory.record())]

    def _late(self, notes: list[SourceNote]) -> list[SourceNote]:
        """Return some of what is still to be written since the window was rebuilt."""
        for note in notes:
            self._unsaved.pop(note.key, None)
        late = [*self._unsaved][:_LOOKS_A_MESSAGE]
        for key in late:
            del self._unsaved[key]
        found = [(key, self._sources.get(key)) for key in late]
        return [SourceNote(key, memory.record() if memory else None) for key, memory in found]
