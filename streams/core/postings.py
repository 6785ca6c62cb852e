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
        rows, buckets, slots = self._entries(keys)
        return rows, self._docs[buckets, slots]

    def _entries(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Return row of the key, bucket and slot of every entry under `keys`."""
        first, second = self._buckets(keys)
        both = np.concatenate((first, second[second != first]))
        key = np.concatenate((keys, keys[second != first]))
        row = np.arange(len(keys))
        rows = np.concatenate((row, row[second != first]))
        place, slot = (self._keys[both] == key[:, None]).nonzero()
        bucket = both[place]
        taken = slot < self._fill[bucket]
        return rows[place[taken]], bucket[taken], slot[taken]

    def add(self, keys: Keys, doc: int, age: NDArray[np.int64], base: int) -> None:
        """Add article `doc` under `keys`, which are without repeats.

        `age[doc - base]` orders articles by arrival: of a full key the oldest gives way.
        """
        rows, buckets, slots = self._entries(keys)
        full = np.bincount(rows, minlength=len(keys)) >= POSTINGS_PER_KEY
        if full.any():
            self._replace_oldest(doc, full, (rows, buckets, slots), age, base)
            keys = keys[~full]
        self._place(keys, np.full(len(keys), doc, np.uint32))

    def _replace_oldest(
        self,
        doc: int,
        full: NDArray[np.bool_],
        entries: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]],
        age: NDArray[np.int64],
        base: int,
    ) -> None:
        """Put `doc` in the place of the oldest holder of each full key, if that one is older."""
        rows, buckets, slots = (part[full[entries[0]]] for part in entries)
        holders = self._docs[buckets, slots].astype(np.intp)
        order = np.lexsort((holders, age[np.maximum(holders - base, 0)], rows))
        oldest = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
        older = age[np.maximum(holders[oldest] - base, 0)] <= age[doc - base]
        oldest = oldest[older]
        self._docs[buckets[oldest], slots[oldest]] = doc

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
