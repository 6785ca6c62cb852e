"""The line model: how likely a line belongs to the article, and which features said so.

Trees that ask the same question on a whole level (oblivious trees, as CatBoost grows them) are a
table each: a line's answers, read as a binary number, are its row. So a model is evaluated for all
lines at once with numpy, and its file holds nothing but questions and figures. The file is made by
`benchmarks/train_line_model.py`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from streams.core.context import FEATURES
from streams.core.features import Matrix, Vector

FILE = Path(__file__).with_name("line_model.json")

# Lines evaluated at once: bounds the table of answers to some megabytes.
_LINES_AT_ONCE = 2_000
_STRONGEST = 3


@dataclass(frozen=True, slots=True)
class LineModel:
    """The trees as arrays, one row a tree. Scores are log-odds that a line belongs."""

    bias: float
    evidence: dict[str, float]
    columns: npt.NDArray[np.intp]  # of the questions: of all trees the first, then the second, …
    borders: Vector  # of the questions
    leaves: Vector  # tree after tree
    depth: int
    open_means: tuple[Matrix, ...]  # per level and tree the mean of the leaves still open

    def scores(self, features: Matrix) -> Vector:
        """Return for each line the log-odds that it belongs to the article."""
        parts = [
            self._leaf_values(self._rows(features[at : at + _LINES_AT_ONCE]))
            for at in range(0, len(features), _LINES_AT_ONCE)
        ]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _rows(self, features: Matrix) -> npt.NDArray[np.uint8]:
        """Return for each tree and line the leaf, counted within the tree."""
        by_column = np.ascontiguousarray(features.T)
        answers = by_column.take(self.columns, axis=0) > self.borders[:, None]
        bits = answers.view(np.uint8).reshape(self.depth, -1)
        rows: npt.NDArray[np.uint8] = bits[-1].copy()
        for level in range(self.depth - 2, -1, -1):
            rows <<= 1
            rows |= bits[level]
        return rows.reshape(-1, len(features))

    def _leaf_values(self, rows: npt.NDArray[np.uint8]) -> Vector:
        first = np.arange(len(rows))[:, None] << self.depth
        values: Vector = self.leaves.take(first + rows).sum(0) + self.bias
        return values

    def reasons(self, features: Matrix) -> list[str]:
        """Return for each line the features that spoke most strongly against it, with log-odds.

        A question's share is by how much its answer moves the mean of the leaves still open.
        """
        rows = self._rows(features)
        trees = np.arange(len(rows))[:, None]
        means = [
            open_.take((rows & ((1 << level) - 1)) + (trees << level))
            for level, open_ in enumerate(self.open_means)
        ]
        shares = np.concatenate([after - before for before, after in pairwise(means)])
        asked = self.columns[:, None] + np.arange(len(features)) * len(FEATURES)
        size = len(features) * len(FEATURES)
        moved = np.bincount(asked.ravel(), shares.ravel(), size).reshape(len(features), -1)
        strongest = np.argsort(moved, axis=1)[:, :_STRONGEST]
        return [
            ", ".join(f"{FEATURES[at]} {moved[line, at]:+.1f}" for at in columns)
            for line, columns in enumerate(strongest.tolist())
        ]


@cache
def line_model() -> LineModel:
    """Return the model that is installed."""
    return read_model(json.loads(FILE.read_text("utf-8")))


def read_model(record: dict[str, object]) -> LineModel:
    """Return the model in a record as the training script writes it."""
    trees: Sequence[dict[str, Sequence[Sequence[object]]]] = record["trees"]  # type: ignore[assignment]
    depths = {len(tree["if"]) for tree in trees}
    if len(depths) != 1:
        raise ValueError(f"line model: trees of several depths {sorted(depths)}; train it again")
    questions = [question for tree in trees for question in tree["if"]]
    columns = np.array([FEATURES.index(str(name)) for name, _ in questions], np.intp)
    depth = depths.pop()
    by_level = columns.reshape(-1, depth).T
    leaves = np.array([value for tree in trees for value in tree["then"]], np.float32)
    borders = np.array([border for _, border in questions], np.float32)
    return LineModel(
        bias=float(record["bias"]),  # type: ignore[arg-type]
        evidence=dict(record["evidence"]),  # type: ignore[call-overload]
        columns=by_level.ravel(),
        borders=borders.reshape(-1, depth).T.ravel(),
        leaves=leaves,
        depth=depth,
        open_means=tuple(
            leaves.reshape(len(trees), -1, 1 << level).mean(1) for level in range(depth + 1)
        ),
    )
