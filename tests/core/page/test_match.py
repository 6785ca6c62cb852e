"""What an extractor kept of a page is found in the page."""

import numpy as np
import pytest

from streams.core.page import match as page_match
from streams.core.page.match import Match, match_words
from streams.core.text.normalise import comparison_form, words_of


def match(page: list[str], extracted: list[str]) -> Match | None:
    """Match a page's blocks with extracted lines; a title follows the blocks, as in use."""
    words = words_of([comparison_form(text) for text in (*page, "A title that is no block")])
    return match_words(words, len(page), words_of([comparison_form(line) for line in extracted]))


def test_blocks_are_found_whatever_became_of_lines_and_signs() -> None:
    """Two blocks in one line, bullets and other quotes are the same words."""
    found = match(
        ["Home", "He said “no” twice.", "One boat", "Two boats", "Contact"],
        ['He said "no" twice.', "- One boat - Two boats"],
    )
    assert found is not None
    assert found.kept.tolist() == [0, 1, 1, 1, 0]
    assert found.blocks.tolist() == [1] * 4 + [2] * 2 + [3] * 2
    assert found.lines.tolist() == [0] * 4 + [1] * 4


def test_a_block_that_was_cut_is_kept_in_part() -> None:
    """The share is that of its words."""
    found = match(["Read more: the pier will be rebuilt"], ["the pier will"])
    assert found is not None
    assert found.kept.tolist() == [pytest.approx(3 / 7)]


def test_a_block_that_was_moved_is_found() -> None:
    """Text that stands elsewhere in the extracted text was extracted all the same."""
    first, second = "a long first paragraph of the page " * 3, "some words that were moved up there"
    found = match([first, second], [second, first])
    assert found is not None
    assert (found.kept > 0.5).all()


def test_a_second_copy_is_not_found() -> None:
    """What stands twice on the page and once in the text was extracted once."""
    line = "the pier will be rebuilt before the regatta"
    found = match([line, "between them", line], [line])
    assert found is not None
    assert sorted(found.kept.tolist()) == [0, 0, 1]


def test_nothing_matches_nothing() -> None:
    """An empty text keeps no block."""
    found = match(["one", "two"], [])
    assert found is not None
    assert found.kept.tolist() == [0, 0]


def test_too_much_text_is_not_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is on the pairs of words."""
    monkeypatch.setattr(page_match, "_MAX_PAIRS", 5)
    assert match(["one two three"], ["one two"]) is None
    found = match(["one two"], ["one two"])
    assert found is not None
    assert np.array_equal(found.kept, [1])
