"""Oblivious trees evaluated with numpy, and which features moved a score.

Trees that ask the same question on a whole level (as CatBoost grows them) are a table each: the
answers, read as a binary number, are the row. So a model is evaluated for all rows of features at
once, and its file holds nothing but questions and figures.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.core.text.arrays import Matrix, Vector

_ROWS_AT_ONCE = 2_000  # bounds the table of answers to some megabytes
_STRONGEST = 3

Answers = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees as arrays. Scores are log-odds."""

    bias: np.float32
    names: tuple[str, ...]  # of the features, a column each
    columns: NDArray[np.intp]  # of the questions, by level and tree
    borders: Matrix  # of the questions, a column
    leaves: Matrix  # one row a tree
    first_leaf: NDArray[np.intp]  # of each tree, all leaves in a row
    # By level and tree the means of the leaves still open, in a row; where those of each level and
    # tree begin, and which answers told so far.
    open_means: Vector
    open_first: NDArray[np.intp]
    open_told: NDArray[np.uint8]

    def scores(self, features: Matrix) -> Vector:
        """Return the log-odds of each row of `features` (columns `names`)."""
        return self.scores_of(self.answers(features))

    def answers(self, features: Matrix) -> Answers:
        """Return for each tree and row of features the leaf, counted within the tree."""
        parts = [
            self._answers(features[at : at + _ROWS_AT_ONCE])
            for at in range(0, max(len(features), 1), _ROWS_AT_ONCE)
        ]
        return np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]

    def _answers(self, features: Matrix) -> Answers:
        levels, trees = self.columns.shape
        by_column = np.ascontiguousarray(features.T)
        told = by_column.take(self.columns.ravel(), axis=0) > self.borders
        bits = told.view(np.uint8).reshape(levels, -1)
        bits = bits * (1 << np.arange(levels, dtype=np.uint8))[:, None]
        rows: Answers = np.add.reduce(bits, axis=0, dtype=np.uint8)
        return rows.reshape(trees, -1)

    def scores_of(self, answers: Answers) -> Vector:
        """Return the log-odds of rows with these answers."""
        values: Vector = self.leaves.take(self.first_leaf + answers).sum(0) + self.bias
        return values

    def reasons(self, features: Matrix) -> list[str]:
        """Return for each row the features that lowered its score most, with log-odds."""
        return self.reasons_of(self.answers(features))

    def reasons_of(self, answers: Answers) -> list[str]:
        """Return the reasons for the scores of rows with these answers.

        A question's share is by how much its answer moves the mean of the leaves still open.
        """
        rows = answers.shape[1]
        means = self.open_means.take((answers & self.open_told) + self.open_first)
        shares = means[1:] - means[:-1]
        asked = self.columns.reshape(-1, 1) + np.arange(rows) * len(self.names)
        moved = np.bincount(asked.ravel(), shares.ravel(), rows * len(self.names))
        moved = moved.reshape(rows, -1)
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
    levels, size = columns.shape[1], len(trees)
    means = [leaves.reshape(size, -1, 1 << level).mean(1) for level in range(levels + 1)]
    before = np.cumsum([0, *(each.size for each in means[:-1])])
    return Trees(
        bias=np.float32(record["bias"]),
        names=names,
        columns=np.ascontiguousarray(columns.T),
        borders=borders.T.reshape(-1, 1),
        leaves=leaves,
        first_leaf=np.arange(size)[:, None] << levels,
        open_means=np.concatenate([each.ravel() for each in means]),
        open_first=np.array(
            [start + (np.arange(size) << level) for level, start in enumerate(before.tolist())]
        )[:, :, None],
        open_told=np.array([(1 << level) - 1 for level in range(levels + 1)], np.uint8).reshape(
            -1, 1, 1
        ),
    )


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability."""
    return math.log(probability / (1 - probability))
