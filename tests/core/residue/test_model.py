"""The model that is installed: sound, explained, and the same for any way of asking."""

import json

import numpy as np
import pytest

from streams.core.residue.context import FEATURES
from streams.core.residue.model import LINE_MODEL, line_model, read_line_model
from streams.core.residue.phrases import phrase_rules
from streams.core.residue.text_lines import features_of, read_lines

LINES = [
    "Menu",
    "Share",
    "The council voted on Tuesday. It was a long day, the mayor said later.",
] * 4


def test_the_file_fits_the_code() -> None:
    """Its phrases are in the tables (a new one carries its own weight), each leaf has a value."""
    model = line_model()
    trees = model.trees
    assert set(model.evidence) <= {rule.name for rule in phrase_rules()}
    assert trees.leaves.size == trees.columns.size // len(trees.columns) * 2 ** len(trees.columns)


def test_a_tree_is_read_as_it_says() -> None:
    """Answer i is bit i of the leaf's number; leaves and bias add up to the score."""
    tree = {"if": [["width", 2.0], ["phrase", 0.5]], "then": [0.0, 1.0, 2.0, 4.0]}
    trees = read_line_model({"bias": 0.5, "evidence": {}, "trees": [tree, tree]}).trees
    features = np.zeros((2, len(FEATURES)), np.float32)
    features[1, FEATURES.index("phrase")] = 1
    assert trees.scores(features).tolist() == [0.5, 4.5]
    assert trees.reasons(features)[1].startswith("width -1.5")


def test_trees_of_two_depths_are_refused() -> None:
    """A file that was edited by half does not load."""
    record = json.loads(LINE_MODEL.read_text())
    record["trees"][0]["if"].pop()
    with pytest.raises(ValueError, match="several depths"):
        read_line_model(record)


def test_lines_are_judged_alike_in_any_number() -> None:
    """Many lines at once give the scores that few give."""
    reading = read_lines(LINES, None)
    features = features_of(reading, [0.0] * len(LINES), [False] * len(LINES))
    trees = line_model().trees
    many = trees.scores(np.vstack([features] * 300))
    assert np.allclose(many[: len(LINES)], trees.scores(features))
