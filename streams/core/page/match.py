"""Which words of a page stand in the text that an extractor made of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from streams.core.text.arrays import Numbers
from streams.core.text.normalise import Words

Shares = NDArray[np.float32]

# The alignment takes a bit per pair of words: 50 MB and some 10 ms at this bound. The longest
# development page needs a tenth of it.
_MAX_PAIRS = 400_000_000
_GRAM = 4
# Text that an extractor has moved is not aligned; so much of a block's word 4-grams find it.
_MOVED = 0.8
_MOVED_MIN_WORDS = 5
_HALF = 0.5
_BASE = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / the golden ratio, as in normalise.py


@dataclass(frozen=True, slots=True)
class Match:
    """Blocks of a page against lines of an extracted text."""

    kept: Shares  # for each block the share of its words that were extracted
    blocks: Numbers  # for each aligned word its block,
    lines: Numbers  # and its line


def match_words(page: Words, blocks: int, extracted: Words) -> Match | None:
    """Return how the words of a page's first `blocks` texts align with the extracted lines.

    Nothing when both are too long to be aligned.
    """
    size = int(page.text.searchsorted(blocks))
    if size * len(extracted.hashes) > _MAX_PAIRS:
        return None
    block = page.text[:size]
    both = np.concatenate((page.hashes[:size], extracted.hashes))
    numbers = np.unique(both, return_inverse=True)[1]
    ours, theirs = numbers[:size], numbers[size:]
    here, there = _aligned(ours.tolist(), theirs.tolist())
    sizes = np.maximum(np.bincount(block, minlength=blocks), 1)
    kept = np.bincount(block[here], minlength=blocks) / sizes
    left = np.ones(len(theirs), np.bool_)
    left[there] = False
    moved = _moved(ours, block, theirs, left, sizes) & (kept < _HALF)
    kept = np.where(moved, _MOVED, kept)
    return Match(kept.astype(np.float32), block[here], extracted.text[there])


def _aligned(ours: Sequence[int], theirs: Sequence[int]) -> tuple[Numbers, Numbers]:
    """Return the places of the longest common subsequence in both."""
    runs = [op for op in LCSseq.opcodes(ours, theirs) if op.tag == "equal"]
    if not runs:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    here = np.concatenate([np.arange(op.src_start, op.src_end) for op in runs])
    there = np.concatenate([np.arange(op.dest_start, op.dest_end) for op in runs])
    return here, there


def _moved(
    ours: Numbers, block: Numbers, theirs: Numbers, left: NDArray[np.bool_], sizes: Numbers
) -> NDArray[np.bool_]:
    """Say which blocks stand among the extracted words that are `left` unaligned."""
    if left.sum() < _GRAM or len(ours) < _GRAM:
        return np.zeros(len(sizes), np.bool_)
    grams = _grams(ours)
    whole = block[: len(grams)] == block[_GRAM - 1 :]
    found = np.isin(grams[whole], _grams(theirs)[left[: 1 - _GRAM]])
    hits = np.bincount(block[: len(grams)][whole][found], minlength=len(sizes))
    moved: NDArray[np.bool_] = hits >= _MOVED * (sizes - _GRAM + 1)
    return moved & (sizes >= _MOVED_MIN_WORDS)


def _grams(numbers: Numbers) -> NDArray[np.uint64]:
    """Return a hash of every word 4-gram."""
    words = numbers.astype(np.uint64) + np.uint64(1)
    grams = words[: 1 - _GRAM]
    for step in range(1, _GRAM):
        grams = grams * _BASE + words[step : len(words) - _GRAM + 1 + step]
    return grams
