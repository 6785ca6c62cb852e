"""How much of two articles is the same text, and whether numbers or names say it is not one."""

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.article.facts import LEAD_MEASURE
from streams.core.article.grams import ALL, GRAM_WORDS, in_sample
from streams.core.article.sketch import Sketch
from streams.core.text.arrays import is_in, share_in

# Templates (rates, dividends, results) share 75-90 % of their text; only numbers and names tell
# them apart. Longer texts are told by their words (dedupe-dev of docs/data.md).
TEMPLATE_WORDS: Final = 120
# In a stub of a few lines (dividends of sister funds, rainfall, the day's rate) one other number
# or name is another item; two versions of it are not many hours apart (dev pairs and articles).
STUB_WORDS: Final = 60
WORDS_PER_OTHER_NAME: Final = 40
SAME_SIZE: Final = 0.5
ALL_OF_IT: Final = 0.99
SHARED_NUMBERS: Final = 0.8
SHARED_NAMES: Final = 0.7
# Long ones exist too: a hoax with another celebrity, a race with other results.
LONG_SHARED_NUMBERS: Final = 0.5
MIN_NUMBERS: Final = 4
MIN_NAMES: Final = 4
HALF: Final = 0.5
# Shorter first lines are labels: "Scroll down for video", "A statement of the family:".
LEAD_WORDS: Final = 12
SAME_LEAD: Final = 0.5


class Text:
    """The side of a comparison that stays the same: this article, its kept paragraphs."""

    def __init__(self, sketch: Sketch, ignored: NDArray[np.uint32]) -> None:
        """`ignored` are masked keys of paragraphs that count on neither side, ascending."""
        self.sketch = sketch
        self.ignored = ignored
        self.words = sketch.kept_words
        self.grams = grams_of(sketch.words)

    @cached_property
    def size(self) -> int:
        """Number of its n-grams."""
        return int(self.grams[self.sketch.kept].sum())

    @cached_property
    def term_words(self) -> float:
        """Words that one term stands for."""
        terms = len(self.sketch.terms)
        return min(1.0, min(self.words, LEAD_MEASURE) / terms) if terms else 1.0

    @cached_property
    def paragraph(self) -> NDArray[np.intp]:
        """Number of the paragraph of each n-gram that is kept."""
        return np.repeat(np.arange(len(self.sketch.exact)), self.sketch.gram_count)


class Similarity:
    """What this article and an earlier one share; ratios 0..1.

    `containment` is the shared text / the shorter of the two, `coverage` the share of this
    article's own text that the earlier has, `resemblance` the shared text / all text of both.
    Text is counted in n-grams. Those of paragraphs with the same exact key are all shared; of the
    others the share is estimated from the sample, which halves the error (dev pairs).
    """

    def __init__(self, mine: Text, theirs: Sketch) -> None:
        self._text, self._mine, self._theirs = mine, mine.sketch, theirs
        self._my_words = mine.words
        kept, grams = theirs.kept, theirs.grams
        if len(mine.ignored):
            dropped = is_in(theirs.mask, mine.ignored) & kept
            if dropped.any():
                kept = kept & ~dropped
                grams = grams[~np.repeat(dropped, theirs.gram_count)]
        their_words, their_exact = theirs.words[kept], theirs.exact[kept]
        their_exact.sort()
        self._their_words = int(their_words.sum())
        sampled = min(mine.sketch.sampled, theirs.sampled)
        self._is_sampled = sampled < ALL
        self.exact = is_in(mine.sketch.exact, their_exact) & mine.sketch.kept
        open_grams = ~self.exact[mine.paragraph]
        if self._is_sampled:
            open_grams &= in_sample(mine.sketch.grams, sampled)
        self._open = open_grams.nonzero()[0]
        self._shared = is_in(mine.sketch.grams[self._open], np.sort(grams))
        my_size, their_size = mine.size, int(grams_of(their_words).sum())
        same = int(mine.grams[self.exact].sum())
        self._unsure, self._part = _ratio(my_size - same, min(my_size, their_size)), 0.0
        if len(self._open):
            self._part = int(np.count_nonzero(self._shared)) / len(self._open)
            same += int(self._part * (my_size - same))
        self.containment = _ratio(same, min(my_size, their_size))
        self.coverage = _ratio(same, my_size)
        self.resemblance = _ratio(same, my_size + their_size - same)

    def take_as_same(self) -> None:
        """Note that the texts are known to be the same, though no n-grams may be left to tell."""
        self.containment = self.coverage = self.resemblance = 1.0

    @property
    def words(self) -> int:
        """Words of the shorter text."""
        return min(self._my_words, self._their_words)

    @cached_property
    def own_paragraphs(self) -> NDArray[np.bool_]:
        """This article's kept paragraphs that the earlier lacks for the most part."""
        return self._mine.kept & ~self.paragraphs

    @property
    def has_grown(self) -> bool:
        """Whether this is no shorter and has a paragraph of its own that says something."""
        own = self._mine.words[self.own_paragraphs]
        return self._my_words >= self._their_words and bool((own >= LEAD_WORDS).any())

    @property
    def rests_on_few(self) -> bool:
        """Whether the share was estimated from so few n-grams that it may be below a half."""
        compared = len(self._open)
        if not self._is_sampled or not compared:
            return False
        deviation = (self._part * (1 - self._part) / compared) ** 0.5
        return bool(self.containment - 2 * self._unsure * deviation < HALF)

    @property
    def longer_words(self) -> int:
        """Words of the longer text."""
        return max(self._my_words, self._their_words)

    @property
    def length_ratio(self) -> float:
        """The shorter / the longer."""
        return _ratio(self.words, max(self._my_words, self._their_words))

    @cached_property
    def paragraphs(self) -> NDArray[np.bool_]:
        """This article's paragraphs that the earlier has, exactly or for the most part."""
        size = len(self.exact)
        paragraph = self._text.paragraph[self._open]
        of_all = np.bincount(paragraph, minlength=size)
        of_shared = np.bincount(paragraph[self._shared], minlength=size)
        return self.exact | ((2 * of_shared >= of_all) & (of_shared > 0))

    @cached_property
    def _shorter_first(self) -> tuple[Sketch, Sketch]:
        both = (self._mine, self._theirs)
        return both if self._my_words <= self._their_words else both[::-1]

    @property
    def numbers(self) -> float:
        """Share of the shorter's numbers that the longer has."""
        shorter, longer = self._shorter_first
        return share_in(shorter.numbers, longer.numbers)

    @property
    def number_replaced(self) -> bool:
        """Whether each has a number that the other lacks."""
        shorter, longer = self._shorter_first
        return self.numbers < 1 and share_in(longer.numbers, shorter.numbers) < 1

    @property
    def _same_facts(self) -> bool:
        """Whether all numbers are the same, and all names but one in forty words."""
        mine, theirs = self._mine, self._theirs
        shared = int(np.count_nonzero(is_in(mine.names, theirs.names)))
        other_names = max(len(mine.names), len(theirs.names)) - shared
        return (
            np.array_equal(mine.numbers, theirs.numbers)
            and other_names <= self.words // WORDS_PER_OTHER_NAME
        )

    @cached_property
    def names(self) -> float:
        """Share of names, of the side with fewer, that the other has.

        Agencies send one text with and without capitals: a handful says nothing, for there they
        are the first words of sentences.
        """
        fewer, more = sorted((self._mine.names, self._theirs.names), key=len)
        return 1.0 if len(fewer) < MIN_NAMES < len(more) else share_in(fewer, more)

    @property
    def other_terms(self) -> float:
        """Words that were put in the place of others where there is no case to tell names by."""
        mine, theirs = self._mine.terms, self._theirs.terms
        own = int(np.count_nonzero(~is_in(mine, theirs)))
        theirs_own = int(np.count_nonzero(~is_in(theirs, mine)))
        return min(own, theirs_own) * self._text.term_words

    @property
    def is_stub(self) -> bool:
        """Two texts of a line or two, of about one size."""
        return self.words < STUB_WORDS and self.length_ratio >= SAME_SIZE

    @property
    def is_another_template(self) -> bool:
        """Numbers or names differ: another item from the same template."""
        if self.is_stub:
            return not self._same_facts and self.containment < ALL_OF_IT
        if self.words < TEMPLATE_WORDS:
            return self.numbers < SHARED_NUMBERS or self.names < SHARED_NAMES
        known = len(self._shorter_first[0].numbers) >= MIN_NUMBERS
        return known and self.numbers < LONG_SHARED_NUMBERS


def grams_of(words: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Return how many n-grams paragraphs of so many words have."""
    return np.maximum(words.astype(np.intp) - (GRAM_WORDS - 1), words > 0)


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
    grams = grams[in_sample(grams, min(mine.sampled, theirs.sampled))]
    return share_in(grams, np.sort(theirs.grams)) >= SAME_LEAD


def _ratio(part: int, whole: int) -> float:
    return min(1.0, part / whole) if whole else 0.0
