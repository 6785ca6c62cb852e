"""What may know what: the pure core stays pure, and importing does nothing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.topology import OUTPUTS, PREPARED, SOURCES, STAGES

ROOT = Path(__file__).parents[1]
PURE = sorted([*(ROOT / "streams/core").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")])

# Kafka, event loop, environment, clock, chance, network: none of it decides about a text.
IMPURE = {
    *("faust", "aiokafka", "mode", "confluent_kafka", "asyncio", "threading", "multiprocessing"),
    *("os", "sys", "time", "random", "secrets", "socket", "urllib.request", "requests", "aiohttp"),
}
OF_OURS = {"streams.kafka", "streams.agents", "streams.commands", "streams.factory", "streams.pool"}
CLOCKS = {"now", "utcnow", "today"}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_is_pure(path: Path) -> None:
    """No Kafka, no loop, no environment, no clock and no chance in core and schemas."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    impure = {
        name
        for name in _imports(tree)
        if name in IMPURE
        or name.split(".")[0] in IMPURE
        or any(name == ours or name.startswith(f"{ours}.") for ours in OF_OURS)
    }
    assert not impure, f"{path} imports {impure}; hand the value in instead"
    clocks = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in CLOCKS}
    assert not clocks, f"{path} asks the clock ({clocks}); time comes in with the message"


def test_importing_connects_to_nothing_and_reads_no_settings() -> None:
    """A wrong setting in the environment disturbs no import."""
    code = "import streams.factory, streams.cli, streams.core.clean, streams.core.dedupe"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"CLEANWIRE_KAFKA": "", "CLEANWIRE_PREFIX": "?", "PATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_door_is_written_by_a_stage_and_read_by_at_most_one() -> None:
    """The dataflow has no loose end."""
    written = {door for stage in STAGES for door in stage.writes}
    assert written == {PREPARED, SOURCES, *OUTPUTS}
    assert [stage.reads for stage in STAGES] == ["raw", PREPARED]


# The rooms of the core, from the ground up, and what each may import: rooms above itself only.
# A file that is no folder's is a room of its own.
ROOMS: dict[str, set[str]] = {
    "text": set(),
    "article": {"text"},
    "messages": {"article"},
    "drift": {"article"},
    "read": {"messages", "text"},
    "residue": {"text"},
    "rules": {"text"},
    "page": {"read", "residue", "text"},  # a block of a page is looked at as a line is
    "content": {"page", "read", "text"},
    "window": {"article", "text"},
    "verdict": {"article", "text", "window"},
    "clean": {"article", "content", "messages", "read", "residue", "rules", "text"},
    "dedupe": {"messages", "verdict", "window"},
    "dry_run": {"dedupe", "messages"},
}
MOST_ROOMS, MOST_IMPORTS = 14, 30
# Names that several modules have for good reason.
SHARED_NAMES = {
    "logger": "each module logs under its own name",
    "main": "where a command begins",
    "Job": "a type variable",
    "Result": "a type variable",
}


def _room(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if parts[:2] == ["streams", "core"] and len(parts) > 2 else None


def _rooms_imported() -> dict[str, set[str]]:
    """Return for each room of the core the others that it imports."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "streams/core").rglob("*.py"):
        room = _room(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if room is None or room == "__init__":
            continue
        imported = found.setdefault(room, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "streams.core":
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported |= {other for other in [_room(node.module)] if other}
        imported.discard(room)
    return found


def test_rooms_import_what_the_table_allows() -> None:
    """No import leads upward or in a circle, and a new one is a decision."""
    assert _rooms_imported() == ROOMS
    assert len(ROOMS) <= MOST_ROOMS
    assert sum(map(len, ROOMS.values())) <= MOST_IMPORTS
    below: set[str] = set()
    for room, imported in ROOMS.items():
        assert imported <= below, room
        below.add(room)


def test_every_folder_says_what_it_is_for() -> None:
    """Whoever opens one reads it first."""
    silent = [
        str(path.relative_to(ROOT))
        for package in ("streams", "schemas")
        for path in (ROOT / package).rglob("__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def _public_names(path: Path) -> set[str]:
    """Return what a module defines at its top level."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return {name for name in names if not name.startswith("_")}


def test_one_word_is_one_thing() -> None:
    """No public name is defined twice; what its module alone uses has an underscore."""
    homes: dict[str, list[str]] = {}
    for path in [*(ROOT / "streams").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")]:
        for name in _public_names(path):
            homes.setdefault(name, []).append(str(path.relative_to(ROOT)))
    clashes = {name: sorted(where) for name, where in homes.items() if len(where) > 1}
    assert clashes.keys() == SHARED_NAMES.keys(), {
        name: where for name, where in clashes.items() if name not in SHARED_NAMES
    }


def test_no_program_that_changes_the_worker_is_part_of_this_process() -> None:
    """Else every test after it would look at something else than cleanwire."""
    assert not [name for name in sys.modules if "tests.workers" in name]
    strays = [
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        if path.parent.name != "workers"
        if any(map(_acts_when_imported, ast.parse(path.read_text(encoding="utf-8")).body))
    ]
    assert not strays, f"{strays} change something when they are imported: tests/workers/ is for it"


def _acts_when_imported(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign | ast.Expr | ast.For):
        return False
    calls = [ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)]
    return any(name in {"setattr", "create_app"} or name.endswith(".start") for name in calls)
