"""Which earlier articles are worth a comparison: votes of shared paragraphs and n-grams."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.arrays import distinct
from streams.core.keys import ParagraphKeys

# Articles that are verified: the prototype needed 3.4 an article (research-dedupe.md 5.3).
MAX_CANDIDATES: Final = 4
# A paragraph is found again by two of its near keys, or by one that few articles have: ten times
# fewer false candidates than "any", for .002 of recall (research-dedupe.md, table 4).
_ENOUGH: Final = 2
_RARE: Final = 3
_SURE: Final = 4  # near keys at which a paragraph counts its full near weight
_NEAR_WEIGHT: Final = 0.5
# Fewer votes, in words, cannot come to the containment that relates two articles; they are
# chance: a phrase that two articles happen to share.
_MIN_VOTES: Final = 4
_MIN_SHARE: Final = 0.02


def _numbered(docs: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the different articles, and for each pair the number of its article."""
    articles = distinct(docs)
    return articles, articles.searchsorted(docs)


def candidates(
    keys: ParagraphKeys,
    words: NDArray[np.uint16],
    rows: NDArray[np.intp],
    docs: NDArray[np.intp],
) -> list[int]:
    """Return the articles that share the most text, best first, by votes of their paragraphs.

    `rows` and `docs` are the pairs that the window found for `keys`. An exact paragraph votes
    with its words, a near one with up to half of them.
    """
    if not len(docs):
        return []
    articles, article = _numbered(docs)
    paragraph = keys.paragraph[rows]
    cells = len(articles) * len(words)
    cell = article * len(words) + paragraph
    near = rows >= keys.exact
    exact_hit = np.bincount(cell[~near], minlength=cells) > 0
    near_hits = np.bincount(cell[near], minlength=cells)
    spread = np.bincount(rows, minlength=len(keys.keys))
    rare_hit = np.bincount(cell[near & (spread[rows] <= _RARE)], minlength=cells) > 0
    strength = np.where(
        (near_hits >= _ENOUGH) | rare_hit,
        _NEAR_WEIGHT * np.minimum(1, near_hits / _SURE),
        0.0,
    )
    strength[exact_hit] = 1.0
    votes = strength.reshape(len(articles), len(words)) @ words.astype(np.float64)
    enough = max(_MIN_VOTES, _MIN_SHARE * int(words.sum()))
    best = np.lexsort((articles, -votes))[:MAX_CANDIDATES]
    return [int(articles[place]) for place in best if votes[place] >= enough]
