"""Whole pages written for this purpose: what is marked must stay, what is marked must go.

In `tests/golden/html` an element with `data-keep` holds a block of the article, one with
`data-gone` holds none; all others (menus, times, headlines) may go either way.
"""

from itertools import pairwise
from pathlib import Path

import pytest
from lxml.html import fromstring

from schemas import PreparedArticle
from streams.core.page.extract import read_page
from streams.core.text.normalise import comparison_form
from tests.support.raw import bare

PAGES = sorted((Path(__file__).parents[2] / "golden" / "html").glob("*.html"))


def cleaned(page: Path) -> PreparedArticle:
    """Clean a page that must give an article."""
    return bare(page.read_bytes(), "text/html; charset=utf-8")


def marked(page: Path, mark: str) -> list[str]:
    """Return the texts of the elements with a mark."""
    root = fromstring(page.read_text("utf-8"))
    return [comparison_form(element.text_content()) for element in root.iterfind(f".//*[@{mark}]")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_belongs_to_the_article_stays(page: Path) -> None:
    """Headings, items, questions and short answers stay as much as paragraphs."""
    have = "\n".join(comparison_form(p.text) for p in cleaned(page).paragraphs)
    assert [text for text in marked(page, "data-keep") if text not in have] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_stands_beside_the_article_goes(page: Path) -> None:
    """Promotion, related stories, comments, captions and footers go wherever they stand."""
    have = [comparison_form(p.text) for p in cleaned(page).paragraphs]
    assert [x for x in marked(page, "data-gone") if any(x in line for line in have)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_paragraphs_and_removals_restore_the_text(page: Path) -> None:
    """Together they cover all lines of the text that was read, each once and in its place."""
    article = cleaned(page)
    text = read_page(page.read_text("utf-8")).text
    spans = sorted(
        [(x.start, x.end) for x in article.paragraphs]
        + [(x.start, x.end) for x in article.removals]
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    covered = "\n".join(text[start:end] for start, end in spans)
    assert covered.split() == text.split()
    for removal in article.removals:
        assert text[removal.start : removal.end] == removal.text
