"""All that a page shows is on record: what is not the article is a removal in its place."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from schemas import PreparedArticle, Reason
from streams.commands.render import Format, render
from streams.core.clean import clean
from streams.core.page.outside import with_outside
from streams.core.page.parse import parse
from streams.core.page.shown import Shown, find_blocks
from streams.core.page.tree import read_tree
from streams.settings import CleanSettings, Removals
from tests.support.raw import SETTINGS, bare, message

STORY = (
    "The lighthouse of Vell has been sold to the harbour board, which wants to open it to all.",
    "Its last keeper handed over the keys on Tuesday, and said that he would not miss the stairs.",
    "The board expects some four thousand visitors in the first summer, a third of them by boat.",
)
PAGE = f"""<html><head><title>Lighthouse sold</title></head><body>
<nav><a href="/">Home</a><a href="/s">Sport</a></nav>
<article><h1>Lighthouse sold</h1><p>{STORY[0]}</p>
<div class="newsletter-box"><p>Our letter, every Friday, in your box</p></div>
<p>{STORY[1]}</p><p>{STORY[2]}</p></article>
<aside><h3>Most read</h3><a href="/1">Harbour master resigns</a></aside>
<footer>Vell Gazette, all rights</footer></body></html>"""


def letters(text: str) -> str:
    """Return what readers see of a text, without blanks."""
    return re.sub(r"[\s|•-]+", "", text)


def test_what_stands_beside_the_article_is_told() -> None:
    """Menu, newsletter, aside, footer, each with its reason, in the order of the page."""
    article = bare(PAGE, "text/html")
    assert [p.text for p in article.paragraphs] == list(STORY)
    gone = sorted(article.removals, key=lambda removal: removal.start)
    rows = [(removal.reason, removal.text.split("\n")) for removal in gone]
    assert [row for row in rows if row[1] != ["Lighthouse sold"]] == [
        (Reason.NAVIGATION, ["Home Sport"]),
        (Reason.NEWSLETTER, ["Our letter, every Friday, in your box"]),
        (Reason.RELATED, ["Most read", "Harbour master resigns"]),
        (Reason.FOOTER, ["Vell Gazette, all rights"]),
    ]
    assert article.removed_chars[Reason.FOOTER] == len("Vell Gazette, all rights")


def test_the_diff_shows_it_in_place() -> None:
    """Every block of a run has its line."""
    shown = render(bare(PAGE, "text/html"), Format.DIFF).splitlines()
    at = shown.index("- Most read")
    assert shown[at + 1] == "- Harbour master resigns"
    assert shown[at + 2].startswith("    [related: page_outside/aside, ")
    assert shown.index("- Home Sport") < shown.index(f"  {STORY[0]}") < at


def test_counts_alone_are_a_setting() -> None:
    """The record then has how much went by reason, and no text that went."""
    raw = message(PAGE.encode(), (("content-type", b"text/html"),))
    full, counts = clean(raw, SETTINGS), clean(raw, CleanSettings(removals=Removals.COUNTS))
    assert isinstance(full, PreparedArticle)
    assert isinstance(counts, PreparedArticle)
    assert counts.removals == ()
    assert counts.removed_chars == full.removed_chars
    assert counts.paragraphs == full.paragraphs


WORDS = st.sampled_from(
    ["harbour", "keeper", "lamp", "ferry", "Tuesday", "stairs", "tower", "1894", "Vell"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
NAMES = "p div li h2 nav footer aside td figcaption blockquote button span"
TAGS = st.sampled_from(NAMES.split(" "))
BLOCKS = st.lists(st.tuples(TAGS, TEXTS), max_size=25).map(
    lambda rows: "".join(f"<{tag}>{text}</{tag}>\n" for tag, text in rows)
)


@settings(max_examples=60, deadline=None)
@given(BLOCKS, BLOCKS)
def test_all_visible_characters_are_accounted_for(above: str, below: str) -> None:
    """Paragraphs and removals cover what the page shows, in order and to the last character."""
    story = "".join(f"<p>{line}</p>" for line in STORY)
    page = f"<html><body>{above}<article><h1>Sold</h1>{story}</article>{below}</body></html>"
    article = bare(page, "text/html")
    parts = sorted(
        [(x.start, x.end, x.text) for x in article.paragraphs]
        + [(x.start, x.end, x.text) for x in article.removals]
    )
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(parts))
    have = "".join(text for _, _, text in parts)
    want = "".join(read_tree(parse(page)).texts)
    assert not Counter(letters(want)) - Counter(letters(have))


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=12), st.lists(TEXTS, max_size=12))
def test_a_block_is_in_the_text_or_missing(blocks: list[str], lines: list[str]) -> None:
    """Whatever an extractor made of a page, no block is lost between text and record."""
    have = {word for line in lines for word in line.split()}
    for block, found in zip(blocks, find_blocks(blocks, lines), strict=True):
        assert -1 <= found.line < max(len(lines), 1)
        assert found.missing or have >= set(block.split())


@pytest.mark.parametrize(
    ("block", "line", "missing"),
    [
        (STORY[0] + " Share this", STORY[0], "Share this"),
        (STORY[0], f"- {STORY[0]}", ""),
        ("Sport", STORY[0], "Sport"),
        ("Vell", "Vell", ""),
        ("* * *", STORY[0], "* * *"),
        ("* * *", "* * *", ""),
    ],
)
def test_what_is_missing_of_a_block(block: str, line: str, missing: str) -> None:
    """All of it, some words, or nothing."""
    assert find_blocks([block], [line])[0].missing == missing


def test_a_text_that_a_page_says_twice_is_missing_once() -> None:
    """The teaser of a story is not its first paragraph."""
    assert find_blocks([STORY[0], STORY[1], STORY[0]], STORY[:2]) == [
        Shown(0),
        Shown(1),
        Shown(1, STORY[0]),
    ]


def test_a_page_without_an_article_is_all_outside() -> None:
    """An extractor may find text that the page does not show (JSON-LD)."""
    tree = read_tree(parse("<html><body><nav>Home</nav><p>Sport</p></body></html>"))
    whole = with_outside(tree, "Told elsewhere.", (), None)
    assert whole.text == "Home\nSport\nTold elsewhere."
    assert whole.outside_chars == len("Home\nSport\n")


FIELD = Path(__file__).parents[2] / "field"
# Those in other charsets are for the reader of charsets.
FIELD_PAGES = [path for path in sorted(FIELD.glob("*/*.html")) if not path.stem.startswith("20")]
# What readers do not see as running text: docs/cleaning.md names choices, scripts and hidden parts.
UNSEEN_TAGS = """script style noscript template svg iframe head select textarea canvas object audio
    video math datalist rt rp rtc"""
UNSEEN = frozenset(UNSEEN_TAGS.split())


def shown_texts(element: Any) -> Iterator[str]:
    """Yield the text nodes of a page that readers see, by the markup alone."""
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    yield element.text or ""
    for part in element:
        yield from shown_texts(part)
        yield part.tail or ""


@pytest.mark.parametrize("path", FIELD_PAGES, ids=lambda path: path.stem)
def test_pages_of_others_are_accounted_for(path: Path) -> None:
    """No letter or digit of a page from the field is neither a paragraph's nor a removal's."""
    markup = path.read_text(encoding="utf-8")
    article = clean(message(markup.encode(), (("content-type", b"text/html"),)), SETTINGS)
    if not isinstance(article, PreparedArticle):
        return
    have = "".join(
        [part.text for part in article.paragraphs] + [gone.text for gone in article.removals]
    )
    want = "".join(shown_texts(document_fromstring(markup)))
    assert not Counter(filter(str.isalnum, want)) - Counter(filter(str.isalnum, have))
