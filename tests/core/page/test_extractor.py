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


def test_the_comparison_has_the_form_that_it_is_replaced_in() -> None:
    """A release that passes other things must be looked at before the bound moves."""
    assert list(inspect.signature(external.compare_extraction).parameters) == [
        "cleaned_tree",
        "raw_tree",
        "body",
        "text",
        "options",
    ]
    assert "compare_extraction(cleaned_tree_backup, copy(tree), postbody, temp_text, options)" in (
        inspect.getsource(core)
    )
