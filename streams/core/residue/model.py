"""The line model: how likely a line belongs to the article, and which features said so.

Its file holds the trees and what each phrase group weighs, and is made by
`benchmarks/train_line_model.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from streams.core.residue.context import FEATURES
from streams.core.text.trees import Trees, read_trees

LINE_MODEL = Path(__file__).with_name("model.json")


@dataclass(frozen=True, slots=True)
class LineModel:
    """Trees over the features of lines, and the weights of phrase groups."""

    trees: Trees
    evidence: Mapping[str, float]


@cache
def line_model() -> LineModel:
    """Return the model that is installed."""
    return read_line_model(json.loads(LINE_MODEL.read_text("utf-8")))


def read_line_model(record: Mapping[str, Any]) -> LineModel:
    """Return the model in a record as the training script writes it."""
    return LineModel(read_trees(record, FEATURES), dict(record["evidence"]))
