from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from streams.core.text.hashing import mix
from streams.core.window.postings import (
    _BUCKETS_A_TURN,
    _SECOND,
    _SPREAD,
    POSTINGS_PER_KEY,
    KeysByRange,
    Postings,
)

KEYS = st.lists(st.integers(0, 40), max_size=12, unique=True)


def hashed(keys: list[int]) -> NDArray[np.uint32]:
    """Return well spread keys, as hashes are."""
    return mix(np.array(keys, np.uint64) + np.uint64(1)).astype(np.uint32)


def holders(postings: Postings, key: int) -> list[int]:
    """Return the articles found under one key."""
    return sorted(holders_of(postings, hashed([key])))


def holders_of(postings: Postings, keys: NDArray[np.uint32]) -> list[int]:
    """Return the articles found under any of several keys."""
    return [int(doc) for doc in postings.find(keys).docs]


@given(st.lists(KEYS, max_size=40))
@settings(max_examples=50)
def test_latest_arrivals_hold_a_key(articles: list[list[int]]) -> None:
    """Each key names the latest arrivals that were added under it, whatever the order of adding."""
    ages = np.array([(7 * number) % 41 for number in range(1, len(articles) + 1)], np.int64)
    postings = Postings(buckets=4)
    for number, keys in enumerate(articles, 1):
        postings.add(hashed(keys), number, ages, 1)
    for key in range(41):
        expected = [number for number, keys in enumerate(articles, 1) if key in keys]
        expected = sorted(expected, key=lambda number: -ages[number - 1])[:POSTINGS_PER_KEY]
        assert holders(postings, key) == sorted(expected)


def test_growth_loses_nothing() -> None:
    """A table that doubled many times still knows every key and article."""
    rng = np.random.default_rng(1)
    postings = Postings(buckets=4)
    ages = np.arange(3_000)
    added = [np.unique(rng.integers(0, 2**32, 40, dtype=np.uint32)) for _ in range(2_000)]
    for number, keys in enumerate(added, 1):
        postings.add(keys, number, ages, 1)
    assert len(postings) == sum(map(len, added))
    for number, keys in enumerate(added, 1):
        found = postings.find(keys)
        assert set(found.rows[found.docs == number].tolist()) == set(range(len(keys)))


def test_keep_drops_the_dead_alone() -> None:
    """After expiry only living articles are found, and their room is free again."""
    postings = Postings(buckets=16)
    ages = np.arange(100)
    for number in range(1, 91):
        postings.add(hashed([number % 30, 1_000 + number]), number, ages, 1)
    postings.keep(np.arange(11, 100) > 60, base=11)
    assert holders(postings, 1_060) == []
    assert holders(postings, 1_061) == [61]
    assert holders(postings, 5) == [65]
    assert len(postings) == 60


def test_crafted_keys_do_not_grow_the_table() -> None:
    """Keys made to share two buckets are dropped, not paid for with memory."""
    spread = np.arange(2**20, dtype=np.uint32)  # all in bucket 0 by their top bits
    spread = spread[(spread * _SECOND) < np.uint32(2**24)][:2_000]
    crowd = spread * np.uint32(pow(int(_SPREAD), -1, 2**32))
    postings = Postings(buckets=256)
    postings.add(crowd, 1, np.arange(2), 1)
    assert postings.nbytes < 100_000
    assert len(holders_of(postings, crowd)) < len(crowd)


def test_a_table_that_is_half_split_knows_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some buckets are split and some are not; keys are found, added and let go of in both."""
    monkeypatch.setattr("streams.core.window.postings._BUCKETS_A_TURN", 1)
    rng = np.random.default_rng(2)
    postings = Postings(buckets=30)
    ages = np.arange(400)
    added: list[NDArray[np.uint32]] = []
    halves = 0
    for number in range(1, 300):
        added.append(np.unique(rng.integers(0, 2**32, 7, dtype=np.uint32)))
        postings.add(added[-1], number, ages, 1)
        halves += 0 < postings._whole < postings.buckets // 2
        for doc, keys in enumerate(added, 1):
            found = postings.find(keys)
            assert (found.docs == doc).sum() == len(keys)
    assert halves > 100
    while not 0 < postings._whole < postings.buckets // 2:
        added.append(np.unique(rng.integers(0, 2**32, 7, dtype=np.uint32)))
        postings.add(added[-1], len(added), ages, 1)
    alive = np.arange(1, len(added) + 1) > 150
    postings.keep(alive, base=1)
    for doc, keys in enumerate(added, 1):
        assert (postings.find(keys).docs == doc).sum() == len(keys) * (doc > 150)
    assert len(postings) == sum(map(len, added[150:]))


def test_no_article_pays_for_more_than_some_buckets() -> None:
    """A table that doubles at once would stop the event loop for as long as it is large."""
    rng = np.random.default_rng(3)
    postings = Postings(buckets=4 * _BUCKETS_A_TURN)
    ages = np.arange(2_000)
    wholes = []
    for number in range(1, 1_200):
        postings.add(rng.integers(0, 2**32, 60, dtype=np.uint32), number, ages, 1)
        wholes.append(postings._whole)
    steps = [before - after for before, after in pairwise(wholes) if before]
    assert steps == [_BUCKETS_A_TURN] * 3
    assert postings.buckets == 6 * _BUCKETS_A_TURN


def test_a_table_is_never_half_empty() -> None:
    """It grows by a half and by a third in turn, and keeps every key whatever its size."""
    rng = np.random.default_rng(5)
    postings = Postings(buckets=64)
    ages = np.arange(4_000)
    sizes, loads = [postings.buckets], []
    added = []
    for number in range(1, 3_000):
        added.append(np.unique(rng.integers(0, 2**32, 30, dtype=np.uint32)))
        postings.add(added[-1], number, ages, 1)
        if postings.buckets != sizes[-1]:
            sizes.append(postings.buckets)
        loads.append(len(postings) / (16 * postings.buckets))
    assert sizes == [64 * 3 ** (n % 2) * 2 ** (n // 2) // 2 ** (n % 2) for n in range(len(sizes))]
    assert min(loads[200:]) > 0.55
    for number, keys in enumerate(added, 1):
        assert (postings.find(keys).docs == number).sum() == len(keys)


def test_the_dead_can_leave_some_buckets_at_a_time() -> None:
    """Each call goes on where the last one was, and round again."""
    postings = Postings(buckets=16)
    ages = np.arange(100)
    for number in range(1, 91):
        postings.add(hashed([1_000 + number]), number, ages, 1)
    alive = np.arange(1, 100) > 45
    sizes = []
    for _ in range(4):
        assert postings.keep(alive, 1, buckets=5) == 5
        sizes.append(len(postings))
    assert 90 > sizes[0] > sizes[1] > sizes[2] >= sizes[3] == 45
    assert [holders(postings, 1_000 + number) for number in (45, 46)] == [[], [46]]


@pytest.mark.parametrize("count", [2_000, 20_001, 50_003])
def test_a_bulk_build_loses_no_key(count: int) -> None:
    """Whatever the number of buckets; and it grows on like any other."""
    rng = np.random.default_rng(7)
    keys = np.unique(rng.integers(0, 2**32, count, dtype=np.uint32))
    pairs = KeysByRange()
    pairs.add(keys, (np.arange(len(keys)) % 50).astype(np.uint32))
    ranks = np.arange(50, dtype=np.uint32)
    postings = Postings.of_all(pairs, ranks, ranks + np.uint32(1))
    assert (len(postings), len(pairs)) == (len(keys), 0)
    more = np.setdiff1d(rng.integers(0, 2**32, count, dtype=np.uint32), keys)
    for number, start in enumerate(range(0, len(more), 500), 51):
        postings.add(more[start : start + 500], number, np.arange(1_000), 1)
    found = postings.find(keys)
    docs = np.zeros(len(keys), np.uint32)
    docs[found.rows] = found.docs
    assert (docs == np.arange(len(keys)) % 50 + 1).all()
    assert len(np.unique(postings.find(more).rows)) == len(more)
