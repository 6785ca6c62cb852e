"""Which articles hold a key: a compact hash table in numpy, bounded per key.

A dict costs 126 bytes a key; this one 8 bytes a slot at a load of at most .75
(benchmarks/window_growth.py), which is what lets a million articles fit in memory.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint32]
Docs = NDArray[np.uint32]

# Articles remembered per key, the latest arrivals: a line that stands in ten thousand articles
# costs no more than one in eight. A story's own text needs one, since copies are not indexed.
POSTINGS_PER_KEY: Final = 8

_SLOTS: Final = 16
_MAX_LOAD: Final = 0.75
_CROWDED: Final = 0.3
_START_BITS: Final = 8
_SECOND: Final = np.uint32(0x9E3779B1)  # odd: spreads the second choice of bucket


class Postings:
    """Articles by key, each key with the latest arrivals that hold it.

    Every key may lie in two buckets of 16 slots and goes to the emptier one, which fills a table
    evenly (Azar et al., Balanced Allocations, 1999). A bucket is the top bits of a hash, so
    doubling the table splits each bucket in two without sorting anything. Article numbers start
    at 1; 0 is an empty slot.
    """

    def __init__(self, bits: int = _START_BITS) -> None:
        self._allot(bits)

    def _allot(self, bits: int) -> None:
        self._bits = bits
        self._keys = np.zeros((1 << bits, _SLOTS), np.uint32)
        self._docs = np.zeros((1 << bits, _SLOTS), np.uint32)
        self._fill = np.zeros(1 << bits, np.uint8)
        self._used = 0

    def __len__(self) -> int:
        """Return how many slots are taken."""
        return self._used

    @property
    def nbytes(self) -> int:
        """Bytes of the table."""
        return self._keys.nbytes + self._docs.nbytes + self._fill.nbytes

    def _buckets(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        shift = np.uint32(32 - self._bits)
        first = (keys >> shift).astype(np.intp)
        second = ((keys * _SECOND) >> shift).astype(np.intp)
        return first, second

    def find(self, keys: Keys) -> tuple[NDArray[np.intp], Docs]:
        """Return pairs (number of a key in `keys`, article that holds it)."""
        first, second = self._buckets(keys)
        wanted = keys[:, None]
        row, slot = np.nonzero(self._keys[first] == wanted)
        found = self._docs[first[row], slot]
        apart = self._keys[second] == wanted
        apart[first == second] = False
        row_apart, slot_apart = np.nonzero(apart)
        found_apart = self._docs[second[row_apart], slot_apart]
        rows, docs = np.concatenate((row, row_apart)), np.concatenate((found, found_apart))
        taken = docs > 0
        return rows[taken], docs[taken]

    def add(self, keys: Keys, doc: int, age: NDArray[np.int64], base: int) -> None:
        """Add article `doc` under `keys`, which are without repeats.

        `age[doc - base]` orders articles by arrival: of a full key the oldest gives way.
        """
        rows, docs = self.find(keys)
        counts = np.bincount(rows, minlength=len(keys))
        full = counts >= POSTINGS_PER_KEY
        if full.any():
            for row in np.flatnonzero(full):
                self._replace_oldest(keys[row], doc, docs[rows == row], age, base)
            keys = keys[~full]
        self._place(keys, np.full(len(keys), doc, np.uint32))

    def _replace_oldest(
        self, key: np.uint32, doc: int, holders: Docs, age: NDArray[np.int64], base: int
    ) -> None:
        ages = age[holders.astype(np.intp) - base]
        oldest = holders[ages == ages.min()].min()
        if age[doc - base] < ages.min():
            return
        for bucket in {int(side[0]) for side in self._buckets(np.array([key]))}:
            slot = (self._keys[bucket] == key) & (self._docs[bucket] == oldest)
            self._docs[bucket][slot] = doc

    def _place(self, keys: Keys, docs: Docs) -> None:
        """Put each pair into the emptier of its two buckets, doubling the table when needed."""
        while self._used + len(keys) > _MAX_LOAD * self._docs.size:
            self._double()
        while len(keys):
            first, second = self._buckets(keys)
            bucket = np.where(self._fill[first] <= self._fill[second], first, second)
            order = np.argsort(bucket, kind="stable")
            sorted_bucket = bucket[order]
            opens = np.flatnonzero(np.diff(sorted_bucket, prepend=-1))
            sizes = np.diff(opens, append=len(order))
            rank = np.arange(len(order)) - np.repeat(opens, sizes)
            slot = self._fill[sorted_bucket] + rank
            fits = slot < _SLOTS
            if not fits.any():
                # Only crafted keys crowd two buckets of a table this empty: they are not kept.
                if self._used < _CROWDED * self._docs.size:
                    return
                self._double()
                continue
            chosen, bucket, slot = order[fits], sorted_bucket[fits], slot[fits]
            self._keys[bucket, slot] = keys[chosen]
            self._docs[bucket, slot] = docs[chosen]
            filled = sorted_bucket[opens]
            self._fill[filled] = np.minimum(self._fill[filled] + sizes, _SLOTS)
            self._used += len(chosen)
            keys, docs = keys[order[~fits]], docs[order[~fits]]

    def _double(self) -> None:
        """Split every bucket in two by the next bit of the hash that put its entries there."""
        keys, docs, bits = self._keys, self._docs, self._bits
        first, _ = self._buckets(keys.ravel())
        home = np.repeat(np.arange(len(keys)), _SLOTS)
        by_first = (first == home).reshape(keys.shape)
        self._allot(bits + 1)
        first, second = self._buckets(keys.ravel())
        upper = np.where(by_first, first.reshape(keys.shape), second.reshape(keys.shape)) & 1
        for half in (0, 1):
            stays = (upper == half) & (docs > 0)
            order = np.argsort(~stays, axis=1, kind="stable")
            kept = np.take_along_axis(stays, order, 1)
            self._keys[half::2] = np.take_along_axis(keys, order, 1) * kept
            self._docs[half::2] = np.take_along_axis(docs, order, 1) * kept
            self._fill[half::2] = kept.sum(axis=1)
        self._used = int(self._fill.sum(dtype=np.int64))

    def keep(self, alive: NDArray[np.bool_], base: int) -> None:
        """Let go of every article that is not `alive[doc - base]`, and of those before `base`."""
        index = self._docs.astype(np.int64) - base
        stays = (self._docs > 0) & (index >= 0)
        stays &= alive[np.clip(index, 0, None)]
        order = np.argsort(~stays, axis=1, kind="stable")
        kept = np.take_along_axis(stays, order, 1)
        self._keys = np.take_along_axis(self._keys, order, 1) * kept
        self._docs = np.take_along_axis(self._docs, order, 1) * kept
        self._fill = kept.sum(axis=1).astype(np.uint8)
        self._used = int(self._fill.sum(dtype=np.int64))
