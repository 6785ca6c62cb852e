"""The measure of a text, and the word n-grams by which texts are compared.

A measure is in words of a script with blanks, whatever the script: every limit counts in it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.text.arrays import counting, distinct
from streams.core.text.hashing import mix, powers
from streams.core.text.normalise import Script, Words

# Words of an n-gram. Runs of 4 words survive the edits that news shows (measured: recall of a
# paragraph .99 and more), runs of 3 match by chance.
GRAM_WORDS: Final = 4
# Without blanks every character starts a word of two. So many characters make an n-gram: runs of
# 5 match by chance (unrelated Thai articles shared .14 of them, in texts of 20 KB .37), runs of 8
# and 9 do not (.03), and true copies keep .68 and more.
GRAM_WIDE: Final = 8
GRAM_THIN: Final = 9
# Characters that say as much as a word of a script with blanks.
WORD_WIDE: Final = 1.7
WORD_THIN: Final = 4.0
# Parts of an n-gram, by `Script`: 4, 4, 7 and 8 words make one.
_PARTS: Final = np.array((14, 14, 8, 7), np.int64)
_WHOLE: Final = 56
# Measure of a word of each `Script`.
MEASURES: Final = np.array((1.0, 1.0, 1 / WORD_WIDE, 1 / WORD_THIN))
# The smallest n-gram hashes of each paragraph that are always kept: its near keys (bottom-k).
NEAR_KEYS: Final = 8
# In an article of many short paragraphs fewer of each do, or its record would grow by them.
NEAR_KEYS_OF_ARTICLE: Final = 208
FEWEST_NEAR_KEYS: Final = 2
ALL: Final = 256  # parts of the range of n-gram hashes, for sampling

_FACTOR: Final = np.uint64(0xD6E8FEB86659FD93)
_32: Final = np.uint64(32)
_WIDE: Final = np.uint8(Script.WIDE)


@dataclass(frozen=True, slots=True)
class Measured:
    """The words of an article's paragraphs, and the measure of each paragraph."""

    hashes: NDArray[np.uint64]
    words: Words
    measure: NDArray[np.uint32]  # per paragraph; at least 1 where there is a word
    is_spaced: bool  # no script without blanks occurs


def measured(words: Words, paragraphs: int) -> Measured:
    """Return the words with the measure of each paragraph."""
    is_spaced = not np.count_nonzero(words.script >= _WIDE)
    counts = np.bincount(words.text, minlength=paragraphs)
    if not is_spaced:
        sums = np.bincount(words.text, MEASURES.take(words.script), paragraphs)
        counts = np.maximum(np.rint(sums), counts > 0)
    return Measured(words.hashes, words, counts.astype(np.uint32), is_spaced)


def in_sample(grams: NDArray[np.uint32], sampled: int) -> NDArray[np.bool_]:
    """Return which n-grams lie in the lowest `sampled` of 256 parts of the range of hashes."""
    if sampled >= ALL:
        return np.ones(len(grams), np.bool_)
    return grams < np.uint32(sampled << 24)


def grams_of_words(
    measured_: Measured, sampled: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return hashes of n-grams inside each paragraph: the bottom-k and those in the sample.

    A paragraph shorter than an n-gram gives one hash, of all its words.
    """
    paragraphs = len(measured_.measure)
    total, text = (_spaced if measured_.is_spaced else _mixed)(measured_.words)
    # A paragraph is shorter than an n-gram where none starts.
    short = (measured_.measure > 0) & (np.bincount(text, minlength=paragraphs) == 0)
    if np.count_nonzero(short):
        whole, place = _whole(measured_.words, short)
        total, text = np.concatenate((total, whole)), np.concatenate((text, place))
    # (paragraph, hash) in one number: one sort for the whole article.
    ordered = distinct((text.astype(np.uint64) << _32) | (mix(total) >> _32))
    paragraph = (ordered >> _32).astype(np.intp)
    low = ordered.astype(np.uint32)
    near = min(NEAR_KEYS, max(FEWEST_NEAR_KEYS, NEAR_KEYS_OF_ARTICLE // max(1, paragraphs)))
    kept = in_sample(low, sampled)
    # One of a paragraph's first: so many places before it another paragraph stands, or nothing.
    kept[:near] = True
    kept[near:] |= paragraph[near:] != paragraph[:-near]
    counts = np.bincount(paragraph[kept], minlength=paragraphs)
    return low[kept], counts.astype(np.uint32)


def _spaced(words: Words) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Every run of four words, and its paragraph."""
    hashes, text = words.hashes, words.text
    size = max(0, len(hashes) - GRAM_WORDS + 1)
    total = np.zeros(size, np.uint64)
    for step in reversed(range(GRAM_WORDS)):
        total += hashes[step : step + size]
        total *= _FACTOR
    inside = text[:size] == text[GRAM_WORDS - 1 :]
    return total[inside], text[:size][inside]


def _mixed(words: Words) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Every run of words that makes a whole n-gram; its hash is the one that `_spaced` gives."""
    parts = np.zeros(len(words.hashes) + 1, np.int64)
    np.cumsum(_PARTS.take(words.script), out=parts[1:])
    ends = parts.searchsorted(parts[:-1] + _WHOLE)
    starts = (ends <= len(words.hashes)).nonzero()[0]
    ends = ends[starts]
    inside = words.text[starts] == words.text[ends - 1]
    starts, ends = starts[inside], ends[inside]
    power, inverse = powers(int(_FACTOR), max(8_192, 1 << len(parts).bit_length()))
    sums = np.zeros(len(parts), np.uint64)
    np.cumsum(words.hashes * power[: len(words.hashes)], out=sums[1:])
    total = (sums[ends] - sums[starts]) * inverse[starts] * _FACTOR
    return total, words.text[starts]


def _whole(words: Words, short: NDArray[np.bool_]) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """One hash of all words of each paragraph that is shorter than an n-gram."""
    chosen = short[words.text]
    text = words.text[chosen]
    place = counting(np.bincount(text))
    power, _ = powers(int(_FACTOR), 8_192)
    terms = words.hashes[chosen] * power[place] * _FACTOR
    opens = (place == 0).nonzero()[0]
    return np.add.reduceat(terms, opens), text[opens]
