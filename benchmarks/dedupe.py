"""Quality and speed of dedupe on labelled pairs, beside what can be installed for the same work.

    python -m benchmarks.dedupe DATA [--window-hours 72] [--brief]

DATA holds `*articles.jsonl.gz` (id, set, title, timestamp in s or null, paragraphs; in the order
of time) and `*pairs.jsonl` (a, b, label, positive, stratum). Every set is a stream of its own
through the real core: fingerprint, decide, remember. Articles of a set without timestamps count as
articles of different sources, those of a set with timestamps as articles of one wire.

A pair counts as found when both belong to one story, or when the later contains the earlier whole
and says so (`longer_version`: another source's longer text is published, as design.md has it).
"""

import argparse
import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_articles import prepared
from benchmarks.paragraph_recall import measure
from benchmarks.peers import PEERS
from schemas import CleanArticle, PreparedArticle
from streams.core.article.fingerprint import fingerprint
from streams.core.dedupe import Deduper
from streams.settings import DedupeSettings
from streams.units import HOUR_MS

SAME_WIRE = ("duplicate", "update")
START_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Article:
    """A labelled article."""

    id: str
    set: str
    title: str
    timestamp: float | None
    paragraphs: list[str]


@dataclass(slots=True)
class Score:
    """Hits and misses against the labels."""

    by_stratum: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, pair: dict[str, Any], *, found: bool) -> str:
        """Count a pair and return how it went."""
        kind = ("hit" if found else "missed") if pair["positive"] else ("wrong" if found else "ok")
        self.by_stratum[pair["stratum"]][kind] += 1
        return kind

    def figures(self) -> tuple[float, float, float]:
        """Return precision, recall and F1."""
        total: Counter[str] = sum(self.by_stratum.values(), Counter())
        precision = total["hit"] / max(1, total["hit"] + total["wrong"])
        recall = total["hit"] / max(1, total["hit"] + total["missed"])
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    """Print quality, then speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--window-hours", type=int, default=72)
    parser.add_argument("--brief", action="store_true", help="no texts of wrong pairs")
    options = parser.parse_args()
    articles = _articles(options.data)
    pairs = [
        json.loads(line)
        for path in sorted(options.data.glob("*pairs.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    print(f"{len(articles):,} articles, {len(pairs)} pairs, window {options.window_hours} h\n")
    decided = _stream(articles, options.window_hours)
    _quality(pairs, decided, {article.id: article for article in articles}, texts=not options.brief)
    _peers(articles, pairs, decided)
    _recall(articles)
    _speed(articles)


def _articles(data: Path) -> list[Article]:
    found = []
    for path in sorted(data.glob("*articles.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [Article(**json.loads(line)) for line in lines]
    return found


def _stream(articles: Sequence[Article], window_hours: int) -> dict[str, tuple[int, CleanArticle]]:
    """Return position and outcome of every article by its id."""
    decided: dict[str, tuple[int, CleanArticle]] = {}
    for name in dict.fromkeys(article.set for article in articles):
        deduper = Deduper(DedupeSettings(window_hours=window_hours))
        for position, article in enumerate(a for a in articles if a.set == name):
            own = article.timestamp is None
            source = f"{article.id}.example" if own else f"{name}.example"
            made = prepared(
                article.paragraphs, position, source=source, title=article.title or None
            )
            arrived_at_ms = int((article.timestamp or START_S) * 1_000)
            outcome = deduper.decide(made, position, arrived_at_ms)
            assert outcome.record is not None  # noqa: S101 - nothing is delivered twice here
            assert outcome.article is not None  # noqa: S101
            deduper.remember(position, outcome.record)
            decided[article.id] = (position, outcome.article)
    return decided


def _in_order(
    pair: dict[str, Any], decided: dict[str, tuple[int, CleanArticle]]
) -> tuple[CleanArticle, CleanArticle]:
    (place, one), (other_place, other) = decided[pair["a"]], decided[pair["b"]]
    return (one, other) if place < other_place else (other, one)


def _is_longer_version(earlier: CleanArticle, later: CleanArticle) -> bool:
    return "longer_version" in later.decision.notes and any(
        candidate.story_id == earlier.story_id and candidate.note == "longer"
        for candidate in later.decision.candidates
    )


def _quality(
    pairs: Sequence[dict[str, Any]],
    decided: dict[str, tuple[int, CleanArticle]],
    articles: dict[str, Article],
    *,
    texts: bool,
) -> None:
    score, strict, told, wrongs = Score(), Score(), Counter[bool](), []
    for pair in pairs:
        earlier, later = _in_order(pair, decided)
        same_story = earlier.story_id == later.story_id
        strict.count(pair, found=same_story)
        kind = score.count(pair, found=same_story or _is_longer_version(earlier, later))
        if kind in {"missed", "wrong"}:
            wrongs.append((kind, pair, later))
        if same_story and pair["label"] in SAME_WIRE and earlier.source == later.source:
            told[later.verdict == pair["label"]] += 1
    print("stratum   hit missed wrong    ok")
    for stratum, counts in sorted(score.by_stratum.items()):
        cells = (counts[name] for name in ("hit", "missed", "wrong", "ok"))
        print(f"{stratum:8}" + "".join(f"{cell:6}" for cell in cells))
    _print_figures("copy or version of", score.figures())
    _print_figures("of them in one story", strict.figures())
    shared = [pair for pair in pairs if pair["label"].startswith("shares-")]
    called = sum(kind == "wrong" and pair in shared for kind, pair, _ in wrongs)
    print(f"share only boilerplate or background, called copies: {called} of {len(shared)}")
    print(f"update told from duplicate, same source: {told[True] / max(1, told.total()):.3f}\n")
    for kind, pair, later in wrongs:
        print(f"{kind}: {pair['a']} {pair['b']} {pair['label']} ({pair.get('reason', '')})")
        for candidate in later.decision.candidates:
            print(
                f"    {candidate.article.id}: containment {candidate.containment}, "
                f"coverage {candidate.coverage}, {candidate.note or 'decides'}"
            )
        if texts:
            for name in ("a", "b"):
                print(f"  {name}:", "\n     ".join(articles[pair[name]].paragraphs))
    print()


def _print_figures(name: str, figures: tuple[float, float, float]) -> None:
    precision, recall, f1 = figures
    print(f"{name:34} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")


def _peers(
    articles: Sequence[Article],
    pairs: Sequence[dict[str, Any]],
    decided: dict[str, tuple[int, CleanArticle]],
) -> None:
    order = [article for article in articles if article.id in decided]
    for name, link in PEERS.items():
        try:
            start = time.process_time()
            story = link([(a.id, a.set, a.paragraphs) for a in order])
        except ImportError as missing:
            print(f"{name:34} not installed: pip install {missing.name}")
            continue
        spent = time.process_time() - start
        score = Score()
        for pair in pairs:
            score.count(pair, found=story[pair["a"]] == story[pair["b"]])
        precision, recall, f1 = score.figures()
        print(
            f"{name:34} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
            f"  {len(order) / spent:,.0f} articles/s"
        )
    print()


def _recall(articles: Sequence[Article]) -> None:
    recall, false = measure([text for article in articles for text in article.paragraphs])
    print("paragraph found after one edit   ", "  ".join(f"{k} {v:.3f}" for k, v in recall.items()))
    print(f"false candidates a lookup         {false:.2f}\n")


def _speed(articles: Sequence[Article]) -> None:
    """Time each step on articles of 4.9 KB, in CPU time; the fastest of three rounds counts."""
    texts = list(_of_size(articles, 4_900))
    fingerprint(texts[0], None)
    made = [
        prepared(text, number, source=f"s{number % 100}.example", title=f"Title {number}")
        for number, text in enumerate(texts)
    ]
    rounds = [_round(texts, made) for _ in range(3)]
    fastest = min(rounds, key=lambda steps: sum(steps[:3]))
    for name, seconds in zip(("fingerprint", "decide", "remember"), fastest, strict=False):
        print(f"{name:12} {seconds / len(texts) * 1e6:8.0f} µs an article")
    size = np.mean([sum(map(len, text)) for text in texts])
    print(f"together     {len(texts) / sum(fastest[:3]):8,.0f} articles/s on one core")
    print(f"decide and remember, p99 {fastest[3] * 1e3:.2f} ms (wall)")
    print(f"{len(texts):,} articles of {size:,.0f} characters; record {fastest[4]:,.0f} bytes")


def _round(texts: list[list[str]], made: list[PreparedArticle]) -> tuple[float, ...]:
    """Return seconds of fingerprint, decide and remember, p99 of the last two, bytes a record."""
    deduper = Deduper(DedupeSettings())
    decide_s, remember_s, wall_s, sizes = 0.0, 0.0, [], []
    fingerprint_s = _timed(lambda text: fingerprint(text, None), texts)
    for position, article in enumerate(made):
        wall, start = time.perf_counter(), time.process_time()
        outcome = deduper.decide(article, position, 1_000 * HOUR_MS + position * 250)
        middle = time.process_time()
        deduper.remember(position, outcome.record or b"")
        remember_s += time.process_time() - middle
        decide_s += middle - start
        wall_s.append(time.perf_counter() - wall)
        sizes.append(len(outcome.record or b""))
    p99_s = float(np.quantile(wall_s, 0.99))
    return fingerprint_s, decide_s, remember_s, p99_s, float(np.mean(sizes))


def _of_size(articles: Sequence[Article], chars: int) -> Iterator[list[str]]:
    """Yield articles of about so many characters, put together from paragraphs in a row."""
    text: list[str] = []
    for article in articles:
        for paragraph in article.paragraphs:
            text.append(paragraph)
            if sum(map(len, text)) >= chars:
                yield text
                text = []


def _timed(work: Callable[[list[str]], object], items: Iterable[list[str]]) -> float:
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


if __name__ == "__main__":
    main()
