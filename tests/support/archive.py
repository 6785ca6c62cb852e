"""Made-up archives: articles of years, in order of their own time, with copies among them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.harness import Article, load

BEGIN = datetime(2019, 1, 1, tzinfo=UTC)


def dated(article: Article, every: timedelta) -> bytes:
    """Return an article with a date: so much later than the one before it."""
    at = BEGIN + article.number * every
    return json.dumps(json.loads(article.value()) | {"published_at": at.isoformat()}).encode()


def write_archive(folder: Path, stories: int, *, files: int = 3, hours: float = 0.5) -> list[Path]:
    """Write articles so many hours apart into files, one after another; return the files."""
    lines = [dated(article, timedelta(hours=hours)) for article in load(stories)]
    paths = [folder / f"part-{number}.jsonl" for number in range(files)]
    for number, path in enumerate(paths):
        share = lines[len(lines) * number // files : len(lines) * (number + 1) // files]
        path.write_bytes(b"\n".join(share) + b"\n")
    return paths


def expected(stories: int) -> Iterator[tuple[str, str, str | None]]:
    """Yield id, verdict and first article of the story for every article of an archive."""
    for article in load(stories):
        first = f"{article.source}/{article.story}-0"
        yield (
            f"{article.source}/{article.id}",
            "duplicate" if article.copy else "new",
            first if article.copy else None,
        )
