from schemas import CleanArticle, DuplicateArticle, Verdict
from streams.settings import DedupeMode, DedupeSettings
from tests.support.feed import Feed
from tests.support.stories import body

POOL = [
    "The council of Harbour Bay voted on Tuesday to close the old pool at the end of the summer.",
    "Mayor Ines Delgado said the repair would cost 4.2 million euros, twice the budget for sport.",
    "Swimmers had collected 3,100 signatures and waited in front of the hall until late at night.",
]
STORM = [
    "A storm cut the power of 12,000 homes in the north of the island on Sunday, Voltano said.",
    "Crews from three provinces were on their way, and the ferry to Port Linn stayed in harbour.",
]


def test_a_copy_from_another_source_points_to_the_first() -> None:
    """The same text from elsewhere is held back, and a copy of the copy names the first too."""
    feed = Feed()
    first = feed.say(POOL).article
    copies = [feed.say(POOL, source=f"{name}.example").article for name in "abc"]
    assert isinstance(first, CleanArticle)
    for copy in copies:
        assert isinstance(copy, DuplicateArticle)
        assert copy.verdict is Verdict.SYNDICATED
        assert copy.duplicate_of is not None
        assert copy.duplicate_of.id == copy.story_id == first.id


def test_mark_mode_holds_nothing_back() -> None:
    """With mode `mark` a copy is a clean article that says what it is a copy of."""
    feed = Feed(DedupeSettings(mode=DedupeMode.MARK))
    feed.say(POOL)
    copy = feed.say(POOL, source="b.example").article
    assert copy is not None
    assert not isinstance(copy, DuplicateArticle)
    assert copy.verdict is Verdict.SYNDICATED
    assert copy.duplicate_of is not None


def test_a_shared_paragraph_is_marked_where_it_was_first() -> None:
    """One shared paragraph makes no copy; it stays and names the article that had it first."""
    feed = Feed()
    feed.say(POOL)
    article = feed.say([POOL[1], *STORM], source="b.example").article
    assert article is not None
    assert article.verdict is Verdict.NEW
    marks = [seen.first_seen.id if seen.first_seen else None for seen in article.paragraphs]
    assert marks == ["wire.example/0", None, None]


def test_a_decision_can_be_checked_by_hand() -> None:
    """Matches count the published paragraphs of both articles, and figures name thresholds."""
    feed = Feed()
    banner = "The Coast Gazette, every morning at your door since 1911."
    for number in range(3):
        feed.say([banner, *body(number)], source="gazette.example")
    first = feed.say([banner, *POOL], source="gazette.example").article
    edited = [POOL[0], POOL[1].replace("twice", "double"), POOL[2]]
    copy = feed.say(edited, source="b.example").article
    assert first is not None
    assert copy is not None
    assert [paragraph.text for paragraph in first.paragraphs] == POOL
    (candidate,) = copy.decision.candidates
    assert candidate.article.id == first.id
    pairs = [(match.mine, match.theirs, match.exact) for match in candidate.matches]
    assert pairs == [(0, 0, True), (1, 1, False), (2, 2, True)]
    assert copy.decision.thresholds["containment"] == 0.6
    assert 0.6 < candidate.coverage < 1


def test_a_verdict_by_identity_shows_what_it_was_compared_with() -> None:
    """An update under the same id carries the figures of its comparison too."""
    feed = Feed()
    feed.say(POOL, id="wire.example/x")
    update = feed.say(POOL + STORM, id="wire.example/x").article
    assert update is not None
    assert update.verdict is Verdict.UPDATE
    assert update.decision.rule == "same_identity_other_text"
    assert update.decision.candidates[0].containment == 1.0
    assert update.previous is not None
    assert update.previous.raw_ref.offset == 0
