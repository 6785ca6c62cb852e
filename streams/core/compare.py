"""How much of two articles is the same text, and whether numbers or names say it is not one."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.fingerprint import Number
from streams.core.record import Sketch

# Templates (rates, dividends, results) share 75-90 % of their text; only numbers and names tell
# them apart. Longer texts are told by their words (research-dedupe.md 5.5, measured).
TEMPLATE_WORDS: Final = 120
SHARED_NUMBERS: Final = 0.8
SHARED_NAMES: Final = 0.7


class Text:
    """The side of a comparison that stays the same: this article, its kept paragraphs."""

    def __init__(self, sketch: Sketch, ignored: NDArray[np.uint64]) -> None:
        """`ignored` are exact keys of paragraphs that count on neither side: furniture."""
        self.sketch = sketch
        self.ignored = ignored
        self.words = sketch.kept_words

    @cached_property
    def paragraph_of_gram(self) -> NDArray[np.intp]:
        """Number of the paragraph of each n-gram."""
        return np.repeat(np.arange(len(self.sketch.exact)), self.sketch.gram_count)


@dataclass(frozen=True, slots=True)
class Similarity:
    """What two articles share. Ratios are 0..1."""

    containment: float  # shared text / the shorter of the two
    coverage: float  # share of this article's own text that the earlier has
    resemblance: float  # shared text / all text of both
    paragraphs: NDArray[np.bool_]  # this article's paragraphs that the earlier has, for the most
    words: int  # of the shorter of the two
    length_ratio: float
    numbers: float  # share of the shorter's numbers that the other has
    names: float

    @property
    def is_another_template(self) -> bool:
        """A short text whose numbers or names differ: another item from the same template."""
        return self.words < TEMPLATE_WORDS and (
            self.numbers < SHARED_NUMBERS or self.names < SHARED_NAMES
        )


def compare(mine: Text, theirs: Sketch) -> Similarity:
    """Return what this article and an earlier one share, estimated from their sketches."""
    sketch = mine.sketch
    shift = max(sketch.shift, theirs.shift)
    their_words, their_grams = theirs.kept_words, theirs.grams
    if len(mine.ignored):
        dropped = np.isin(theirs.exact, mine.ignored) & theirs.kept
        if dropped.any():
            their_words -= int(theirs.words[dropped].sum())
            their_grams = their_grams[~np.repeat(dropped, theirs.gram_count)]
    my_grams, paragraph = sketch.grams, mine.paragraph_of_gram
    if shift:
        limit = np.uint32(2**32 >> shift)
        sampled = my_grams < limit
        my_grams, paragraph = my_grams[sampled], paragraph[sampled]
        their_grams = their_grams[their_grams < limit]
    shared = _is_in(my_grams, np.sort(their_grams))
    count = int(np.count_nonzero(shared))
    size = len(sketch.exact)
    of_paragraph = np.bincount(paragraph, minlength=size)
    shared_of_paragraph = np.bincount(paragraph[shared], minlength=size)
    exact = np.isin(sketch.exact, theirs.exact) & sketch.kept
    i_am_shorter = mine.words <= their_words
    shorter, longer = (sketch, theirs) if i_am_shorter else (theirs, sketch)
    return Similarity(
        containment=_ratio(count, min(len(my_grams), len(their_grams))),
        coverage=_ratio(count, len(my_grams)),
        resemblance=_ratio(count, len(my_grams) + len(their_grams) - count),
        paragraphs=exact | ((2 * shared_of_paragraph >= of_paragraph) & (shared_of_paragraph > 0)),
        words=min(mine.words, their_words),
        length_ratio=_ratio(min(mine.words, their_words), max(mine.words, their_words)),
        numbers=_share(shorter.numbers, longer.numbers),
        names=_share(shorter.names, longer.names),
    )


def _is_in(values: NDArray[Number], ascending: NDArray[Number]) -> NDArray[np.bool_]:
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    place = np.searchsorted(ascending, values)
    found: NDArray[np.bool_] = ascending[np.minimum(place, len(ascending) - 1)] == values
    return found


def _ratio(part: int, whole: int) -> float:
    return min(1.0, part / whole) if whole else 0.0


def _share(some: NDArray[np.uint16], others: NDArray[np.uint16]) -> float:
    """Share of `some` that is among `others`; both ascending."""
    return float(np.mean(_is_in(some, others))) if len(some) else 1.0
