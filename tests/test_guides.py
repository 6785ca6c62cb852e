"""ARCHITECTURE.md and CONTRIBUTING.md speak of files, names and commands that exist."""

import re
from pathlib import Path

import pytest

from schemas import ContentType
from schemas.output import Row
from streams.cli import COMMANDS
from streams.core.content import READERS
from streams.core.verdict.verdict import ROWS
from streams.explain.words import RULES
from streams.generated import generated
from streams.settings.rows import rows

ROOT = Path(__file__).parents[1]
GUIDES = {name: (ROOT / name).read_text(encoding="utf-8") for name in (
    "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/data.md",
)}  # fmt: skip
# Where a path of a guide may begin, so that tables can leave out what all their rows share.
ROOTS = (ROOT, ROOT / "streams", ROOT / "streams/core")


DOCS = sorted((ROOT / "docs").rglob("*.md"))
WRITTEN = sorted(
    path
    for part in ("streams", "schemas", "benchmarks", "tests", "docs", "ops")
    for path in (ROOT / part).rglob("*")
    if path.suffix in {".py", ".md", ".toml", ".yml", ".service"}
)
# What no reader of the repository can open.
CLOSED = re.compile(r"\((?:see )?issue \d|\bof issue \d|design\.md|style guide|\bresearch-\w+\.md")


@pytest.mark.parametrize("name", GUIDES)
def test_guides_name_files_that_exist(name: str) -> None:
    """Whoever follows a guide finds every file and folder that it names."""
    paths = set(re.findall(r"`([\w./-]+(?:\.py|\.toml|\.md|/))`", GUIDES[name]))
    paths = {path for path in paths if "/" in path}
    missing = {path for path in paths if not any((root / path).exists() for root in ROOTS)}
    assert not missing


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.stem)
def test_pages_name_files_that_exist(page: Path) -> None:
    """A page that names a file by its last part or parts means one that is there."""
    named = set(re.findall(r"`([\w./-]+\.(?:py|toml|lock|service))`", page.read_text("utf-8")))
    missing = {name for name in named if not next(ROOT.glob(f"[!.]*/**/{name}"), None)}
    assert {name for name in missing if not (ROOT / name).exists()} == set()


def test_nothing_refers_to_what_a_reader_cannot_open() -> None:
    """Neither code nor pages speak of issues and notes from before this repository."""
    found = [str(path) for path in WRITTEN if CLOSED.search(path.read_text("utf-8"))]
    assert [name for name in found if not name.endswith("test_guides.py")] == []


def test_guides_name_make_targets_that_exist() -> None:
    """So it is with `make …`."""
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    guides = "\n".join(GUIDES.values())
    named = set(re.findall(r"(?:`|^ {4,})make ([\w-]+)", guides, re.MULTILINE))
    assert named
    assert named <= targets


def test_readme_names_every_command() -> None:
    """Its table has them all, but for `demo`, which is `make demo`."""
    text = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `cleanwire .*?(?<!\\)\|", text, re.MULTILINE)
    run = re.findall(r"^    .*cleanwire .*", text, re.MULTILINE)
    named = set(re.findall(r"[\w-]+", " ".join([*rows, *run])))
    assert set(COMMANDS) - named == {"demo"}


def test_a_content_type_is_added_where_the_guide_says() -> None:
    """Each type has its own media type and a reader in the table."""
    assert {READERS[type_][0] for type_ in ContentType} == set(ContentType)


def test_a_verdict_row_is_added_where_the_guide_says() -> None:
    """Each row has a function, but for the one that only a release gives, and a sentence."""
    assert set(ROWS) == set(Row) - {Row.RELEASED}
    assert set(RULES) == set(Row)


def test_a_setting_is_added_where_the_guide_says() -> None:
    """Each setting says what it does, and the page of settings is generated."""
    pages = {str(path): text for path, text in generated()}
    for row in rows():
        assert row.description.endswith("."), row.name
        assert f"`{row.name}`" in pages["docs/settings.md"]


def test_no_page_has_the_marks_of_a_conflict() -> None:
    """A merge that was not finished is not published."""
    pages = [*ROOT.glob("*.md"), *WRITTEN]
    marked = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
    assert [str(page) for page in pages if marked.search(page.read_text("utf-8"))] == []
