"""What stage `clean` computes of an article so that stage `dedupe` needs no text: packed sketches.

Per paragraph: an exact key, the number of words, the hashes of some of its word n-grams, of its
numbers and of its capitalised words. Stage 2 leaves out the paragraphs that it removes.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from streams.core.text.arrays import counting, distinct
from streams.core.text.normalise import Words, fold_typography, mix, one_blank, words_of

# Raised with every change that makes fingerprints incomparable with those in the table.
FINGERPRINT_VERSION: Final = 1

# Words of an n-gram. Runs of 4 words survive the edits that news shows (measured: recall of a
# paragraph .99 and more), runs of 3 match by chance (issue 6).
GRAM_WORDS: Final = 4
# The smallest n-gram hashes of each paragraph that are always kept: its near keys (bottom-k).
NEAR_KEYS: Final = 8
# In an article of many short paragraphs fewer of each do, or its record would grow by them.
NEAR_KEYS_OF_ARTICLE: Final = 208
FEWEST_NEAR_KEYS: Final = 2
# Beside them those below a threshold that is the same for the whole article (FracMinHash), chosen
# so that some 272 are left: containment is then known to about 3 points (binomial, p = .65), and
# the record of an article of 5 KB stays below 2 KB.
SKETCH_SIZE: Final = 272
ALL: Final = 256

_HEADER: Final = struct.Struct(
    "<BBHIIII"
)  # version, sampled - 1, 0, paragraphs, grams, numbers, names
_GRAM_FACTORS: Final = tuple(
    np.uint64(pow(0xD6E8FEB86659FD93, power, 2**64)) for power in range(1, GRAM_WORDS + 1)
)
_RARE_BLANKS: Final = b"\t\x0b\x0c\r\x1c\x1d\x1e\x1f"
_32: Final = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The unpacked fingerprint of an article.

    `grams`, `numbers` and `names` hold the paragraphs one after another, each one's ascending and
    without repeats; the `*_count` arrays say how many belong to each.
    """

    sampled: int  # n-gram hashes in the lowest `sampled` of 256 parts are kept
    exact: NDArray[np.uint64]  # per paragraph: xxh3-64 of its comparison form
    words: NDArray[np.uint32]  # per paragraph
    gram_count: NDArray[np.uint32]
    number_count: NDArray[np.uint32]
    name_count: NDArray[np.uint32]
    grams: NDArray[np.uint32]
    numbers: NDArray[np.uint16]
    names: NDArray[np.uint16]


def fingerprint(paragraphs: Sequence[str], title: str | None) -> bytes:  # noqa: ARG001
    """Return the packed fingerprint of an article.

    The title takes part in the comparison of titles only, by its text, so it is not hashed.
    """
    folded = [fold_typography(paragraph) for paragraph in paragraphs]
    exact = [xxhash.xxh3_64_intdigest(form) for form in _forms(folded)]
    words = words_of(folded)
    word_count = np.bincount(words.text, minlength=len(folded)).astype(np.uint32)
    sampled = max(1, min(ALL, ALL * SKETCH_SIZE // max(1, len(words.hashes))))
    grams, gram_count = _grams(words, word_count, sampled)
    numbers, number_count = _facts(words, words.number, len(folded))
    names, name_count = _facts(words, words.capital, len(folded))
    header = _HEADER.pack(
        FINGERPRINT_VERSION, sampled - 1, 0, len(folded), len(grams), len(numbers), len(names)
    )
    return b"".join(
        (
            header,
            np.array(exact, np.uint64).tobytes(),
            *(part.tobytes() for part in (word_count, gram_count, number_count, name_count)),
            *(part.tobytes() for part in (grams, numbers, names)),
        )
    )


def in_sample(grams: NDArray[np.uint32], sampled: int) -> NDArray[np.bool_]:
    """Return which n-grams lie in the lowest `sampled` of 256 parts of the range of hashes."""
    return (grams >> np.uint32(24)) < np.uint32(sampled)


def _forms(folded: list[str]) -> list[bytes]:
    """The comparison forms of texts whose typography is folded, as bytes.

    Mostly all are ASCII with single spaces, and one pass over the article does (30 µs less).
    """
    joined = "\n".join(folded)
    if joined.isascii() and "  " not in joined:
        plain = joined.lower().encode()
        forms = plain.split(b"\n")
        if len(forms) == len(folded) and len(plain.translate(None, _RARE_BLANKS)) == len(plain):
            return [form.strip(b" ") for form in forms]
    return [one_blank(text.casefold()).encode("utf-8", "surrogatepass") for text in folded]


def unpack_fingerprint(packed: bytes) -> Fingerprint:
    """Return what `fingerprint` packed.

    Raises:
        ValueError: `packed` is no fingerprint of this version.
    """
    if len(packed) < _HEADER.size or packed[0] != FINGERPRINT_VERSION:
        raise ValueError(f"not a fingerprint of version {FINGERPRINT_VERSION}: {packed[:1]!r}")
    _, level, _, paragraphs, grams, numbers, names = _HEADER.unpack_from(packed)
    counts = _HEADER.size + 8 * paragraphs
    lists = counts + 4 * 4 * paragraphs
    words, gram_count, number_count, name_count = np.frombuffer(
        packed, np.uint32, 4 * paragraphs, counts
    ).reshape(4, paragraphs)
    return Fingerprint(
        sampled=level + 1,
        exact=np.frombuffer(packed, np.uint64, paragraphs, _HEADER.size),
        words=words,
        gram_count=gram_count,
        number_count=number_count,
        name_count=name_count,
        grams=np.frombuffer(packed, np.uint32, grams, lists),
        numbers=np.frombuffer(packed, np.uint16, numbers, lists + 4 * grams),
        names=np.frombuffer(packed, np.uint16, names, lists + 4 * grams + 2 * numbers),
    )


def _grams(
    words: Words, word_count: NDArray[np.uint32], sampled: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Hashes of n-grams inside each paragraph: the bottom-k and those below the threshold.

    A paragraph shorter than an n-gram gives one hash, of all its words.
    """
    paragraphs = len(word_count)
    hashes, text = words.hashes, words.text
    size = max(0, len(hashes) - GRAM_WORDS + 1)
    total = np.zeros(size, np.uint64)
    for step, factor in enumerate(_GRAM_FACTORS):
        total += hashes[step : step + size] * factor
    inside = text[:size] == text[GRAM_WORDS - 1 :]
    total, text = total[inside], text[:size][inside]
    short = (word_count > 0) & (word_count < GRAM_WORDS)
    if short.any():
        whole, place = _whole(words, short)
        total, text = np.concatenate((total, whole)), np.concatenate((text, place))
    # (paragraph, hash) in one number: one sort for the whole article.
    ordered = distinct((text.astype(np.uint64) << _32) | (mix(total) >> _32))
    paragraph = (ordered >> _32).astype(np.intp)
    low = ordered.astype(np.uint32)
    sizes = np.bincount(paragraph, minlength=paragraphs)
    near = min(NEAR_KEYS, max(FEWEST_NEAR_KEYS, NEAR_KEYS_OF_ARTICLE // max(1, paragraphs)))
    kept = counting(sizes) < near
    kept |= in_sample(low, sampled)
    counts = np.bincount(paragraph[kept], minlength=paragraphs)
    return low[kept], counts.astype(np.uint32)


def _whole(words: Words, short: NDArray[np.bool_]) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """One hash of all words of each paragraph that is shorter than an n-gram."""
    chosen = short[words.text]
    text = words.text[chosen]
    place = counting(np.bincount(text))
    terms = words.hashes[chosen] * np.array(_GRAM_FACTORS, np.uint64)[place]
    opens = (place == 0).nonzero()[0]
    return np.add.reduceat(terms, opens), text[opens]


def _facts(
    words: Words, chosen: NDArray[np.bool_], paragraphs: int
) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    """16-bit hashes of the chosen words of each paragraph."""
    low = words.hashes[chosen] & np.uint64(0xFFFF)
    ordered = distinct((words.text[chosen].astype(np.uint64) << np.uint64(16)) | low)
    counts = np.bincount((ordered >> np.uint64(16)).astype(np.intp), minlength=paragraphs)
    return ordered.astype(np.uint16), counts.astype(np.uint32)
