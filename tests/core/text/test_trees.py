"""Trees give the sum of the leaves that their questions lead to, and say which questions told."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.page.model import block_model
from streams.core.text.trees import read_trees

RECORD: dict[str, Any] = {
    "bias": 0.5,
    "trees": [
        {"if": [["width", 10.0], ["link", 0.5]], "then": [0.0, 2.0, -4.0, -1.0]},
        {"if": [["link", 0.25], ["depth", 3.0]], "then": [0.25, -0.25, 0.25, -0.25]},
    ],
}


def by_hand(width: float, link: float, depth: float) -> float:
    """Return the score of one row, tree by tree."""
    first = ((0.0, -4.0), (2.0, -1.0))[width > 10][link > 0.5]
    second = -0.25 if link > 0.25 else 0.25
    return 0.5 + first + second + 0 * depth


@given(st.lists(st.tuples(*[st.floats(-1, 20, width=32)] * 3), min_size=1, max_size=9))
def test_scores_are_those_of_the_tables(rows: list[tuple[float, float, float]]) -> None:
    """Whatever the features are, and in whichever order the trees ask for them."""
    trees = read_trees(RECORD)
    values = [dict(zip(("width", "link", "depth"), row, strict=True)) for row in rows]
    features = np.array([[row[name] for name in trees.names] for row in values], np.float32)
    assert trees.scores(features).tolist() == [pytest.approx(by_hand(*row)) for row in rows]


def test_reasons_name_what_lowered_the_score_first() -> None:
    """A block full of links went because of them."""
    trees = read_trees(RECORD)
    row = {"width": 5.0, "link": 0.9, "depth": 1.0}
    (why,) = trees.reasons(np.array([[row[name] for name in trees.names]], np.float32))
    assert why.startswith("link -")


def test_reasons_add_up_to_the_score() -> None:
    """The shares of all features, with the trees' means, are the score."""
    trees = read_trees(RECORD)
    row = {"width": 15.0, "link": 0.9, "depth": 4.0}
    features = np.array([[row[name] for name in trees.names]], np.float32)
    told = sum(float(part.split()[1]) for part in trees.reasons(features)[0].split(", "))
    means = 0.5 + sum(np.mean(tree["then"]) for tree in RECORD["trees"])
    assert told + means == pytest.approx(float(trees.scores(features)[0]), abs=0.15)


def test_no_rows_have_no_scores() -> None:
    """An empty page costs nothing."""
    trees = read_trees(RECORD)
    assert trees.scores(np.empty((0, len(trees.names)), np.float32)).shape == (0,)


def test_trees_of_several_depths_are_refused() -> None:
    """The file was not made by the training script."""
    trees = [*RECORD["trees"], {"if": [["link", 1.0]], "then": [0.0, 1.0]}]
    with pytest.raises(ValueError, match="several depths"):
        read_trees({"bias": 0.0, "trees": trees})


def test_the_installed_model_is_whole() -> None:
    """Names weigh both ways, and the model is small enough to be read."""
    model = block_model()
    assert model.trees.leaves.shape[0] >= 100
    kept, left = (np.array(column) for column in zip(*model.weights.values(), strict=True))
    assert (kept > 0).any()
    assert (kept < 0).any()
    assert (left > 0).any()
    assert (left < 0).any()
    assert model.weights["newsletter"][0] > 1
