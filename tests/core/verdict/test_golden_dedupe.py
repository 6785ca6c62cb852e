"""Cases of every kind of verdict and every trap, as data: tests/golden/dedupe/cases.toml.

What comes out wrong is in tests/golden/known_failures/dedupe.toml.
"""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas import PubStatus
from streams.settings import DedupeSettings
from tests.support.feed import Feed
from tests.support.known_failures import known_failures
from tests.support.stories import TEXTS

GOLDEN = Path(__file__).parents[2] / "golden" / "dedupe"
CASES: list[dict[str, Any]] = tomllib.loads((GOLDEN / "cases.toml").read_text("utf-8"))["case"]
DAY = datetime(2026, 3, 2, tzinfo=UTC)


def paragraphs_of(article: dict[str, Any]) -> list[str]:
    """Return the article's text, put together and edited as its case says."""
    paragraphs = [line for name in article["text"].split("+") for line in TEXTS[name]]
    paragraphs = [paragraphs[number] for number in article.get("keep", range(len(paragraphs)))]
    for old, new in article.get("swap", {}).items():
        if not any(old in line for line in paragraphs):
            raise ValueError(f"{old!r} stands nowhere")
        paragraphs = [line.replace(old, new) for line in paragraphs]
    return paragraphs


def fields_of(article: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the metadata that the case gives."""
    source = article.get("source", "wire")
    source = source if source == "unknown" else f"{source}.example"
    fields: dict[str, Any] = {
        "source": source,
        "id": f"{source}/{article.get('id', f'article{number}')}",
        "title": article.get("title"),
        "canonical_url": article.get("url"),
        "pub_status": PubStatus(article.get("status", "usable")),
        "after_h": article.get("after_h", 0.01),
    }
    for name in ("published", "updated"):
        if f"{name}_h" in article:
            fields[f"{name}_at"] = DAY + timedelta(hours=article[f"{name}_h"])
    return fields


@pytest.mark.parametrize(
    "case",
    [*(pytest.param(case, id=case["label"]) for case in CASES), *known_failures("dedupe")],
)
def test_verdicts_of_a_case(case: dict[str, Any]) -> None:
    """Each article of the case gets the verdict, story and row that the case names."""
    trust = {f"{name}.example": value for name, value in case.get("trust", {}).items()}
    feed = Feed(DedupeSettings(trust=trust))
    for number, article in enumerate(case["articles"]):
        outcome = feed.say(paragraphs_of(article), **fields_of(article, number))
        result = outcome.article
        assert result is not None
        verdict, _, story = article["expect"].partition(" ")
        where = f"article {number}: {result.decision}"
        assert result.verdict == verdict, where
        head = feed.outcomes[int(story) if story else number].article
        assert head is not None
        assert result.story_id == head.story_id, where
        assert result.decision.rule == article.get("row", result.decision.rule), where
        assert result.revision == article.get("revision", result.revision), where
        if "note" in article:
            assert article["note"] in result.decision.notes
        if "related" in article:
            related = feed.outcomes[article["related"]].article
            assert related is not None
            assert result.related_to is not None, where
            assert result.related_to.id == related.id
