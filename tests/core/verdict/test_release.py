from schemas import CleanArticle, DuplicateArticle, ReleaseRequest, Verdict
from streams.core.dedupe import Outcome
from tests.support.feed import Feed
from tests.support.stories import TEXTS

POOL = TEXTS["pool"]


def held_back(feed: Feed) -> DuplicateArticle:
    """Return an article that was held back as a copy."""
    feed.say(POOL)
    article = feed.say(POOL, source="b.example", id="b.example/1").article
    assert isinstance(article, DuplicateArticle)
    return article


def release(feed: Feed, article: DuplicateArticle) -> Outcome:
    """Send a release request down the stream, as JSON like every record."""
    request = ReleaseRequest.model_validate_json(
        ReleaseRequest(article=article, reason="not the same").model_dump_json()
    )
    outcome = feed.deduper.release(request, feed.position, feed.now_ms)
    if outcome.record is not None:
        feed.window.remember(feed.position, outcome.record)
    feed.position += 1
    return outcome


def test_a_released_article_is_published_under_its_key() -> None:
    """The article goes out as a story of its own, with its text and where it was held back."""
    feed = Feed()
    article = held_back(feed)
    released = release(feed, article).article
    assert isinstance(released, CleanArticle)
    assert not isinstance(released, DuplicateArticle)
    assert (released.id, released.text) == (article.id, article.text)
    assert released.verdict is Verdict.NEW
    assert released.story_id == released.id
    assert released.decision.rule == "released"
    assert released.related_to == article.duplicate_of
    assert CleanArticle.model_validate_json(released.model_dump_json()) == released


def test_later_copies_point_to_the_released_article() -> None:
    """Copies from other sources and re-sends of its own belong to the released story."""
    feed = Feed()
    article = held_back(feed)
    release(feed, article)
    copy = feed.say(POOL, source="c.example").article
    resend = feed.say(POOL, source="b.example", id="b.example/1").article
    update = feed.say([*POOL, *TEXTS["pool_more"]], source="b.example", id="b.example/1").article
    assert copy is not None
    assert resend is not None
    assert update is not None
    assert copy.story_id == resend.story_id == update.story_id == article.id
    assert (copy.verdict, resend.verdict, update.verdict) == (
        Verdict.SYNDICATED,
        Verdict.DUPLICATE,
        Verdict.UPDATE,
    )


def test_a_second_request_releases_nothing() -> None:
    """An article goes out once, however often its release is asked for."""
    feed = Feed()
    article = held_back(feed)
    release(feed, article)
    again = release(feed, article)
    assert (again.article, again.record, again.outcome) == (None, None, "released_before")


def test_a_release_that_is_delivered_again_is_decided_the_same() -> None:
    """A replayed request sees the window as it was."""
    feed = Feed()
    article = held_back(feed)
    first = release(feed, article)
    feed.say(TEXTS["storm"])
    again = feed.deduper.release(
        ReleaseRequest(article=article, reason="not the same"), feed.position - 2, feed.now_ms
    )
    assert again == first
