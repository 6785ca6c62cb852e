"""What the code overrides, reads and sets inside of others is there, and has the shape it had."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from streams.kafka import on_faust
from streams.kafka.on_faust.inside import CHECKED_WITH, INSIDE, Inside

STREAMS = Path(__file__).parents[1] / "streams"
# Made by Python and by mode for every class.
MADE = {"_abc_impl", "logger"}
# What Python documents of every named tuple: the sign keeps it apart from names of fields.
OF_NAMED_TUPLES = {"_replace"}


def _owner(row: Inside) -> Any:
    module, _, name = row.owner.partition(":")
    return getattr(importlib.import_module(module), name)


def _function(member: Any) -> Any:
    return member.fget if isinstance(member, property) else member


def _signature(member: Any) -> str:
    parameters = inspect.signature(_function(member)).parameters.values()
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in parameters]
    return str(inspect.Signature(bare))


@pytest.mark.parametrize("row", INSIDE, ids=lambda row: f"{row.owner}.{row.member}")
def test_a_member_is_there_with_its_shape(row: Inside) -> None:
    """Else it fails with what the change would do."""
    owner = _owner(row)
    if row.shape.startswith("("):
        found = _signature(inspect.getattr_static(owner, row.member))
    else:
        place: Any = importlib.import_module(owner.__module__)
        for name in row.shape.split("."):
            place = inspect.getattr_static(place, name)
        found = inspect.getsource(_function(place))
        assert row.member in found, row
        return
    assert found == row.shape, row


def test_the_versions_are_those_that_were_checked() -> None:
    """A newer patch release may come in with the tests above as its check; the table says so."""
    for package, checked in CHECKED_WITH.items():
        assert version(package).split(".")[:2] == checked.split(".")[:2], package


def _overridden() -> Iterator[tuple[str, str]]:
    """Yield file and member of every override in on_faust."""
    for found in pkgutil.iter_modules(on_faust.__path__):
        module = importlib.import_module(f"{on_faust.__name__}.{found.name}")
        for kind in vars(module).values():
            if not (inspect.isclass(kind) and kind.__module__ == module.__name__):
                continue
            theirs = [
                base
                for base in kind.__mro__[1:]
                if base.__module__.split(".")[0] in {"faust", "mode", "aiokafka"}
            ]
            for name in vars(kind).keys() - MADE:
                if name.startswith("__") and name != "__post_init__":
                    continue
                if any(name in vars(base) for base in theirs):
                    yield f"on_faust/{found.name}.py", name


def _read() -> Iterator[tuple[str, str]]:
    """Yield file and member wherever something private of others is read or set."""
    for path in STREAMS.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Attribute) and node.attr.startswith("_")):
                continue
            if node.attr in OF_NAMED_TUPLES:
                continue
            dunder = node.attr.startswith("__")
            of_this_file = f"self.{node.attr}" in text or f"def {node.attr}" in text
            of_a_class = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls", "os"}
            if not (dunder or of_this_file or of_a_class or isinstance(node.value, ast.Call)):
                yield str(path.relative_to(STREAMS)).removeprefix("kafka/"), node.attr


def test_every_override_and_every_private_member_has_a_row() -> None:
    """So the table is the whole of it."""
    rows = {(row.ours, row.member) for row in INSIDE}
    assert {*_overridden(), *_read()} <= rows


def test_every_row_is_about_code_of_ours() -> None:
    """A row whose member the file no longer names is dead."""
    for row in INSIDE:
        below = row.ours if row.ours.startswith("core/") else f"kafka/{row.ours}"
        name = "ConsumerMessage" if row.member == "__init__" else row.member
        assert name in (STREAMS / below).read_text(encoding="utf-8"), row
