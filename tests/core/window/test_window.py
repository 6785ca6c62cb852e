import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import DuplicateArticle, Verdict
from streams.core.dedupe import Deduper, Outcome
from streams.core.window.window import BULK, Window
from streams.settings import DedupeSettings
from tests.support.feed import HOUR_MS, Feed, prepared
from tests.support.stories import FOOTER, TEXTS, body

LABEL = "More from the harbour"
NAMES = ("pool", "storm", "bank", "letter_story_one", "german")
# An arrival: text, source, which paragraphs stay, how many hours after the last one.
ARRIVALS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["a.example", "b.example", "unknown"]),
        st.integers(1, 31),
        st.sampled_from([0.0, 0.1, 5.0, 30.0, -4.0]),
        st.booleans(),
    ),
    max_size=14,
)


def run(arrivals: list[tuple[str, str, int, float, bool]]) -> Feed:
    """Push the arrivals through an empty window."""
    feed = Feed()
    for text, source, kept, after_h, footer in arrivals:
        lines = [line for bit, line in enumerate(TEXTS[text]) if kept >> (bit % 5) & 1]
        if footer:  # a doubtful line inside the text, and furniture at its end
            lines = [*lines[:1], LABEL, *lines[1:], *FOOTER]
        feed.say(lines, source=source, after_h=after_h, doubts={LABEL: 0.8})
    return feed


def told(outcome: Outcome) -> tuple[str | None, bytes | None]:
    """Return everything of an outcome that leaves the worker."""
    article = outcome.article
    return (article.model_dump_json() if article else None, outcome.record)


@given(ARRIVALS)
def test_replay_gives_the_same_verdicts(
    arrivals: list[tuple[str, str, int, float, bool]],
) -> None:
    """The same stream through another window leaves nothing different, to the byte."""
    assert [told(o) for o in run(arrivals).outcomes] == [told(o) for o in run(arrivals).outcomes]


@given(ARRIVALS, st.randoms(use_true_random=False))
def test_redelivery_sees_what_the_first_delivery_saw(
    arrivals: list[tuple[str, str, int, float, bool]], rng: random.Random
) -> None:
    """Any article decided again, in any order, with later ones in the window, gets its verdict."""
    feed = run(arrivals)
    for position in rng.sample(range(len(arrivals)), len(arrivals)):
        article, now_ms = feed.articles[position]
        again = feed.deduper.decide(article, position, now_ms)
        assert told(again) == told(feed.outcomes[position])
        assert again.record is not None
        feed.window.remember(position, again.record)


@given(ARRIVALS, st.randoms(use_true_random=False))
def test_a_rebuilt_window_decides_the_same(
    arrivals: list[tuple[str, str, int, float, bool]], rng: random.Random
) -> None:
    """After recovery, with records in any order and some beyond the commit, nothing differs."""
    feed = run(arrivals)
    records = {p: o.record for p, o in enumerate(feed.outcomes) if o.record is not None}
    start = rng.randint(0, len(arrivals))
    # Records of work that was never committed may lie beyond the commit, or be left out.
    until = start if rng.random() < 0.5 else len(arrivals)
    positions = [position for position in records if position < until]
    rng.shuffle(positions)
    deduper = Deduper(DedupeSettings(), fetch=records.__getitem__)
    deduper.window.recover(positions)
    for position in range(start, len(arrivals)):
        article, now_ms = feed.articles[position]
        again = deduper.decide(article, position, now_ms)
        assert told(again) == told(feed.outcomes[position])
        assert again.record is not None
        records[position] = again.record
        deduper.remember(position, again.record)


@given(ARRIVALS)
def test_expiry_changes_no_verdict(arrivals: list[tuple[str, str, int, float, bool]]) -> None:
    """Whether expired records were let go or not, every verdict is the same."""
    feed, tidy = run(arrivals), Deduper(DedupeSettings())
    for position, (article, now_ms) in enumerate(feed.articles):
        outcome = tidy.decide(article, position, now_ms)
        assert told(outcome) == told(feed.outcomes[position])
        assert outcome.record is not None
        tidy.remember(position, outcome.record)
        tidy.window.expire()


@given(ARRIVALS)
def test_an_article_is_never_a_copy_of_itself(
    arrivals: list[tuple[str, str, int, float, bool]],
) -> None:
    """A held-back article points to one that came before it, never to itself."""
    for outcome in run(arrivals).outcomes:
        article = outcome.article
        assert article is not None
        if isinstance(article, DuplicateArticle) and article.duplicate_of is not None:
            assert article.duplicate_of.raw_ref.offset < article.raw_ref.offset


@given(ARRIVALS)
def test_a_copy_points_to_what_was_published(
    arrivals: list[tuple[str, str, int, float, bool]],
) -> None:
    """Pointers never chain: what a copy points to is no copy itself."""
    feed = run(arrivals)
    by_id = {o.article.id: o.article for o in feed.outcomes if o.article}
    for outcome in feed.outcomes:
        article = outcome.article
        if isinstance(article, DuplicateArticle) and article.duplicate_of is not None:
            assert by_id[article.story_id].verdict is Verdict.NEW


@given(ARRIVALS)
def test_outcomes_keep_their_contract(
    arrivals: list[tuple[str, str, int, float, bool]],
) -> None:
    """What is published is what its schema says, though it is built without validation."""
    for outcome in run(arrivals).outcomes:
        article = outcome.article
        assert article is not None
        assert type(article).model_validate_json(article.model_dump_json()) == article


ANY_TEXT = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), max_size=6)


@given(st.lists(st.tuples(ANY_TEXT, st.text(max_size=20) | st.none()), max_size=4))
def test_any_text_has_an_outcome(articles: list[tuple[list[str], str | None]]) -> None:
    """Whatever characters an article is made of, it gets one outcome that keeps its contract."""
    feed = Feed()
    for text, title in articles:
        outcome = feed.say(text, title=title)
        assert outcome.record is not None
        assert outcome.article is not None
        assert outcome.article.model_dump_json()


@pytest.mark.parametrize("now_ms", [0, -1, 2**62, -(2**62)])
def test_any_time_of_arrival_has_an_outcome(now_ms: int) -> None:
    """A record's timestamp may be anything that fits into 64 bits."""
    feed = Feed(now_ms=now_ms)
    assert feed.say(TEXTS["pool"]).outcome == "new"
    assert feed.say(TEXTS["pool"], source="b.example").outcome == "syndicated"
    feed.window.expire()


def test_a_huge_article_has_a_bounded_record() -> None:
    """5,000 paragraphs and 60,000 names leave a record of some 30 KB, and are found again."""
    lines = [" ".join(f"Name{12 * line + place}" for place in range(12)) for line in range(5_000)]
    feed = Feed()
    record = feed.say(lines).record
    assert record is not None
    assert len(record) < 40_000
    assert feed.say(lines, source="b.example").outcome == "syndicated"
    assert feed.say([*lines[:-1], "Another end."], source="c.example").outcome == "syndicated"


def test_the_same_raw_message_is_dropped() -> None:
    """A raw message that stage 1 sent twice is counted and leaves nothing."""
    feed = Feed()
    feed.say(TEXTS["pool"], offset=7, id="wire.example/x")
    again = feed.say(TEXTS["pool"], offset=7, id="wire.example/x")
    assert (again.article, again.record, again.outcome) == (None, None, "redelivered")


def test_a_raw_topic_that_was_made_anew_loses_nothing() -> None:
    """The same offset with another text is another message."""
    feed = Feed()
    feed.say(TEXTS["pool"], offset=7)
    assert feed.say(TEXTS["storm"], offset=7).outcome == "new"


def test_remembering_twice_changes_nothing() -> None:
    """A record that is remembered again is held once."""
    feed = Feed()
    outcome = feed.say(TEXTS["pool"])
    assert outcome.record is not None
    keys = feed.window.keys
    feed.window.remember(0, outcome.record)
    assert (len(feed.window), feed.window.keys) == (1, keys)


def test_whole_hours_are_let_go() -> None:
    """Articles leave by the hour once none can count them, and their positions are told.

    hour   0     1           72    73    74
           a     b           c           d
           └─────── 72 h ────┘  a is still counted at c; at d the hours 0 and 1 are gone
    """
    feed = Feed()
    feed.say(TEXTS["pool"])
    feed.say(TEXTS["storm"], after_h=1)
    feed.say(TEXTS["bank"], after_h=71)
    assert feed.window.expire() == []
    feed.say(TEXTS["german"], after_h=2.5)
    assert feed.window.expire() == [0, 1]
    assert len(feed.window) == 2
    assert feed.say(TEXTS["pool"], source="b.example").outcome == "new"
    assert feed.say(TEXTS["bank"], source="b.example").outcome == "syndicated"


def test_memory_is_bounded_by_the_window() -> None:
    """A stream ten windows long leaves the table no larger than two windows need."""
    feed = Feed(DedupeSettings(window_hours=1))
    sizes = []
    for number in range(1_200):
        feed.say(body(number), source=f"s{number % 5}.example", after_h=0.01)
        feed.window.expire()
        sizes.append(feed.window.nbytes)
    assert len(feed.window) <= 210
    assert max(sizes[600:]) <= 1.5 * max(sizes[:400])


def test_a_bulk_rebuild_finds_what_one_by_one_finds() -> None:
    """Many records indexed by sorting answer as those indexed one by one."""
    feed = Feed()
    for number in range(BULK + 100):
        feed.say(body(number % 400, 5) + FOOTER, source=f"s{number % 7}.example", after_h=0.01)
    records = {p: o.record for p, o in enumerate(feed.outcomes) if o.record is not None}
    rebuilt = Deduper(DedupeSettings(), fetch=records.__getitem__)
    rebuilt.window.recover(reversed(records))
    assert rebuilt.window.keys == feed.window.keys
    for number in range(380, 420):
        article = prepared(body(number, 5), source="new.example", id=f"new.example/{number}")
        now_ms = feed.now_ms + HOUR_MS
        assert told(rebuilt.decide(article, 9_999, now_ms)) == told(
            feed.deduper.decide(article, 9_999, now_ms)
        )


@pytest.mark.parametrize(("paragraphs", "lines_each"), [(24, 2), (12, 4), (48, 1)])
def test_a_record_is_small(paragraphs: int, lines_each: int) -> None:
    """The record of an article of 5 KB takes at most 2 KB, however it is cut into paragraphs."""
    lines = [line for number in range(12) for line in body(10_000 + number, 4)]
    text = [" ".join(lines[at : at + lines_each]) for at in range(0, 48, lines_each)]
    assert len(text) == paragraphs
    assert 4_900 < sum(map(len, text)) < 5_500
    record = Feed().say(text, title="Council of Harbour Bay closes its pool").record
    assert record is not None
    assert len(record) <= 2_048


def test_records_of_another_version_are_refused() -> None:
    """A record that another release wrote cannot be compared: the message names the way out."""
    feed = Feed()
    record = feed.say(TEXTS["pool"]).record
    assert record is not None
    with pytest.raises(ValueError, match="cleanwire reset"):
        Window(DedupeSettings(), fetch={0: b"\xff" + record[1:]}.__getitem__).recover([0])


def test_stream_time_may_lie_before_1970() -> None:
    """Old articles arrive by their own time, also in a window that is built anew."""
    window, long_ago_ms = Window(DedupeSettings()), -100 * HOUR_MS
    decided = Deduper(DedupeSettings()).decide(prepared(TEXTS["pool"]), 0, long_ago_ms)
    assert decided.record is not None
    window.remember(0, decided.record)
    assert window.stream_time_ms == long_ago_ms
    assert not window.expire()
