"""When a source sends: its active hours of four weeks, and how long a silence is none of its own.

Each hour of the week has a chance of a message, from the same hours of the weeks before and, where
those are few, of the days before. A silence is unusual when all the hours that passed without a
message would together do so with a chance of e^-20, nights and weekends counting for little. It
takes ten hours of a source that sends in every hour, and for ever of one that sends when it likes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

WEEK_H: Final = 168
WEEKS: Final = 4
KNOWN_H: Final = WEEKS * WEEK_H
_DAY_H: Final = 24
_MASK: Final = (1 << KNOWN_H) - 1
# A weekend must have been seen before anything is expected of the next one.
LEAST_KNOWN_H: Final = 8 * _DAY_H
UNUSUAL: Final = 20.0
# No hour counts for more than a chance of 1 in 10, so this is the shortest unusual silence.
SOONEST_H: Final = 9
_MOST_SURE: Final = 0.9
# How far ahead silences are looked at: what takes longer is no regular source. One that sends once
# a day, always in the same hour, is quiet after sixteen days.
_AHEAD_H: Final = 3 * WEEK_H


@dataclass(slots=True)
class Hours:
    """Active hours, counted back from the latest: bit 0 is the latest itself."""

    first: int
    latest: int
    bits: int = 1

    def note(self, hour: int) -> None:
        """Note a message in an hour (since 1970)."""
        ahead = hour - self.latest
        if ahead > 0:
            self.bits = (self.bits << ahead | 1) & _MASK if ahead < KNOWN_H else 1
            self.latest = hour

    @property
    def longest_gap(self) -> int:
        """The longest run of hours without a message between two with one."""
        return max(map(len, f"{self.bits:b}".split("1")))


def quiet_from(hours: Hours, stream: Hours) -> int | None:
    """Return the hour from which on a source is quiet if nothing comes; none if it is not regular.

    Hours in which nothing came from any source (`stream`) count for nothing: there was nobody to
    hear it. Those ahead count as if something will.
    """
    known = min(hours.latest - hours.first + 1, KNOWN_H)
    if known < LEAST_KNOWN_H:
        return None
    active = _unpacked(hours.bits).astype(np.float64)
    # An hour earlier or later is no other habit.
    near = 0.5 * active
    near[1:] += 0.25 * active[:-1]
    near[:-1] += 0.25 * active[1:]
    is_known = np.arange(KNOWN_H) < known
    near *= is_known
    weeks, days = (
        (near.reshape(-1, size).sum(0), is_known.reshape(-1, size).sum(0))
        for size in (WEEK_H, _DAY_H)
    )
    by_day = np.tile(days[0] / np.maximum(days[1], 1), WEEK_H // _DAY_H)
    chance = np.minimum((weeks[0] + by_day) / (weeks[1] + 1), _MOST_SURE)
    # Index 1 of the past is where index -1 of the future was a week before.
    ahead = chance[-np.arange(1, _AHEAD_H + 1) % WEEK_H]
    surprise = np.cumsum(-np.log1p(-ahead) * _heard(hours.latest, stream))
    place = int(surprise.searchsorted(UNUSUAL))
    return None if place == _AHEAD_H else hours.latest + place + 2


def _heard(latest: int, stream: Hours) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return for each hour after `latest` whether the stream had any message, or is still to."""
    passed = stream.latest - latest
    heard = np.ones(_AHEAD_H, np.bool_)
    if passed > 0:
        seen = _unpacked(stream.bits)[:passed][::-1].view(np.bool_)
        seen = seen[:_AHEAD_H]
        heard[: len(seen)] = seen
    return heard


def _unpacked(bits: int) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    packed = np.frombuffer(bits.to_bytes(KNOWN_H // 8, "little"), np.uint8)
    return np.unpackbits(packed, bitorder="little")
