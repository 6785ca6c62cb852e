"""The keys under which the window finds an article: 32 bits each, verified on the record."""

from typing import Final, NamedTuple, Protocol

import numpy as np
import xxhash
from numpy.typing import NDArray

from schemas import RawRef
from streams.core.article.grams import NEAR_KEYS
from streams.core.article.identity import item_key, source_key
from streams.core.article.record import Record
from streams.core.text.address import same_address
from streams.core.text.arrays import counting

# Shorter paragraphs are found by their exact key alone: "he said on Tuesday" is in many
# articles.
NEAR_MIN_WORDS: Final = 8


def url_key(source: str, url: str | None) -> int:
    """Return the key of a source's canonical URL; 0 when there is none."""
    if not url:
        return 0
    name = f"{source_key(source)}\0{same_address(url)}"
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace"))


def identity_keys(raw_ref: RawRef, identifier: str, url: int, text: int) -> NDArray[np.uint32]:
    """Return the keys by which a re-send is known: raw message, id, text, URL (else the id)."""
    names = (
        f"raw\0{raw_ref.topic}\0{raw_ref.partition}\0{raw_ref.offset}",
        f"id\0{item_key(identifier)}",
        f"text\0{text}",
        f"url\0{url}" if url else f"id\0{item_key(identifier)}",
    )
    hashes = [xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace")) for name in names]
    return np.array(hashes, np.uint64).astype(np.uint32)


class ParagraphKeys(NamedTuple):
    """Keys of the kept paragraphs of an article, and the paragraph of each."""

    keys: NDArray[np.uint32]
    paragraph: NDArray[np.intp]
    exact: int  # so many exact keys stand first, near keys follow


class ParagraphArrays(Protocol):
    """What paragraph keys are made of, of one article or of many in a row."""

    @property
    def exact(self) -> NDArray[np.uint64]:
        """Exact keys."""

    @property
    def words(self) -> NDArray[np.uint16]:
        """Words of each paragraph."""

    @property
    def gram_count(self) -> NDArray[np.uint16]:
        """N-grams of each paragraph."""

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Whether the paragraph counts."""

    @property
    def grams(self) -> NDArray[np.uint32]:
        """The n-grams, ascending inside each paragraph."""


def paragraph_keys(sketch: ParagraphArrays) -> ParagraphKeys:
    """Return exact and near keys of the kept paragraphs that have words."""
    counts = sketch.gram_count.astype(np.intp)
    chosen = (sketch.kept & (sketch.words > 0)).nonzero()[0]
    exact = sketch.exact[chosen].astype(np.uint32)
    opens = counts.cumsum() - counts
    near = np.minimum(counts, NEAR_KEYS) * ((sketch.words >= NEAR_MIN_WORDS) & sketch.kept)
    paragraph = np.arange(len(counts)).repeat(near)
    return ParagraphKeys(
        keys=np.concatenate((exact, sketch.grams.take(opens.take(paragraph) + counting(near)))),
        paragraph=np.concatenate((chosen, paragraph)),
        exact=len(chosen),
    )


def record_keys(record: Record) -> NDArray[np.uint32]:
    """Return all keys under which a record is found."""
    keys = record.identity
    if record.indexed:
        keys = np.concatenate((keys, paragraph_keys(record.sketch).keys))
    return keys
