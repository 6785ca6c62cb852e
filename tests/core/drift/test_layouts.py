"""A site's pages change from one message to the next: real pages through stage 1."""

import json
import random
from collections.abc import Callable

import pytest

from schemas import Rejection, SourceRecord
from schemas.source import Measure, SourceState
from streams.core.clean import clean
from streams.core.drift.memory import SourcesMemory
from streams.core.drift.sample import Sample, sample_of
from streams.core.messages.message import Message
from streams.settings import CleanSettings

SITE = "harbour-gazette.example"
NOUNS = [
    "harbour",
    "council",
    "bridge",
    "school",
    "river",
    "market",
    "train",
    "garden",
    "library",
    "ferry",
    "tower",
    "museum",
]
VERBS = [
    "opened",
    "closed",
    "repaired",
    "painted",
    "moved",
    "sold",
    "visited",
    "measured",
    "praised",
    "named",
]
MENU = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in NOUNS)
FRAME = (
    "<html><head><title>{title} - Harbour Gazette</title></head><body><nav><ul>{menu}</ul></nav>"
    "{body}<footer><p>Harbour Gazette, all rights reserved.</p></footer></body></html>"
)


class Story:
    """A story of some paragraphs that no other has."""

    def __init__(self, number: int) -> None:
        self._rng = random.Random(number)  # noqa: S311 - repeatable text, no secret
        self.number = number
        self.title = f"The {self._word()} that was {self._rng.choice(VERBS)} by the {self._word()}"
        self.paragraphs = [
            " ".join(self._sentence() for _ in range(5)) for _ in range(self._rng.randint(5, 12))
        ]

    def _word(self) -> str:
        return self._rng.choice(NOUNS)

    def _sentence(self) -> str:
        day = self._rng.randint(2, 28)
        return (
            f"On the {day}th the {self._word()} near the {self._word()} was "
            f"{self._rng.choice(VERBS)} and the {self._word()} {self._rng.choice(VERBS)} again."
        )


def old_page(story: Story) -> str:
    """The layout that the site has had: an article with a headline."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    return FRAME.format(
        title=story.title, menu=MENU, body=f"<article><h1>{story.title}</h1>{text}</article>"
    )


def scripted(story: Story) -> str:
    """The text is loaded by a script; the page itself has a first sentence."""
    data = json.dumps({"story": story.paragraphs})
    lead = story.paragraphs[0].split(". ")[0]
    return FRAME.format(
        title=story.title,
        menu=MENU,
        body=f"<main><h1>{story.title}</h1><p>{lead}.</p><script>show({data})</script></main>",
    )


def walled(story: Story) -> str:
    """Nothing but a request to allow cookies."""
    del story
    return (
        "<html><head></head><body><div><p>We use cookies.</p><p>Accept all cookies</p>"
        "<p>Manage cookies</p></div></body></html>"
    )


def untitled(story: Story) -> str:
    """The headline is a picture now."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    page = FRAME.format(title="", menu=MENU, body=f"<article>{text}</article>")
    return page.replace("<title> - Harbour Gazette</title>", "")


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
