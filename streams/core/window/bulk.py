"""The keys of many records at once, for the rebuild after recovery."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.core.article.keys import paragraph_keys
from streams.core.article.record import IDENTITY_KEYS, Parts

# Records that are unpacked together: their temporary arrays stay within some 25 MB.
BATCH = 4_096


@dataclass(frozen=True, slots=True)
class _Paragraphs:
    """The paragraphs of many records in a row."""

    exact: NDArray[np.uint64]
    words: NDArray[np.uint16]
    gram_count: NDArray[np.uint16]
    grams: NDArray[np.uint32]
    kept: NDArray[np.bool_]


def keys_of(records: Sequence[Parts]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the keys of a batch of records, and for each the number of its record, from 0 on."""
    identity = np.frombuffer(b"".join(part.identity for part in records), np.uint32)
    by_identity = np.repeat(np.arange(len(records), dtype=np.uint32), IDENTITY_KEYS)
    indexed = [(number, part) for number, part in enumerate(records) if part.is_indexed]
    size = [len(part.exact) // 8 for _, part in indexed]
    arrays = _Paragraphs(
        exact=np.frombuffer(b"".join(part.exact for _, part in indexed), np.uint64),
        words=np.frombuffer(b"".join(part.words for _, part in indexed), np.uint16),
        gram_count=np.frombuffer(b"".join(part.gram_count for _, part in indexed), np.uint16),
        grams=np.frombuffer(b"".join(part.grams for _, part in indexed), np.uint32),
        kept=_kept([part.kept for _, part in indexed], size),
    )
    found = paragraph_keys(arrays)
    record = np.repeat(np.array([number for number, _ in indexed], np.uint32), size)
    return (
        np.concatenate((identity, found.keys)),
        np.concatenate((by_identity, record[found.paragraph])),
    )


def _kept(bits: Sequence[bytes], sizes: Sequence[int]) -> NDArray[np.bool_]:
    """Return one array of what is packed a bit a paragraph, each record from a byte on."""
    unpacked = np.unpackbits(np.frombuffer(b"".join(bits), np.uint8))
    padded = np.array([8 * len(part) for part in bits], np.intp)
    inside = np.array(sizes, np.intp)
    place = np.arange(len(unpacked)) - np.repeat(np.cumsum(padded) - padded, padded)
    return unpacked[place < np.repeat(inside, padded)].view(np.bool_)
