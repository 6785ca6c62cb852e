"""The block model: how likely a block of a page belongs to the article.

Its file holds the trees and what names of elements weigh, and is made by
`benchmarks/train_block_model.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from streams.core.page.outline import Weights
from streams.core.page.sight import Sight, evidence
from streams.core.text.arrays import Matrix
from streams.core.text.trees import Trees, read_trees

BLOCK_MODEL = Path(__file__).with_name("model.json")


@dataclass(frozen=True, slots=True)
class BlockModel:
    """Trees over the features of blocks, and the weights of names."""

    trees: Trees
    weights: Weights

    def features(self, sight: Sight) -> Matrix:
        """Return one row a block, as the trees read it."""
        columns = sight.columns | evidence(sight, self.weights)
        return np.array([columns[name] for name in self.trees.names], np.float32).T


@cache
def block_model() -> BlockModel:
    """Return the model that is installed."""
    return read_block_model(json.loads(BLOCK_MODEL.read_text("utf-8")))


def read_block_model(record: Mapping[str, Any]) -> BlockModel:
    """Return the model in a record as the training script writes it."""
    weights = {name: (kept, left) for name, (kept, left) in record["names"].items()}
    return BlockModel(read_trees(record), weights)
