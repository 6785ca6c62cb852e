"""The folders of streams/kafka stand on levels: what a folder imports lies below it."""

import ast
from pathlib import Path

KAFKA = Path(__file__).parents[1] / "streams/kafka"
# A folder may import those before it.
LEVELS = (
    *(
        "causes",
        "connection",
        "diagnosis",
        "header_names",
        "broker",
        "topics",
        "delivery",
        "mending",
    ),
    *("health", "on_faust"),
)
# The embedded broker is for demo and tests.
APART = {"broker"}


def _parts_imported(folder: str) -> set[str]:
    paths = (
        (KAFKA / folder).rglob("*.py") if (KAFKA / folder).is_dir() else [KAFKA / f"{folder}.py"]
    )
    modules = [
        node.module.split(".")
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    ]
    return {parts[2] for parts in modules if parts[:2] == ["streams", "kafka"]} - {folder}


def test_every_part_has_a_level_and_imports_from_lower_ones_only() -> None:
    """No import upward, no circle, and nothing of the worker needs the embedded broker."""
    parts = {path.stem for path in KAFKA.iterdir() if not path.name.startswith("__")}
    assert parts == set(LEVELS)
    for level, part in enumerate(LEVELS):
        assert _parts_imported(part) <= set(LEVELS[:level]) - APART, part
