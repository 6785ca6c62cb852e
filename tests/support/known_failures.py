"""Cases that come out wrong: tests/golden/known_failures, as strict expected failures."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "golden/known_failures"


def known_failures(name: str) -> list[Any]:
    """Return the cases of a file, each expected to fail an assertion; one that passes fails."""
    cases = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["case"]
    return [
        pytest.param(
            case,
            id=f"known failure: {case['label']}",
            marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["why"]),
        )
        for case in cases
    ]
