"""What may know what: the pure core stays pure, and importing does nothing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.topology import OUTPUTS, PREPARED, STAGES

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
    assert written == {PREPARED, *OUTPUTS}
    assert [stage.reads for stage in STAGES] == ["raw", PREPARED]
