"""What is usual with a source, and when its latest messages have left it.

Distribution-free: a measure's range are order statistics of the source's own messages (a tolerance
interval, Wilks 1941), and it is left when most of the latest messages lie outside of it on the same
side *and* their median has moved far enough to matter to a reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas.source import Measure
from streams.core.drift.lot import LENGTH, REJECTED, SHARE, WIDTH, Lot
from streams.core.drift.sample import SHARE_STEPS, STEPS_A_DOUBLING

# So many messages show what is usual. Of a new source the range is that of all of them.
LEAST_USUAL: Final = 20
# How much of what is usual may lie outside of the range. Of lengths and shares two of a hundred, so
# that a few odd ones do not widen it, and a run of one kind of article (briefs, galleries) that was
# there before is no change. What is there or not, as a title, comes in no such kinds, and where one
# of seven had none it is still missed when it is gone.
_TAILS: Final = (0.02, 0.02, 0.15, 0.15, 0.1)
RECENT: Final = 10
# Eight of the last ten: a new layout shows with its eighth article. Of 200 steady sources some in a
# month are taken for changed, for a run of their rarest kind of article (benchmarks/drift.py).
OUTSIDE: Final = 8
# A flag goes when so few of the last ten are outside of what was usual before it.
BACK: Final = 3
# By how much the median must have moved, in levels: 15 points of share, half or double the length.
_LEAST_MOVE: Final = (
    round(0.15 * SHARE_STEPS),
    STEPS_A_DOUBLING,
    1,
    1,
    1,
)
MEASURES_BY_LEVEL: Final = tuple(Measure)
# The bits of a message: below and above the range, two a measure.
_BELOW: Final = tuple(1 << 2 * measure for measure in range(WIDTH))
_ABOVE: Final = tuple(2 << 2 * measure for measure in range(WIDTH))
# A message that is rejected, as hardly one was before, has lost all of its text.
_LOST_ALL: Final = _ABOVE[REJECTED] | _BELOW[SHARE] | _BELOW[LENGTH]


@dataclass(frozen=True, slots=True)
class UsualRange:
    """Lowest, middle and highest usual level of each measure."""

    low: tuple[int, ...]
    middle: tuple[int, ...]
    high: tuple[int, ...]

    def outside(self, levels: bytes) -> int:
        """Return the bits of the measures of a message that lie outside."""
        if levels[REJECTED]:
            return 0 if self.high[REJECTED] else _LOST_ALL
        bits = 0
        for measure in range(WIDTH):
            level = levels[measure]
            if level < self.low[measure]:
                bits |= _BELOW[measure]
            elif level > self.high[measure]:
                bits |= _ABOVE[measure]
        return bits


def usual_range(lot: Lot) -> UsualRange:
    """Return the range of a lot; the widest there is, of a measure that it does not show."""
    rows = []
    for measure in range(WIDTH):
        levels = lot.of(measure)
        if len(levels) < LEAST_USUAL and measure != REJECTED:
            rows.append((0, 0, 255))
            continue
        out = int(_TAILS[measure] * len(levels))
        rows.append((levels[out], levels[len(levels) // 2], levels[-1 - out]))
    low, middle, high = zip(*rows, strict=True)
    return UsualRange(low, middle, high)


def left(usual: UsualRange, recent: Sequence[bytes]) -> tuple[Measure, ...]:
    """Return the measures that the recent messages have left the usual range of."""
    outside = [usual.outside(levels) for levels in recent]
    if sum(map(bool, outside)) < OUTSIDE:
        return ()
    found = []
    for measure in range(WIDTH):
        middle = sorted(levels[measure] for levels in recent)[len(recent) // 2]
        has_moved = abs(middle - usual.middle[measure]) >= _LEAST_MOVE[measure]
        sides = (_BELOW[measure], _ABOVE[measure])
        most = max(sum(bool(bits & side) for bits in outside) for side in sides)
        if has_moved and most >= OUTSIDE:
            found.append(MEASURES_BY_LEVEL[measure])
    return tuple(found)


def is_back(usual: UsualRange, recent: Sequence[bytes], measures: Sequence[Measure]) -> bool:
    """Say whether hardly any recent message lies outside in the measures that were left."""
    numbers = [MEASURES_BY_LEVEL.index(measure) for measure in measures]
    mask = sum(_BELOW[number] | _ABOVE[number] for number in numbers)
    return sum(bool(usual.outside(levels) & mask) for levels in recent) <= BACK
