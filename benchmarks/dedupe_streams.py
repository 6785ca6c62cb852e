"""Sets of labelled articles as streams through the real core: fingerprint, decide, remember.

Every set is a stream of its own, in the order of its file. Articles of a set without timestamps
count as articles of different sources; those with timestamps as articles of the source they name,
or else of one wire.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from benchmarks.made_articles import prepared
from schemas import CleanArticle, Verdict
from streams.core.dedupe import Deduper
from streams.settings import DedupeSettings

START_S: Final = 1_000_000_000
# Two versions of one item keep most of their headline; so much of it (rapidfuzz `ratio`, 0..100)
# told versions from other items where joins were read by eye.
SAME_HEADLINE: Final = 50.0


@dataclass(frozen=True, slots=True)
class Article:
    """A labelled article."""

    id: str
    set: str
    title: str
    timestamp: float | None
    paragraphs: list[str]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of an article, and its place in its stream."""

    position: int
    article: CleanArticle


def read_articles(data: Path) -> list[Article]:
    """Return the articles of every `*articles.jsonl.gz`, in order."""
    found = []
    for path in sorted(data.glob("*articles.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [Article(**json.loads(line)) for line in lines]
    return found


def run_streams(articles: Sequence[Article], window_hours: int) -> dict[str, Decided]:
    """Return the outcome of every article by its id."""
    decided: dict[str, Decided] = {}
    by_set: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_set[article.set].append(article)
    for stream in by_set.values():
        deduper = Deduper(DedupeSettings(window_hours=window_hours))
        for position, article in enumerate(stream):
            made = prepared(
                article.paragraphs, position, source=_source(article), title=article.title or None
            )
            arrived_at_ms = int((article.timestamp or START_S) * 1_000)
            outcome = deduper.decide(made, position, arrived_at_ms)
            assert outcome.record is not None  # noqa: S101 - nothing is delivered twice here
            assert outcome.article is not None  # noqa: S101
            deduper.remember(position, outcome.record)
            decided[article.id] = Decided(position, outcome.article)
    return decided


def _source(article: Article) -> str:
    if article.timestamp is None:
        return f"{article.id}.example"
    return article.source or f"{article.set}.example"


def print_joins(articles: Sequence[Article], decided: dict[str, Decided]) -> None:
    """Print what each stream joined: where a false join would show without any label."""
    print("stream   articles  verdicts; joins under another headline; largest story, its headlines")
    for name in dict.fromkeys(article.set for article in articles):
        stream = [article for article in articles if article.set == name]
        verdicts = Counter(decided[article.id].article.verdict.value for article in stream)
        titles = {decided[article.id].article.id: article.title for article in stream}
        stories: dict[str, list[str]] = defaultdict(list)
        other: Counter[str] = Counter()
        for article in stream:
            outcome = decided[article.id].article
            stories[outcome.story_id].append(article.title)
            if outcome.verdict is not Verdict.NEW:
                compared = outcome.previous or getattr(outcome, "duplicate_of", None)
                theirs = titles.get(compared.id, "") if compared else ""
                other[outcome.verdict.value] += fuzz.ratio(article.title, theirs) < SAME_HEADLINE
        largest = max(stories.values(), key=len)
        print(
            f"{name:8} {len(stream):8,}  {dict(verdicts)}; {dict(other)}; "
            f"{len(largest)}, {len(set(largest))}"
        )
    print()
