"""Lines that a source puts into story after story: signatures, promo lines, disclaimers."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from streams.core.text.arrays import counting, distinct


@dataclass(frozen=True, slots=True)
class FurnitureRule:
    """When a line is furniture: it stands in so many stories, and in this share of them."""

    stories: int
    share: float
    max_removed: float


@dataclass(frozen=True, slots=True)
class Lines:
    """In which recent stories of the source each paragraph of an article stands."""

    paragraph: NDArray[np.intp]  # pairs of (paragraph, story), without repeats
    story: NDArray[np.intp]
    stories: NDArray[np.int64]  # story of each number
    paragraphs: int

    def counts(self, but: int | None = None) -> tuple[NDArray[np.intp], int]:
        """Return in how many stories each paragraph stands, and of how many.

        The story `but` is left out, for an article's own earlier versions prove nothing.
        """
        other = self.stories != but if but is not None else np.ones(len(self.stories), np.bool_)
        counts = np.bincount(self.paragraph[other[self.story]], minlength=self.paragraphs)
        return counts, int(np.count_nonzero(other))


def find_lines(exact: NDArray[np.uint64], recent: Sequence[tuple[int, bytes]]) -> Lines:
    """Return which of the paragraphs `exact` stand in which `recent` (story, exact keys)."""
    stories = np.array([story for story, _ in recent], np.int64)
    if not len(exact) or not recent:
        none = np.zeros(0, np.intp)
        return Lines(none, none, stories, len(exact))
    theirs = np.frombuffer(b"".join([keys for _, keys in recent]), np.uint64)
    order = exact.argsort(kind="stable")
    ascending = exact[order]
    # A byte of each key tells which of some 500 are worth a search (two thirds of its time).
    has_ending = np.zeros(256, np.bool_)
    has_ending[exact.view(np.uint8)[::8]] = True
    likely = has_ending.take(theirs.view(np.uint8)[::8]).nonzero()[0]
    first = ascending.searchsorted(theirs.take(likely))
    is_hit = ascending.take(first, mode="clip") == theirs.take(likely)
    first, hit = first[is_hit], likely[is_hit]
    if not len(hit):
        return Lines(hit, hit, stories, len(exact))
    ends = np.cumsum([len(keys) // 8 for _, keys in recent])
    pairs = distinct(first * len(recent) + ends.searchsorted(hit, side="right"))
    place, story = np.divmod(pairs, len(recent))
    # A line that stands twice in this article counts at both places.
    repeats = np.searchsorted(ascending, ascending[place], side="right") - place
    paragraph = order[np.repeat(place, repeats) + counting(repeats)]
    return Lines(paragraph, np.repeat(story, repeats), stories, len(exact))


def known_furniture(lines: Lines, rule: FurnitureRule) -> NDArray[np.bool_]:
    """Return the paragraphs that were furniture before this article came."""
    if not len(lines.paragraph):
        return np.zeros(lines.paragraphs, np.bool_)
    counts, stories = lines.counts()
    return _from_the_edges(counts >= max(rule.stories, ceil(rule.share * stories)))


def furniture(
    lines: Lines, rule: FurnitureRule, story: int | None, words: NDArray[np.uint32]
) -> NDArray[np.bool_]:
    """Return the paragraphs to remove, this article counted as one more story.

    Nothing is removed when it would take more than the rule's share of the text.
    """
    if not len(lines.paragraph):
        return np.zeros(len(words), np.bool_)
    counts, stories = lines.counts(but=story)
    found = _from_the_edges(counts + 1 >= max(rule.stories, ceil(rule.share * (stories + 1))))
    if words[found].sum() > rule.max_removed * words.sum():
        return np.zeros_like(found)
    return found


def doubtful_furniture(
    lines: Lines,
    rule: FurnitureRule,
    story: int | None,
    words: NDArray[np.uint32],
    *,
    doubtful: NDArray[np.bool_],
    standing: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the `doubtful` paragraphs to remove beside the `standing` furniture.

    What the line model nearly removed must stand in as many stories as furniture does, but
    anywhere in the text and whatever share of the stories they are. The rule's share of the text
    holds for both kinds of furniture together.
    """
    if not len(lines.paragraph) or not doubtful.any():
        return np.zeros(len(words), np.bool_)
    counts, _ = lines.counts(but=story)
    found = doubtful & ~standing & (counts + 1 >= rule.stories)
    if words[found | standing].sum() > rule.max_removed * words.sum():
        return np.zeros_like(found)
    return found


def _from_the_edges(candidate: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the candidates in an unbroken run from the start or the end of the text."""
    opening = np.logical_and.accumulate(candidate)
    closing = np.logical_and.accumulate(candidate[::-1])[::-1]
    return opening | closing
