"""Labelled lines from labelled news pages: `python -m benchmarks.page_lines NEWS OUT.jsonl`.

NEWS holds JSON lines with `html`, `truth`, `title` and `url`; OUT is in the format of
benchmarks/cleaning_data.py: all visible lines of each page, and those that trafilatura extracts.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cleaning_data import NEWS, read_pages
from streams.core.page.match import match_words
from streams.core.page.tree import read_tree
from streams.core.text.normalise import comparison_form, words_of

_HALF = 0.5  # of a line's words


def labels_of(lines: Sequence[str], truth: str) -> tuple[list[int], list[int]]:
    """Return for each line whether it is part of the truth, and whether it repeats a part."""
    keys = [comparison_form(line) for line in lines]
    wanted = words_of([comparison_form(line) for line in truth.splitlines()])
    match = match_words(words_of(keys), len(keys), wanted)
    if match is None:
        return [0] * len(lines), [0] * len(lines)
    aligned = (match.kept >= _HALF).tolist()
    genuine = {key for key, hit in zip(keys, aligned, strict=True) if hit}
    # A page tells its teaser in the words of the article: that is a repeat of it.
    again = [int(key in genuine and not hit) for key, hit in zip(keys, aligned, strict=True)]
    return [int(hit) for hit in aligned], again


def row_of(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page's lines with their labels."""
    from trafilatura import extract  # noqa: PLC0415 - half a second of import

    raw = read_tree(page["html"]).texts
    extracted = str(extract(page["html"], include_comments=False) or "").splitlines()
    extracted = [line for line in extracted if line.strip()]
    raw_labels, raw_dup = labels_of(raw, page["truth"])
    extracted_labels, extracted_dup = labels_of(extracted, page["truth"])
    return {
        "id": page["id"],
        "kind": NEWS,
        "url": page["url"],
        "title": page["title"],
        "truth_text": page["truth"],
        "raw_lines": raw,
        "raw_labels": raw_labels,
        "raw_dup": raw_dup,
        "extracted_lines": extracted,
        "extracted_labels": extracted_labels,
        "extracted_dup": extracted_dup,
    }


def main() -> None:
    """Write the labelled lines of all pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("news", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    rows = (json.dumps(row_of(page), ensure_ascii=False) for page in read_pages(options.news))
    options.out.write_text("\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
