"""Generated files are fresh, and the schemas among them are true to the models."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemas import RawArticle
from streams.generated import COMMAND, CONTRACTS, generated

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("path", "text"), list(generated()), ids=lambda p: str(p)[:40])
def test_is_fresh(path: Path, text: str) -> None:
    """What stands in the repository is what the code gives."""
    there = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
    assert there == text, f"{path} is stale; run: {COMMAND}"


def test_nothing_is_left_over() -> None:
    """No schema of a contract that is gone."""
    names = {f"{contract.__name__}.json" for contract in CONTRACTS}
    assert {path.name for path in (ROOT / "schemas/json").iterdir()} == names


def schema(name: str) -> dict[str, Any]:
    """Return a schema as it stands in the repository."""
    found: dict[str, Any] = json.loads(
        (ROOT / f"schemas/json/{name}.json").read_text(encoding="utf-8")
    )
    return found


@pytest.mark.parametrize("contract", CONTRACTS)
def test_is_a_valid_json_schema(contract: type) -> None:
    """Any tool for draft 2020-12 can read it."""
    jsonschema.Draft202012Validator.check_schema(schema(contract.__name__))


@pytest.mark.parametrize(
    "article",
    [
        {"content": "x"},
        {"content": "x", "own_field": 1},
        {"content": 1},
        {},
        {"content": "", "id": ""},
    ],
)
def test_schema_and_model_agree_on_raw_articles(article: dict[str, Any]) -> None:
    """What the schema lets a producer send, the worker reads; what it refuses, it refuses."""
    by_schema = not list(jsonschema.Draft202012Validator(schema("RawArticle")).iter_errors(article))
    try:
        RawArticle.model_validate_json(json.dumps(article))
        by_model = True
    except ValueError:
        by_model = False
    assert by_schema == by_model
