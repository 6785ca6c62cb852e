"""Lines that a source puts into story after story: signatures, promo lines, disclaimers."""

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.article.fingerprint import Fingerprint
from streams.core.text.arrays import counting, distinct, is_in
from streams.core.window.sources import Recent


class FurnitureRule(NamedTuple):
    """When a line is furniture: it stands in so many stories, and in this share of them."""

    stories: int
    share: float
    max_removed: float


# Lines that differ in a date or a number, and lines inside the text, must stand in so many of a
# source's stories: the last line of every market report has another figure in it.
_HALF: Final = 0.5
# Longer lines that close a source's stories are mostly its background on a running story.
LONG_WORDS: Final = 20
# Inside the text only labels are furniture ("Story continues below"): short, no sentence as a
# refrain or an interviewer's question is, and in so many stories.
LABEL_WORDS: Final = 10
LABEL_STORIES: Final = 6
_SENTENCE_ENDS: Final = frozenset(".!?…。！？．؟۔।॥።")  # noqa: RUF001 - the marks themselves
LONG_SHARE: Final = 0.8
# A source with fewer stories in the window than that (one in 40 hours, say) goes by what they had
# in common with those before them, which the records carry on.
_FEW: Final = 2


class Lines(NamedTuple):
    """In which recent stories of the source each paragraph of an article stands."""

    paragraph: NDArray[np.intp]  # pairs of (paragraph, story), without repeats
    story: NDArray[np.intp]
    stood: NDArray[np.bool_]  # whether the line stood in a story before that one already
    stories: NDArray[np.int64]  # story of each number
    print_: Fingerprint
    texts: Sequence[str]

    @property
    def words(self) -> NDArray[np.uint32]:
        """Words of each paragraph."""
        return self.print_.words

    @property
    def numbered(self) -> NDArray[np.bool_]:
        """Whether a date or a number of the paragraph was masked."""
        masked: NDArray[np.bool_] = self.print_.mask != self.print_.exact.astype(np.uint32)
        return masked

    @property
    def is_label(self) -> NDArray[np.bool_]:
        """Whether the paragraph is short, and no sentence."""
        found = np.array([text[-1:] not in _SENTENCE_ENDS for text in self.texts], np.bool_)
        return found & (self.words <= LABEL_WORDS)

    def counts(self, but: int | None = None) -> tuple[NDArray[np.intp], int]:
        """Return in how many stories each paragraph stands, and of how many.

        The story `but` is left out, for an article's own earlier versions prove nothing. Of a
        source with few stories in the window, the one before those counts too.
        """
        other = self.stories != but if but is not None else np.ones(len(self.stories), np.bool_)
        of_other = other[self.story]
        counts = np.bincount(self.paragraph[of_other], minlength=len(self.words))
        stories = int(np.count_nonzero(other))
        before = self.paragraph[of_other & self.stood]
        if stories < _FEW and len(before):
            counts[distinct(before)] += 1
            stories += 1
        return counts, stories

    def standing(self) -> NDArray[np.bool_]:
        """Return which paragraphs stand in any recent story: what the next article is told."""
        found = np.zeros(len(self.words), np.bool_)
        found[self.paragraph] = True
        return found


def find_lines(
    print_: Fingerprint, texts: Sequence[str], recent: Sequence[Recent], stories: Sequence[int]
) -> Lines:
    """Return which paragraphs stand in which `recent` articles, the latest of `stories`.

    Lines are the same that differ in a date or a number alone.
    """
    mask = print_.mask
    names = np.array(stories, np.int64)
    if not len(mask) or not recent:
        none = np.zeros(0, np.intp)
        return Lines(none, none, none.astype(np.bool_), names, print_, texts)
    theirs = np.frombuffer(b"".join([each.mask for each in recent]), np.uint32)
    order = mask.argsort(kind="stable")
    ascending = mask[order]
    # A byte of each key tells which of some 500 are worth a search (two thirds of its time).
    has_ending = np.zeros(256, np.bool_)
    has_ending[mask.view(np.uint8)[::4]] = True
    likely = has_ending.take(theirs.view(np.uint8)[::4]).nonzero()[0]
    first = ascending.searchsorted(theirs.take(likely))
    is_hit = ascending.take(first, mode="clip") == theirs.take(likely)
    first, hit = first[is_hit], likely[is_hit]
    if not len(hit):
        return Lines(hit, hit, hit.astype(np.bool_), names, print_, texts)
    ends = np.cumsum([len(each.mask) // 4 for each in recent])
    pairs = distinct(first * len(recent) + ends.searchsorted(hit, side="right"))
    place, story = np.divmod(pairs, len(recent))
    # A line that stands twice in this article counts at both places.
    repeats = np.searchsorted(ascending, ascending[place], side="right") - place
    paragraph = order[np.repeat(place, repeats) + counting(repeats)]
    stood = is_in(ascending[place], _stood(recent))
    return Lines(
        paragraph, np.repeat(story, repeats), np.repeat(stood, repeats), names, print_, texts
    )


def _stood(recent: Sequence[Recent]) -> NDArray[np.uint32]:
    """Return the keys of the lines that stood in a story before the recent ones, ascending."""
    if len(recent) >= _FEW + 1:
        return np.zeros(0, np.uint32)
    keys = []
    for each in recent:
        mask = np.frombuffer(each.mask, np.uint32)
        bits = np.unpackbits(np.frombuffer(each.standing, np.uint8), count=len(mask))
        keys.append(mask[bits.view(np.bool_)])
    return distinct(np.concatenate(keys))


def known_furniture(lines: Lines, rule: FurnitureRule) -> NDArray[np.bool_]:
    """Return the paragraphs that were furniture before this article came."""
    if not len(lines.paragraph):
        return np.zeros(len(lines.words), np.bool_)
    return _furniture(lines, rule, *lines.counts())


def furniture(lines: Lines, rule: FurnitureRule, story: int | None) -> NDArray[np.bool_]:
    """Return the paragraphs to remove, this article counted as one more story.

    Nothing is removed when it would take more than the rule's share of the text.
    """
    words = lines.words
    if not len(lines.paragraph):
        return np.zeros(len(words), np.bool_)
    counts, stories = lines.counts(but=story)
    found = _furniture(lines, rule, counts + 1, stories + 1)
    if words[found].sum() > rule.max_removed * words.sum():
        return np.zeros_like(found)
    return found


def _furniture(
    lines: Lines, rule: FurnitureRule, counts: NDArray[np.intp], stories: int
) -> NDArray[np.bool_]:
    """Return the lines that stand in enough stories for their kind and place."""
    half = max(rule.stories, ceil(max(_HALF, rule.share) * stories))
    edge = np.where(lines.numbered, half, max(rule.stories, ceil(rule.share * stories)))
    is_long = lines.words > LONG_WORDS
    edge[is_long] = max(rule.stories + 1, ceil(max(LONG_SHARE, rule.share) * stories))
    anywhere = lines.is_label & (counts >= max(half, LABEL_STORIES))
    return anywhere | _from_the_edges(counts >= edge)


def doubtful_furniture(
    lines: Lines,
    rule: FurnitureRule,
    story: int | None,
    *,
    doubtful: Sequence[bool],
    standing: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the `doubtful` paragraphs to remove beside the `standing` furniture.

    What the line model nearly removed must stand in as many stories as furniture does, but
    anywhere in the text and whatever share of the stories they are. The rule's share of the text
    holds for both kinds of furniture together.
    """
    words = lines.words
    if not len(lines.paragraph) or not any(doubtful):
        return np.zeros(len(words), np.bool_)
    counts, _ = lines.counts(but=story)
    found = np.array(doubtful) & ~standing & (counts + 1 >= rule.stories)
    if words[found | standing].sum() > rule.max_removed * words.sum():
        return np.zeros_like(found)
    return found


def _from_the_edges(candidate: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the candidates in a run from the start or the end of the text.

    A run goes on behind one line that is none: a byline or a teaser, another one every day.
    """
    opening = np.cumsum(~candidate) <= 1
    closing = np.cumsum(~candidate[::-1])[::-1] <= 1
    found: NDArray[np.bool_] = candidate & (opening | closing)
    return found
