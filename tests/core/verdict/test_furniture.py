from hypothesis import given
from hypothesis import strategies as st

from schemas import DuplicateArticle, Reason, Verdict
from streams.settings import DedupeSettings, SeenParagraphs
from tests.support.feed import Feed, text_of
from tests.support.stories import FOOTER, LETTER, TEXTS, body


def test_furniture_goes_from_the_third_story_on() -> None:
    """Lines at the end of every story of a source are taken out once three stories have them."""
    feed = Feed()
    outcomes = [feed.say(body(number) + FOOTER) for number in range(6)]
    assert [text_of(outcome)[4:] for outcome in outcomes] == [FOOTER, FOOTER, [], [], [], []]
    third = outcomes[2].article
    assert third is not None
    assert [removal.text for removal in third.removals] == FOOTER
    assert {removal.reason for removal in third.removals} == {Reason.FURNITURE}
    assert third.removals[0].why == "in 3 of 3 stories of wire.example"


def test_lines_at_the_top_are_furniture_too() -> None:
    """A run of lines from the start of the text is found like one at its end."""
    feed = Feed()
    outcomes = [feed.say([FOOTER[0], *body(number), FOOTER[1]]) for number in range(4)]
    assert text_of(outcomes[3]) == body(3)


def test_a_story_sent_five_times_keeps_its_body() -> None:
    """Re-sends and revisions are one story, so nothing in them becomes furniture."""
    feed = Feed()
    for number in range(5):
        outcome = feed.say([*body(1), f"Version {number} adds a line about the weather there."])
        assert text_of(outcome)[:4] == body(1)
        assert outcome.article is not None
        assert not outcome.article.removals


def test_a_letter_in_the_middle_stays() -> None:
    """A quotation that three stories share inside their text is no furniture."""
    feed = Feed()
    for number in range(5):
        own = body(number, 12)
        outcome = feed.say(own[:6] + LETTER + own[6:])
        assert text_of(outcome) == own[:6] + LETTER + own[6:]
        assert outcome.article is not None
        assert outcome.article.verdict is Verdict.NEW


def test_furniture_never_takes_more_than_two_fifths() -> None:
    """A text that is mostly standing lines stays whole."""
    feed = Feed()
    for number in range(5):
        outcome = feed.say(body(number, 1) + FOOTER + LETTER[:1])
        assert text_of(outcome) == body(number, 1) + FOOTER + LETTER[:1]


def test_a_line_of_other_sources_is_no_furniture() -> None:
    """Each source has its own furniture, an unknown one has none."""
    feed = Feed()
    for number in range(5):
        outcome = feed.say(body(number) + FOOTER, source=f"s{number}.example")
        assert text_of(outcome)[4:] == FOOTER
    for number in range(5, 10):
        outcome = feed.say(body(number) + FOOTER, source="unknown")
        assert text_of(outcome)[4:] == FOOTER


def test_known_furniture_does_not_hide_a_copy() -> None:
    """Another page's furniture around the same story leaves it a copy, and does not make one."""
    feed = Feed()
    for number in range(4):
        feed.say(body(number, 2) + FOOTER, source="b.example")
    first = feed.say(body(9)).article
    copy = feed.say(body(9) + FOOTER, source="b.example").article
    assert first is not None
    assert isinstance(copy, DuplicateArticle)
    assert copy.verdict is Verdict.SYNDICATED
    assert copy.story_id == first.id
    assert feed.say(body(10, 2) + FOOTER, source="b.example").outcome == "new"


def test_only_furniture_is_nothing_new() -> None:
    """An article of nothing but its source's standing lines goes to the duplicates, whole."""
    feed = Feed()
    for number in range(3):
        feed.say(body(number) + FOOTER)
    article = feed.say(FOOTER[1:]).article
    assert isinstance(article, DuplicateArticle)
    assert article.verdict is Verdict.NOTHING_NEW
    assert article.text == FOOTER[1]
    assert article.duplicate_of is None


def test_seen_paragraphs_can_be_dropped() -> None:
    """With `seen_paragraphs=drop` a paragraph of another story goes, and names that story."""
    feed = Feed(DedupeSettings(seen_paragraphs=SeenParagraphs.DROP))
    feed.say(TEXTS["pool"])
    article = feed.say([*TEXTS["storm"], TEXTS["pool"][3]], source="b.example").article
    assert article is not None
    assert text_of(feed.outcomes[-1]) == TEXTS["storm"]
    (removal,) = article.removals
    assert removal.reason is Reason.SEEN_PARAGRAPH
    assert removal.why == "first seen in wire.example/0"


def test_an_update_keeps_its_text_whole() -> None:
    """With `seen_paragraphs=drop` a new version is still published whole, marked."""
    feed = Feed(DedupeSettings(seen_paragraphs=SeenParagraphs.DROP))
    feed.say(TEXTS["pool"], source="b.example")
    feed.say(TEXTS["storm"], id="wire.example/x")
    text = [*TEXTS["storm"], TEXTS["pool"][3]]
    update = feed.say(text, id="wire.example/x").article
    assert update is not None
    assert update.verdict is Verdict.UPDATE
    assert text_of(feed.outcomes[-1]) == text
    assert update.paragraphs[-1].first_seen is not None


def test_all_seen_is_nothing_new_when_dropped() -> None:
    """An article put together from other stories alone has nothing new to publish."""
    feed = Feed(DedupeSettings(seen_paragraphs=SeenParagraphs.DROP))
    for name in ("pool", "storm", "bank"):
        feed.say(TEXTS[name])
    collage = [TEXTS["pool"][1], TEXTS["storm"][2], TEXTS["bank"][3]]
    article = feed.say(collage, source="b.example").article
    assert isinstance(article, DuplicateArticle)
    assert article.verdict is Verdict.NOTHING_NEW
    assert article.text == ""


@given(
    st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=8), min_size=1, max_size=12),
    st.sets(st.integers(0, 6)),
)
def test_removal_never_exceeds_its_share(stories: list[list[int]], doubtful: set[int]) -> None:
    """Whatever lines a source repeats, doubtful or not, a text keeps three fifths of its words."""
    lines = [" ".join([f"line{number}"] * (number + 2)) for number in range(7)]
    doubts = {lines[line]: 0.9 for line in doubtful}
    feed = Feed()
    for number, chosen in enumerate(stories):
        text = [lines[line] for line in chosen]
        outcome = feed.say(text + body(number, 1), doubts=doubts)
        assert outcome.article is not None
        gone = sum(
            len(removal.text.split())
            for removal in outcome.article.removals
            if removal.reason is Reason.FURNITURE
        )
        assert gone <= 0.4 * sum(len(line.split()) for line in text + body(number, 1))


def test_a_line_that_varies_does_not_shield_those_behind_it() -> None:
    """The teaser of the day stays, the disclaimer above it goes."""
    feed = Feed()
    for number in range(5):
        outcome = feed.say([*body(number), FOOTER[0], f"Next: the {chr(65 + number)} story"])
    assert FOOTER[0] not in text_of(outcome)
    assert text_of(outcome)[-1] == "Next: the E story"


def test_a_dated_line_is_furniture() -> None:
    """Only the date differs, so it is the same line in every story."""
    feed = Feed()
    for number in range(4):
        stamp = f"Published on {number + 3} March 2026, 1{number}:30"
        outcome = feed.say([*body(number), stamp])
    assert text_of(outcome) == body(3)


def test_a_figure_at_the_end_of_some_reports_stays() -> None:
    """The last line of a daily report stands in a third of the stories, each with its figure."""
    feed = Feed()
    for number in range(9):
        close = [f"The index closed at {4_100 + number} points."] if number % 3 == 0 else []
        outcome = feed.say(body(number) + close)
        assert text_of(outcome) == body(number) + close


def test_a_label_inside_the_text_goes_a_background_paragraph_stays() -> None:
    """A short line that is no sentence goes; a long one in half of the stories stays."""
    feed = Feed()
    background = (
        "The dispute began in 2019, when the province cut what it pays for the ferries of the "
        "northern islands by a third and the towns there refused to make up for the rest."
    )
    for number in range(8):
        closing = [background] if number % 2 else []
        own = body(number)
        outcome = feed.say([*own[:2], "Story continues below", *own[2:], *closing])
    assert text_of(outcome) == [*body(7), background]


def test_a_slow_source_learns_too() -> None:
    """With one story in forty hours the window holds one earlier story, whose record remembers."""
    feed = Feed()
    for number in range(4):
        outcome = feed.say(body(number) + FOOTER, after_h=40)
        assert text_of(outcome)[4:] == ([] if number > 1 else FOOTER)
