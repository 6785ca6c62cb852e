"""What is compared of an article, and what of it is remembered."""

from typing import Final, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from streams.core.article.fingerprint import Fingerprint
from streams.core.text.arrays import Number, distinct

# Paragraphs of an article that are remembered; pages of 50,000 exist.
MAX_PARAGRAPHS: Final = 500
# Numbers and names that are remembered of each article: the smallest hashes, so that two long
# articles remember the same ones. Only texts of some ten thousand words have more.
MAX_FACTS: Final = 2_048
_MOST: Final = 65_535


class Sketch(NamedTuple):
    """What is compared of an article: per paragraph exact key and size, its n-grams and facts.

    `kept` is false for paragraphs that were removed as furniture or as seen before; n-grams and
    facts (numbers, names, terms) are those of the kept ones.
    """

    sampled: int
    exact: NDArray[np.uint64]
    mask: NDArray[np.uint32]
    words: NDArray[np.uint16]
    gram_count: NDArray[np.uint16]
    kept: NDArray[np.bool_]
    grams: NDArray[np.uint32]
    numbers: NDArray[np.uint16]
    names: NDArray[np.uint16]
    terms: NDArray[np.uint16]

    @property
    def kept_words(self) -> int:
        """Words of the kept paragraphs."""
        return int(self.words[self.kept].sum())


def text_key(exact: NDArray[np.uint64]) -> int:
    """Return one key for the exact keys of all paragraphs of a text."""
    return xxhash.xxh3_64_intdigest(exact.tobytes())


def sketch_of(print_: Fingerprint, kept: NDArray[np.bool_]) -> Sketch:
    """Return what is remembered of a fingerprint when only the `kept` paragraphs stay."""
    exact = print_.exact
    if len(kept) > MAX_PARAGRAPHS:
        # The last key stands for all that follow, so that the text key still sees them.
        rest = exact[MAX_PARAGRAPHS - 1 :]
        exact = np.append(exact[: MAX_PARAGRAPHS - 1], np.uint64(text_key(rest)))
        kept = kept[:MAX_PARAGRAPHS]
    size = len(kept)
    grams, numbers = print_.grams, print_.numbers
    names, terms = print_.names, print_.terms
    if size < len(print_.exact) or not kept.all():
        grams = of_kept(grams, print_.gram_count, kept)
        numbers = of_kept(numbers, print_.number_count, kept)
        names = of_kept(names, print_.name_count, kept)
        terms = of_kept(terms, print_.term_count, kept)
    return Sketch(
        sampled=print_.sampled,
        exact=exact,
        mask=print_.mask[:size],
        words=np.minimum(print_.words[:size], _MOST).astype(np.uint16),
        gram_count=(print_.gram_count[:size] * kept).astype(np.uint16),
        kept=kept,
        grams=grams,
        numbers=distinct(numbers)[:MAX_FACTS],
        names=distinct(names)[:MAX_FACTS],
        terms=distinct(terms)[:MAX_FACTS],
    )


def of_kept(
    values: NDArray[Number], counts: NDArray[np.uint32], kept: NDArray[np.bool_]
) -> NDArray[Number]:
    """Return the values that belong to the `kept` paragraphs, `counts` of them to each."""
    chosen = kept.repeat(counts[: len(kept)])
    return values[: len(chosen)][chosen]


def without_grams(sketch: Sketch) -> Sketch:
    """Return the sketch of an article that makes no later one a copy: its exact keys alone."""
    return sketch._replace(
        gram_count=np.zeros_like(sketch.gram_count),
        grams=sketch.grams[:0],
        numbers=sketch.numbers[:0],
        names=sketch.names[:0],
        terms=sketch.terms[:0],
    )
