"""The keys under which the window finds an article: 32 bits each, verified on the record."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from schemas import RawRef
from streams.core.arrays import counting, distinct
from streams.core.fingerprint import NEAR_KEYS
from streams.core.record import Record, Sketch

# Shorter paragraphs are found by their exact key alone: "he said on Tuesday" is in every article
# (research-dedupe.md 4: keys for paragraphs of eight words and more).
NEAR_MIN_WORDS: Final = 8


def url_key(source: str, url: str | None) -> int:
    """Return the key of a source's canonical URL; 0 when there is none."""
    return xxhash.xxh3_64_intdigest(f"{source}\0{url}".encode("utf-8", "replace")) if url else 0


def identity_keys(raw_ref: RawRef, identifier: str, url: int, text: int) -> NDArray[np.uint32]:
    """Return the keys by which a re-send is known: raw message, id, text, and URL if any."""
    names = [
        f"raw\0{raw_ref.topic}\0{raw_ref.partition}\0{raw_ref.offset}",
        f"id\0{identifier}",
        f"text\0{text}",
    ]
    if url:
        names.append(f"url\0{url}")
    hashes = [xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace")) for name in names]
    return np.array(hashes, np.uint64).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class ParagraphKeys:
    """Keys of the kept paragraphs of an article, and the paragraph of each."""

    keys: NDArray[np.uint32]
    paragraph: NDArray[np.intp]
    exact: int  # so many exact keys stand first, near keys follow


def paragraph_keys(sketch: Sketch) -> ParagraphKeys:
    """Return exact and near keys of the kept paragraphs that have words."""
    counts = sketch.gram_count.astype(np.intp)
    chosen = np.flatnonzero(sketch.kept & (sketch.words > 0))
    exact = sketch.exact[chosen].astype(np.uint32)
    opens = np.cumsum(counts) - counts
    near = np.minimum(counts, NEAR_KEYS) * (sketch.words >= NEAR_MIN_WORDS) * sketch.kept
    paragraph = np.repeat(np.arange(len(counts)), near)
    return ParagraphKeys(
        keys=np.concatenate((exact, sketch.grams[opens[paragraph] + counting(near)])),
        paragraph=np.concatenate((chosen, paragraph)),
        exact=len(chosen),
    )


def record_keys(record: Record) -> NDArray[np.uint32]:
    """Return all keys under which a record is found, without repeats."""
    keys = identity_keys(record.raw_ref, record.id, record.url_key, record.text_key)
    if record.indexed:
        keys = np.concatenate((keys, paragraph_keys(record.sketch).keys))
    return distinct(keys)
