"""Train the block model: `python -m benchmarks.train_block_model DIR` writes block_model.json.

DIR holds labelled pages (benchmarks/html_data.py), and so does NEWS in `--news NEWS`, of news.
Needs the extra `bench` (CatBoost). With `--folds N` it trains on all domains but those of each fold
in turn, and writes N models.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.growing import Growth
from benchmarks.html_data import LabelledPage, read_labelled
from benchmarks.train_line_model import fold_of
from streams.core.page.extract import Extracted, extract
from streams.core.page.match import match_words
from streams.core.page.model import BLOCK_MODEL
from streams.core.page.outline import Weights
from streams.core.page.sight import Sight, evidence, look_at, phrase_name
from streams.core.text.normalise import comparison_form, words_of
from streams.core.text.repair import strip_controls

GROWTH = Growth(trees=300, depth=4, learning_rate=0.12, l2=8, decimals=3)
# Shares of residue among blocks that trafilatura kept, and among those that it left.
PRIOR_KEPT, PRIOR_LEFT = 0.15, 0.9
# A name counts from this many pages on; so many pages of the prior are added to each.
MIN_PAGES, PRIOR_PAGES = 4.0, 1.5
# Longer blocks count for more, up to here, as they do in the score.
MAX_WORDS, WORD_POWER = 80, 0.75
# Pages of news are few among the others, and are what the model is for.
NEWS_WEIGHT = 6.0
_SAFE_WORDS = 100

Labels = NDArray[np.bool_]
# For a name: pages in which its blocks are residue and text, kept; residue and text, left.
Counts = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Example:
    """A page with what the model sees of it, and which blocks are the article."""

    page: LabelledPage
    extracted: Extracted
    lines: list[str]
    sight: Sight
    labels: Labels
    counts: Counts
    weight: float


def example_of(page: LabelledPage, weight: float = 1.0) -> Example | None:
    """Return the example that a page makes, if trafilatura finds anything in it."""
    extracted = extract(strip_controls(page.markup))
    if extracted is None:
        return None
    lines = [line for line in extracted.text.splitlines() if line.strip()]
    sight = look_at(extracted.tree, lines, extracted.title, extracted.summary)
    if sight is None:
        return None
    words = words_of([comparison_form(text) for text in sight.texts])
    truth = words_of([comparison_form(line) for line in page.truth.splitlines()])
    match = match_words(words, len(sight.texts), truth)
    if match is None:
        return None
    labels = match.kept >= 0.5  # half of its words
    return Example(page, extracted, lines, sight, labels, _counts(sight, labels), weight)


def _counts(sight: Sight, labels: Labels) -> Counts:
    """Return for each name on a page how its blocks divide; one page gives 1 for each table."""
    sums: Counts = defaultdict(lambda: np.zeros(4))
    sizes = np.sqrt(sight.words)
    for i, (names, hit) in enumerate(zip(sight.names, sight.hits, strict=True)):
        phrase = phrase_name(hit)
        for name in (*names, phrase) if phrase else names:
            sums[name][(0 if sight.kept[i] else 2) + bool(labels[i])] += sizes[i]
    return {
        name: row / np.maximum(row.reshape(2, 2).sum(1).repeat(2), 1e-9)
        for name, row in sums.items()
    }


def total(examples: Sequence[Example]) -> Counts:
    """Return the counts of all examples."""
    sums: Counts = defaultdict(lambda: np.zeros(4))
    for example in examples:
        for name, row in example.counts.items():
            sums[name] += row
    return dict(sums)


def weights_of(counts: Counts, but: Counts | None = None) -> dict[str, tuple[float, float]]:
    """Return the weights of names; without the page whose own counts are given as `but`.

    Only then does a page see in training what a page of an unknown site will see.
    """
    names = counts if but is None else but
    weights = {}
    for name in names:
        row = counts[name] - (but[name] if but is not None else 0)
        if row.sum() >= MIN_PAGES:
            weights[name] = (_odds(row[:2], PRIOR_KEPT), _odds(row[2:], PRIOR_LEFT))
    return weights


def _odds(row: NDArray[np.float64], prior: float) -> float:
    residue = max(row[0], 0) + PRIOR_PAGES * prior
    text = max(row[1], 0) + PRIOR_PAGES * (1 - prior)
    return round(float(np.log(residue / text) - np.log(prior / (1 - prior))), 2)


def block_weights(example: Example) -> NDArray[np.float64]:
    """Return how much each block counts: by its words, and by the length of its article."""
    truth = max(len(example.page.truth.split()), _SAFE_WORDS)
    shares = np.minimum(example.sight.words, MAX_WORDS) / truth
    return np.asarray(shares**WORD_POWER * example.weight)


def table_of(example: Example, weights: Weights) -> tuple[list[str], NDArray[np.float32]]:
    """Return the names of all features, and a row for each block."""
    columns = example.sight.columns | evidence(example.sight, weights)
    return list(columns), np.column_stack(list(columns.values())).astype(np.float32)


def train(examples: Sequence[Example]) -> dict[str, Any]:
    """Return the record of a model, as streams/core/page/model.py reads it."""
    counts = total(examples)
    tables = [table_of(x, weights_of(counts, x.counts)) for x in examples]
    names = tables[0][0]
    features = np.vstack([table for _, table in tables])
    labels = np.concatenate([example.labels for example in examples])
    sizes = np.concatenate([block_weights(example) for example in examples])
    counted = sizes > 0
    record = GROWTH.grow(features[counted], labels[counted], (sizes / sizes.mean())[counted], names)
    record["names"] = {name: list(row) for name, row in sorted(weights_of(counts).items())}
    return record


def write(record: Mapping[str, Any], path: Path) -> None:
    """Write a model, a name and a tree a line, so that a diff shows what changed."""
    names = ",\n  ".join(f"{json.dumps(name)}: {row}" for name, row in record["names"].items())
    trees = ",\n  ".join(json.dumps(tree) for tree in record["trees"])
    text = (
        f""" "bias": {record["bias"]},\n "names": {{\n  {names}\n }},\n "trees": [\n  {trees}\n ]"""
    )
    path.write_text(f"{{\n{text}\n}}\n", "utf-8")


def main() -> None:
    """Train on DIR and write the model, or one a fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--news", type=Path, help="pages of news, which count more")
    parser.add_argument("--out", type=Path, default=BLOCK_MODEL)
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    sets = [(options.directory, 1.0)] + ([(options.news, NEWS_WEIGHT)] if options.news else [])
    examples = [
        x
        for path, weight in sets
        for page in read_labelled(path)
        if (x := example_of(page, weight))
    ]
    for fold in range(options.folds) or [None]:
        used = [
            x for x in examples if fold is None or fold_of(x.page.domain, options.folds) != fold
        ]
        out = options.out if fold is None else options.out.with_suffix(f".fold{fold}.json")
        write(train(used), out)
        print(f"{out}: {len(used)} pages, {sum(len(x.labels) for x in used)} blocks")


if __name__ == "__main__":
    main()
