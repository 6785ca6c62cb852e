"""What the code imports is declared, and what it looks inside of is bounded."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# `streams` and `schemas` are run by these; what only tests and benchmarks need is `dev`, `bench`.
DECLARED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["broker"]]
# Imported by others of the list without being named by them, or a plugin that Python finds.
UNSEEN = {"lxml-html-clean"}
LOOKED_INTO = {"aiokafka", "faust-streaming", "mode-streaming", "pydantic", "trafilatura"}


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return _plain(found[0])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported() -> Iterator[str]:
    for path in [*(ROOT / "streams").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.split(".")[0]


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    """A package that only comes along with another one may stop to do so."""
    distributions = packages_distributions()
    modules = set(_imported()) - sys.stdlib_module_names - {"streams", "schemas"}
    imported = {_plain(distributions[module][0]) for module in modules}
    assert {_name(requirement) for requirement in DECLARED} - UNSEEN == imported


def test_what_is_looked_into_has_an_upper_bound() -> None:
    """A release that moves what is private must not arrive by itself."""
    bounded = {_name(requirement) for requirement in DECLARED if "<" in requirement}
    assert bounded >= LOOKED_INTO
