"""Blocks that an extractor left out though they are made as the ones that it kept beside them.

Where each paragraph has a box of its own, or an advert parts the text, an extractor may take the
first part for the whole. Paragraphs are of one make when the elements around them, up to one that
holds both, have the same tags and classes. What stands between two paragraphs is theirs as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from schemas.rule import Strength
from streams.core.page.outline import names_at
from streams.core.page.sight import Sight
from streams.core.page.tree import INLINE, PageTree
from streams.core.residue.form import PROSE_WIDTH
from streams.core.text.arrays import Flags, Floats, Numbers, Vector

# Further up everything on a page is of one make.
_MAX_STEPS = 4
# Paragraphs of a make have so much of the extracted text, or they may be anything: teasers, bios.
# Right beside each other, in one element, less is enough.
_SHARE, _BESIDE_TO_FAR = 0.3, 1 / 3
# The model is sure of less than this (log-odds); a text by itself in a box it knows badly.
_LEAST_SCORE, _LEAST_SCORE_BETWEEN = -5.0, -2.5
_LINKED, _LINKED_WIDTH = 0.5, 120
_MAX_WIDTH_BETWEEN = 400
# An advert and its like may stand above a heading, and below a quote who said it.
_MAX_ABOVE, _MAX_BELOW = 4, 2
# What is inside of these stands for itself.
_APART = frozenset(
    ("article", "aside", "nav", "footer", "form", "figure", "header", "li", "table", "button")
)
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_QUOTES = frozenset(("blockquote", "q"))
_Make = tuple[int, tuple[tuple[str, str], ...]]


class Known(NamedTuple):
    """What is known of all pages: see `plan.py`."""

    beside: frozenset[str]  # names of elements in which no article stands
    least_score: float  # below which a block that was kept goes
    most_kept: float  # share of a block's words above which it was not left out


def of_the_same_make(tree: PageTree, sight: Sight, scores: Vector, known: Known) -> Flags:
    """Say which blocks belong to the text that was kept, whatever their score."""
    plain = _may_be_text(sight)
    left = plain & ~sight.kept & (sight.match.kept < known.most_kept)
    width = np.expm1(np.asarray(sight.columns["width"], np.float64))
    ends = np.asarray(sight.columns["ends_sentence"]).astype(np.bool_)
    prose: Flags = ends & (width >= PROSE_WIDTH)
    linked: Flags = np.asarray(sight.columns["link"], np.float64) >= _LINKED
    found = np.zeros(len(sight.texts), np.bool_)
    alone = left & prose & (scores > _LEAST_SCORE) & (~linked | (width >= _LINKED_WIDTH))
    if alone.any():
        makes = _widths(tree, np.flatnonzero(sight.kept & prose), width)
        least = _SHARE * float(width[sight.kept].sum())
        for block in np.flatnonzero(alone).tolist():
            for parent, path in _makes(tree, int(tree.owners[block]), known.beside):
                enough = least * (_BESIDE_TO_FAR if len(path) == 1 else 1)
                found[block] |= makes.get((parent, path), 0.0) >= enough
    text = found | (sight.kept & (scores >= known.least_score))
    # Paragraphs that line breaks part are of one element.
    elements = np.array([_block_element(tree, x) for x in tree.owners.tolist()], np.intp)
    of_one = np.isin(elements, elements[text & prose])
    found |= of_one & plain & prose & sight.kept & ~linked & (scores > _LEAST_SCORE_BETWEEN)
    text |= found
    between = plain & ~text & ~linked & (scores > _LEAST_SCORE_BETWEEN)
    between &= (left | sight.kept) & (width < _MAX_WIDTH_BETWEEN)
    for block in np.flatnonzero(between).tolist():
        around = _text_around(text, block)
        if around is not None:
            owners = [int(tree.owners[x]) for x in around]
            is_twin = bool(prose[block]) and any(_are_twins(tree, block, x) for x in owners)
            found[block] = is_twin or _is_between(tree, block, owners, known.beside)
    return found


def _may_be_text(sight: Sight) -> Flags:
    """Say which blocks are shown, have words, and are not known for something else by a phrase."""
    hits = (hit is None or hit.group.strength is Strength.HINT for hit in sight.hits)
    plain = np.fromiter(hits, np.bool_, len(sight.hits)) & (np.asarray(sight.words) > 0)
    return plain & ~np.asarray(sight.columns["hidden"]).astype(np.bool_)


def _widths(tree: PageTree, blocks: Numbers, width: Floats) -> Mapping[_Make, float]:
    """Return how much text each make has."""
    widths: dict[_Make, float] = {}
    for block in blocks.tolist():
        for make in _makes(tree, int(tree.owners[block]), frozenset()):
            widths[make] = widths.get(make, 0.0) + float(width[block])
    return widths


def _makes(tree: PageTree, element: int, beside: frozenset[str]) -> Iterator[_Make]:
    """Yield the makes of an element, each from an element further up; none beside an article."""
    path: tuple[tuple[str, str], ...] = ()
    for _ in range(_MAX_STEPS):
        parent = int(tree.parents[element])
        if parent < 0 or tree.tags[element] in _APART or beside & names_at(tree, element):
            return
        if path and _has_linked_heading(tree, element):
            return
        path = ((tree.tags[element], tree.attributes[element].get("class", "")), *path)
        yield parent, path
        element = parent


def _has_linked_heading(tree: PageTree, element: int) -> bool:
    """Say whether an element is a card: its heading links to another page."""
    tags, end = tree.tags, int(tree.ends[element])
    inner = range(element, end)
    return any(
        tags[x] in _HEADINGS and ("a" in tags[x : int(tree.ends[x])] or tags[x - 1] == "a")
        for x in inner
    )


def _block_element(tree: PageTree, element: int) -> int:
    """Return the element that makes a block of its own around one inside of a line."""
    while element > 0 and tree.tags[element] in INLINE:
        element = int(tree.parents[element])
    return element


def _text_around(text: Flags, block: int) -> tuple[int, int] | None:
    """Return the blocks of the text above and below a block, if both are near."""
    first = max(block - _MAX_ABOVE, 0)
    above = text[first:block].nonzero()[0]
    below = text[block + 1 : block + 1 + _MAX_BELOW].nonzero()[0]
    if not (len(above) and len(below)):
        return None
    return first + int(above[-1]), block + 1 + int(below[0])


def _is_between(tree: PageTree, block: int, owners: Sequence[int], beside: frozenset[str]) -> bool:
    """Say whether a block is a heading or quote of the text in two elements around it."""
    element = int(tree.owners[block])
    around = {x for owner in owners for x in _way_up(tree, owner)}
    is_text = False
    for _ in range(_MAX_STEPS):
        tag = tree.tags[element]
        if tag in _APART or beside & names_at(tree, element):
            return False
        is_text |= tag in _HEADINGS or tag in _QUOTES
        element = int(tree.parents[element])
        if element in around:
            return is_text
    return False


def _way_up(tree: PageTree, element: int) -> Iterator[int]:
    """Yield the elements around one, from within."""
    for _ in range(_MAX_STEPS):
        element = int(tree.parents[element])
        yield element


def _are_twins(tree: PageTree, block: int, other: int) -> bool:
    """Say whether a block's element is as another, and in the same one."""
    both = (int(tree.owners[block]), other)
    rows = ((tree.parents[x], tree.tags[x], tree.attributes[x].get("class")) for x in both)
    return len(set(rows)) == 1
