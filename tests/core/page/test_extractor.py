"""trafilatura is spared what cannot change its result, and nothing else about it changes."""

import inspect
from importlib import import_module
from typing import Any

import pytest

from streams.core.page.extractor import article_text
from streams.core.page.parse import parse

TOLD = "The lighthouse of Vell has been sold to the harbour board, and will be open to visitors. "
ARTICLE = "".join(f"<p>{TOLD * n}</p>" for n in (3, 4, 5))
core: Any = import_module("trafilatura.core")
external: Any = import_module("trafilatura.external")
THEIR_STEP = """
    "Cascade stages 1-2: main extractor, then the external comparison unless in fast mode."
    postbody, temp_text = extract_content(cleaned_tree, options)
    if not options.fast:
        postbody, temp_text = compare_extraction(
            cleaned_tree_backup, copy(tree), postbody, temp_text, options)
    return postbody, temp_text
"""


def page(body: str) -> Any:
    """Return the root of a page."""
    return parse(f"<html><head><title>t</title></head><body>{body}</body></html>")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list that grows by each question to another extractor."""
    questions: list[str] = []
    theirs = external.try_readability

    def ask(tree: Any) -> Any:
        questions.append("readability")
        return theirs(tree)

    monkeypatch.setattr(external, "try_readability", ask)
    return questions


def test_a_result_that_nobody_could_double_is_not_compared(asked: list[str]) -> None:
    """The article has most of what the page shows outside of links."""
    root = page(f"<article>{ARTICLE}</article>")
    assert (article_text(root, 1_500) or "").count("lighthouse") == ARTICLE.count("lighthouse")
    assert asked == []


def test_a_result_that_is_little_of_the_page_is_compared(asked: list[str]) -> None:
    """So is one that trafilatura is asked for by others, in the same process."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - it takes half a second

    root = page(f"<article>{ARTICLE}</article>")
    article_text(root, 10_000)
    assert asked == ["readability"]
    bare_extraction(root, include_comments=False)
    assert asked == ["readability"] * 2


def test_the_step_has_the_form_that_it_is_replaced_in() -> None:
    """A release that does other things there must be looked at before the bound moves."""
    article_text(page(f"<article>{ARTICLE}</article>"), 1_500)
    source = "".join(inspect.getsource(core).split())
    assert "".join(THEIR_STEP.split()) in source
    assert source.count("_extract_and_compare(") == 3


def test_the_end_is_the_one_that_is_left_out() -> None:
    """What trafilatura does behind its sequence, with the options that are used here."""
    root = page(f"<article>{ARTICLE}</article>")
    theirs = core.bare_extraction(root, include_comments=False)
    assert article_text(root, 1_500) == theirs.text
    assert core.bare_extraction(page("<p></p><p></p>"), include_comments=False) is None
    assert article_text(page("<p></p><p></p>"), 1_500) is None


@pytest.mark.parametrize("word", ["می\u200cشود", "क्\u200dष", "\U0001f468\u200d\U0001f467"])
def test_joiners_inside_words_stay(word: str) -> None:
    """They do not print, but without them a word of Persian or an Indic script is another."""
    text = article_text(page(f"<article><p>{TOLD * 4}{word}.</p>{ARTICLE}</article>"), 1_500)
    assert f"{word}." in (text or "")
