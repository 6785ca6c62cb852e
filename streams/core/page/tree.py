"""A page as blocks of text, and the elements around them.

A block is what a reader sees as one paragraph, heading, item or table row. Elements are numbered in
the order of the page, so that what an element holds is a run of numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from streams.core.text.arrays import Numbers
from streams.core.text.normalise import comparison_forms

# What never shows, or holds no running text.
_UNSEEN_TAGS = """script style noscript template svg iframe head select textarea canvas object audio
    video math datalist"""
_INLINE_TAGS = """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark
    nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr img picture input
    meta link source map area"""
_UNSEEN, INLINE = frozenset(_UNSEEN_TAGS.split()), frozenset(_INLINE_TAGS.split())
_CELLS = frozenset(("td", "th"))
# A row with one of these, or with more text, is layout: its cells are not one line.
_NO_ROW = frozenset(("table", "tr", "h1", "h2", "h3", "article", "form", "section"))
_MAX_ROW_CHARS = 1_500
_CELL_BREAK = " | "


@dataclass(frozen=True, slots=True)
class PageTree:
    """Elements of a page (`tags` and the next four) and its blocks (the rest)."""

    tags: list[str]
    attributes: list[Mapping[str, str]]  # as lxml has them: reading them costs
    parents: Numbers  # -1 for the first element
    ends: Numbers  # number of the first element that is not inside
    depths: Numbers
    texts: list[str]  # blanks collapsed, never empty
    keys: list[str]  # their comparison forms
    owners: Numbers  # for each block the element that it belongs to
    link_chars: Numbers  # characters of the block inside links
    # Names of elements, as far as somebody asked for them (outline.names_at).
    names: dict[int, frozenset[str]] = field(default_factory=dict)


def read_tree(root: Any) -> PageTree:
    """Return the blocks and elements of a parsed page."""
    builder = _Builder()
    builder.read(root, -1)
    return builder.close()


@dataclass(slots=True)
class _Row:
    """A table row that is being read, and the cell of each block in it so far."""

    element: int
    first_block: int
    cells: list[int]
    cell: int = 0
    is_data: bool = True


class _Builder:
    """Elements and text in the order of the page, gathered into blocks."""

    def __init__(self) -> None:
        self._tags: list[str] = []
        self._attributes: list[Mapping[str, str]] = []
        self._parents: list[int] = []
        self._ends: list[int] = []
        self._texts: list[str] = []
        self._owners: list[int] = []
        self._link_chars: list[int] = []
        self._links = 0  # how many links are open
        self._open: list[str] = []  # the text of the block that is being read
        self._open_link_chars = 0
        self._row: _Row | None = None

    def read(self, element: Any, parent: int) -> None:
        """Take an element and all in it; the parser's own bound on depth bounds the recursion."""
        tag, ends = element.tag, self._ends
        is_block, number = tag not in INLINE, len(ends)
        if is_block and self._open:
            self._close_block(parent)
        self._tags.append(tag)
        self._attributes.append(element.attrib)
        self._parents.append(parent)
        ends.append(0)
        is_link = tag == "a"
        self._links += is_link
        if tag == "tr" or self._row is not None:
            self._start_cell(tag, number)
        text = element.text
        if text:
            self._take(text)
        for child in element:
            if child.tag not in _UNSEEN:
                self.read(child, number)
            text = child.tail
            if text:
                self._take(text)
        if is_block and self._open:
            self._close_block(number)
        ends[number] = len(ends)
        self._links -= is_link
        if self._row is not None and self._row.element == number:
            self._close_row(self._row)
            self._row = None

    def _start_cell(self, tag: str, number: int) -> None:
        if self._row is not None:
            self._row.cell += tag in _CELLS
            self._row.is_data &= tag not in _NO_ROW
        if tag == "tr":
            self._row = _Row(number, len(self._texts), [])

    def _take(self, text: str) -> None:
        # Blanks before a block's first word are no text of it.
        if self._open or not text.isspace():
            self._open.append(text)
            if self._links:
                self._open_link_chars += len(text.strip())

    def close(self) -> PageTree:
        """Return the tree, after the last element."""
        if self._open:
            self._close_block(0)
        ends = np.array(self._ends, np.intp)
        # Around an element are those that began before it and have not ended.
        ended = np.bincount(ends, minlength=len(ends)).cumsum()[: len(ends)]
        return PageTree(
            tags=self._tags,
            attributes=self._attributes,
            parents=np.array(self._parents, np.intp),
            ends=ends,
            depths=np.arange(len(ends)) - ended,
            texts=self._texts,
            keys=comparison_forms(self._texts),
            owners=np.array(self._owners, np.intp),
            link_chars=np.array(self._link_chars, np.intp),
        )

    def _close_block(self, owner: int) -> None:
        text = " ".join("".join(self._open).split())
        self._open.clear()
        if text:
            self._texts.append(text)
            self._owners.append(max(owner, 0))
            self._link_chars.append(self._open_link_chars)
            if self._row is not None:
                self._row.cells.append(self._row.cell)
        self._open_link_chars = 0

    def _close_row(self, row: _Row) -> None:
        """Make the blocks of a row of data one block."""
        texts = self._texts[row.first_block :]
        if not row.is_data or not texts or sum(map(len, texts)) > _MAX_ROW_CHARS:
            return
        line, last = "", row.cells[0]
        for cell, text in zip(row.cells, texts, strict=True):
            line += ("" if not line else " " if cell == last else _CELL_BREAK) + text
            last = cell
        self._texts[row.first_block :] = [line]
        self._owners[row.first_block :] = [row.element]
        self._link_chars[row.first_block :] = [sum(self._link_chars[row.first_block :])]
