"""`cleanwire clean`: files in, articles out, no Kafka."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden"


def clean(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `cleanwire clean` with `arguments`."""
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", "clean", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("by", ["file", "standard input"])
def test_the_seed_comes_out_exactly(by: str) -> None:
    """Title, empty line, paragraphs with an empty line between: byte for byte."""
    raw = GOLDEN / "seed_raw.txt"
    done = clean(str(raw)) if by == "file" else clean("-", stdin=raw.read_bytes())
    assert done.returncode == 0
    expected = (GOLDEN / "seed_expected.txt").read_text(encoding="utf-8").rstrip("\n")
    assert done.stdout.decode() == expected + "\n"


def test_json_is_the_prepared_article() -> None:
    """The record as it would go to the topic, with what the command line says of it."""
    done = clean("--format", "json", "--source", "wire.example", str(GOLDEN / "seed_raw.txt"))
    article = json.loads(done.stdout)
    assert article["source"] == "wire.example"
    assert {removal["reason"] for removal in article["removals"]} >= {"error_page", "repeat"}


def test_diff_shows_each_removal_with_its_reason() -> None:
    """A removed line is marked, and its reason stands below it."""
    shown = clean("--format", "diff", str(GOLDEN / "seed_raw.txt")).stdout.decode()
    assert "- CommentsNo comment\n    [comments: " in shown


def test_what_is_no_article_ends_with_status_4(tmp_path: Path) -> None:
    """The reason stands on standard error; the good file beside it is cleaned all the same."""
    bad, good = tmp_path / "bad.txt", tmp_path / "good.txt"
    bad.write_text("404\nPage not found\n", encoding="utf-8")
    good.write_text("The ferry to the island sails again from Monday.\n", encoding="utf-8")
    done = clean(str(bad), str(good))
    assert done.returncode == 4
    assert b"bad.txt: error_page" in done.stderr
    assert b"ferry" in done.stdout
