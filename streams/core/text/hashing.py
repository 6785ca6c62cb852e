"""Hashes of runs of numbers, all of a text at once."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=8)
def powers(base: int, size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return powers of an odd base from 0 on, and their inverses modulo 2**64."""
    return _cumulative_product(base, size), _cumulative_product(pow(base, -1, 2**64), size)


def _cumulative_product(base: int, size: int) -> NDArray[np.uint64]:
    factors = np.full(size, base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return well spread 64-bit hashes of `values` (finaliser of MurmurHash3, public domain)."""
    mixed = values ^ (values >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return mixed
