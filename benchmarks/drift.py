"""Made sources for a month: how many are flagged without cause, and how soon with one.

    python -m benchmarks.drift [SEED]

A source has five kinds of article, each with its own length and share kept, in runs; busy and slow
days, nights, weekends; some titles, dates and whole articles that are missing. Nothing is measured
on real sites: what is usual with them is unknown until they have been watched.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import exp
from time import process_time

from schemas import Reason
from schemas.source import SourceState
from streams.core.drift.memory import SourceNote, SourcesMemory
from streams.core.drift.sample import Sample
from streams.units import HOUR_MS

DAYS, SOURCES = 30, 200
CHANGE_DAY = 20
MONDAY_MS = (168 * 2_900 + 96) * HOUR_MS
# Of each kind: how often, median length, spread of its logarithm, share kept.
KINDS = (
    (0.60, 3_000, 0.5, 0.70),
    (0.20, 900, 0.4, 0.60),
    (0.12, 600, 0.5, 0.35),
    (0.05, 9_000, 0.4, 0.80),
    (0.03, 250, 0.4, 0.25),
)
# What happens to a source on the day of its change.
CHANGES = ("teaser", "rejected", "title", "menus", "silent")


@dataclass
class MadeSource:
    """A source with its own habits."""

    rng: random.Random
    number: int
    sent: int = 0
    kind: tuple[float, float, float, float] | None = None
    busy: float = 1.0
    kinds: list[tuple[float, float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = self.rng
        self.name = f"source{self.number}.example"
        self.kinds = [
            (
                often * rng.uniform(0.3, 1.7),
                length * rng.uniform(0.6, 1.6),
                spread * rng.uniform(0.8, 1.3),
                min(0.97, max(0.08, kept * rng.uniform(0.7, 1.3))),
            )
            for often, length, spread, kept in KINDS
        ]
        self.per_day = min(400.0, max(2.0, rng.lognormvariate(3.2, 1.0)))
        self.clock = rng.choice(("round", "office", "office", "day"))
        self.runs = rng.uniform(0, 0.6)  # how often an article is of the kind of the one before
        self.titles = rng.choice((1, 1, 1, 0.97))
        self.dates = rng.choice((1, 1, 0.9, 0.6))
        self.rejects = rng.choice((0, 0, 0.005, 0.02))

    def expected(self, hour: int) -> float:
        """Return how many articles an hour since Monday has in the mean."""
        day, clock = hour // 24 % 7, hour % 24
        match self.clock:
            case "round":
                weight, whole = 0.5 + (6 <= clock <= 22), 29.0
            case "office":
                weight, whole = (7 <= clock <= 19) * (day < 5) + 0.02, 9.8
            case _:
                weight, whole = (6 <= clock <= 22) * (1 if day < 5 else 0.4) + 0.02, 14.6
        return self.per_day * self.busy * weight / whole

    def send(self, change: str) -> Sample:
        """Return the next message."""
        rng = self.rng
        self.sent += 1
        name = f"{self.name}/{self.sent}"
        if change == "rejected" or rng.random() < self.rejects:
            return Sample(name, rejected="no_text")
        if self.kind is None or rng.random() >= self.runs:
            (self.kind,) = rng.choices(self.kinds, [kind[0] for kind in self.kinds])
        _, length, spread, kept = self.kind
        chars = max(40, round(length * exp(rng.gauss(0, spread))))
        share = min(1.0, max(0.02, kept + rng.gauss(0, 0.08)))
        if change == "teaser":
            chars, share = round(180 * exp(rng.gauss(0, 0.4))), max(0.02, rng.gauss(0.1, 0.04))
        if change == "menus":
            chars, share = round(2.2 * chars), min(1.0, 0.3 * share + 0.7)
        return Sample(
            name,
            round(chars / share),
            chars,
            has_title=change != "title" and rng.random() < self.titles,
            has_date=rng.random() < self.dates,
            removed={Reason.OUTSIDE: round(chars / share) - chars},
        )


def month(
    seed: int, change_of: Callable[[MadeSource, int], str]
) -> Iterator[tuple[MadeSource, str, list[SourceNote]]]:
    """Yield each message of a month: its source, what changed there, and what was written."""
    rng = random.Random(seed)
    sources = [MadeSource(rng, number) for number in range(SOURCES)]
    memory = SourcesMemory(10 * SOURCES)
    position = 0
    for hour in range(24 * DAYS):
        if hour % 24 == 0:
            for source in sources:
                source.busy = exp(rng.gauss(0, 0.4))
        arrivals = [
            (rng.random(), source)
            for source in sources
            for _ in range(_poisson(rng, source.expected(hour)))
        ]
        for part, source in sorted(arrivals, key=lambda arrival: arrival[0]):
            change = change_of(source, hour)
            if change == "silent":
                continue
            position += 1
            at_ms = MONDAY_MS + round((hour + part) * HOUR_MS)
            yield source, change, memory.see(source.name, source.send(change), position, at_ms)


def _poisson(rng: random.Random, mean: float) -> int:
    """Return a number of arrivals: those of exponential gaps (Knuth, TAOCP 3.4.1)."""
    count, left = -1, 1.0
    while left > exp(-mean):
        count, left = count + 1, left * rng.random()
    return count


def without_cause(seed: int) -> Counter[str]:
    """Return how often a source was flagged while nothing changed, and what that cost."""
    flagged: set[tuple[str, str, str]] = set()
    counts: Counter[str] = Counter()
    for _, _, notes in month(seed, lambda _source, _hour: ""):
        counts["messages"] += 1
        counts["records"] += len(notes)
        flagged |= {
            (note.key, str(change.since), str(change.drift))
            for note in notes
            if note.record
            for change in note.record.changes
        }
    counts.update(drift for _, _, drift in flagged)
    return counts


def with_cause(seed: int) -> dict[str, list[int]]:
    """Return for each kind of change after how many messages, or hours, it was found."""
    needed: dict[str, list[int]] = defaultdict(list)
    after: Counter[str] = Counter()
    changes = {f"source{number}.example": _change_of(number) for number in range(SOURCES)}

    def change_of(source: MadeSource, hour: int) -> str:
        return _change_of(source.number) if hour >= 24 * CHANGE_DAY else ""

    for source, change, notes in month(seed, change_of):
        after[source.name] += bool(change)
        for record in (note.record for note in notes if note.record):
            for seen in record.changes:
                kind = changes.get(record.source, "")
                if kind == "silent" and seen.drift == SourceState.QUIET:
                    needed[kind].append(seen.silent_hours or 0)
                elif after[record.source] and seen.drift == SourceState.LAYOUT_CHANGED:
                    needed[kind].append(after[record.source])
                else:
                    continue
                changes.pop(record.source, None)  # once
    needed.pop("", None)
    return needed


def _change_of(number: int) -> str:
    return CHANGES[number % len(CHANGES)]


def main() -> None:
    """Print both figures."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    began = process_time()
    counts = without_cause(seed)
    print(f"{DAYS} days of {SOURCES} steady sources: {dict(counts)}")
    print(f"{process_time() - began:.0f} s of CPU, the making of messages included")
    for change, rows in sorted(with_cause(seed).items()):
        unit = "hours" if change == "silent" else "messages"
        middle = sorted(rows)[len(rows) // 2]
        print(f"{change}: {len(rows)} of {SOURCES // len(CHANGES)}, half within {middle} {unit}")


if __name__ == "__main__":
    main()
