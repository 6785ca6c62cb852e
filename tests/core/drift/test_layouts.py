"""A site's pages change from one message to the next: real pages through stage 1."""

import json
from collections.abc import Callable

import pytest

from schemas import Rejection, SourceRecord
from schemas.source import Measure, SourceState
from streams.core.clean import clean
from streams.core.drift.memory import SourcesMemory
from streams.core.drift.sample import Sample, sample_of
from streams.core.messages.message import Message
from streams.settings import CleanSettings
from tests.support.layouts import SITE, Story, old_page, scripted, untitled, walled


def seen(page: str, number: int) -> Sample:
    """Return what stage 1 finds out about a page."""
    fields = {
        "content": page,
        "content_type": "text/html",
        "source": SITE,
        "url": f"https://{SITE}/{number}",
    }
    message = Message("news.raw", 0, number, 0, None, json.dumps(fields).encode())
    outcome = clean(message, CleanSettings())
    if isinstance(outcome, Rejection):
        return Sample(str(outcome.origin), rejected=outcome.reason)
    return sample_of(outcome)


@pytest.mark.parametrize(
    ("new_page", "measure"),
    [(scripted, Measure.CHARS), (walled, Measure.REJECTED), (untitled, Measure.TITLE)],
)
def test_another_layout_is_flagged_within_ten_pages(
    new_page: Callable[[Story], str], measure: Measure
) -> None:
    """From one message to the next: after thirty of the old ones, none of them flagged."""
    memory = SourcesMemory(10)
    record: SourceRecord | None = None
    for number in range(40):
        page = (old_page if number < 30 else new_page)(Story(number))
        for note in memory.see(SITE, seen(page, number), number, 60_000 * number):
            record = note.record
            assert record is not None
            assert number >= 30 or not record.changes
    assert record is not None
    assert record.states == (SourceState.LAYOUT_CHANGED,)
    (change,) = record.changes
    assert measure in change.measures
    assert len(change.examples) == 2


def test_another_layout_that_is_read_as_well_is_no_news() -> None:
    """The same articles in other elements: nothing was lost."""
    memory = SourcesMemory(10)
    for number in range(60):
        page = old_page(Story(number))
        if number >= 30:
            page = page.replace("<article>", "<main><section>").replace(
                "</article>", "</section></main>"
            )
        for note in memory.see(SITE, seen(page, number), number, 60_000 * number):
            assert note.record is not None
            assert not note.record.changes
