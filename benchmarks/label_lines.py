"""Labelled lines from labelled pages, in the form that `benchmarks.cleaning` reads.

    python -m benchmarks.label_lines DIR > DIR/lines.jsonl

DIR has the layout of html_data.py; docs/data.md tells both forms. A line belongs to the article
when the article has it as a line, or most of its word 4-grams.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import trafilatura

from benchmarks.html_data import LabelledPage, read_labelled
from streams.core.text.normalise import comparison_form
from streams.core.text.visible import visible_text

_WORD = re.compile(r"\w+")
_GRAM = 4
# Of .3 to .6 the share that agrees best with the labels of wcxb-dev (98.3 % of the lines).
_ENOUGH = 0.6


class Truth:
    """The true text of an article, to ask whether a line is part of it."""

    def __init__(self, text: str) -> None:
        self._lines = {comparison_form(line) for line in text.splitlines()}
        self._grams = set(_grams(comparison_form(text)))

    def has(self, line: str) -> bool:
        r"""Return whether a line belongs to the article.

        >>> truth = Truth("The ferry sails again on Monday.\nThe pier stays closed.")
        >>> [truth.has(line) for line in ("The ferry sails again on Monday, they say.", "The pier")]
        [True, False]
        """
        key = comparison_form(line)
        if key in self._lines:
            return True
        grams = _grams(key)
        return bool(grams) and sum(gram in self._grams for gram in grams) >= _ENOUGH * len(grams)


def _grams(key: str) -> list[str]:
    words = _WORD.findall(key)
    return [" ".join(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)]


def labelled(page: LabelledPage, kind: str) -> dict[str, Any]:
    """Return a page as a record of lines with their labels."""
    truth = Truth(page.truth)
    extracted = trafilatura.extract(page.markup, include_comments=False) or ""
    return {
        "id": page.name,
        "kind": kind,
        "url": page.url,
        "title": page.title or "",
        "truth_text": page.truth,
        **_columns("raw", visible_text(page.markup).splitlines(), truth),
        **_columns("extracted", extracted.splitlines(), truth),
    }


def _columns(name: str, lines: Sequence[str], truth: Truth) -> dict[str, list[Any]]:
    return {
        f"{name}_lines": list(lines),
        f"{name}_labels": [int(truth.has(line)) for line in lines],
        f"{name}_dup": [int(again) for again in _repeats(lines)],
    }


def _repeats(lines: Sequence[str]) -> Iterator[bool]:
    seen: set[str] = set()
    for line in lines:
        key = comparison_form(line)
        yield key in seen
        seen.add(key)


def main() -> None:
    """Print a JSON line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--kind", default="", help="of the pages: `news` counts more in training")
    options = parser.parse_args()
    for page in read_labelled(options.data):
        print(json.dumps(labelled(page, options.kind), ensure_ascii=False))


if __name__ == "__main__":
    main()
