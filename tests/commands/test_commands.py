"""The command line as a whole: one file a command, one name a thing."""

import ast
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import COMMANDS, cli
from tests.support.command import CLEANWIRE, cleanwire

STREAMS = Path(__file__).parents[2] / "streams"
FILES = [
    STREAMS / "cli.py",
    *(file for room in ("commands", "demo", "explain") for file in (STREAMS / room).glob("*.py")),
]


def public_names(file: Path) -> Iterator[str]:
    """Yield the public names that a module defines at its top level."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_each_command_has_a_file_of_its_own() -> None:
    """A reader finds `cleanwire tail` in commands/tail.py."""
    homes = {name: command.__module__ for name, command in COMMANDS.items()}
    assert homes == {name: f"streams.commands.{name.replace('-', '_')}" for name in COMMANDS}


def test_no_public_name_stands_for_two_things() -> None:
    """A search for a name finds one definition."""
    counts = Counter(
        name for file in FILES for name in set(public_names(file)) if not name.startswith("_")
    )
    assert {name: count for name, count in counts.items() if count > 1} == {}


def test_help_version_and_exit_statuses() -> None:
    """`-h` works everywhere, and says with which statuses a command ends."""
    runner = CliRunner()
    assert version("cleanwire") in runner.invoke(cli, ["--version"]).output
    assert "75 Kafka" in " ".join(runner.invoke(cli, ["-h"]).output.split())
    for name in COMMANDS:
        done = runner.invoke(cli, [name, "-h"])
        assert (done.exit_code, "Usage" in done.output) == (0, True), name


def test_completion_can_be_installed() -> None:
    """For the shells that typer knows."""
    assert "--install-completion" in CliRunner().invoke(cli, ["--help"]).output


def test_settings_come_as_json(tmp_path: Path) -> None:
    """For programs, by their names in the environment."""
    done = cleanwire("config", "--json", cwd=tmp_path, env={"CLEANWIRE_PREFIX": "wire"})
    assert json.loads(done.stdout)["CLEANWIRE_PREFIX"] == "wire"


def in_shell(command: str, cwd: Path, **env: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of bash in which `cleanwire` is the installed command."""
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],  # noqa: S607
        cwd=cwd,
        env=os.environ
        | {"PATH": f"{CLEANWIRE.parent}:{os.environ['PATH']}", "PYTHONPATH": str(STREAMS.parent)}
        | env,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["--jobs 1 | head -1", "--jobs 2 | head -1", "--jobs 1 | true"])
def test_a_reader_that_leaves_is_no_error(command: str, tmp_path: Path) -> None:
    """As with `| head`: no message, and the status that a shell gives for it."""
    line = json.dumps({"content": "The ferry to the island sails again from Monday. " * 40})
    (tmp_path / "x.jsonl").write_text(f"{line}\n" * 60, encoding="utf-8")
    done = in_shell(f"cleanwire clean --format json x.jsonl {command} >/dev/null", tmp_path)
    assert (done.stderr, done.returncode) == (b"", 141)


@pytest.mark.parametrize(
    ("command", "status", "says"),
    [
        ("clean a.txt >&-", 0, ""),
        ("clean a.txt 2>&-", 0, ""),
        ("clean - <&-", 4, "standard input: empty"),
        ("clean a.txt >/dev/full", 2, "No space left on device"),
        ("clean a.txt --out a.txt", 2, "is a file"),
    ],
)
def test_closed_and_full_streams_end_with_a_message(
    command: str, status: int, says: str, tmp_path: Path
) -> None:
    """None with a traceback."""
    (tmp_path / "a.txt").write_text("The ferry sails again from Monday.", encoding="utf-8")
    done = in_shell(f"cleanwire {command}", tmp_path)
    told = done.stderr.decode()
    assert (done.returncode, "Traceback" in told) == (status, False), told
    assert says in told


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_output_is_utf8_whatever_the_locale(encoding: str, tmp_path: Path) -> None:
    """A program that reads it cannot know the locale; a name that is no text has escapes."""
    name = os.fsdecode(b"pf\xfcze.txt")
    (tmp_path / name).write_text("Der Fährmann sagte „Ja“.", encoding="utf-8")
    line = "cleanwire clean --format json *.txt && cleanwire clean *.txt"
    done = in_shell(line, tmp_path, PYTHONIOENCODING=encoding)
    shown, _, text = done.stdout.decode().partition("\n")
    assert (done.returncode, json.loads(shown)["text"]) == (0, "Der Fährmann sagte „Ja“.")
    assert text == "Der Fährmann sagte „Ja“.\n"


def test_a_wrong_setting_is_told_in_words(tmp_path: Path) -> None:
    """Not by the pattern that it does not match."""
    done = cleanwire("config", cwd=tmp_path, env={"CLEANWIRE_KAFKA": "localhost"})
    assert (done.returncode, "^" in done.stderr) == (2, False)
    assert "CLEANWIRE_KAFKA=localhost: Allowed: host:port" in done.stderr
