"""Two stories that a third article shows to be one: later copies of either go to the older."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas import CleanArticle, Verdict
from streams.core.article.record import OneStory, unpack
from streams.core.window.window import Window
from streams.settings import DedupeSettings
from tests.support.feed import Feed

KINDS = Path(__file__).parents[2] / "golden" / "dedupe" / "kinds.toml"
EN = tomllib.loads(KINDS.read_text("utf-8"))["en"]
PARTS = [*EN["a"], *EN["b"], *EN["c"], *EN["posts"]]

# parts    0 1 2 3 4 5 6 7 8 9 | 10 11 | 12 13
# first    x x x x x x x       | x  x  |
# second         x x x x x x x |       | x  x
# both     x x x x x x x x x x |       |
FIRST = [*PARTS[:7], *PARTS[10:12]]
SECOND = [*PARTS[3:10], *PARTS[12:14]]
BOTH = PARTS[:10]


def say(feed: Feed, text: list[str], source: str, after_h: float = 0.5) -> CleanArticle:
    """Return what comes of an article."""
    article = feed.say(text, source=source, id=f"{source}/1", after_h=after_h).article
    assert article is not None
    return article


def pointer(article: CleanArticle) -> str:
    """Return what a held-back copy is a copy of."""
    held_back: Any = article
    return str(held_back.duplicate_of.id)


def two_stories(feed: Feed, *, shown: bool = True) -> None:
    """Two papers tell parts of one report, and a third prints it whole."""
    assert say(feed, FIRST, "first").verdict is Verdict.NEW
    assert say(feed, SECOND, "second").verdict is Verdict.NEW
    if shown:
        both = say(feed, BOTH, "both")
        assert (both.verdict, pointer(both)) == (Verdict.SYNDICATED, "first/1")
        assert both.decision.notes == ("two_stories",)


@pytest.mark.parametrize(("shown", "original"), [(True, "first/1"), (False, "second/1")])
def test_later_copies_of_the_younger_go_to_the_older(*, shown: bool, original: str) -> None:
    """As soon as both were shown to be one."""
    feed = Feed()
    two_stories(feed, shown=shown)
    copy = say(feed, SECOND, "copy")
    assert (copy.verdict, pointer(copy)) == (Verdict.SYNDICATED, original)
    assert copy.story_id == original
    assert copy.decision.notes == ()


def test_the_better_trusted_goes_on() -> None:
    """Though it is the younger."""
    feed = Feed(DedupeSettings(trust={"second": 9}))
    say(feed, FIRST, "first")
    say(feed, SECOND, "second")
    say(feed, BOTH, "both")
    assert pointer(say(feed, FIRST, "copy")) == "second/1"


def test_a_rebuilt_window_knows_it() -> None:
    """It follows from the records."""
    feed = Feed()
    two_stories(feed)
    records = {n: outcome.record or b"" for n, outcome in enumerate(feed.outcomes)}
    shows = unpack(records[2]).shows
    assert shows == OneStory(ends=1, goes_on_in=0)
    rebuilt = Window(DedupeSettings(), fetch=records.__getitem__)
    rebuilt.recover(records)
    assert rebuilt.goes_on_in(1, cutoff_ms=0) == 0


def test_it_is_forgotten_with_the_story_in_which_they_go_on() -> None:
    """A copy cannot point to what has left the window."""
    feed = Feed()
    say(feed, FIRST, "first")
    say(feed, SECOND, "second", after_h=60)
    say(feed, BOTH, "both", after_h=6)
    assert pointer(say(feed, SECOND, "copy", after_h=7)) == "second/1"
