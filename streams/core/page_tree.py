"""A parsed page as blocks of text, and the elements around them.

A block is what a reader sees as one paragraph, heading, item or table row. Elements are numbered in
the order of the page, so that what an element holds is a run of numbers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]

# What never shows, or holds no running text.
_UNSEEN_TAGS = """script style noscript template svg iframe head select textarea canvas object audio
    video math datalist"""
_INLINE_TAGS = """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark
    nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr img picture input
    meta link source map area"""
_UNSEEN, _INLINE = frozenset(_UNSEEN_TAGS.split()), frozenset(_INLINE_TAGS.split())
_CELLS = frozenset(("td", "th"))
# A row with one of these, or with more text, is layout: its cells are not one line.
_NO_ROW = ("table", "tr", "h1", "h2", "h3", "article", "form", "section")
_MAX_ROW_CHARS = 1_500
_CELL_BREAK = " | "

# An element, its parent's number, its own once it was entered, and whether it is in a link.
_Step = tuple[Any, int, int, bool]


@dataclass(frozen=True, slots=True)
class PageTree:
    """Elements of a page (`tags` and the next four) and its blocks (the rest)."""

    tags: list[str]
    attributes: list[list[tuple[str, str]]]
    parents: Numbers  # -1 for the first element
    ends: Numbers  # number of the first element that is not inside
    depths: Numbers
    texts: list[str]  # blanks collapsed, never empty
    owners: Numbers  # for each block the element that it belongs to
    link_chars: Numbers  # characters of the block inside links


def read_tree(root: Any) -> PageTree:
    """Return the blocks and elements of a page that lxml has parsed. `root` stays as it is."""
    walk = _Walk()
    body = root.find("body")
    walk.run(root if body is None else body)
    return PageTree(
        tags=walk.tags,
        attributes=walk.attributes,
        parents=np.array(walk.parents, np.intp),
        ends=np.array(walk.ends, np.intp),
        depths=np.array(walk.depths, np.intp),
        texts=walk.texts,
        owners=np.array(walk.owners, np.intp),
        link_chars=np.array(walk.link_chars, np.intp),
    )


class _Walk:
    """A walk through the page that gathers text until a block ends."""

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.attributes: list[list[tuple[str, str]]] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        self.depths: list[int] = []
        self.texts: list[str] = []
        self.owners: list[int] = []
        self.link_chars: list[int] = []
        self._open: list[str] = []
        self._open_link_chars = 0
        self._row = -1  # the table row that is being read as one line

    def run(self, body: Any) -> None:
        """Walk through `body`; a stack, for a page may nest deeper than Python may call."""
        # Elements still to enter (number -1) and, below their children, to leave.
        stack: list[_Step] = [(body, -1, -1, False)]
        while stack:
            element, parent, number, in_link = stack.pop()
            if number >= 0:
                self._leave(number)
                if parent >= 0:
                    self._add(element.tail, in_link=in_link)
                continue
            tag = element.tag
            if not isinstance(tag, str) or tag in _UNSEEN:
                self._add(element.tail, in_link=in_link)
                continue
            number = self._enter(tag, element, parent)
            stack.append((element, parent, number, in_link))
            inside = in_link or tag == "a"
            self._add(element.text, in_link=inside)
            stack.extend((child, number, -1, inside) for child in reversed(element))
        self._close_block(0)

    def _enter(self, tag: str, element: Any, parent: int) -> int:
        number = self._open_element(tag, element, parent)
        if self._row >= 0:
            if tag not in _INLINE:
                self._open.append(_CELL_BREAK if tag in _CELLS else " ")
        elif tag not in _INLINE and parent >= 0:
            self._close_block(parent)
            if tag == "tr" and _is_one_line(element):
                self._row = number
        return number

    def _leave(self, number: int) -> None:
        if number == self._row:
            self._row = -1
        if self._row < 0 and self.tags[number] not in _INLINE:
            self._close_block(number)
        self.ends[number] = len(self.tags)

    def _open_element(self, tag: str, element: Any, parent: int) -> int:
        self.tags.append(tag)
        self.attributes.append(element.items())
        self.parents.append(parent)
        self.ends.append(len(self.tags))
        self.depths.append(self.depths[parent] + 1 if parent >= 0 else 0)
        return len(self.tags) - 1

    def _add(self, text: str | None, *, in_link: bool) -> None:
        if text:
            self._open.append(text)
            if in_link:
                self._open_link_chars += len(text.strip())

    def _close_block(self, owner: int) -> None:
        if self._open:
            text = " ".join("".join(self._open).split()).strip(_CELL_BREAK)
            if text:
                self.texts.append(text)
                self.owners.append(owner)
                self.link_chars.append(self._open_link_chars)
            self._open.clear()
        self._open_link_chars = 0


def _is_one_line(row: Any) -> bool:
    """Say whether a table row holds data, which read as one line, rather than a layout."""
    if next(row.iterdescendants(*_NO_ROW), None) is not None:
        return False
    chars = 0
    for text in row.itertext():
        chars += len(text.strip())
        if chars > _MAX_ROW_CHARS:
            return False
    return True
