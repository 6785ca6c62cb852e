"""Lines that stage 1 kept in doubt: they go where the source repeats them, and stay where not."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Reason
from streams.core.residue import cleaner as line_cleaner
from streams.core.residue.context import FEATURES
from streams.core.residue.model import read_line_model
from tests.support.feed import Feed, text_of
from tests.support.raw import article
from tests.support.stories import FOOTER, body

LABEL = "Tides and ferries"
DOUBTED = {LABEL: 0.8}


class Case(NamedTuple):
    """Stories that have the line in their middle, and whether the last one keeps it."""

    name: str
    line: str
    sources: tuple[str, ...]
    doubts: dict[str, float]
    stays: bool


CASES = [
    Case("a doubtful label in three stories", LABEL, ("a",) * 3, DOUBTED, stays=False),
    Case("the label in one story", LABEL, ("a",), DOUBTED, stays=True),
    Case("the label in two stories", LABEL, ("a",) * 2, DOUBTED, stays=True),
    Case("the label in other sources", LABEL, ("b", "c", "b", "c", "a"), DOUBTED, stays=True),
    Case("an unknown source", LABEL, ("unknown",) * 4, DOUBTED, stays=True),
    Case("a label that is not doubtful", LABEL, ("a",) * 4, {}, stays=True),
    Case("a refrain", "And the tide came in again.", ("a",) * 4, DOUBTED, stays=True),
    Case("a question", "What did the council decide?", ("a",) * 4, DOUBTED, stays=True),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_only_a_doubtful_line_that_recurs_goes(case: Case) -> None:
    """Inside a text a line goes if it was doubtful and three stories of its source have it."""
    feed = Feed()
    for number, source in enumerate(case.sources):
        own = body(number)
        outcome = feed.say([*own[:2], case.line, *own[2:]], source=source, doubts=case.doubts)
    assert text_of(outcome) == [*own[:2], *[case.line] * case.stays, *own[2:]]


def test_the_removal_says_how_often_and_how_doubtful() -> None:
    """Reason, rule, figures and the removed text stand in the record."""
    feed = Feed()
    for number in range(3):
        outcome = feed.say([*body(number, 2), LABEL, *body(number + 9, 2)], doubts=DOUBTED)
    assert outcome.article is not None
    (removal,) = outcome.article.removals
    assert (removal.reason, removal.rule, removal.text) == (
        Reason.FURNITURE,
        "dedupe/doubtful",
        LABEL,
    )
    assert removal.why == (
        "in 3 of 3 stories of wire.example; residue by the line model with probability 0.8"
    )


def test_a_rare_line_needs_no_share_of_the_stories() -> None:
    """Three of twenty stories are too few for furniture and enough for a doubtful line."""
    feed = Feed()
    for number in range(20):
        has_it = number in (0, 9, 19)
        text = [*body(number, 3), *[LABEL] * has_it, *body(number + 50, 2)]
        outcome = feed.say(text, doubts=DOUBTED)
    assert LABEL not in text_of(outcome)


def test_versions_of_one_story_are_no_repeats() -> None:
    """A doubtful line in five versions of one story stays in all of them."""
    feed = Feed()
    for number in range(5):
        text = [*body(1), LABEL, f"Version {number} adds a line about the weather there."]
        assert LABEL in text_of(feed.say(text, id="wire.example/x", doubts=DOUBTED))


def test_doubtful_lines_that_are_too_much_leave_furniture_its_due() -> None:
    """Where both would take more than two fifths, plain furniture alone goes."""
    long_label = " ".join([LABEL] * 12)
    feed = Feed()
    for number in range(3):
        own = body(number)
        outcome = feed.say([*own[:2], long_label, *own[2:], *FOOTER], doubts={long_label: 0.9})
    assert text_of(outcome) == [*own[:2], long_label, *own[2:]]


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["a.example", "b.example"]), st.booleans()),
        max_size=12,
    )
)
def test_doubt_changes_no_verdict(arrivals: list[tuple[int, str, bool]]) -> None:
    """What is decided and remembered is the same with doubts and without, to the byte."""
    doubting, trusting = Feed(), Feed()
    for number, source, has_label in arrivals:
        text = [*body(number, 2), *[LABEL] * has_label, *body(number + 9, 2), *FOOTER]
        with_doubt = doubting.say(text, source=source, doubts=DOUBTED)
        without = trusting.say(text, source=source)
        assert (with_doubt.outcome, with_doubt.record) == (without.outcome, without.record)


def test_stage_one_tells_its_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that the model nearly removed carries the probability, one it believes in none."""
    at = FEATURES.index("prose")
    model = read_line_model(
        {
            "bias": 0.0,
            "evidence": {},
            "trees": [{"if": [[FEATURES[at], 0.5]], "then": [-2.0, 3.0]}],
        }
    )
    monkeypatch.setattr(line_cleaner, "line_model", lambda: model)
    lines = [*body(1, 2), LABEL, *body(8, 2), "Share this article"]
    cleaned = article("\n".join(lines), title="Ferries")
    assert {p.text: p.doubt for p in cleaned.paragraphs if p.doubt is not None} == {LABEL: 0.88}
    assert [p.text for p in cleaned.paragraphs] == lines[:-1]
