"""`cleanwire clean`: files in, articles out, no Kafka."""

import json
from pathlib import Path

import pytest

from tests.support.command import cleanwire

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden"


@pytest.mark.parametrize("by", ["file", "standard input"])
def test_the_seed_comes_out_exactly(by: str) -> None:
    """Title, empty line, paragraphs with an empty line between: byte for byte."""
    raw = GOLDEN / "seed_raw.txt"
    done = cleanwire("clean", raw if by == "file" else "-", cwd=ROOT, stdin=raw.read_bytes())
    assert done.returncode == 0
    expected = (GOLDEN / "seed_expected.txt").read_text(encoding="utf-8").rstrip("\n")
    assert done.stdout == expected + "\n"


def test_json_lines_name_the_file(tmp_path: Path) -> None:
    """A line each from a pipe of JSON lines, with what the command line says of all of them."""
    two = b'{"content": "The ferry sails again."}\n{"content": "The library opens."}\n'
    done = cleanwire("clean", "-", "--format=json", "--source=wire", cwd=tmp_path, stdin=two)
    articles = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(a["file"], a["line"], a["source"], a["text"]) for a in articles] == [
        ("standard input", 1, "wire", "The ferry sails again."),
        ("standard input", 2, "wire", "The library opens."),
    ]
    assert "standard input: read as JSON lines" in done.stderr


def test_diff_shows_each_removal_with_its_reason() -> None:
    """A removed line is marked, and its reason stands below it."""
    shown = cleanwire("clean", "--format", "diff", GOLDEN / "seed_raw.txt", cwd=ROOT).stdout
    assert "- CommentsNo comment\n    [comments: " in shown


def test_what_is_no_article_ends_with_status_4(tmp_path: Path) -> None:
    """Each is named with its reason; the good file beside them is cleaned all the same."""
    (tmp_path / "bad.txt").write_text("404\nPage not found\n", encoding="utf-8")
    (tmp_path / "good.txt").write_text("The ferry to the island sails again.\n", encoding="utf-8")
    (tmp_path / "table.csv").write_text("a,b\n", encoding="utf-8")
    arguments = ("bad.txt", "table.csv", "missing.txt", "good.txt")
    done = cleanwire("clean", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (4, "The ferry to the island sails again.\n")
    for part in ("bad.txt: error_page", "table.csv: a table", "missing.txt: cannot be read"):
        assert part in done.stderr
    assert "1 cleaned; 3 refused" in done.stderr
    first = cleanwire("clean", "--fail-fast", *arguments, cwd=tmp_path)
    assert (first.returncode, first.stdout, "table.csv" in first.stderr) == (4, "", False)


def test_many_files_are_cleaned_side_by_side(tmp_path: Path) -> None:
    """A directory of pages, each named on the screen or written to a file of its own."""
    pages = tmp_path / "in"
    (pages / "b").mkdir(parents=True)
    for number in range(12):
        text = f"<html><p>The ferry was {number} minutes late, its captain said.</p></html>"
        (pages / "b" / f"{number:02}.html").write_text(text, encoding="utf-8")
    done = cleanwire("clean", "in", "--jobs", "2", cwd=tmp_path)
    names = [line for line in done.stdout.splitlines() if line.startswith("==> ")]
    assert names == [f"==> in/b/{number:02}.html <==" for number in range(12)]
    cleanwire("clean", "in", "--out", "out", "--format", "markdown", cwd=tmp_path)
    assert len(list((tmp_path / "out/b").glob("*.html.md"))) == 12
    assert "7 minutes" in (tmp_path / "out/b/07.html.md").read_text(encoding="utf-8")
