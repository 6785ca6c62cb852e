"""Which articles hold a key: a compact hash table in numpy, bounded per key.

A dict costs 126 bytes a key; this one 8 bytes a slot at a load of at most .85
(benchmarks/window_growth.py), which is what lets a million articles fit in memory.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.text.arrays import Number, distinct
from streams.core.window.rows import Rows

Keys = NDArray[np.uint32]
Docs = NDArray[np.uint32]

# Articles remembered per key, the latest arrivals: a line that stands in ten thousand articles
# costs no more than one in eight. A story's own text needs one, since copies are not indexed.
POSTINGS_PER_KEY: Final = 8

_SLOTS: Final = 16
_MAX_LOAD: Final = 0.85  # two choices fill buckets of 16 to .9 before one overflows
_GONE: Final = np.int64(-(2**62))
_CROWDED: Final = 0.3
# A bulk build fills buckets by their first choice up to here; the rest has two choices.
_BULK_LOAD: Final = 0.75
_FIRST_CHOICE_SLOTS: Final = 13
_PAIRS_AT_A_TIME: Final = 1 << 17
_ROWS_AT_A_TIME: Final = 1 << 14  # keeps temporary arrays small: 2 MB
# A growing table splits so many buckets with each article: 2 ms for some hundred articles, instead
# of one pause of a second and a half at 14 million keys.
_BUCKETS_A_TURN: Final = 1_024
_PART_BITS: Final = 6  # a bulk build sorts its keys in 64 parts, for the same reason
PARTS: Final = 1 << _PART_BITS
_START_PAIRS: Final = 1_024
_START_BUCKETS: Final = 256
# Near keys are the smallest hashes of a paragraph: they crowd the low end, so every key is spread
# over the whole range first. Both factors are odd, so nothing is lost.
_SPREAD: Final = np.uint32(0x9E3779B1)
_32: Final = np.uint64(32)
_SECOND: Final = np.uint32(0x85EBCA77)
_CHOICES: Final = np.array([[1], [_SECOND]], np.uint32)


class Entries(NamedTuple):
    """What stands under some keys: arrays of one length, and the state of the table then."""

    keys: Keys  # spread
    rows: NDArray[np.intp]  # number of the key
    docs: Docs  # article that holds it
    places: NDArray[np.intp]  # where in the table, its buckets in a row
    changes: int

    def of_first(self, keys: int) -> "Entries":
        """Return what stands under so many of the keys, the first ones."""
        chosen = self.rows < keys
        return self._replace(
            keys=self.keys[:keys],
            rows=self.rows[chosen],
            docs=self.docs[chosen],
            places=self.places[chosen],
        )


class Postings:
    """Articles by key, each key with the latest arrivals that hold it.

    Every key may lie in two buckets of 16 slots and goes to the emptier one, which fills a table
    evenly (Azar et al., Balanced Allocations, 1999). A bucket is a share of the range of a hash,
    so a table grows without sorting anything: two buckets make three, then three make four. It does
    so in place and some buckets at a time, as linear hashing does (Litwin, VLDB 1980), but from the
    last one down: what a bucket is split into lies behind all that are not split yet. Doubling
    would leave a table half empty, a third of the window's memory. Article numbers start at 1.
    """

    def __init__(self, buckets: int = _START_BUCKETS) -> None:
        """Begin with so many buckets, or one more: two make three, so their number is even."""
        buckets += buckets % 2
        self._changes = 0
        self._before = buckets  # so many there were before the table grew
        self._group = 2  # so many of those make one more
        self._rows = Rows(buckets, _SLOTS), Rows(buckets, _SLOTS)
        self._keys, self._docs = (rows.values for rows in self._rows)
        self._fill = np.zeros(buckets, np.uint8)
        self._used = 0
        self._whole = 0  # so many buckets are still to be split
        self._hand = 0  # where the dead are looked for next

    def __len__(self) -> int:
        """Return how many slots are taken."""
        return self._used

    def has_room_for(self, keys: int) -> bool:
        """Return whether so many keys fit without the table growing."""
        return self._used + keys <= _MAX_LOAD * self._docs.size

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return len(self._fill)

    @property
    def nbytes(self) -> int:
        """Bytes of the table."""
        return self._keys.nbytes + self._docs.nbytes + self._fill.nbytes

    def _buckets(self, keys: Keys) -> NDArray[np.intp]:
        """Return where each key may lie, in two rows."""
        buckets = _places(keys, len(self._fill))
        if self._whole:
            before = _places(keys, self._before)
            return np.where(before < self._whole, before, buckets)
        return buckets

    def find(self, keys: Keys) -> Entries:
        """Return all entries under `keys`."""
        return self._find(keys * _SPREAD)

    def _find(self, keys: Keys) -> Entries:
        buckets = self._buckets(keys)
        # `take` and one dimension: here numpy is three times as fast with them (10 % of a verdict).
        same = self._keys.take(buckets, axis=0) == keys[:, None]
        same[1] &= (buckets[0] != buckets[1])[:, None]  # one bucket is not looked at twice
        hits = same.ravel().nonzero()[0]
        which, slot = hits // _SLOTS, hits % _SLOTS
        places = buckets.take(which) * _SLOTS + slot
        docs = self._docs.ravel().take(places)
        taken = docs > 0
        return Entries(keys, (which % len(keys))[taken], docs[taken], places[taken], self._changes)

    def add(self, keys: Keys, doc: int, age: NDArray[np.int64], base: int) -> None:
        """Add article `doc` under `keys`.

        `age[doc - base]` orders articles by arrival: of a full key the oldest gives way.
        """
        self.add_found(self.find(keys), doc, age, base)

    def add_found(self, entries: Entries, doc: int, age: NDArray[np.int64], base: int) -> None:
        """Add article `doc` under the keys that were looked up, if nothing changed since."""
        if entries.changes != self._changes:
            entries = self._find(entries.keys)
        keys = entries.keys
        full = np.bincount(entries.rows, minlength=len(keys)) >= POSTINGS_PER_KEY
        if full.any():
            self._replace_oldest(doc, full, entries, age, base)
            keys = keys[~full]
        keys = distinct(keys)
        self._place(keys, np.full(len(keys), doc, np.uint32))
        self._split(_BUCKETS_A_TURN)
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
        ages = np.where(holders < base, _GONE, age[np.maximum(holders - base, 0)])
        order = np.lexsort((holders, ages, rows))
        oldest = order[_opens(rows[order])]
        oldest = oldest[ages[oldest] <= age[doc - base]]
        self._docs.ravel()[entries.places[of_full][oldest]] = doc

    def _place(self, keys: Keys, docs: Docs) -> None:
        """Put each pair into the emptier of its two buckets, growing the table when needed."""
        while not self.has_room_for(len(keys)):
            self._grow()
        while len(keys):
            first, second = self._buckets(keys)
            is_first = self._fill.take(first) <= self._fill.take(second)
            bucket = np.where(is_first, first, second)
            order = bucket.argsort(kind="stable")
            bucket = bucket[order]
            slot = self._fill.take(bucket) + _place_in_run(bucket)
            fits = slot < _SLOTS
            if not fits.any():
                stuck = [not self._displace(*pair) for pair in zip(keys, docs, strict=True)]
                keys, docs = keys[stuck], docs[stuck]
                if len(keys):
                    # Only crafted keys crowd two buckets of a table this empty.
                    if self._used < _CROWDED * self._docs.size:
                        return
                    self._grow()
                    self._split(self._whole)
                continue
            chosen, bucket, slot = order[fits], bucket[fits], slot[fits]
            places = bucket * _SLOTS + slot
            self._keys.ravel()[places] = keys[chosen]
            self._docs.ravel()[places] = docs[chosen]
            self._fill[bucket] = slot + 1  # of one bucket the last counts
            self._used += len(chosen)
            keys, docs = keys[order[~fits]], docs[order[~fits]]

    def _displace(self, key: np.uint32, doc: np.uint32) -> bool:
        """Put a pair into a full bucket by moving one of its entries to that one's other bucket."""
        for bucket in {int(side[0]) for side in self._buckets(np.array([key]))}:
            first, second = self._buckets(self._keys[bucket])
            other = np.where(first == bucket, second, first)
            free = ((self._fill[other] < _SLOTS) & (other != bucket)).nonzero()[0]
            if len(free):
                slot, home = int(free[0]), int(other[free[0]])
                place = int(self._fill[home])
                self._keys[home, place] = self._keys[bucket, slot]
                self._docs[home, place] = self._docs[bucket, slot]
                self._keys[bucket, slot], self._docs[bucket, slot] = key, doc
                self._fill[home] += 1
                self._used += 1
                return True
        return False

    def _grow(self) -> None:
        """Make room for half as many buckets more, or a third; each is split in its turn."""
        self._split(self._whole)
        if len(self._fill) > self._before:
            self._group = 5 - self._group  # two made three, now three make four, and so on
        self._before = self._whole = len(self._fill)
        more = self._whole // self._group
        self._changes += 1
        self._fill = np.append(self._fill, np.zeros(more, np.uint8))
        del self._keys, self._docs
        for rows in self._rows:
            rows.extend(self._whole + more)
        self._keys, self._docs = (rows.values for rows in self._rows)

    def _split(self, buckets: int) -> None:
        """Split so many buckets: an entry goes to the one that its own hash names."""
        goal = max(0, self._whole - buckets)
        goal -= goal % self._group  # groups are split together
        while self._whole > goal:
            start = max(goal, self._whole - _ROWS_AT_A_TIME // self._group * self._group)
            rows = slice(start, self._whole)
            self._whole = start
            row, slot = (np.arange(_SLOTS) < self._fill[rows, None]).nonzero()
            key, doc = self._take_out(rows, row, slot)
            first_before, _ = _places(key, self._before)
            first, second = _places(key, len(self._fill))
            bucket = np.where(first_before == row + start, first, second)
            order = bucket.argsort(kind="stable")
            key, doc, bucket = key[order], doc[order], bucket[order]
            fits = _place_in_run(bucket) < _SLOTS
            self._scatter(key[fits], doc[fits], bucket[fits])
            self._changes += 1
            if not fits.all():  # a bucket has parts of two, which may be full both
                self._place(key[~fits], doc[~fits])

    def keep(self, alive: NDArray[np.bool_], base: int, buckets: int | None = None) -> int:
        """Let go of every article that is not `alive[doc - base]`, and of those before `base`.

        Looks through so many buckets, going on where it was last, or through all. Returns how many.
        """
        left = len(self._fill) if buckets is None else min(buckets, len(self._fill))
        done = 0
        while left > done:
            start = self._hand
            rows = slice(start, min(len(self._fill), start + min(_ROWS_AT_A_TIME, left - done)))
            index = self._docs[rows].astype(np.int64) - base
            stays = np.arange(_SLOTS) < self._fill[rows, None]
            stays &= (index >= 0) & alive[np.maximum(index, 0)]
            row, slot = stays.nonzero()
            key, doc = self._take_out(rows, row, slot)
            self._scatter(key, doc, row + start)
            done += rows.stop - start
            self._hand = rows.stop % len(self._fill)
            self._changes += 1
        return done

    def _take_out(
        self, rows: slice, row: NDArray[np.intp], slot: NDArray[np.intp]
    ) -> tuple[Keys, Docs]:
        """Empty some buckets; return what lay in those slots of theirs."""
        key, doc = self._keys[rows][row, slot], self._docs[rows][row, slot]
        self._used -= int(self._fill[rows].sum(dtype=np.intp))
        self._keys[rows] = self._docs[rows] = 0
        self._fill[rows] = 0
        return key, doc

    def _scatter(self, keys: Keys, docs: Docs, bucket: NDArray[np.intp]) -> None:
        """Put pairs into their buckets, which are empty and large enough."""
        if not (bucket[1:] >= bucket[:-1]).all():
            order = bucket.argsort(kind="stable")
            keys, docs, bucket = keys[order], docs[order], bucket[order]
        slot = _place_in_run(bucket)
        self._keys[bucket, slot] = keys
        self._docs[bucket, slot] = docs
        self._fill[bucket] = slot + 1  # of one bucket the last counts
        self._used += len(keys)

    @classmethod
    def of_all(
        cls, pairs: "KeysByRange", rank: NDArray[np.uint32], docs_by_rank: Docs
    ) -> "Postings":
        """Return the table of many articles at once, built by sorting; `pairs` is empty then.

        `rank` says of each article's number its rank by arrival, 0 the latest; `docs_by_rank`
        names the article of each rank.
        """
        buckets = max(_START_BUCKETS, int(len(pairs) / _BULK_LOAD) // _SLOTS + 1)
        # A bucket in two parts would be filled by the one and overwritten by the other.
        postings = cls(buckets + -buckets % PARTS)
        crowded = []
        for part in range(PARTS):
            spread, number = pairs.take(part)
            pair = distinct((spread.astype(np.uint64) << _32) | rank.take(number))
            key = (pair >> _32).astype(np.uint32)
            pair = pair[_place_in_run(key) < POSTINGS_PER_KEY]
            key = (pair >> _32).astype(np.uint32)
            doc = docs_by_rank[pair.astype(np.uint32)]
            bucket, _ = postings._buckets(key)
            fits = _place_in_run(bucket) < _FIRST_CHOICE_SLOTS
            postings._scatter(key[fits], doc[fits], bucket[fits])
            crowded.append((key[~fits], doc[~fits]))
        for key, doc in crowded:
            for start in range(0, len(key), _PAIRS_AT_A_TIME):
                some = slice(start, start + _PAIRS_AT_A_TIME)
                postings._place(key[some], doc[some])
        return postings


class KeysByRange:
    """Keys of many articles, spread, with the number of the article of each, by range of the key.

    Each range lies in pages of its own, which go back to the system as the table takes it over: the
    two would not fit beside each other with a million articles.
    """

    def __init__(self) -> None:
        self._rows = [Rows(_START_PAIRS, 2) for _ in range(PARTS)]
        self._used = [0] * PARTS

    def __len__(self) -> int:
        """Return how many keys there are."""
        return sum(self._used)

    def add(self, keys: Keys, numbers: NDArray[np.uint32]) -> None:
        """Add keys with the number of the article of each."""
        spread = keys * _SPREAD
        part = (spread >> np.uint32(32 - _PART_BITS)).astype(np.uint8)
        order = part.argsort(kind="stable")
        ends = np.bincount(part, minlength=PARTS).cumsum().tolist()
        for which, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            chosen = order[start:end]
            used = self._used[which]
            self._used[which] = need = used + len(chosen)
            rows = self._rows[which]
            if need > len(rows.values):
                rows.extend(2 * need)
            rows.values[used:need, 0] = spread.take(chosen)
            rows.values[used:need, 1] = numbers.take(chosen)

    def take(self, part: int) -> tuple[Keys, NDArray[np.uint32]]:
        """Return keys and numbers of one range and let go of them."""
        pairs = self._rows[part].values[: self._used[part]]
        keys, numbers = pairs[:, 0].copy(), pairs[:, 1].copy()
        del pairs
        self._rows[part], self._used[part] = Rows(1, 2), 0
        return keys, numbers


def _places(keys: Keys, buckets: int) -> NDArray[np.intp]:
    """Return the two buckets of each key among so many, in two rows."""
    # The share of the range of 32 bits that lies below the key is the share of the buckets.
    return (keys * _CHOICES * np.uint64(buckets) >> _32).astype(np.intp)


def _opens(ascending: NDArray[Number]) -> NDArray[np.intp]:
    """Return where each run of equal values opens."""
    fresh = np.empty(len(ascending), np.bool_)
    fresh[:1] = True
    np.not_equal(ascending[1:], ascending[:-1], out=fresh[1:])
    return fresh.nonzero()[0]


def _place_in_run(ascending: NDArray[Number]) -> NDArray[np.intp]:
    """Return for each value how many equal ones stand before it."""
    opens = _opens(ascending)
    start = np.zeros(len(ascending), np.intp)
    start[opens] = opens
    return np.arange(len(ascending)) - np.maximum.accumulate(start)
