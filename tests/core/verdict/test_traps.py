"""Traps and true copies in thirteen languages and eleven scripts, of texts of our own.

A trap that is called a copy hides news; a copy that is published is a nuisance.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas import Verdict
from tests.support.feed import Feed

TRAPS = Path(__file__).parents[2] / "golden" / "dedupe" / "traps.toml"
LANGUAGES: dict[str, dict[str, Any]] = tomllib.loads(TRAPS.read_text("utf-8"))
OTHER_SOURCES = ("wire.example", "paper.example")
both_sources = pytest.mark.parametrize("source", OTHER_SOURCES)
all_languages = pytest.mark.parametrize("language", LANGUAGES)


def filled(language: str, fill: str, *, times: int = 1) -> dict[str, Any]:
    """Return headline and paragraphs of a notice, its boilerplate some times as long."""
    texts = LANGUAGES[language]
    lines = [line.format(*texts[fill]) for line in texts["notice"]]
    return {
        "text": [*lines, *texts["background"][: 2 * (times - 1)]],
        "title": texts["notice_headline"].format(*texts[fill]),
    }


def story(language: str, lead: str = "lead", headline: str = "headline") -> dict[str, Any]:
    """Return headline and paragraphs of an event on the background."""
    texts = LANGUAGES[language]
    return {"text": [texts[lead], *texts["background"]], "title": texts[headline]}


def verdicts(*articles: dict[str, Any]) -> list[Verdict]:
    """Return the verdict on each article of a stream of wire.example."""
    feed = Feed()
    said = []
    for article in articles:
        fields: dict[str, Any] = {"source": "wire.example", "after_h": 0.5} | article
        said.append(feed.say(fields.pop("text"), **fields).article)
    return [article.verdict for article in said if article is not None]


@both_sources
@all_languages
@pytest.mark.parametrize("times", [1, 2, 3])
def test_notices_of_one_template_are_two_stories(language: str, source: str, times: int) -> None:
    """Another place, person and road: another accident, though nine words in ten are the same."""
    one = filled(language, "fill", times=times)
    other = filled(language, "other_fill", times=times)
    assert verdicts(one, other | {"source": source}) == [Verdict.NEW, Verdict.NEW]


@both_sources
@pytest.mark.parametrize("title", [None, "Road report"])
@pytest.mark.parametrize("language", ["en", "ru", "el", "vi"])
def test_long_notices_are_told_by_their_names_alone(
    language: str, source: str, title: str | None
) -> None:
    """Without a headline, or under one that the form brings along."""
    one = filled(language, "fill", times=3) | {"title": title}
    other = filled(language, "other_fill", times=3) | {"title": title, "source": source}
    assert verdicts(one, other) == [Verdict.NEW, Verdict.NEW]


@both_sources
@all_languages
def test_a_new_event_on_a_known_background_is_new(language: str, source: str) -> None:
    """Lead and headline are its own, the four paragraphs behind them are not."""
    other = story(language, "other_lead", "other_headline")
    assert verdicts(story(language), other | {"source": source}) == [Verdict.NEW, Verdict.NEW]


@all_languages
def test_a_copy_under_another_headline_is_syndicated(language: str) -> None:
    """A paper takes the wire's text word for word and writes a headline of its own."""
    copy = story(language, headline="other_headline") | {"source": "paper.example"}
    assert verdicts(story(language), copy) == [Verdict.NEW, Verdict.SYNDICATED]


@all_languages
def test_an_edited_copy_is_syndicated(language: str) -> None:
    """A copy editor changes a word or two."""
    copy = story(language) | {"source": "paper.example"}
    text = "\n".join(copy["text"])
    for old, new in LANGUAGES[language]["edit"].items():
        assert old in text
        text = text.replace(old, new)
    assert verdicts(story(language), copy | {"text": text}) == [Verdict.NEW, Verdict.SYNDICATED]


@all_languages
def test_an_own_paragraph_makes_an_update(language: str) -> None:
    """The wire adds a paragraph to its story and keeps the headline."""
    longer = story(language)
    longer["text"] = [*longer["text"], LANGUAGES[language]["more"]]
    assert verdicts(story(language), longer) == [Verdict.NEW, Verdict.UPDATE]


@all_languages
def test_a_copy_cut_from_the_bottom_is_syndicated(language: str) -> None:
    """A paper prints the first three paragraphs."""
    copy = story(language) | {"source": "paper.example"}
    copy["text"] = copy["text"][:3]
    assert verdicts(story(language), copy) == [Verdict.NEW, Verdict.SYNDICATED]
