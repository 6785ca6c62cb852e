"""Which articles hold a key: a compact hash table in numpy, bounded per key.

A dict costs 126 bytes a key; this one 8 bytes a slot at a load of at most .75
(benchmarks/window_growth.py), which is what lets a million articles fit in memory.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.arrays import counting

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


@dataclass(frozen=True, slots=True)
class Entries:
    """What stands under some keys: arrays of one length, and the state of the table then."""

    keys: Keys
    rows: NDArray[np.intp]  # number of the key
    docs: Docs  # article that holds it
    buckets: NDArray[np.intp]
    slots: NDArray[np.intp]
    changes: int


class Postings:
    """Articles by key, each key with the latest arrivals that hold it.

    Every key may lie in two buckets of 16 slots and goes to the emptier one, which fills a table
    evenly (Azar et al., Balanced Allocations, 1999). A bucket is the top bits of a hash, so
    doubling the table splits each bucket in two without sorting anything. Article numbers start
    at 1; 0 is an empty slot.
    """

    def __init__(self, bits: int = _START_BITS) -> None:
        self._changes = 0
        self._allot(bits)

    def _allot(self, bits: int) -> None:
        self._bits = bits
        self._keys = np.zeros((1 << bits, _SLOTS), np.uint32)
        self._docs = np.zeros((1 << bits, _SLOTS), np.uint32)
        self._fill = np.zeros(1 << bits, np.uint8)
        self._used = 0
        self._changes += 1

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

    def find(self, keys: Keys) -> Entries:
        """Return all entries under `keys`."""
        first, second = self._buckets(keys)
        apart = (second != first).nonzero()[0]
        both = np.concatenate((first, second[apart]))
        rows = np.concatenate((np.arange(len(keys)), apart))
        place, slot = (self._keys[both] == keys[rows][:, None]).nonzero()
        bucket = both[place]
        taken = slot < self._fill[bucket]
        bucket, slot = bucket[taken], slot[taken]
        return Entries(
            keys, rows[place[taken]], self._docs[bucket, slot], bucket, slot, self._changes
        )

    def add(self, keys: Keys, doc: int, age: NDArray[np.int64], base: int) -> None:
        """Add article `doc` under `keys`, which are without repeats.

        `age[doc - base]` orders articles by arrival: of a full key the oldest gives way.
        """
        self.add_found(self.find(keys), doc, age, base)

    def add_found(self, entries: Entries, doc: int, age: NDArray[np.int64], base: int) -> None:
        """Add article `doc` under the keys that were looked up, if nothing changed since."""
        if entries.changes != self._changes:
            entries = self.find(entries.keys)
        keys = entries.keys
        full = np.bincount(entries.rows, minlength=len(keys)) >= POSTINGS_PER_KEY
        if full.any():
            self._replace_oldest(doc, full, entries, age, base)
            keys = keys[~full]
        self._place(keys, np.full(len(keys), doc, np.uint32))
        self._changes += 1

    def _replace_oldest(
        self,
        doc: int,
        full: NDArray[np.bool_],
        entries: Entries,
        age: NDArray[np.int64],
        base: int,
    ) -> None:
        """Put `doc` in the place of the oldest holder of each full key, if that one is older."""
        of_full = full[entries.rows]
        rows, holders = entries.rows[of_full], entries.docs[of_full].astype(np.intp)
        ages = age[np.maximum(holders - base, 0)]
        order = np.lexsort((holders, ages, rows))
        oldest = order[_opens(rows[order])]
        oldest = oldest[ages[oldest] <= age[doc - base]]
        self._docs[entries.buckets[of_full][oldest], entries.slots[of_full][oldest]] = doc

    def _place(self, keys: Keys, docs: Docs) -> None:
        """Put each pair into the emptier of its two buckets, doubling the table when needed."""
        while self._used + len(keys) > _MAX_LOAD * self._docs.size:
            self._double()
        while len(keys):
            first, second = self._buckets(keys)
            bucket = np.where(self._fill[first] <= self._fill[second], first, second)
            order = bucket.argsort(kind="stable")
            bucket = bucket[order]
            opens = _opens(bucket)
            sizes = np.append(opens[1:], len(bucket)) - opens
            slot = self._fill[bucket] + counting(sizes)
            fits = slot < _SLOTS
            if not fits.any():
                # Only crafted keys crowd two buckets of a table this empty: they are not kept.
                if self._used < _CROWDED * self._docs.size:
                    return
                self._double()
                continue
            chosen, slot = order[fits], slot[fits]
            self._keys[bucket[fits], slot] = keys[chosen]
            self._docs[bucket[fits], slot] = docs[chosen]
            filled = bucket[opens]
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
        self._changes += 1

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
        self._changes += 1


def _opens(ascending: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where each run of equal values opens."""
    fresh = np.empty(len(ascending), np.bool_)
    fresh[:1] = True
    np.not_equal(ascending[1:], ascending[:-1], out=fresh[1:])
    return fresh.nonzero()[0]
