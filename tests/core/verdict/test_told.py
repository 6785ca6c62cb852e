"""Items that only their headlines tell apart: by a common noun, or around a standing text."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas import Verdict
from tests.support.feed import Feed
from tests.support.stories import body

TOLD = Path(__file__).parents[2] / "golden" / "dedupe" / "told.toml"
LANGUAGES: dict[str, dict[str, Any]] = tomllib.loads(TOLD.read_text("utf-8"))
NEW, DUPLICATE, UPDATE = Verdict.NEW, Verdict.DUPLICATE, Verdict.UPDATE
SYNDICATED = Verdict.SYNDICATED
both_sources = pytest.mark.parametrize("source", ["wire.example", "paper.example"])
all_languages = pytest.mark.parametrize("language", LANGUAGES)
STANDING = [
    (
        "Subscribe wherever you listen, leave us a review, and tell a friend who rides the same "
        "train; new episodes come every weekday at six in the morning, a longer talk on Saturdays."
    ),
    (
        "Presented by Nora Field, produced by Ezra Holt, with sound by Lin Mak and music by The "
        "Quiet Lanes; a part of the Harbour Audio network, which is paid for by its listeners."
    ),
]
EPISODES = [
    "Why olive oil costs twice as much as it did, and who grows rich from it.",
    "The judge who reads every letter from prison.",
    "What the census forgot to ask.",
]


def notice(language: str, number: int) -> dict[str, Any]:
    """Return a form that was filled in with a common noun."""
    texts = LANGUAGES[language]
    lines = [line.format(texts["fill"][number]) for line in texts["notice"]]
    return {"text": lines, "title": texts["headlines"][number]}


def verdicts(*articles: dict[str, Any]) -> list[Verdict]:
    """Return the verdict on each article of a stream."""
    feed = Feed()
    said = [feed.say(**{"after_h": 0.5} | article).article for article in articles]
    return [article.verdict for article in said if article is not None]


@both_sources
@all_languages
def test_a_form_filled_in_with_another_noun_is_another_item(language: str, source: str) -> None:
    """No name and no number differs."""
    other = notice(language, 1) | {"source": source}
    assert verdicts(notice(language, 0), other) == [NEW, NEW]


@all_languages
def test_copies_of_both_are_found(language: str) -> None:
    """Each under the headline of its own, and without one."""
    one, other = notice(language, 0), notice(language, 1)
    copies = [each | {"source": "paper.example"} for each in (one, other)]
    untitled = one | {"source": "daily.example", "title": None}
    assert verdicts(one, other, *copies, untitled)[2:] == [SYNDICATED] * 3


@both_sources
def test_episodes_around_a_standing_text_are_stories(source: str) -> None:
    """The line that is an episode's own is shorter than a paragraph, and its headline says it."""
    episodes = [
        {"text": [line, *STANDING], "title": f"The Morning: {line}", "source": each}
        for line, each in zip(EPISODES, ("wire.example", source, "wire.example"), strict=True)
    ]
    assert verdicts(*episodes) == [NEW] * 3


def test_pages_of_a_source_that_hold_one_notice_are_stories() -> None:
    """The story is a film or behind a wall; the notice says nothing of any headline."""
    titles = ["Blaze at timber yard", "Mayor opens skate park", "Seal pup returns to the sea"]
    pages = [{"text": STANDING[:1], "title": title} for title in titles]
    assert verdicts(*pages, pages[0]) == [NEW, NEW, NEW, DUPLICATE]


def test_a_text_under_a_headline_that_nothing_tells_is_a_copy() -> None:
    """Of the first headline most words stand in the text."""
    story = {"text": body(1), "title": "Harbour1 and council1 wait for bridge1"}
    copy = {"text": body(1), "title": "Patience, please", "source": "paper.example"}
    edited = [line.replace("told the", "said to the") for line in body(1)]
    assert verdicts(story, copy, copy | {"text": edited}) == [NEW, SYNDICATED, SYNDICATED]


@pytest.mark.parametrize("title", [None, "The Morning"])
def test_a_line_of_its_own_above_a_standing_text_is_an_update(title: str | None) -> None:
    """Without a headline that tells them apart it may be a new lead, but it is not hidden."""
    episodes = [{"text": [line, *STANDING], "title": title} for line in EPISODES]
    assert verdicts(*episodes, episodes[0])[1:] == [UPDATE, UPDATE, DUPLICATE]


TOLLS = {
    "en": ("Police say that {} people died when the bus left the road.", "three", "five"),
    "de": ("Beim Sturz des Wagens kamen {} Menschen ums Leben, sagt die Wache.", "drei", "fünf"),
    "es": ("La guardia dice que {} personas murieron al volcar el coche.", "tres", "cinco"),
    "ru": ("По словам полиции, погибли {} человек, ехавших в автобусе.", "семь", "восемь"),
    "ar": ("قالت الشرطة إن {} أشخاص لقوا حتفهم حين انقلبت الحافلة", "ثلاثة", "خمسة"),
}


@pytest.mark.parametrize("language", TOLLS)
def test_a_number_word_that_was_corrected_gets_through(language: str) -> None:
    """As a figure does; the copy of another source says that its numbers differ."""
    line, *tolls = TOLLS[language]
    first, then = ([line.format(toll), *body(1, lines=8)] for toll in tolls)
    feed = Feed()
    feed.say(first, language=language)
    copy = feed.say(then, language=language, source="paper.example").article
    assert copy is not None
    assert (copy.verdict, copy.decision.notes) == (SYNDICATED, ("numbers_differ",))
    version = feed.say(then, language=language).article
    assert version is not None
    assert version.verdict is UPDATE
