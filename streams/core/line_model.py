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
    columns: npt.NDArray[np.intp]  # of the questions, tree after tree
    borders: Vector
    leaves: Vector  # tree after tree
    depth: int
    owners: Matrix  # per level and tree a row with a 1 in the column that is asked about

    def scores(self, features: Matrix) -> Vector:
        """Return for each line the log-odds that it belongs to the article."""
        parts = [
            self._leaf_values(self._rows(features[at : at + _LINES_AT_ONCE]))
            for at in range(0, len(features), _LINES_AT_ONCE)
        ]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _rows(self, features: Matrix) -> npt.NDArray[np.intp]:
        """Return for each line and tree the leaf, counted within the tree."""
        answers = features[:, self.columns] > self.borders
        answers = answers.reshape(len(features), -1, self.depth)
        rows: npt.NDArray[np.intp] = answers @ (1 << np.arange(self.depth))
        return rows

    def _leaf_values(self, rows: npt.NDArray[np.intp]) -> Vector:
        first = np.arange(rows.shape[1]) << self.depth
        values: Vector = self.leaves[rows + first].sum(1) + self.bias
        return values

    def reasons(self, features: Matrix) -> list[str]:
        """Return for each line the features that spoke most strongly against it, with log-odds.

        A question's share is by how much its answer moves the mean of the leaves still open.
        """
        rows = self._rows(features)
        tables = self.leaves.reshape(-1, 1 << self.depth)
        moved = np.zeros((len(features), len(FEATURES)), np.float32)
        trees = np.arange(rows.shape[1])
        before = np.broadcast_to(tables.mean(1), rows.shape)
        for level in range(self.depth):
            width = 2 << level
            means = tables.reshape(len(tables), -1, width).mean(1)
            after = means[trees, rows & (width - 1)]
            moved += (after - before) @ self.owners[level]
            before = after
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
    return LineModel(
        bias=float(record["bias"]),  # type: ignore[arg-type]
        evidence=dict(record["evidence"]),  # type: ignore[call-overload]
        columns=columns,
        borders=np.array([border for _, border in questions], np.float32),
        leaves=np.array([value for tree in trees for value in tree["then"]], np.float32),
        depth=depth,
        owners=np.eye(len(FEATURES), dtype=np.float32)[by_level],
    )
