"""Labelled pages for cleaning: reading them, and the tasks that are made of them.

The format is that of docs/data.md: JSON lines (gzip or not) with `raw_lines` and
`raw_labels` (1 = part of the article), the same for what an extractor left (`extracted_…`),
`truth_text`, `title` and `url`; perhaps `kind`.
"""

import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.injected import Row, cut, inject, is_like_news, residue_of
from streams.core.text.address import registrable_domain

NEWS = "news"  # the `kind` of a page, as benchmarks/label_lines.py writes it
TASKS = ("raw", "inject", "part", "scatter", "extracted", "truth")

# Texts that are drawn from a page for training: with residue put in, and short clean ones.
INJECT_DRAWS, CLEAN_DRAWS = 4, 2


@dataclass(frozen=True, slots=True)
class Sample:
    """One text to clean: its lines, and which of them belong to the article."""

    page: str
    domain: str
    task: str
    title: str
    lines: tuple[str, ...]
    labels: tuple[int, ...]
    truth: str
    is_news: bool


def read_pages(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the pages of a file, or of all `*.jsonl` and `*.jsonl.gz` in a directory."""
    files = sorted(path.glob("*.jsonl*")) if path.is_dir() else [path]
    for file in files:
        value = file.read_bytes()
        for row in (gzip.decompress(value) if file.suffix == ".gz" else value).splitlines():
            yield json.loads(row)


def samples_of(page: Mapping[str, Any]) -> Iterator[Sample]:
    """Yield the tasks of a page that its data allow."""
    # A repeat of an article's line is no longer part of it.
    raw = list(zip(page["raw_lines"], _first_only(page, "raw"), strict=True))
    made = {
        "raw": raw,
        "part": _part(raw, random.Random(f"inject {page['id']}")),
        "scatter": _scatter(raw, random.Random(f"scatter {page['id']}")),
        "extracted": list(
            zip(page.get("extracted_lines") or [], _first_only(page, "extracted"), strict=True)
        ),
        "truth": [(line, 1) for line in page["truth_text"].splitlines()],
    }
    for task, rows in made.items():
        if any(label for line, label in rows if line.strip()):
            yield _sample(page, task, rows, page["truth_text"])
    if is_like_news(_body(page)):
        yield from injected(page, 1)


def clean_parts(page: Mapping[str, Any], draws: int) -> Iterator[Sample]:
    """Yield parts of the page's article as short clean texts, in which nothing may be lost."""
    body = _body(page)
    for draw in range(draws):
        rng = random.Random(f"part {draw} {page['id']}")
        if part := cut(body[draw * len(body) // draws :], rng):
            yield _sample(page, "truth", [(line, 1) for line in part], "\n".join(part))


def injected(page: Mapping[str, Any], draws: int) -> Iterator[Sample]:
    """Yield the page's article, cut to a news article's length, with residue put in, some times."""
    raw = list(zip(page["raw_lines"], _first_only(page, "raw"), strict=True))
    body, residue = _body(page), residue_of(raw, page.get("raw_dup") or [0] * len(raw))
    for draw in range(draws):
        rng = random.Random(f"{draw} {page['id']}")
        article = cut(body, rng)
        if article and any(residue):
            yield _sample(page, "inject", inject(article, residue, rng), "\n".join(article))


def _body(page: Mapping[str, Any]) -> list[str]:
    return [line.strip() for line in page["truth_text"].splitlines() if line.strip()]


def _sample(page: Mapping[str, Any], task: str, rows: Sequence[Row], truth: str) -> Sample:
    kept = [(line.strip(), label) for line, label in rows if line.strip()]
    return Sample(
        page=str(page["id"]),
        domain=registrable_domain(page.get("url")) or str(page["id"]),
        task=task,
        title=page.get("title") or "",
        lines=tuple(line for line, _ in kept),
        labels=tuple(label for _, label in kept),
        truth=truth,
        is_news=page.get("kind") == NEWS,
    )


def _first_only(page: Mapping[str, Any], name: str) -> list[int]:
    labels = page.get(f"{name}_labels") or []
    repeats = page.get(f"{name}_dup") or [0] * len(labels)
    return [int(label and not again) for label, again in zip(labels, repeats, strict=True)]


def _part(raw: list[Row], rng: random.Random) -> list[Row]:
    """The article's lines with some of the page's residue where it stood."""
    true = [i for i, (_, label) in enumerate(raw) if label]
    residue = [i for i, (_, label) in enumerate(raw) if not label]
    if not true or not residue:
        return raw
    count = min(len(residue), max(2, int(len(true) * rng.uniform(0.2, 1.0))))
    part = max(1, count // 3)
    above = [i for i in residue if i < true[0]]
    inside = [i for i in residue if true[0] < i < true[-1]]
    below = [i for i in residue if i > true[-1]]
    taken = set(rng.sample(inside, min(len(inside), part)))
    nearest = rng.random() < 0.5
    for run, at_end in ((above, True), (below, False)):
        if run:
            last = max(0, len(run) - part)
            start = (last if at_end else 0) if nearest else rng.randint(0, last)
            taken |= set(run[start : start + part])
    return [row for i, row in enumerate(raw) if row[1] or i in taken]


def _scatter(raw: list[Row], rng: random.Random) -> list[Row]:
    """The article's lines with single lines of residue anywhere among them: the hardest case."""
    mixed = [row for row in raw if row[1]]
    residue = [row for row in raw if not row[1]]
    for row in rng.sample(residue, min(len(residue), max(1, len(mixed) // 4))):
        inside = rng.random() < 0.4
        mixed.insert(rng.randint(0, len(mixed)) if inside else rng.choice((0, len(mixed))), row)
    return mixed
