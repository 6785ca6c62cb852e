"""The verdict table and the page that tells it in words."""

import re
from pathlib import Path

from schemas.output import Row
from streams.core.verdict.verdict import ROWS

PAGE = Path(__file__).parents[3] / "docs" / "dedupe.md"


def test_every_row_is_a_function_of_its_name() -> None:
    """From the name in a record one finds the code that ruled; only a request needs no row."""
    assert {row: function.__name__ for row, function in ROWS.items()} == {
        row: row.value for row in Row if row is not Row.RELEASED
    }


def test_the_page_tells_the_rows_in_the_order_in_which_they_are_asked() -> None:
    """Whoever reads the page from the top meets the row that decides."""
    table = PAGE.read_text("utf-8").partition("\n## The table\n")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert told == ["rule", *ROWS, Row.RELEASED]
