"""The golden corpus: our own texts in eleven languages, with what must go and what must stay."""

import json
from pathlib import Path
from typing import Any

import pytest

from streams.core.clean import Cleaned, clean_lines, repaired_lines
from tests.support.known_failures import known_failures

CASES = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parents[2] / "golden" / "clean").glob("*.json"))
}
# Share of residue lines of the pages that goes. Lower it only with a reason in the history.
FLOOR_REMOVED = 0.97


def cleaned(name: str, *, with_title: bool = True) -> tuple[Cleaned, str]:
    """Clean a case as a plain text; return what came out and the text."""
    case = CASES[name]
    text = "\n".join(row.get("keep") or row["drop"] for row in case["lines"])
    lines, _ = repaired_lines(text)
    return clean_lines(text, lines, case["title"] if with_title else None), text


def kept_lines(name: str) -> list[str]:
    """Return the lines that must stay."""
    return [" ".join(row["keep"].split()) for row in CASES[name]["lines"] if "keep" in row]


@pytest.mark.parametrize("name", CASES)
def test_no_genuine_line_is_lost(name: str) -> None:
    """What belongs to the article stays, whatever it looks like."""
    result, _ = cleaned(name)
    texts = [paragraph.text for paragraph in result.paragraphs]
    assert [line for line in kept_lines(name) if line not in texts] == []


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("keep_")])
def test_a_hard_negative_does_not_change(name: str) -> None:
    """A story about error pages, disclaimers, newsletters, or with odd lines, loses nothing."""
    assert cleaned(name)[0].removals == ()


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("keep_")])
def test_a_removed_line_has_its_reason(name: str) -> None:
    """What goes is named by the kind that it is; the line model may also be the one that knew."""
    result, text = cleaned(name)
    want = {row["drop"]: row["as"] for row in CASES[name]["lines"] if "drop" in row}
    for gone in result.removals:
        assert gone.text == text[gone.start : gone.end]
        assert gone.reason in {want[gone.text], "line_model"}, gone


def test_the_residue_of_the_pages_goes() -> None:
    """Of all residue lines in all languages the floor share or more is removed."""
    wanted = {
        (name, row["drop"]) for name in CASES for row in CASES[name]["lines"] if "drop" in row
    }
    gone = {(name, removal.text) for name in CASES for removal in cleaned(name)[0].removals}
    left = sorted(wanted - gone)
    assert 1 - len(left) / len(wanted) >= FLOOR_REMOVED, left


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("page_")])
def test_the_headline_is_found(name: str) -> None:
    """Where no title was declared, the headline of the page becomes it."""
    result, _ = cleaned(name, with_title=False)
    assert result.title == CASES[name]["title"]


@pytest.mark.parametrize("case", known_failures("clean"))
def test_a_text_comes_out_as_it_should(case: dict[str, Any]) -> None:
    """What belongs stays and what does not goes."""
    text = "\n".join(case["lines"])
    result = clean_lines(text, repaired_lines(text)[0], case["title"])
    kept = [paragraph.text for paragraph in result.paragraphs]
    assert kept == [line for line in case["lines"] if line not in case["drop"]]
