from schemas import CleanArticle, DuplicateArticle, Verdict
from streams.settings import DedupeMode, DedupeSettings
from tests.core.feed import Feed

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
