"""Kinds of look-alikes in sixteen languages and twelve scripts, each with a counterpart that joins.

Live pages, roundups, forms, backgrounds and ids that are used again, in texts of our own.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas import CleanArticle, Verdict
from tests.support.feed import Feed

KINDS = Path(__file__).parents[2] / "golden" / "dedupe" / "kinds.toml"
LANGUAGES: dict[str, dict[str, Any]] = tomllib.loads(KINDS.read_text("utf-8"))
NEW, UPDATE, SYNDICATED = Verdict.NEW, Verdict.UPDATE, Verdict.SYNDICATED
all_languages = pytest.mark.parametrize("language", LANGUAGES)
both_sources = pytest.mark.parametrize("source", ["wire.example", "paper.example"])


def item(text: list[str], title: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return an article of the wire, unless `fields` name another source."""
    return {"text": text, "title": title, "source": "wire.example"} | fields


def stories(language: str) -> list[dict[str, Any]]:
    """Return three stories that have nothing to do with each other."""
    texts = LANGUAGES[language]
    return [item(texts[each], texts[f"h{each}"]) for each in "abc"]


def live(language: str, *posts: int, **fields: Any) -> dict[str, Any]:
    """Return a live page with some of its posts."""
    texts = LANGUAGES[language]
    return item([texts["posts"][post] for post in posts], texts["hd"], **fields)


def notice(language: str, fill: str, title: str | None = "{}", **fields: Any) -> dict[str, Any]:
    """Return a form that was filled in."""
    texts = LANGUAGES[language]
    headline = texts["hn"].format(*texts[fill]) if title == "{}" else title
    return item([line.format(*texts[fill]) for line in texts["notice"]], headline, **fields)


def said_of(*articles: dict[str, Any]) -> list[CleanArticle]:
    """Return what comes of each article of a stream."""
    feed = Feed()
    said = []
    for number, article in enumerate(articles):
        fields: dict[str, Any] = {"after_h": 0.5, "id": f"wire.example/{number}"} | article
        said.append(feed.say(fields.pop("text"), **fields).article)
    return [article for article in said if article is not None]


def verdict(*articles: dict[str, Any]) -> Verdict:
    """Return the verdict on the last article of a stream."""
    return said_of(*articles)[-1].verdict


VERSIONS = {
    "grows": ((0, 1, 2), (3, 0, 1, 2)),
    "grows below": ((0, 1, 2), (0, 1, 2, 3)),
    "grows inside": ((0, 1, 2, 4, 5), (0, 1, 3, 2, 4, 5)),
    "rolls": ((3, 2, 1, 0), (4, 3, 2, 1)),
    "rolls below": ((0, 1, 2, 3), (1, 2, 3, 4)),
    "one post for another": ((0, 1, 2, 3, 4), (5, 1, 2, 3, 4)),
}


@all_languages
@pytest.mark.parametrize("same_id", [True, False])
@pytest.mark.parametrize("change", VERSIONS)
def test_a_live_page_with_another_post_is_an_update(
    language: str, change: str, *, same_id: bool
) -> None:
    """Never a duplicate, whatever posts went: that would hide what is new."""
    fields = {"id": "wire.example/live"} if same_id else {}
    before, after = VERSIONS[change]
    assert verdict(live(language, *before, **fields), live(language, *after, **fields)) is UPDATE


@all_languages
def test_a_live_page_as_it_was_is_a_duplicate(language: str) -> None:
    """Nothing was added."""
    page = live(language, 0, 1, 2, 3)
    assert verdict(page, page) is Verdict.DUPLICATE


@both_sources
@all_languages
@pytest.mark.parametrize("title", ["{}", None, "Court"])
def test_a_form_filled_in_anew_is_another_item(
    language: str, source: str, title: str | None
) -> None:
    """Under a headline that names it, without one, and under the name of a section."""
    one = notice(language, "fill", title)
    assert verdict(one, notice(language, "other_fill", title, source=source)) is NEW


@all_languages
def test_a_form_under_another_headline_is_a_copy(language: str) -> None:
    """The names are the same."""
    copy = notice(language, "fill", LANGUAGES[language]["hd"], source="paper.example")
    assert verdict(notice(language, "fill"), copy) is SYNDICATED


@both_sources
@all_languages
@pytest.mark.parametrize("each", [1, 2, 3])
def test_a_roundup_is_new_and_nothing_goes_through_it(
    language: str, source: str, each: int
) -> None:
    """It holds paragraphs of three stories; the next version of one goes on with that story."""
    texts = LANGUAGES[language]
    parts = [line for story in "abc" for line in texts[story][:each]]
    roundup = item([texts["digest"], *parts], texts["hd"], source=source)
    later = item([*texts["b"], texts["posts"][0]], texts["hb"])
    copy = item(texts["c"], texts["hc"], source="daily.example")
    said = said_of(*stories(language), roundup, later, copy)
    assert said[3].verdict is NEW
    assert (said[4].verdict, said[4].previous and said[4].previous.id) == (UPDATE, "wire.example/1")
    assert said[5].verdict is SYNDICATED
    assert said[5].story_id == "wire.example/2"


@both_sources
@all_languages
def test_a_new_lead_on_a_known_background_is_new(language: str, source: str) -> None:
    """Two paragraphs of background, and four."""
    texts = LANGUAGES[language]
    short, long = texts["a"][1:], [*texts["a"][1:], *texts["b"][1:]]
    for background in (short, long):
        first = item([texts["a"][0], *background], texts["ha"])
        other = item([texts["c"][0], *background], texts["hc"], source=source)
        assert verdict(first, other) is NEW


@all_languages
@pytest.mark.parametrize(
    "fields",
    [{"id": "wire.example/today"}, {"canonical_url": "https://wire.example/today"}],
)
def test_an_id_or_address_that_is_used_again_is_new(language: str, fields: dict[str, str]) -> None:
    """Text and headline are wholly other; a text that was rewritten under its headline is not."""
    texts = LANGUAGES[language]
    first = item(texts["a"], texts["ha"], **fields)
    said = said_of(first, item(texts["b"], texts["hb"], **fields))
    assert (said[1].verdict, said[1].decision.notes) == (NEW, ("reused_identity",))
    assert verdict(first, item(texts["b"], texts["ha"], **fields)) is UPDATE


@all_languages
def test_copies_are_found(language: str) -> None:
    """Edited, under another headline, both, and cut."""
    texts = LANGUAGES[language]
    edited = "\n".join(texts["a"])
    for old, new in texts["edit"].items():
        assert old in edited
        edited = edited.replace(old, new)
    copies = [
        (edited.split("\n"), texts["ha"]),
        (texts["a"], texts["hb"]),
        (edited.split("\n"), texts["hd"]),
        (texts["a"][:2], texts["ha"]),
    ]
    for text, title in copies:
        copy = item(text, title, source="paper.example")
        assert verdict(item(texts["a"], texts["ha"]), copy) is SYNDICATED
