"""Oblivious trees evaluated with numpy, and which features moved a score.

A tree asks one question a level (as CatBoost grows them), so the answers, read as a binary number,
are the row of its table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

_ROWS_AT_ONCE = 1_000  # bounds the table of answers to some megabytes
_STRONGEST = 3


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees as arrays, one row a tree. Scores are log-odds."""

    bias: float
    names: tuple[str, ...]  # of the features that are asked about
    columns: NDArray[np.intp]  # for each level, tree after tree
    borders: Matrix
    leaves: Matrix

    def scores(self, features: Matrix) -> Vector:
        """Return the log-odds of each row of `features` (columns `names`)."""
        parts = [
            self._leaf_values(self._rows(features[at : at + _ROWS_AT_ONCE]))
            for at in range(0, max(len(features), 1), _ROWS_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _rows(self, features: Matrix) -> NDArray[np.intp]:
        """Return for each row of features and each tree the leaf."""
        rows = np.zeros((len(features), len(self.leaves)), np.intp)
        for level, (columns, borders) in enumerate(zip(self.columns, self.borders, strict=True)):
            rows |= (features[:, columns] > borders).astype(np.intp) << level
        return rows

    def _leaf_values(self, rows: NDArray[np.intp]) -> Vector:
        size = self.leaves.shape[1]
        first = np.arange(len(self.leaves)) * size
        values: Vector = self.leaves.ravel()[rows + first].sum(1) + np.float32(self.bias)
        return values

    def reasons(self, features: Matrix) -> list[str]:
        """Return for each row the features that lowered its score most, with log-odds.

        A question's share is by how much its answer moves the mean of the leaves still open.
        """
        rows = self._rows(features)
        moved = np.zeros((len(features), len(self.names)), np.float32)
        trees = np.arange(len(self.leaves))
        before = np.broadcast_to(self.leaves.mean(1), rows.shape)
        for level, columns in enumerate(self.columns):
            width = 2 << level
            means = self.leaves.reshape(len(self.leaves), -1, width).mean(1)
            after = means[trees, rows & (width - 1)]
            np.add.at(moved.T, columns, (after - before).T)
            before = after
        strongest = np.argsort(moved, axis=1)[:, :_STRONGEST]
        return [
            ", ".join(f"{self.names[at]} {moved[row, at]:+.1f}" for at in columns)
            for row, columns in enumerate(strongest.tolist())
        ]


def read_trees(record: Mapping[str, Any]) -> Trees:
    """Return the trees in a record with `bias` and `trees`, each with `if` and `then`."""
    trees: Sequence[Mapping[str, Any]] = record["trees"]
    depths = {len(tree["if"]) for tree in trees}
    if len(depths) != 1:
        raise ValueError(f"trees of several depths {sorted(depths)}; train them again")
    names = sorted({name for tree in trees for name, _ in tree["if"]})
    at = {name: column for column, name in enumerate(names)}
    return Trees(
        bias=float(record["bias"]),
        names=tuple(names),
        columns=np.array([[at[name] for name, _ in tree["if"]] for tree in trees], np.intp).T,
        borders=np.array([[b for _, b in tree["if"]] for tree in trees], np.float32).T,
        leaves=np.array([tree["then"] for tree in trees], np.float32),
    )
