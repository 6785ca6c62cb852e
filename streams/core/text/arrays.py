"""Small set operations on ascending arrays; numpy's own cost more in overhead than in work."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.uint16, np.uint32, np.uint64, np.intp)

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.intp]
Floats = NDArray[np.float64]


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """Return the values ascending and without repeats."""
    ordered = values.copy()
    ordered.sort()
    if len(ordered) < 2:  # noqa: PLR2004 - nothing to compare
        return ordered
    fresh = np.empty(len(ordered), np.bool_)
    fresh[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]


def is_in(values: NDArray[Number], ascending: NDArray[Number]) -> NDArray[np.bool_]:
    """Return for each value whether the ascending array holds it."""
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    found: NDArray[np.bool_] = ascending.take(ascending.searchsorted(values), mode="clip") == values
    return found


def share_in(values: NDArray[Number], ascending: NDArray[Number]) -> float:
    """Return the share of values that the ascending array holds; 1 of none."""
    if not len(values):
        return 1.0
    return int(np.count_nonzero(is_in(values, ascending))) / len(values)


def lacking(values: NDArray[Number], ascending: NDArray[Number]) -> int:
    """Return how many different values the ascending array lacks."""
    return int(np.count_nonzero(~is_in(distinct(values), ascending)))


def counting(sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return 0, 1, … below each size, one after another.

    >>> counting(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = sizes.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - (ends - sizes).repeat(sizes)
