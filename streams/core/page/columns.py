"""Features of blocks: own element and place, what is around, alike and beside, a column each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from streams.core.page.match import Shares
from streams.core.page.outline import INSIDE_OF, Outline, sums_inside
from streams.core.page.tree import PageTree
from streams.core.text.arrays import Flags, Floats, Numbers

# A block counts as extracted when half of its words were.
KEPT = 0.5
_SENTENCE_CHARS = 60
_FAR = 9.0  # stands for "none" among logarithms of distances
_MANY_ARTICLES = 10
_ALL_LINK = 0.8
# Pages cut their description; with fewer characters it says nothing.
_SUMMARY_CHARS, _MIN_SUMMARY_CHARS = 100, 30

_OWN_TAGS = {
    "is_p": ("p",),
    "is_div": ("div",),
    "is_inline": ("span", "a", "strong", "b", "em", "i"),
    "is_item": ("li",),
    "is_heading": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "is_row": ("tr", "td", "th"),
    "is_term": ("dt", "dd"),
    "is_section": ("section", "article", "main", "body"),
}
_KIND = {tag: kind for kind, tags in enumerate(_OWN_TAGS.values()) for tag in tags}
_BESIDE = (-2, -1, 1, 2)
Columns = dict[str, NDArray[np.float32] | NDArray[np.float64] | NDArray[np.bool_] | Numbers]


def place_columns(
    tree: PageTree, seen: Outline, shares: Shares, width: Floats, text: Columns
) -> Columns:
    """Return the columns of each block's place; `shares` is how much of it was extracted.

    `text` has the columns of form and words, `width` the characters of each block.
    """
    kept = shares >= KEPT
    columns = _own(tree, seen, shares) | _place(kept, width)
    columns |= _alike(tree, seen, kept, width) | _page(tree, seen, kept, width) | _links(columns)
    columns |= _around(tree, seen, kept, width, text | columns) | _beside(text | columns)
    is_headline = np.asarray(columns["heading"] == 1)
    to_headline = _since(is_headline[::-1])[::-1]
    return columns | {"since_headline": _since(is_headline), "to_headline": to_headline}


def _own(tree: PageTree, seen: Outline, kept: Shares) -> Columns:
    at = tree.owners
    kind = np.array([_KIND.get(tree.tags[i], -1) for i in at.tolist()], np.int8)
    depth = tree.depths[at]
    steps = seen.steps[at]
    return {
        "kept": kept,
        "link": _linked(tree),
        "heading": seen.heading[at],
        "depth": depth,
        "steps": steps,
        "below": depth - tree.depths[seen.container] + steps,
        "in_container": steps == 0,
        **dict(zip((*INSIDE_OF, "hidden"), seen.inside[at].T, strict=True)),
        **{name: kind == number for number, name in enumerate(_OWN_TAGS)},
    }


def _linked(tree: PageTree) -> Floats:
    """Return the share of each block's characters that are in links."""
    chars = np.fromiter(map(len, tree.texts), np.float64, len(tree.texts))
    return np.minimum(tree.link_chars / chars, 1.0)


def _around(tree: PageTree, seen: Outline, kept: Flags, width: Floats, columns: Columns) -> Columns:
    """What the elements around a block hold besides it."""
    sentence = (columns["ends_sentence"] > 0) & (width > _SENTENCE_CHARS)
    kept_width = width * kept
    all_kept = max(float(kept_width.sum()), 1.0)
    chars, kept_chars, links, sentences, blocks = (
        sums_inside(tree, values.astype(np.float64))
        for values in (
            width,
            kept_width,
            np.asarray(columns["link"], np.float64) * width,
            sentence,
            np.ones_like(width),
        )
    )
    parent = np.maximum(tree.parents, 0)
    own = tree.owners
    around: Columns = {}
    for name, at in (
        ("own", own),
        ("parent", parent[own]),
        ("grandparent", parent[parent[own]]),
        ("section", seen.section[own]),
    ):
        around |= {
            f"{name}_chars": np.log1p(chars[at]),
            f"{name}_link": links[at] / chars[at],
            f"{name}_kept": (kept_chars[at] - kept_width) / np.maximum(chars[at] - width, 1),
            f"{name}_blocks": np.log1p(blocks[at]),
            f"{name}_sentences": sentences[at] / blocks[at],
            f"{name}_share": kept_chars[at] / all_kept,
        }
    return around


def _alike(tree: PageTree, seen: Outline, kept: Flags, width: Floats) -> Columns:
    """How much was extracted from other blocks of the same make."""
    kept_width = width * kept
    own = tree.owners.tolist()
    section = seen.section.tolist()
    makes: dict[str, list[object]] = {
        "shape": seen.shape[tree.owners].tolist(),
        "class": [(tree.tags[i], seen.own_names[i]) for i in own],
        "section_class": [(tree.tags[section[i]], seen.own_names[section[i]]) for i in own],
    }
    alike: Columns = {}
    for name, make in makes.items():
        numbers: dict[object, int] = {}
        at = np.array([numbers.setdefault(one, len(numbers)) for one in make], np.intp)
        chars = np.bincount(at, width)[at] - width
        kept_chars = np.bincount(at, kept_width)[at] - kept_width
        alike |= {
            f"{name}_kept": np.where(chars > 0, kept_chars / np.maximum(chars, 1), -1),
            f"{name}_share": kept_chars / max(float(kept_width.sum()), 1.0),
            f"{name}_blocks": np.log1p(np.bincount(at)[at]),
        }
    shape = seen.shape[tree.owners]
    same = shape[1:] == shape[:-1]
    alike["as_last"] = np.concatenate(([False], same))
    alike["as_next"] = np.concatenate((same, [False]))
    return alike


def _place(kept: Flags, width: Floats) -> Columns:
    kept_width = width * kept
    total = max(float(kept_width.sum()), 1.0)
    before = np.cumsum(kept_width) - kept_width
    return {
        "kept_before": before / total,
        "kept_after": 1 - (before + kept_width) / total,
        "from_kept": _since(kept),
        "to_kept": _since(kept[::-1])[::-1],
    }


def _since(mask: Flags) -> Floats:
    """Return the logarithm of the distance to the last such block above."""
    here = np.arange(len(mask))
    last = np.maximum.accumulate(np.where(mask, here, -1))
    last = np.concatenate(([-1], last[:-1]))
    return np.where(last < 0, _FAR, np.log1p(here - last))


def _page(tree: PageTree, seen: Outline, kept: Flags, width: Floats) -> Columns:
    kept_width = width * kept
    in_container = seen.steps[tree.owners] == 0
    total = float(kept_width.sum())
    row = {
        "page_kept": total / width.sum(),
        "page_kept_chars": np.log1p(total),
        "page_blocks": np.log1p(len(width)),
        "page_articles": min(tree.tags.count("article"), _MANY_ARTICLES),
        "container_kept": kept_width[in_container].sum() / max(total, 1),
        "container_fill": kept_width[in_container].sum() / max(width[in_container].sum(), 1),
    }
    return {name: np.full(len(width), value) for name, value in row.items()}


def _beside(columns: Columns) -> Columns:
    """What the blocks beside a block are."""
    beside: Columns = {}
    edge = np.zeros(max(_BESIDE), np.float32)
    for name in ("kept", "width", "link", "ends_sentence", "is_heading"):
        values = np.asarray(columns[name], np.float32)
        padded = np.concatenate((edge, values, edge))
        for step in _BESIDE:
            start = len(edge) + step
            beside[f"{name}{step:+d}"] = padded[start : start + len(values)]
    return beside


def _links(columns: Columns) -> Columns:
    """How many blocks in a row consist of links: teasers and menus come in runs."""
    is_link = np.asarray(columns["link"], np.float64) >= _ALL_LINK
    run = np.zeros(len(is_link))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_link, [0]))))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        run[start:end] = end - start
    return {"link_run": run}


def as_summary(keys: Sequence[str], summary: str) -> Flags:
    """Say which blocks are the page's description of itself, whole or cut off."""
    head = summary.rstrip(". …")[:_SUMMARY_CHARS]
    if len(head) < _MIN_SUMMARY_CHARS:
        return np.zeros(len(keys), np.bool_)
    found = (
        key.startswith(head) or (len(key) >= _MIN_SUMMARY_CHARS and summary.startswith(key))
        for key in keys
    )
    return np.fromiter(found, np.bool_, len(keys))
