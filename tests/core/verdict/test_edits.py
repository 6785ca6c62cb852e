"""Edits of the kinds that news shows still match; unrelated texts do not."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from streams.core.article.fingerprint import fingerprint, unpack_fingerprint
from streams.core.article.grams import NEAR_KEYS
from tests.support.feed import Feed
from tests.support.stories import TEXTS, body

STORY = TEXTS["pool"] + TEXTS["pool_more"]

Edit = Callable[[list[str]], list[str]]

EDITS: dict[str, Edit] = {
    "dateline": lambda lines: ["HARBOUR BAY, 3 March (Wire) - " + lines[0], *lines[1:]],
    "credit line": lambda lines: [*lines, "This report is based on material of the agency Wire."],
    "upper case": lambda lines: [line.upper() for line in lines],
    "curly quotes": lambda lines: [line.replace("'", "\u2019") for line in lines],
    "British spelling": lambda lines: [
        line.replace("neighboring", "neighbouring") for line in lines
    ],
    "a word here and there": lambda lines: [
        " ".join("some" if place % 17 == 9 else word for place, word in enumerate(line.split()))
        for line in lines
    ],
    "last third cut": lambda lines: lines[:6],
    "cut to a third": lambda lines: lines[:3],
    "paragraphs joined": lambda lines: [" ".join(lines[at : at + 3]) for at in range(0, 9, 3)],
    "paragraphs split": lambda lines: [part for line in lines for part in line.split(", ")],
    "order changed": lambda lines: [*lines[3:], *lines[:3]],
    "one paragraph added": lambda lines: [*lines[:4], *body(5, 1), *lines[4:]],
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_found(edit: str) -> None:
    """Another source's edited version of a story is held back as its copy."""
    feed = Feed()
    feed.say(STORY)
    feed.say(TEXTS["storm"])
    assert feed.say(EDITS[edit](list(STORY)), source="b.example").outcome == "syndicated"


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=30)
def test_unrelated_stories_are_new(one: int, other: int) -> None:
    """Two stories with nothing in common but the language are both new."""
    feed = Feed()
    feed.say(body(one, 6) + TEXTS["storm"][:1])
    assume(one != other)
    text = body(other, 6) + TEXTS["bank"][:1]
    assert feed.say(text, source="b.example").outcome == "new"


@given(st.integers(0, 2**32))
@settings(max_examples=100)
def test_an_edited_paragraph_keeps_near_keys(seed: int) -> None:
    """After one changed word a paragraph of 30 words still shares two of its near keys."""
    rng = np.random.default_rng(seed)
    words = [f"word{number}" for number in rng.integers(0, 10_000, 30)]
    edited = list(words)
    edited[int(rng.integers(30))] = "other"
    before, after = (
        np.sort(unpack_fingerprint(fingerprint([" ".join(text)])).grams)[:NEAR_KEYS]
        for text in (words, edited)
    )
    assert len(np.intersect1d(before, after)) >= 2
