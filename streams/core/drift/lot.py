"""A lot of messages of one source: their levels, what was removed from them, why some had none."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp2
from statistics import fmean
from typing import Any, Final

from schemas import Reason
from schemas.source import Figures, Measure
from streams.core.drift.sample import SHARE_STEPS, STEPS_A_DOUBLING, Sample

WIDTH: Final = len(Measure)
SHARE, LENGTH, TITLE, DATE, REJECTED = range(WIDTH)
# Of so many messages the levels are held: enough for the third of a hundred from either end, few
# enough that what is usual follows a source within days.
HELD: Final = 100
# What is less than that is left out of figures.
_LEAST_SHARE: Final = 0.0005


@dataclass(slots=True)
class Lot:
    """The latest messages by their levels, and what was removed from all of them."""

    levels: bytearray = field(default_factory=bytearray)
    messages: int = 0
    chars_in: float = 0.0
    removed: dict[str, float] = field(default_factory=dict)
    rejections: Counter[str] = field(default_factory=Counter)

    def add(self, levels: bytes, sample: Sample, fade: float = 1.0) -> None:
        """Take a message in; what came before counts by `fade` in the removals."""
        self.levels += levels
        if len(self.levels) > HELD * WIDTH:
            del self.levels[:WIDTH]
        self.messages += 1
        if sample.rejected:
            self.rejections[sample.rejected] += 1
            return
        removed = self.removed
        self.chars_in = self.chars_in * fade + sample.chars_in
        if fade < 1.0:
            for reason in removed:
                removed[reason] *= fade
        for reason, chars in sample.removed.items():
            removed[reason] = removed.get(reason, 0.0) + chars

    @property
    def held(self) -> int:
        """Messages whose levels are held."""
        return len(self.levels) // WIDTH

    def of(self, measure: int) -> list[int]:
        """Return the levels of a measure in order; of articles alone, but for rejections."""
        column = self.levels[measure::WIDTH]
        if measure == REJECTED:
            return sorted(column)
        refused = self.levels[REJECTED::WIDTH]
        if not any(refused):
            return sorted(column)
        return sorted(level for level, no in zip(column, refused, strict=True) if not no)

    def figures(self) -> Figures:
        """Return it in figures."""
        titles, dates = self.of(TITLE), self.of(DATE)
        return Figures(
            messages=self.messages,
            rejected_share=round(fmean(self.of(REJECTED)), 3) if self.levels else 0.0,
            kept_share=self._middle(SHARE, lambda level: round(level / SHARE_STEPS, 3)),
            chars=self._middle(LENGTH, lambda level: round(exp2(level / STEPS_A_DOUBLING) - 1)),
            title_rate=round(fmean(titles), 3) if titles else None,
            date_rate=round(fmean(dates), 3) if dates else None,
            removed={
                Reason(reason): round(chars / self.chars_in, 4)
                for reason, chars in sorted(self.removed.items())
                if self.chars_in and chars >= _LEAST_SHARE * self.chars_in
            },
            rejections=dict(sorted(self.rejections.items())),
        )

    def _middle(self, measure: int, to_value: Any) -> Any:
        levels = self.of(measure)
        return to_value(levels[len(levels) // 2]) if levels else None

    def notes(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "levels": b64encode(self.levels).decode(),
            "messages": self.messages,
            "chars_in": round(self.chars_in),
            "removed": {reason: round(chars, 1) for reason, chars in self.removed.items()},
            "rejections": dict(self.rejections),
        }


def lot_in(notes: Mapping[str, Any]) -> Lot:
    """Return the lot that was noted."""
    return Lot(
        bytearray(b64decode(notes["levels"])),
        notes["messages"],
        notes["chars_in"],
        dict(notes["removed"]),
        Counter(notes["rejections"]),
    )
