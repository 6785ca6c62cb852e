"""The pages of docs/decisions say when they were decided and whether they hold; the list is so."""

import re
from pathlib import Path

import pytest

from streams.generated import COMMAND, DECISION, DECISIONS, decisions_page

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / DECISIONS).glob("[0-9]*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_begins_with_number_date_and_status(page: Path) -> None:
    """Its number is that of its file."""
    head = DECISION.match(page.read_text(encoding="utf-8"))
    assert head, f"{page.name} does not begin as docs/decisions/README.md says"
    assert page.name.startswith(head["number"])


def test_what_the_list_says_is_true() -> None:
    """Each line of the list has the title and the status of its page."""
    there = set((ROOT / DECISIONS / "README.md").read_text(encoding="utf-8").splitlines())
    listed = {line for line in there if re.match(r"\| \d", line)}
    assert listed
    assert listed <= set(decisions_page(ROOT).splitlines()), f"stale; run: {COMMAND}"


def test_numbers_are_given_once() -> None:
    """A number names one decision."""
    numbers = [page.name[:4] for page in PAGES]
    assert len(numbers) == len(set(numbers))
