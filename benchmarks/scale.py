"""One worker's window as it fills to a million articles: memory, disk, time; rebuild and expiry.

    python -m benchmarks.scale [--articles 1000000]

Some thousand articles of 2.5 to 5 KB are made up (words as frequent as in a language) and their
fingerprints shifted again and again, so that each round shares nothing with those before: to write
and hash a million texts would take ten times as long as to decide on them. Most are remembered as
new without a decision; before each mark some thousand are decided on, of a hundred of which ten
are edited copies by another source and five are updates. Records lie on disk, as in a worker.
"""

import argparse
import ctypes
import gc
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_articles import paragraphs, prepared
from schemas import PreparedArticle, PubStatus, RawRef, Verdict
from streams.core.article.fingerprint import Fingerprint, fingerprint, unpack_fingerprint
from streams.core.article.keys import identity_keys
from streams.core.article.record import Record
from streams.core.article.sketch import of_kept, sketch_of, text_key
from streams.core.dedupe import Deduper
from streams.core.window.window import Window
from streams.kafka.on_faust.record_files import RecordFiles
from streams.settings import DedupeSettings
from streams.units import HOUR_MS

SIZES = (2_500, 3_300, 4_200, 5_000)  # characters
MADE = 4_000
SOURCES = 2_000
HOURS = 72
MARKS = (10_000, 30_000, 100_000, 300_000, 600_000, 1_000_000)
COPIES, UPDATES = 10, 5  # of a hundred
RECENT = 500  # copies are of one of so many
DECIDED = 5_000  # before each mark
FALSE = 0.2  # containment below which a candidate is false
GOAL_MB, GOAL_P99_MS, GOAL_STEP_MS = 3_000, 3.0, 50.0
BAR = 50  # signs


@dataclass(frozen=True)
class Made:
    """An article, its fingerprint, and the article that it was made of."""

    article: PreparedArticle
    print_: Fingerprint
    of: PreparedArticle | None = None
    is_update: bool = False


class Articles:
    """Makes articles, one after another."""

    def __init__(self) -> None:
        self._base: list[tuple[PreparedArticle, Fingerprint]] = []
        kinds = [paragraphs(seed, MADE // len(SIZES), size) for seed, size in enumerate(SIZES)]
        for number, texts in enumerate(text for kind in zip(*kinds, strict=True) for text in kind):
            title = " ".join(texts[0].split()[3:11])
            article = prepared(texts, number, source="made.example", title=title)
            self._base.append((article, unpack_fingerprint(fingerprint(texts))))
        self._rng = np.random.default_rng(7)
        self._recent: list[Made] = []

    def record(self, number: int, arrived_at_ms: int) -> bytes:
        """Return what is remembered of an article that is new."""
        article, print_ = self._base[number % MADE]
        source = f"source{number * 7 % SOURCES}.example"
        name = f"{source}/{number}"
        ref = RawRef(topic="news.raw", partition=0, offset=number)
        sketch = sketch_of(_shifted(print_, number // MADE), np.ones(len(print_.exact), np.bool_))
        return Record(
            verdict=Verdict.NEW,
            pub_status=PubStatus.USABLE,
            revision=1,
            arrived_at_ms=arrived_at_ms,
            published_at_ms=None,
            updated_at_ms=None,
            story_position=number,
            raw_ref=ref,
            id=name,
            source=source,
            story_id=name,
            title=article.title or "",
            version="",
            url_key=0,
            identity=identity_keys(ref, name, 0, text_key(sketch.exact)),
            sketch=sketch,
        ).pack()

    def __call__(self, first: int, end: int) -> Iterator[Made]:
        """Yield the articles from one number to another."""
        rng = self._rng
        for number in range(first, end):
            source = f"source{rng.integers(SOURCES)}.example"
            turn = number % 100
            if turn < COPIES + UPDATES and len(self._recent) == RECENT:
                yield self._again(number, source, is_update=turn < UPDATES)
                continue
            article, print_ = self._base[number % MADE]
            made = _made(article, _shifted(print_, number // MADE), number, source)
            if len(self._recent) < RECENT:
                self._recent.append(made)
            else:
                self._recent[int(rng.integers(RECENT))] = made
            yield made

    def _again(self, number: int, source: str, *, is_update: bool) -> Made:
        """Return an edited copy of a recent article, or its next version, a third longer."""
        first = self._recent[int(self._rng.integers(RECENT))]
        if is_update:
            article, more = self._base[int(self._rng.integers(MADE))]
            size = max(1, len(first.print_.exact) // 3)
            print_ = _joined(first.print_, _cut(_shifted(more, number), size))
            texts = (*first.article.paragraphs, *article.paragraphs[:size])
            changed = first.article.model_copy(update={"paragraphs": texts})
            made = _made(changed, print_, number, first.article.source)
        else:
            kept = len(first.print_.exact) * 4 // 5
            print_ = _edited(_cut(first.print_, kept))
            texts = first.article.paragraphs[:kept]
            changed = first.article.model_copy(update={"paragraphs": texts})
            made = _made(changed, print_, number, source)
        return replace(made, of=first.article, is_update=is_update)


def _made(article: PreparedArticle, print_: Fingerprint, number: int, source: str) -> Made:
    fields = {
        "id": f"{source}/{number}",
        "source": source,
        "raw_ref": RawRef(topic="news.raw", partition=0, offset=number),
        "fingerprints": print_.pack(),
    }
    return Made(article.model_copy(update=fields), print_)


def _shifted(print_: Fingerprint, turn: int) -> Fingerprint:
    """Return the fingerprint of a text that shares no word with this one, of the same form."""
    return print_._replace(
        exact=print_.exact ^ np.uint64(turn * 0x9E3779B97F4A7C15 % 2**64),
        mask=print_.mask ^ np.uint32(turn * 0x9E3779B1 % 2**32),
        # Little enough that their order and the sample stay.
        grams=print_.grams + np.uint32(turn * 7_919 % 2**22),
    )


_PARALLEL = (("grams", "gram_count"), ("numbers", "number_count"), ("names", "name_count"),
             ("terms", "term_count"))  # fmt: skip
_BY_PARAGRAPH = ("exact", "mask", "words", *(count for _, count in _PARALLEL))


def _cut(print_: Fingerprint, paragraphs_: int) -> Fingerprint:
    """Return the fingerprint of the first paragraphs."""
    kept = np.arange(len(print_.exact)) < paragraphs_
    lists: dict[str, Any] = {
        values: of_kept(getattr(print_, values), getattr(print_, counts), kept)
        for values, counts in _PARALLEL
    }
    lists |= {name: getattr(print_, name)[:paragraphs_] for name in _BY_PARAGRAPH}
    return print_._replace(**lists)


def _joined(one: Fingerprint, other: Fingerprint) -> Fingerprint:
    names = (*_BY_PARAGRAPH, *(values for values, _ in _PARALLEL))
    parts: dict[str, Any] = {
        name: np.concatenate((getattr(one, name), getattr(other, name))) for name in names
    }
    return one._replace(**parts)


def _edited(print_: Fingerprint) -> Fingerprint:
    """Return the fingerprint with every second paragraph edited: another key, an n-gram lost."""
    starts = print_.gram_count.cumsum() - print_.gram_count
    edited = (np.arange(len(print_.exact)) % 2 == 1) & (print_.gram_count > 1)
    return print_._replace(
        exact=print_.exact ^ (edited * np.uint64(0x5851F42D4C957F2D)),
        grams=np.delete(print_.grams, starts[edited]),
        gram_count=print_.gram_count - edited.astype(np.uint32),
    )


@dataclass
class Tally:
    """What was measured since the last mark, and what was right so far."""

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    candidates: int = 0
    false: int = 0
    copies: int = 0
    copies_found: int = 0
    updates: int = 0
    updates_found: int = 0
    joined: int = 0  # articles of their own that were taken for copies or versions
    disk: int = 0
    decided: int = 0
    longest_ms: float = 0  # of CPU, of an article that was only remembered

    def note(self, made: Made, deduper: Deduper, files: RecordFiles, at: tuple[int, int]) -> None:
        """Decide on an article at (position, arrival in ms) and remember it."""
        position, arrived_at_ms = at
        wall, cpu = time.perf_counter(), time.thread_time()
        outcome = deduper.decide(made.article, position, arrived_at_ms)
        assert outcome.record is not None and outcome.article is not None  # noqa: PT018, S101
        deduper.remember(position, outcome.record)
        files.put(arrived_at_ms // HOUR_MS, position, outcome.record)
        self.wall_ms.append((time.perf_counter() - wall) * 1e3)
        self.cpu_ms.append((time.thread_time() - cpu) * 1e3)
        self.disk += len(outcome.record)
        self.decided += 1
        compared = outcome.article.decision.candidates
        self.candidates += len(compared)
        self.false += sum(each.containment < FALSE for each in compared)
        verdict = outcome.article.verdict
        if made.of is None:
            self.joined += verdict is not Verdict.NEW
        elif made.is_update:
            self.updates += 1
            self.updates_found += verdict is Verdict.UPDATE
        else:
            self.copies += 1
            self.copies_found += verdict in {Verdict.SYNDICATED, Verdict.DUPLICATE}


def main() -> None:
    """Fill, measure at each mark, kill and rebuild, let hours go."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1_000_000)
    count: int = parser.parse_args().articles
    articles = Articles()
    settings = DedupeSettings(window_hours=HOURS, max_articles_per_source=10**9)
    with tempfile.TemporaryDirectory() as folder:
        files = RecordFiles(Path(folder))
        deduper = Deduper(settings, fetch=files.get)
        gc.collect()
        gc.freeze()  # as a worker does
        gc.set_threshold(20_000, 20, 50)
        before = _resident_mb()
        tally = Tally()
        rows = []
        print(_HEAD)
        every_ms = HOURS * HOUR_MS / count
        done = 0
        for mark in [mark for mark in MARKS if mark < count] + [count]:
            for position in range(done, max(done, mark - DECIDED)):
                arrived_at_ms = 1_000 * HOUR_MS + round(position * every_ms)
                record = articles.record(position, arrived_at_ms)
                cpu = time.thread_time()
                deduper.remember(position, record)
                files.put(arrived_at_ms // HOUR_MS, position, record)
                tally.longest_ms = max(tally.longest_ms, (time.thread_time() - cpu) * 1e3)
                tally.disk += len(record)
            for made in articles(max(done, mark - DECIDED), mark):
                position = made.article.raw_ref.offset
                arrived_at_ms = 1_000 * HOUR_MS + round(position * every_ms)
                tally.note(made, deduper, files, (position, arrived_at_ms))
            rows.append(_row(mark, _resident_mb() - before, tally, deduper.window))
            tally.wall_ms, tally.cpu_ms, tally.longest_ms = [], [], 0.0
            done = mark
        print(
            f"copies found {tally.copies_found / max(1, tally.copies):.4f}, updates found "
            f"{tally.updates_found / max(1, tally.updates):.4f}, joined though of their own "
            f"{tally.joined:,} of {tally.decided - tally.copies - tally.updates:,}"
        )
        _expire(articles, deduper, files, count, arrived_at_ms)
        del deduper
        _rebuild(settings, files)
    _plot("GB resident", [(size, mb / 1e3) for size, mb, *_ in rows], GOAL_MB / 1e3)
    _plot("p99, ms of CPU", [(size, p99) for size, _, _, p99, _ in rows], GOAL_P99_MS)
    _plot("longest, ms of CPU", [(size, longest) for size, *_, longest in rows], GOAL_STEP_MS)


_HEAD = (
    f"{'articles':>10} {'MB':>6} {'B an article':>13} {'of it table':>12} {'keys':>5} "
    f"{'on disk':>8} {'p50 ms':>7} {'p99':>6} {'longest':>8} {'p99 by the clock':>17} "
    f"{'longest':>8} {'compared':>9} {'false':>6}"
)


def _row(articles: int, resident_mb: float, tally: Tally, window: Window) -> tuple[float, ...]:
    """Print and return what was measured since the last mark."""
    cpu, wall = np.array(tally.cpu_ms), np.array(tally.wall_ms)
    p50, p99 = np.quantile(cpu, 0.5), np.quantile(cpu, 0.99)
    longest = max(float(cpu.max()), tally.longest_ms)
    print(
        f"{articles:>10,} {resident_mb:>6,.0f} {resident_mb * 1e6 / articles:>13,.0f} "
        f"{window.nbytes / articles:>12,.0f} {window.keys / articles:>5.0f} "
        f"{tally.disk / articles:>8,.0f} {p50:>7.2f} {p99:>6.2f} {longest:>8.1f} "
        f"{np.quantile(wall, 0.99):>17.2f} {wall.max():>8.1f} "
        f"{tally.candidates / tally.decided:>9.2f} {tally.false / tally.decided:>6.3f}",
        flush=True,
    )
    return articles, resident_mb, float(p50), float(p99), longest


def _expire(
    articles: Articles, deduper: Deduper, files: RecordFiles, count: int, last_ms: int
) -> None:
    """Print what it takes that an hour goes, three times, and the articles that come after it."""
    tally = Tally()
    for hour in range(1, 4):
        held, steps = len(deduper.window), []
        now_ms = last_ms + hour * HOUR_MS
        first = count + 2_000 * hour
        for made in articles(first, first + 2_000):
            at = made.article.raw_ref.offset
            tally.note(made, deduper, files, (at, now_ms))
            if at == first:
                cpu = time.thread_time()
                deduper.window.expire()
                steps.append((time.thread_time() - cpu) * 1e3)
                files.expire(now_ms // HOUR_MS - HOURS)
                steps.append((time.thread_time() - cpu) * 1e3 - steps[0])
        print(
            f"an hour goes: {held + 2_000 - len(deduper.window):,} articles, window "
            f"{steps[0]:.1f} ms, files {steps[1]:.1f} ms; longest of the 2,000 articles after it "
            f"{max(tally.cpu_ms):.1f} ms of CPU"
        )
        tally.cpu_ms = []


def _rebuild(settings: DedupeSettings, files: RecordFiles) -> None:
    """Print what it takes to derive a window from the records, as after a kill."""
    _give_back()
    before = _resident_mb()
    peak_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, cpu = time.perf_counter(), time.process_time()
    window = Window(settings, fetch=files.get)
    window.recover(files.positions(before=2**62))
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _give_back()
    print(
        f"rebuild of {len(window):,}: {cpu_s:.1f} s of CPU, {wall_s:.1f} s by the clock; "
        f"{_resident_mb() - before:,.0f} MB then, the most so far {peak - before:,.0f} MB"
        f"{' (while it filled)' if peak == peak_before else ''}"
    )


def _give_back() -> None:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _plot(name: str, points: Sequence[tuple[float, float]], goal: float) -> None:
    """Print bars, beside the goal."""
    print(f"\n{'articles':>10}  {name} (goal {goal:g} at |)")
    for size, value in points:
        bar = ("#" * round(BAR * value / goal)).ljust(BAR)
        print(f"{size:>10,}  {bar[:BAR]}|{bar[BAR:]} {value:.2g}")


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4_096 / 1e6


if __name__ == "__main__":
    main()
