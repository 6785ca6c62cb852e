"""Quality and speed of dedupe on labelled pairs, beside what can be installed for the same work.

    python -m benchmarks.dedupe DATA [--window-hours 72] [--brief]

DATA holds `*articles.jsonl.gz` (id, set, title, timestamp in s or null, paragraphs, source if
known; in the order of time) and `*pairs.jsonl` (a, b, label, positive, stratum). Pairs whose
`positive` is null are borderline and do not count. How the sets become streams:
`dedupe_streams.py`; when a pair counts as found: `dedupe_pairs.py`.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.dedupe_pairs import Pair, Score, print_figures, print_quality, read_pairs
from benchmarks.dedupe_peers import PEERS
from benchmarks.dedupe_streams import Article, Decided, print_joins, read_articles, run_streams
from benchmarks.made_articles import prepared
from benchmarks.paragraph_recall import measure
from schemas import PreparedArticle
from streams.core.article.fingerprint import fingerprint
from streams.core.dedupe import Deduper
from streams.settings import DedupeSettings
from streams.units import HOUR_MS


def main() -> None:
    """Print quality, then speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--window-hours", type=int, default=72)
    parser.add_argument("--brief", action="store_true", help="no texts of wrong pairs")
    parser.add_argument("--quality", action="store_true", help="no other tools, no speed")
    options = parser.parse_args()
    articles = read_articles(options.data)
    by_id = {article.id: article for article in articles}
    pairs = read_pairs(options.data, by_id)
    print(f"{len(articles):,} articles, {len(pairs)} pairs, window {options.window_hours} h\n")
    decided = run_streams(articles, options.window_hours)
    print_quality(pairs, decided, by_id, texts=not options.brief)
    print_joins(articles, decided)
    if options.quality:
        return
    _peers(articles, pairs, decided)
    _recall(articles)
    _speed(articles)


def _peers(
    articles: Sequence[Article],
    pairs: Sequence[Pair],
    decided: dict[str, Decided],
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
        print_figures(name, score.figures(), f"  {len(order) / spent:,.0f} articles/s")
    print()


def _recall(articles: Sequence[Article]) -> None:
    recall, false = measure([text for article in articles for text in article.paragraphs])
    print("paragraph found after one edit   ", "  ".join(f"{k} {v:.3f}" for k, v in recall.items()))
    print(f"false candidates a lookup         {false:.2f}\n")


def _speed(articles: Sequence[Article]) -> None:
    """Time each step on articles of 4.9 KB, in CPU time; the fastest of three rounds counts."""
    texts = list(_of_size(articles, 4_900))
    fingerprint(texts[0])
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
    fingerprint_s = _timed(fingerprint, texts)
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
