"""The tree of a page has what its readers see."""

import pytest

from streams.core.page.parse import parse
from streams.core.page.tree import read_tree

PROSE = "The lighthouse of Vell has been sold to the harbour board, which wants to open it. " * 3


def blocks(body: str) -> list[str]:
    """Return the blocks of a page."""
    return read_tree(parse(f"<html><head></head><body>{body}</body></html>")).texts


def test_readings_beside_characters_are_left_out() -> None:
    """Ruby stands above the line."""
    assert blocks("<p><ruby>夜行<rp>(</rp><rt>やこう</rt><rp>)</rp></ruby>の船</p>") == ["夜行の船"]


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<span class=a>VELLHAVEN</span><span class=b>24 November</span>Crews left", None),
        ("<span>Vellhaven</span><span>412</span>", "Vellhaven 412"),
        ("<b>T</b>he last <span>l</span>amp", "The last lamp"),
        ("<span>Mc</span>Donald", "McDonald"),
        ("CO<sub>2</sub>", "CO2"),
        ("the <a href=/>keeper</a>s", "the keepers"),
    ],
)
def test_words_that_only_look_apart_are_parted(markup: str, line: str | None) -> None:
    """Letters and syllables of one word are not."""
    assert blocks(f"<p>{markup}</p>") == [line or "VELLHAVEN 24 November Crews left"]


@pytest.mark.parametrize(
    ("table", "is_data"),
    [
        ("<table><tr><td>Anna<td>4</table>", True),
        ("<table><tr><th>Boat<td><p>a</p><p>b</p></table>", True),
        (f"<table><tr><td>Menu<td><p>{PROSE}<p>{PROSE}</table>", False),
        (f"<table><tr><td>Menu<td>{PROSE}<br><br>{PROSE}<br><br>{PROSE}</table>", False),
        ("<table><tr><td>Menu<td><h1>Sold</h1></table>", False),
        ("<table role=presentation><tr><td>Anna<td>4</table>", False),
    ],
)
def test_a_table_that_lays_out_the_page_is_no_data(table: str, *, is_data: bool) -> None:
    """Its cells are parts of the page, and stay apart."""
    assert (len(blocks(table)) == 1) is is_data


def test_a_list_in_a_cell_of_data_is_text_of_its_row() -> None:
    """Opening hours and the like."""
    row = "<tr><td>Quay</td><td><ul><li>Mon: 9 to 12</li><li>Tue: closed</li></ul></td></tr>"
    assert blocks(f"<table><tr><th>Office<th>Hours</tr>{row}</table>") == [
        "Office | Hours",
        "Quay | Mon: 9 to 12 Tue: closed",
    ]
