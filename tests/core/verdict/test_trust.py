"""Who may make whose article a copy: trust, quota, sources that are always published, poisoning."""

import numpy as np
import pytest

from schemas import DuplicateArticle, Verdict
from streams.settings import DedupeSettings
from tests.support.feed import Feed
from tests.support.stories import TEXTS, body

POOL = TEXTS["pool"]


def test_low_trust_never_holds_back_higher_trust() -> None:
    """What a low-trust source had first is published again when a trusted one sends it."""
    feed = Feed(DedupeSettings(trust={"good.example": 8, "bad.example": 1}))
    feed.say(POOL, source="bad.example")
    article = feed.say(POOL, source="good.example").article
    assert article is not None
    assert article.verdict is Verdict.NEW
    assert article.decision.candidates[0].note == "trust"
    assert feed.say(POOL, source="bad.example", id="bad.example/2").outcome == "duplicate"
    other = feed.say(POOL, source="other.example").article
    assert other is not None
    assert other.verdict is Verdict.SYNDICATED
    assert other.story_id == article.id


def test_a_source_that_is_never_suppressed() -> None:
    """A source under `never_suppress` is published although another had the text; not its own."""
    feed = Feed(DedupeSettings(never_suppress=("court.example",)))
    first = feed.say(POOL).article
    article = feed.say(POOL, source="court.example").article
    assert first is not None
    assert article is not None
    assert article.verdict is Verdict.NEW
    assert article.decision.rule == "never_suppress"
    assert article.related_to is not None
    assert article.related_to.id == first.id
    assert feed.say(POOL, source="court.example").outcome == "duplicate"


def test_articles_beyond_the_quota_hold_nothing_back() -> None:
    """A source over its quota is still published, but makes no later article a copy."""
    feed = Feed(DedupeSettings(max_articles_per_source=3))
    for number in range(3):
        assert feed.say(body(number), source="flood.example").outcome == "new"
    article = feed.say(POOL, source="flood.example", id="flood.example/x").article
    assert article is not None
    assert "over_quota" in article.decision.notes
    assert feed.say(POOL, source="victim.example").outcome == "new"
    again = feed.say(POOL, source="flood.example", id="flood.example/x").article
    assert isinstance(again, DuplicateArticle)


def poisoned(hostile: int, *, trusted: bool, sources: int = 1_000) -> float:
    """Return the share of genuine stories held back when hostile sources write ahead of them.

    Each hostile source knows half of the paragraphs of the stories of tomorrow (press releases,
    agency copy) and publishes them in collages of three, and common short lines by the dozen.
    """
    rng = np.random.default_rng(hostile)
    trust = {f"s{number}.example": 8 for number in range(hostile, sources)} if trusted else {}
    feed = Feed(DedupeSettings(trust=trust))
    stories = [body(number, 6) for number in range(300)]
    common = ["He did not answer questions.", "The police are looking for witnesses."]
    for attacker in range(hostile):
        for first in range(0, len(stories), 3):
            taken = [
                line
                for story in stories[first : first + 3]
                for line in rng.choice(story, 3, replace=False).tolist()
            ]
            feed.say([*taken, *common], source=f"s{attacker}.example", after_h=0.001)
    held_back = 0
    for story in stories:
        source = f"s{rng.integers(hostile, sources)}.example"
        outcome = feed.say([*story, common[0]], source=source, after_h=0.001)
        held_back += isinstance(outcome.article, DuplicateArticle)
    return held_back / len(stories)


@pytest.mark.slow
def test_poisoning_holds_back_no_genuine_story() -> None:
    """1, 3 and 10 hostile sources of 1,000 that publish others' paragraphs first hold back none."""
    assert [poisoned(hostile, trusted=False) for hostile in (1, 3, 10)] == [0, 0, 0]


def test_whole_texts_in_advance_need_trust() -> None:
    """Who publishes the whole text first is its source, unless the settings trust it less."""
    for settings, expected in (
        (DedupeSettings(), "syndicated"),
        (DedupeSettings(trust={"leak.example": 0}), "new"),
    ):
        feed = Feed(settings)
        feed.say(POOL, source="leak.example")
        assert feed.say(POOL).outcome == expected


def test_short_common_paragraphs_never_decide() -> None:
    """Articles of short standing lines and one own paragraph are each new."""
    feed = Feed()
    lines = ["Read more below.", "Photo by the author.", "All rights reserved.", "Have a tip?"]
    for number in range(6):
        outcome = feed.say([*body(number, 1), *lines], source=f"s{number}.example")
        assert outcome.outcome == "new"
