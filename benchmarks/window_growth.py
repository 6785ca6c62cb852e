"""State under growth: bytes per article, rebuild time, cost of expiry, with N articles held.

    python -m benchmarks.window_growth [100000]

Articles of 4.9 KB are made up; one arrives every 2.5 s, so that 100,000 fill a window of 72 h.
"""

import gc
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.made_articles import paragraphs, prepared
from streams.core.dedupe import Deduper
from streams.core.window.window import Window
from streams.settings import DedupeSettings
from streams.units import HOUR_MS

INTERVAL_MS = 2_500
SOURCES = 400
MADE = 2_000  # different made-up articles; each further round has other words


def main(articles: int) -> None:
    """Print the figures."""
    made = list(paragraphs(1, MADE))
    deduper = Deduper(DedupeSettings())
    window = deduper.window
    records: dict[int, bytes] = {}
    latency_s = np.zeros(articles)
    before = _resident_bytes()
    for position, texts in enumerate(_rounds(made, articles)):
        source = f"source{position % SOURCES}.example"
        article = prepared(texts, position, source=source, title=f"Title {position} of the day")
        arrived_at_ms = 1_000 * HOUR_MS + position * INTERVAL_MS
        start = time.perf_counter()
        outcome = deduper.decide(article, position, arrived_at_ms)
        assert outcome.record is not None  # noqa: S101 - nothing here is delivered twice
        window.remember(position, outcome.record)
        latency_s[position] = time.perf_counter() - start
        records[position] = outcome.record
    grown = _resident_bytes() - before
    record_bytes = np.mean([len(record) for record in records.values()])
    print(f"articles in the window        {len(window):>12,}")
    print(f"keys per article              {window.keys / articles:>12.1f}")
    print(f"record, bytes per article     {record_bytes:>12.0f}")
    print(f"records and index, bytes      {window.nbytes / articles:>12.0f}")
    print(f"resident memory, bytes        {grown / articles:>12.0f}   (records held once)")
    for name, share in (("p50", 0.5), ("p99", 0.99), ("longest", 1.0)):
        moment = np.quantile(latency_s, share) * 1e3
        print(f"decide and remember, {name:8} {moment:>12.2f} ms")
    del deduper, window
    gc.collect()
    start = time.process_time()
    Window(DedupeSettings(), fetch=records.__getitem__).recover(records)
    print(f"rebuild                       {time.process_time() - start:>12.2f} s")
    # Half of the window goes at once: far more than the hour that goes in operation.
    hours = max(1, articles * INTERVAL_MS // HOUR_MS // 2)
    half = Window(DedupeSettings(window_hours=hours), fetch=records.__getitem__)
    half.recover(records)
    start = time.process_time()
    gone = half.expire()
    spent = time.process_time() - start
    print(f"expiry of {len(gone):>7,} articles    {spent / max(1, len(gone)) * 1e6:>12.1f} µs each")


def _rounds(made: list[list[str]], articles: int) -> Iterator[list[str]]:
    """Yield the made-up articles again and again, every third word of a round changed."""
    for number in range(articles):
        texts, turn = made[number % len(made)], number // len(made)
        ending = "" if not turn else chr(97 + turn % 26) * (1 + turn // 26)
        yield [
            " ".join(
                word + ending if (place + turn) % 3 == 0 else word
                for place, word in enumerate(text.split())
            )
            for text in texts
        ]


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4_096


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
