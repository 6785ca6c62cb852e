"""What the elements around a block say: names, kinds, how much was extracted from beside it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from streams.core.page.tree import PageTree
from streams.core.text.arrays import Floats, Numbers

# Log-odds that a block inside an element of this name is residue: where the extractor kept it, and
# where it did not.
Weights = Mapping[str, tuple[float, float]]

# Attributes in which the makers of a page name what an element is for.
_NAMING_ATTRIBUTES = """class id itemprop role aria-label data-testid data-component data-type
    data-module data-qa"""
_NAMING = frozenset(_NAMING_ATTRIBUTES.split())
# Beside a digit stands a counter or a hash rather than a word.
_NAME = re.compile(r"(?<![a-z0-9])[a-z]{3,20}(?![a-z0-9])")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAX_NAMING_CHARS = 400
# The pages of a source share a few hundred of them; these take some megabytes.
_KNOWN_NAMES = 4_096
# Around a block; one in 10,000 on the development pages has more, a hostile page any number.
_MAX_NAMES = 100
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# The deepest element with this share of the extracted text is the article's container.
_CONTAINER = 0.75

INSIDE_OF: Mapping[str, tuple[str, ...]] = {
    "in_item": ("li",),
    "in_table": ("table",),
    "in_figure": ("figure", "figcaption"),
    "in_aside": ("aside",),
    "in_nav": ("nav",),
    "in_header": ("header",),
    "in_footer": ("footer",),
    "in_article": ("article",),
    "in_main": ("main",),
    "in_form": ("form",),
    "in_quote": ("blockquote",),
    "in_button": ("button",),
    "in_label": ("label", "fieldset"),
    "in_details": ("details", "summary"),
    "in_address": ("address",),
    "in_code": ("pre", "code"),
}
_BIT = {tag: 1 << column for column, tags in enumerate(INSIDE_OF.values()) for tag in tags}
_HIDDEN_BIT = 1 << len(INSIDE_OF)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(frozen=True, slots=True)
class Outline:
    """Per element, as far as it holds a block. The way up ends at the container's ancestors."""

    container: int
    inside: NDArray[np.bool_]  # a column for each of INSIDE_OF and, last, hidden
    heading: Numbers  # level of the heading around, or 0
    steps: Numbers  # from the container up to the first ancestor that holds the element as well
    section: Numbers  # the element below that ancestor on the way to this one
    shape: Numbers  # the same for elements with the same tags and names below that ancestor
    own_names: list[frozenset[str]]
    # Names of the elements below that ancestor on the way to this one, this one included.
    names: list[frozenset[str]]


def sums_inside(tree: PageTree, per_block: Floats) -> Floats:
    """Return for each element the sum over the blocks inside."""
    own = np.bincount(tree.owners, per_block, minlength=len(tree.tags))
    until = np.concatenate(([0.0], np.cumsum(own)))
    sums: Floats = until[tree.ends] - until[:-1]
    return sums


def outline(tree: PageTree, extracted_chars: Floats) -> Outline:
    """Return the outline of a page from whose blocks so many characters were extracted."""
    size = len(tree.tags)
    inside_chars = sums_inside(tree, extracted_chars)
    rich = np.flatnonzero(inside_chars >= _CONTAINER * max(extracted_chars.sum(), 1))
    container = int(rich[-1]) if len(rich) else 0
    parents = tree.parents.tolist()
    steps_of = _steps_up(container, parents)

    none: frozenset[str] = frozenset()
    inside, heading, steps, section, shape = ([0] * size for _ in range(5))
    own_names, names = [none] * size, [none] * size
    # Each shape with the names on the way to it, which its parts tell: most elements share theirs.
    shapes: dict[tuple[int, str, frozenset[str]], tuple[int, frozenset[str]]] = {}
    tags, attributes = tree.tags, tree.attributes
    for i in np.flatnonzero(sums_inside(tree, np.ones(len(tree.texts)))).tolist():
        tag, parent = tags[i], parents[i]
        own, bits = none, _BIT.get(tag, 0)
        if attributes[i]:
            words, hidden = naming(attributes[i])
            own_names[i] = tree.names[i] = own = names_in(words)
            bits |= _HIDDEN_BIT if hidden else 0
        inside[i] = inside[parent] | bits if parent >= 0 else bits
        heading[i] = _HEADINGS.get(tag) or (heading[parent] if parent >= 0 else 0)
        if i in steps_of:
            steps[i], section[i] = steps_of[i], i
            continue
        steps[i] = steps[parent]
        section[i] = i if parent in steps_of else section[parent]
        key = (shape[parent], tag, own)
        known = shapes.get(key)
        if known is None:
            joined = bool(own) and len(names[parent]) + len(own) <= _MAX_NAMES
            all_names = names[parent] | own if joined else names[parent]
            known = shapes.setdefault(key, (len(shapes) + 1, all_names))
        shape[i], names[i] = known
    return Outline(
        container=container,
        inside=(np.array(inside)[:, None] >> np.arange(len(INSIDE_OF) + 1) & 1).astype(np.bool_),
        heading=np.array(heading),
        steps=np.array(steps),
        section=np.array(section),
        shape=np.array(shape),
        own_names=own_names,
        names=names,
    )


def _steps_up(container: int, parents: Sequence[int]) -> dict[int, int]:
    """Return the container and its ancestors with their distance from it."""
    steps: dict[int, int] = {}
    at = container
    while at >= 0:
        steps[at] = len(steps)
        at = parents[at]
    return steps


def naming(attributes: Mapping[str, str]) -> tuple[str, bool]:
    """Return the words that name an element, and whether it is hidden."""
    parts, hidden = [], False
    for name, value in attributes.items():
        if name in _NAMING:
            parts.append(value)
        elif name == "style":
            hidden |= _HIDDEN.search(value) is not None
        elif name == "hidden":
            hidden = True
        elif name == "aria-hidden":
            hidden |= value == "true"
    return " ".join(parts)[:_MAX_NAMING_CHARS], hidden


def names_at(tree: PageTree, element: int) -> frozenset[str]:
    """Return the words of the names of an element."""
    found = tree.names.get(element)
    if found is None:
        found = tree.names[element] = names_in(naming(tree.attributes[element])[0])
    return found


@lru_cache(_KNOWN_NAMES)
def names_in(words: str) -> frozenset[str]:
    """Return the words of class names and the like.

    >>> sorted(names_in("articleBody c-share_bar css-1abc2def"))
    ['article', 'bar', 'body', 'css', 'share']
    """
    return frozenset(_NAME.findall(_HUMP.sub(" ", words).lower()))
