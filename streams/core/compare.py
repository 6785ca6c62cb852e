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
# In a stub of a line or two (dividends of sister funds) one other name is another item.
STUB_WORDS: Final = 60
SAME_SIZE: Final = 0.5
SHARED_NUMBERS: Final = 0.8
SHARED_NAMES: Final = 0.7
# Long ones exist too: a hoax with another celebrity, a race with other results.
LONG_SHARED_NUMBERS: Final = 0.5
MIN_NUMBERS: Final = 4
MIN_NAMES: Final = 4
# Shorter first lines are labels: "Scroll down for video", "A statement of the family:".
LEAD_WORDS: Final = 12
SAME_LEAD: Final = 0.5


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
    number_count: int  # of the shorter
    number_replaced: bool  # each has a number that the other lacks
    same_facts: bool  # all numbers and names are the same
    names: float  # share of the names of the side with fewer that the other has

    @property
    def is_stub(self) -> bool:
        """Two texts of a line or two, of about one size."""
        return self.words < STUB_WORDS and self.length_ratio >= SAME_SIZE

    @property
    def is_another_template(self) -> bool:
        """A short text whose numbers or names differ: another item from the same template."""
        if self.is_stub:
            return not self.same_facts
        if self.words < TEMPLATE_WORDS:
            return self.numbers < SHARED_NUMBERS or self.names < SHARED_NAMES
        return self.number_count >= MIN_NUMBERS and self.numbers < LONG_SHARED_NUMBERS


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
    count = len(np.unique(my_grams[shared]))
    my_count, their_count = len(np.unique(my_grams)), len(np.unique(their_grams))
    size = len(sketch.exact)
    of_paragraph = np.bincount(paragraph, minlength=size)
    shared_of_paragraph = np.bincount(paragraph[shared], minlength=size)
    exact = np.isin(sketch.exact, theirs.exact) & sketch.kept
    i_am_shorter = mine.words <= their_words
    shorter, longer = (sketch, theirs) if i_am_shorter else (theirs, sketch)
    return Similarity(
        containment=_ratio(count, min(my_count, their_count)),
        coverage=_ratio(count, my_count),
        resemblance=_ratio(count, my_count + their_count - count),
        paragraphs=exact | ((2 * shared_of_paragraph >= of_paragraph) & (shared_of_paragraph > 0)),
        words=min(mine.words, their_words),
        length_ratio=_ratio(min(mine.words, their_words), max(mine.words, their_words)),
        numbers=_share(shorter.numbers, longer.numbers),
        number_count=len(shorter.numbers),
        number_replaced=_share(shorter.numbers, longer.numbers) < 1
        and _share(longer.numbers, shorter.numbers) < 1,
        same_facts=np.array_equal(sketch.numbers, theirs.numbers)
        and np.array_equal(sketch.names, theirs.names),
        names=_share_of_names(*sorted((shorter.names, longer.names), key=len)),
    )


def lead(sketch: Sketch) -> int | None:
    """Return the first kept paragraph that says something: where a story starts."""
    found = np.flatnonzero(sketch.kept & (sketch.words >= LEAD_WORDS))
    return int(found[0]) if len(found) else None


def shares_lead(mine: Sketch, theirs: Sketch) -> bool:
    """Return whether most of `mine`'s first paragraph is somewhere in `theirs`."""
    first = lead(mine)
    if first is None or mine.exact[first] in theirs.exact:
        return True
    start = int(mine.gram_count[:first].sum())
    grams = mine.grams[start : start + int(mine.gram_count[first])]
    shift = max(mine.shift, theirs.shift)
    grams = grams[grams < np.uint32(2**32 >> shift)] if shift else grams
    return not len(grams) or float(np.isin(grams, theirs.grams).mean()) >= SAME_LEAD


def _is_in(values: NDArray[Number], ascending: NDArray[Number]) -> NDArray[np.bool_]:
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    place = np.searchsorted(ascending, values)
    found: NDArray[np.bool_] = ascending[np.minimum(place, len(ascending) - 1)] == values
    return found


def _ratio(part: int, whole: int) -> float:
    return min(1.0, part / whole) if whole else 0.0


def _share_of_names(fewer: NDArray[np.uint16], more: NDArray[np.uint16]) -> float:
    """Share of names, of the side with fewer: agencies send one text with and without capitals.

    A handful says nothing: in a text without capitals they are the first words of sentences.
    """
    if len(fewer) < MIN_NAMES < len(more):
        return 1.0
    return _share(fewer, more)


def _share(some: NDArray[np.uint16], others: NDArray[np.uint16]) -> float:
    """Share of `some` that is among `others`; both ascending."""
    return float(np.mean(_is_in(some, others))) if len(some) else 1.0
