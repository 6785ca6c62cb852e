"""How much of what a page says of its article is found: `python -m benchmarks.metadata FILE`.

FILE has a JSON object a line (gzip or not): `html`, `url`, `title`, `authors`, `published` (ISO
8601), `region`, `truth`. `--wrong KEY` lists what differs.
"""

import argparse
import gzip
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.scores import shingles
from schemas import PreparedArticle
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.settings import CleanSettings

# What the pages of a region are written in, where it is one language.
LANGUAGES = {
    "at": "de", "au": "en", "be": "en", "ca": "en", "ch": "de", "cn": "zh", "cz": "cs", "de": "de",
    "dk": "da", "es": "es de", "id": "id", "ind": "en hi", "isl": "is", "it": "it", "jp": "ja",
    "kr": "ko", "li": "de", "no": "no", "pl": "pl", "pt": "pt en", "se": "sv", "tr": "tr",
    "tz": "sw", "ua": "uk ru", "uk": "en", "us": "en", "vn": "vi", "za": "en xh zu",
}  # fmt: skip
# Codes that name one language: Norwegian's two written forms count as Norwegian.
_SAME = {"nb": "no", "nn": "no"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and what its publisher says of it."""

    html: str
    url: str
    title: str
    authors: frozenset[str]
    published: datetime | None
    region: str
    truth: str


def read_pages(path: Path) -> Iterator[Page]:
    """Yield the pages of a file."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    for line in text.splitlines():
        row = json.loads(line)
        yield Page(
            html=row["html"],
            url=row["url"],
            title=_tidy(row["title"]),
            authors=frozenset(map(_tidy, row["authors"] or ())),
            published=_moment(row["published"]),
            region=row["region"],
            truth=row["truth"],
        )


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _moment(text: str | None) -> datetime | None:
    """Return a moment to the minute; one without a zone is taken as it stands."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.replace(second=0, microsecond=0)


def cleaned(page: Page) -> PreparedArticle | None:
    """Return what the whole stage makes of a page."""
    headers = (("content-type", b"text/html; charset=utf-8"), ("cleanwire-url", page.url.encode()))
    value = page.html.encode("utf-8", "replace")
    message = Message("html", 0, 0, 1_795_600_000_000, None, value, headers)
    article = clean(message, CleanSettings(max_value_bytes=4_000_000))
    return article if isinstance(article, PreparedArticle) else None


def language_is(page: Page, tag: str | None) -> bool | None:
    """Say whether a language is one of the region's; nothing where that is not known."""
    expected = LANGUAGES.get(page.region)
    code = (tag or "").split("-")[0]
    return _SAME.get(code, code) in expected.split() if expected else None


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--wrong", choices=("title", "minute", "authors", "language"))
    options = parser.parse_args()
    pages = list(read_pages(options.file))
    start = time.process_time()
    found = [cleaned(page) for page in pages]
    took = time.process_time() - start
    rows = [_right(page, article) for page, article in zip(pages, found, strict=True)]
    rejected = sum(article is None for article in found)
    print(f"{len(pages)} pages, {rejected} rejected, {took / len(pages):.4f} s each")
    for key in ("title", "minute", "language"):
        values = [row[key] for row in rows if row[key] is not None]
        print(f"{key:10} {sum(values) / len(values):.3f} of {len(values)}")
    hit, extra, missed = (sum(row[key] for row in rows) for key in ("hit", "extra", "missed"))
    print(f"authors    P {hit / max(hit + extra, 1):.3f}, R {hit / max(hit + missed, 1):.3f}")
    print(f"shingle F1 {_f1(pages, found):.4f}")
    if options.wrong:
        _list_wrong(options.wrong, pages, found, rows)


def _right(page: Page, article: PreparedArticle | None) -> Mapping[str, Any]:
    authors = frozenset(article.authors) if article else frozenset()
    date = article.published_at if article else None
    return {
        "title": bool(article) and _tidy((article and article.title) or "") == page.title,
        "minute": None
        if page.published is None
        else date is not None and date.replace(second=0, microsecond=0) == page.published,
        "language": language_is(page, article.language if article else None),
        "authors": authors == page.authors,
        "hit": len(authors & page.authors),
        "extra": len(authors - page.authors),
        "missed": len(page.authors - authors),
    }


def _f1(pages: list[Page], found: list[PreparedArticle | None]) -> float:
    """Return the F1 over 4-grams of the text, each page with the same weight."""
    hits = wrong = 0.0
    for page, article in zip(pages, found, strict=True):
        text = "\n".join(x.text for x in article.paragraphs) if article else ""
        have, want = shingles(text), shingles(page.truth)
        whole = (have | want).total() or 1
        both = (have & want).total()
        hits += both / whole
        wrong += (have.total() + want.total() - 2 * both) / whole
    return 2 * hits / max(2 * hits + wrong, 1e-9)


def _list_wrong(
    key: str,
    pages: list[Page],
    found: list[PreparedArticle | None],
    rows: list[Mapping[str, Any]],
) -> None:
    names = {
        "minute": "published_at",
        "title": "title",
        "authors": "authors",
        "language": "language",
    }
    wanted = {"minute": "published", "title": "title", "authors": "authors", "language": "region"}
    for page, article, row in zip(pages, found, rows, strict=True):
        if row[key] is False:
            got = getattr(article, names[key]) if article else "rejected"
            print(f"{page.url[:90]}\n   {got!s}\n   {getattr(page, wanted[key])!s}")


if __name__ == "__main__":
    main()
