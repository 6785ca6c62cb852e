"""Growing oblivious trees with CatBoost, and the record that streams/core/text/trees.py reads.

Needs the extra `bench`.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.core.text.arrays import Matrix


@dataclass(frozen=True, slots=True)
class Growth:
    """How many trees of which depth, how fast they learn, and decimals of their leaves."""

    trees: int
    depth: int
    learning_rate: float
    l2: float
    decimals: int

    def grow(
        self,
        features: Matrix,
        labels: NDArray[Any],
        weights: NDArray[np.float64],
        names: Sequence[str],
    ) -> dict[str, Any]:
        """Return bias and trees that tell labelled rows apart; `names` are the columns."""
        from catboost import CatBoostClassifier  # noqa: PLC0415 - the extra `bench` only

        model = CatBoostClassifier(
            iterations=self.trees,
            depth=self.depth,
            learning_rate=self.learning_rate,
            l2_leaf_reg=self.l2,
            border_count=48,
            random_seed=1,
            allow_writing_files=False,
            verbose=0,
        )
        model.fit(features, labels, sample_weight=weights)
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "model.json"
            model.save_model(str(path), format="json")
            grown = json.loads(path.read_text())
        scale, (bias,) = grown["scale_and_bias"]
        return {
            "bias": round(bias, 4),
            "trees": [
                {
                    "if": [
                        [names[split["float_feature_index"]], round(split["border"], 4)]
                        for split in tree["splits"]
                    ],
                    "then": [round(scale * value, self.decimals) for value in tree["leaf_values"]],
                }
                for tree in grown["oblivious_trees"]
                if len(tree["splits"]) == self.depth
            ],
        }
