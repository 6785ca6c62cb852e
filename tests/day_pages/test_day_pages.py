"""Forty-four news pages in thirty languages, as one gets them by copying a whole page.

In `pages/` each line opens with what it is: `=` the headline, `+` a paragraph of the story,
`-` residue, `~` a standfirst, which may stay or go. The texts are our own.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from schemas import PreparedArticle
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.settings import CleanSettings

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
# Of some 1,500 lines in all.
MOST_LEFT, MOST_LEFT_OF_A_PAGE = 22, 5
MOST_WRONG_TITLES = 1


class Page(NamedTuple):
    """A page with its labels, and what became of it."""

    rows: list[tuple[str, str]]
    article: PreparedArticle

    def lines(self, sign: str) -> list[str]:
        """Return the lines with a label."""
        return [text for mark, text in self.rows if mark == sign]

    @property
    def left(self) -> list[str]:
        """The residue that stays."""
        kept = {paragraph.text for paragraph in self.article.paragraphs}
        return [text for text in self.lines("-") if text in kept]


def _page(file: Path) -> Page:
    rows = [(row[0], row[2:]) for row in file.read_text(encoding="utf-8").splitlines()]
    text = "\n".join(text for _, text in rows).encode()
    headers = (("content-type", b"text/plain"),)
    article = clean(Message("news.raw", 0, 0, 1_795_600_000_000, None, text, headers), _SETTINGS)
    assert isinstance(article, PreparedArticle)
    return Page(rows, article)


_SETTINGS = CleanSettings()


@pytest.fixture(scope="module", name="pages")
def _pages() -> dict[str, Page]:
    return {file.stem: _page(file) for file in PAGES}


def test_no_paragraph_is_lost(pages: dict[str, Page]) -> None:
    """Names, quotes and numbers among them."""
    for name, page in pages.items():
        kept = [paragraph.text for paragraph in page.article.paragraphs]
        assert [x for x in page.lines("+") if x not in kept] == [], name


def test_the_headline_is_the_title(pages: dict[str, Page]) -> None:
    """Whatever stands between it and the story."""
    wrong = [
        name
        for name, page in pages.items()
        if (page.article.title or "").split() != page.lines("=")[0].split()
    ]
    assert len(wrong) <= MOST_WRONG_TITLES, wrong


def test_residue_goes(pages: dict[str, Page]) -> None:
    """All but a few lines, in every language."""
    left = {name: page.left for name, page in pages.items()}
    assert max(map(len, left.values())) <= MOST_LEFT_OF_A_PAGE, left
    assert sum(map(len, left.values())) <= MOST_LEFT, left
