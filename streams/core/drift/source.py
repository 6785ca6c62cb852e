"""What is remembered of one source: its usual and its latest messages, its hours, its changes."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from schemas.source import (
    Figures,
    Measure,
    SourceChange,
    SourceHour,
    SourceRecord,
    SourceState,
)
from streams.core.drift.lot import WIDTH, Lot, lot_in
from streams.core.drift.ranges import (
    LEAST_USUAL,
    RECENT,
    UsualRange,
    is_back,
    left,
    usual_range,
)
from streams.core.drift.sample import Sample, unpack_sample
from streams.core.drift.silence import Hours
from streams.units import DAY_MS, HOUR_MS

# Notes of another version are not read: the source is learnt anew.
NOTES_VERSION: Final = 1
# A change is the new usual when it has stood so long, in so many messages: people know by then.
ACCEPTED_AFTER_MS: Final = 7 * DAY_MS
ACCEPTED_AFTER: Final = 50
# What was removed from a message counts half after so many more.
_FADE: Final = 0.98
# The range is taken anew after so many messages: to sort the levels takes as long as all else.
_REFRESH: Final = 5


@dataclass(slots=True)
class Layout:
    """A change of a source's layout: what was usual before, and what came since."""

    since_ms: int
    measures: tuple[Measure, ...]
    before: Figures
    usual: UsualRange
    lot: Lot
    examples: tuple[str, ...]


@dataclass(slots=True)
class Silence:
    """A silence that is none of the source's own."""

    longest_gap: int
    hours: int


@dataclass(slots=True)
class Latest:
    """One of the latest messages."""

    arrived_ms: int
    levels: bytes
    sample: Sample


@dataclass(slots=True)
class SourceMemory:
    """All that is kept of a source, some 12 kB."""

    name: str
    first_ms: int
    last_ms: int
    hours: Hours
    position: int = -1  # of the last message that is counted in
    usual: Lot = field(default_factory=Lot)
    recent: dict[str, Latest] = field(default_factory=dict)  # by name, in order
    this_hour: Lot = field(default_factory=Lot)
    hour_before: SourceHour | None = None
    layout: Layout | None = None
    silence: Silence | None = None
    _range: UsualRange | None = None
    _stale: int = 0

    @property
    def states(self) -> tuple[SourceState, ...]:
        """How the source stands."""
        found = []
        if self.layout is not None:
            found.append(SourceState.LAYOUT_CHANGED)
        if self.silence is not None:
            found.append(SourceState.QUIET)
        if found:
            return tuple(found)
        return (SourceState.STEADY if self._is_learnt else SourceState.LEARNING,)

    @property
    def _is_learnt(self) -> bool:
        return len(self.usual.levels) >= LEAST_USUAL * WIDTH

    @property
    def _standing(self) -> tuple[bool, bool, bool]:
        """What `states` follows from."""
        return self.layout is None, self.silence is None, self._is_learnt

    def note(self, sample: Sample, position: int, arrived_ms: int) -> bool:
        """Take in a message; return whether its record is due: a new hour, or another state."""
        before = self._standing
        self.silence = None
        is_new_hour = self._note_time(position, arrived_ms)
        levels = sample.levels
        self.this_hour.add(levels, sample)
        # A new version of a recent article stands in its place: a live blog is no trend.
        self.recent[sample.name] = Latest(arrived_ms, levels, sample)
        if len(self.recent) > RECENT:
            self._settle(self.recent.pop(next(iter(self.recent))))
        self._judge(levels, arrived_ms)
        return is_new_hour or self._standing != before

    def _note_time(self, position: int, arrived_ms: int) -> bool:
        self.position = position
        self.last_ms = max(self.last_ms, arrived_ms)
        latest, hour = self.hours.latest, arrived_ms // HOUR_MS
        if hour <= latest:
            return not self.this_hour.messages  # the very first
        start = _moment(latest * HOUR_MS)
        self.hour_before = SourceHour(start=start, figures=self.this_hour.figures())
        self.this_hour = Lot()
        self.hours.note(hour)
        return True

    def _settle(self, passed: Latest) -> None:
        """Count a message that is no longer recent among what is usual, or usual since a change."""
        is_since = self.layout is not None and passed.arrived_ms >= self.layout.since_ms
        lot = self.layout.lot if self.layout is not None and is_since else self.usual
        lot.add(passed.levels, passed.sample, _FADE)
        self._stale += 1

    def _usual_range(self) -> UsualRange | None:
        if not self._is_learnt:
            return None
        if self._range is None or self._stale >= _REFRESH:
            self._range, self._stale = usual_range(self.usual), 0
        return self._range

    def _judge(self, levels: bytes, arrived_ms: int) -> None:
        if self.layout is not None:
            self._judge_change(self.layout, arrived_ms)
            return
        usual = self._usual_range()
        if usual is None or len(self.recent) < RECENT or not usual.outside(levels):
            return
        measures = left(usual, [latest.levels for latest in self.recent.values()])
        if not measures:
            return
        outside = [latest for latest in self.recent.values() if usual.outside(latest.levels)]
        self.layout = Layout(
            since_ms=outside[0].arrived_ms,
            measures=measures,
            before=self.usual.figures(),
            usual=usual,
            lot=Lot(),
            examples=tuple(latest.sample.name for latest in outside[-2:]),
        )

    def _judge_change(self, change: Layout, arrived_ms: int) -> None:
        recent = [latest.levels for latest in self.recent.values()]
        if is_back(change.usual, recent, change.measures):
            self.layout, self._range = None, None
        elif (
            arrived_ms - change.since_ms >= ACCEPTED_AFTER_MS
            and change.lot.messages >= ACCEPTED_AFTER
        ):
            self.usual, self.layout, self._range = change.lot, None, None

    def fall_silent(self, hour: int) -> None:
        """Note that the source has been silent for too long in `hour`."""
        gap = self.hours.longest_gap
        self.silence = Silence(longest_gap=gap, hours=hour - self.hours.latest - 1)

    # As a record.

    def record(self) -> SourceRecord:
        """Return the record of the source as it stands."""
        return SourceRecord(
            source=self.name,
            states=self.states,
            first_seen=_moment(self.first_ms),
            last_seen=_moment(self.last_ms),
            hour=self.hour_before,
            usual=self.usual.figures() if self._is_learnt else None,
            recent=self._recent_lot().figures(),
            changes=tuple(self._changes()),
            memory=self._notes(),
        )

    def _changes(self) -> list[SourceChange]:
        found = []
        if self.layout is not None:
            found.append(
                SourceChange(
                    drift=SourceState.LAYOUT_CHANGED,
                    since=_moment(self.layout.since_ms),
                    measures=self.layout.measures,
                    before=self.layout.before,
                    after=self._recent_lot().figures(),
                    examples=self.layout.examples,
                )
            )
        if self.silence is not None:
            usual = self.usual if self.usual.messages else self._recent_lot()
            found.append(
                SourceChange(
                    drift=SourceState.QUIET,
                    since=_moment(self.last_ms),
                    before=usual.figures(),
                    longest_gap_hours=self.silence.longest_gap,
                    silent_hours=self.silence.hours,
                    examples=tuple([*self.recent][-2:]),
                )
            )
        return found

    def _recent_lot(self) -> Lot:
        lot = Lot()
        for latest in self.recent.values():
            lot.add(latest.levels, latest.sample)
        return lot

    def _notes(self) -> dict[str, Any]:
        layout, silence = self.layout, self.silence
        return {
            "version": NOTES_VERSION,
            "position": self.position,
            "times": [self.first_ms, self.last_ms],
            "hours": [self.hours.first, self.hours.latest, f"{self.hours.bits:x}"],
            "usual": self.usual.notes(),
            "recent": [_latest_notes(latest) for latest in self.recent.values()],
            "this_hour": self.this_hour.notes(),
            "layout": layout
            and {
                "since": layout.since_ms,
                "measures": list(layout.measures),
                "before": layout.before.model_dump(mode="json"),
                "usual": [layout.usual.low, layout.usual.middle, layout.usual.high],
                "lot": layout.lot.notes(),
                "examples": list(layout.examples),
            },
            "silence": silence and [silence.longest_gap, silence.hours],
        }


def memory_in(record: SourceRecord) -> SourceMemory | None:
    """Return what a record remembers; none if another release wrote it."""
    notes = record.memory
    if notes.get("version") != NOTES_VERSION:
        return None
    layout, silence = notes["layout"], notes["silence"]
    first, latest, bits = notes["hours"]
    return SourceMemory(
        name=record.source,
        first_ms=notes["times"][0],
        last_ms=notes["times"][1],
        hours=Hours(first, latest, int(bits, 16)),
        position=notes["position"],
        usual=lot_in(notes["usual"]),
        recent={row[1]: _latest_in(row) for row in notes["recent"]},
        this_hour=lot_in(notes["this_hour"]),
        hour_before=record.hour,
        layout=Layout(
            since_ms=layout["since"],
            measures=tuple(map(Measure, layout["measures"])),
            before=Figures.model_validate(layout["before"]),
            usual=UsualRange(*map(tuple, layout["usual"])),
            lot=lot_in(layout["lot"]),
            examples=tuple(layout["examples"]),
        )
        if layout
        else None,
        silence=Silence(*silence) if silence else None,
    )


def _latest_notes(latest: Latest) -> list[Any]:
    sample = latest.sample
    packed = b64encode(sample.pack()).decode()
    return [latest.arrived_ms, sample.name, packed, sample.rejected]


def _latest_in(row: list[Any]) -> Latest:
    arrived_ms, name, packed, rejected = row
    sample = replace(unpack_sample(name, b64decode(packed)), rejected=rejected)
    return Latest(arrived_ms, sample.levels, sample)


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
