"""The posts of a live blog stay, in their order, and what only looks alike does not come back."""

import pytest

from streams.core.page.live import live_posts
from streams.core.page.parse import parse
from streams.core.page.tree import read_tree
from tests.support.raw import bare

LEAD = "The lighthouse of Vell is sold today, and the harbour board says what it wants with it."
POSTS = (
    "The keeper hands over the keys.",
    "The board has signed, four against three.",
    "Visitors wait at the foot of the tower.",
    "Nobody knows who pays for the lamp.",
)


def page(*entries: str) -> str:
    """Return a page with these entries below its lead."""
    head = f"<h1>Lighthouse sold: as it happens</h1><p>{LEAD}</p>"
    return f"<html><body><article>{head}{''.join(entries)}</article></body></html>"


def entry(hour: int, text: str, name: str = "entry", href: str = "#p") -> str:
    """Return a post with its time, its headline as a link, and a button."""
    return (
        f"<div class='{name}'><time>{hour}:05</time><h3><a href='{href}'>Post {hour}</a></h3>"
        f"<p>{text}</p><button>Share</button></div>"
    )


def found(markup: str) -> list[str]:
    """Return the texts of the posts of a page."""
    tree = read_tree(parse(markup))
    return [tree.texts[at] for at in live_posts(tree)]


def test_posts_stay_in_their_order() -> None:
    """Below the lead, as the page has them."""
    article = bare(page(*(entry(9 + n, text) for n, text in enumerate(POSTS))), "text/html")
    assert [p.text for p in article.paragraphs if p.text in (LEAD, *POSTS)] == [LEAD, *POSTS]


def test_posts_keep_their_headlines() -> None:
    """All of them, also where an extractor took a heading for a teaser's."""
    article = bare(page(*(entry(9 + n, text) for n, text in enumerate(POSTS))), "text/html")
    told = [p.text for p in article.paragraphs]
    assert [told[told.index(text) - 1] for text in POSTS] == [f"Post {9 + n}" for n in range(4)]


@pytest.mark.parametrize(
    "entries",
    [
        [entry(9 + n, text, href="/other-story") for n, text in enumerate(POSTS)],
        [entry(9 + n, text, name="comment") for n, text in enumerate(POSTS)],
        ["<aside>", *(entry(9 + n, text) for n, text in enumerate(POSTS)), "</aside>"],
        [entry(9 + n, "Sport, Saturday edition") for n, _ in enumerate(POSTS)],
        [f"<div class=entry><p>{text}</p></div>" for text in POSTS],
        [entry(9, POSTS[0]), entry(10, POSTS[1])],
    ],
)
def test_what_is_no_post(entries: list[str]) -> None:
    """Teasers of other stories, comments, asides, names, texts without a time, two of a kind."""
    assert found(page(*entries)) == []
