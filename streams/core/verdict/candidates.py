"""Which earlier articles are worth a comparison: votes of shared paragraphs and n-grams."""

from math import lcm
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.article.grams import NEAR_KEYS
from streams.core.article.keys import ParagraphKeys
from streams.core.text.arrays import distinct
from streams.core.window.postings import POSTINGS_PER_KEY

# Articles that are verified: 3.4 an article were needed on dedupe-dev (docs/data.md).
MAX_CANDIDATES: Final = 4
# A near key votes with an eighth of its paragraph, so that one whose eight keys all agree counts
# as much as one whose exact key does, and a copy of it twice as much as an edited one.
_NEAR_WEIGHT: Final = 1 / NEAR_KEYS
# Fewer votes, in words, cannot come to the containment that relates two articles; they are
# chance: a phrase that two articles happen to share.
_MIN_VOTES: Final = 4
_MIN_SHARE: Final = 0.03
# A vote of a key that n articles have counts 1/n, in parts that are whole numbers: sums must not
# depend on the order in which the window found them.
_PARTS: Final = lcm(*range(1, POSTINGS_PER_KEY + 1))
_SHARES: Final = _PARTS // np.maximum(np.arange(POSTINGS_PER_KEY + 1), 1)


def candidates(
    keys: ParagraphKeys,
    words: NDArray[np.uint16],
    rows: NDArray[np.intp],
    docs: NDArray[np.intp],
) -> list[int]:
    """Return the articles that share the most text, the rarest first, by votes of paragraphs.

    `rows` and `docs` are the pairs that the window found for `keys`.
    """
    if not len(docs):
        return []
    articles = distinct(docs)
    weight = words.take(keys.paragraph.take(rows)) * np.where(rows < keys.exact, 1.0, _NEAR_WEIGHT)
    place = articles.searchsorted(docs)
    votes = np.bincount(place, weights=weight)
    # Most pairs are chance, so the few articles with enough votes are sorted alone.
    enough = (votes >= max(_MIN_VOTES, _MIN_SHARE * int(words.sum()))).nonzero()[0]
    if not len(enough):
        return []
    # What many articles have says little: background would crowd out the one true copy.
    holders = np.bincount(rows, minlength=len(keys.keys))
    rare = np.bincount(place, weights=weight * _SHARES.take(holders.take(rows)))
    best = enough[np.lexsort((enough, -rare[enough]))[:MAX_CANDIDATES]]
    return [int(article) for article in articles[best]]
