"""Oblivious trees evaluated with numpy, and which features moved a score.

Trees that ask the same question on a whole level (as CatBoost grows them) are a table each: the
answers, read as a binary number, are the row. So a model is evaluated for all rows of features at
once, and its file holds nothing but questions and figures.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.core.text.arrays import Matrix, Vector

_ROWS_AT_ONCE = 2_000  # bounds the table of answers to some megabytes
_STRONGEST = 3


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees as arrays. Scores are log-odds."""

    bias: float
    names: tuple[str, ...]  # of the features, a column each
    columns: NDArray[np.intp]  # of the questions, by level and tree
    borders: Matrix  # of the questions, likewise
    leaves: Matrix  # one row a tree
    open_means: tuple[Matrix, ...]  # per level and tree the mean of the leaves still open

    def scores(self, features: Matrix) -> Vector:
        """Return the log-odds of each row of `features` (columns `names`)."""
        parts = [
            self._leaf_values(self._rows(features[at : at + _ROWS_AT_ONCE]))
            for at in range(0, max(len(features), 1), _ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _rows(self, features: Matrix) -> NDArray[np.uint8]:
        """Return for each tree and row of features the leaf, counted within the tree."""
        by_column = np.ascontiguousarray(features.T)
        answers = by_column.take(self.columns.ravel(), axis=0) > self.borders.ravel()[:, None]
        bits = answers.view(np.uint8).reshape(*self.columns.shape, len(features))
        rows: NDArray[np.uint8] = bits[-1].copy()
        for level in bits[-2::-1]:
            rows <<= 1
            rows |= level
        return rows

    def _leaf_values(self, rows: NDArray[np.uint8]) -> Vector:
        trees, size = self.leaves.shape
        first = np.arange(trees)[:, None] * size
        values: Vector = self.leaves.take(first + rows).sum(0) + np.float32(self.bias)
        return values

    def reasons(self, features: Matrix) -> list[str]:
        """Return for each row the features that lowered its score most, with log-odds.

        A question's share is by how much its answer moves the mean of the leaves still open.
        """
        rows = self._rows(features)
        trees = np.arange(len(rows))[:, None]
        means = [
            open_.take((rows & ((1 << level) - 1)) + (trees << level))
            for level, open_ in enumerate(self.open_means)
        ]
        shares = np.concatenate([after - before for before, after in pairwise(means)])
        asked = self.columns.reshape(-1, 1) + np.arange(len(features)) * len(self.names)
        size = len(features) * len(self.names)
        moved = np.bincount(asked.ravel(), shares.ravel(), size).reshape(len(features), -1)
        strongest = np.argsort(moved, axis=1)[:, :_STRONGEST]
        return [
            ", ".join(f"{self.names[at]} {moved[row, at]:+.1f}" for at in columns)
            for row, columns in enumerate(strongest.tolist())
        ]


def read_trees(record: Mapping[str, Any], names: Sequence[str] | None = None) -> Trees:
    """Return the trees in a record with `bias` and `trees`, each with `if` and `then`.

    `names` are the columns of the features; without them those that the trees ask about.
    """
    trees: Sequence[Mapping[str, Any]] = record["trees"]
    depths = {len(tree["if"]) for tree in trees}
    if len(depths) != 1:
        raise ValueError(f"trees of several depths {sorted(depths)}; train them again")
    names = tuple(names or sorted({name for tree in trees for name, _ in tree["if"]}))
    at = {name: column for column, name in enumerate(names)}
    columns = np.array([[at[name] for name, _ in tree["if"]] for tree in trees], np.intp)
    borders = np.array([[border for _, border in tree["if"]] for tree in trees], np.float32)
    leaves = np.array([tree["then"] for tree in trees], np.float32)
    return Trees(
        bias=float(record["bias"]),
        names=names,
        columns=np.ascontiguousarray(columns.T),
        borders=np.ascontiguousarray(borders.T),
        leaves=leaves,
        open_means=tuple(
            leaves.reshape(len(trees), -1, 1 << level).mean(1) for level in range(depths.pop() + 1)
        ),
    )


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability."""
    return math.log(probability / (1 - probability))
