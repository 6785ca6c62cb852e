# ruff: noqa: RUF001 - syllables of several scripts
"""CPU time of an article in the core alone, step by step, in several scripts and sizes.

    make bench-core, or python -m benchmarks.core_speed [--articles N] [--rounds N]

Neither Kafka nor processes: bytes to prepared record, then decide, record to publish, remember.
The articles are made of syllables, words as frequent as in a language, with lines of residue that
are the examples of our own phrase groups, or without. A step's time is its own: what it calls and
has a row here is taken off. Every figure is of the fastest round, in CPU time of the thread.
"""

import argparse
import importlib
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from schemas import PreparedArticle
from streams.agents import clean as stage_1
from streams.core.dedupe import Deduper
from streams.core.messages import records
from streams.core.messages.message import Message
from streams.core.residue.phrases import phrase_rules
from streams.settings import CleanSettings, DedupeSettings

# Syllables, what parts words, what ends a sentence.
SCRIPTS: Final = {
    "English": ("ba ce di fo gu ha je ki lo mu na pe sha tre", " ", "."),
    "Latin": ("bä cé di fo gü ha ję ki lő mu ña pe ša tre", " ", "."),
    "Cyrillic": ("ба це ди фо гу ха же ки ло му на пе ша тре", " ", "."),
    "Arabic": ("با سي دو فا كو ها جي كر لو من نا بي شا تر", " ", "."),
    "Hindi": ("बा से दी फो गु हा जे की लो मु ना पे शा त्र", " ", "।"),
    "Thai": ("บา เซ ดี โฟ กู ฮา เจ กี โล มู นำ เป ชา ตร", "", " "),
    "Chinese": ("巴 西 地 佛 古 哈 结 记 洛 木 那 培 沙 特", "", "。"),
}
SIZES: Final = (1_000, 5_000, 20_000)
SIZE: Final = 5_000
_COPY_SHARE: Final = 0.2
_WORDS: Final = 6_000
_LINES_OF_RESIDUE: Final = 6

# Steps by the function that does them, where its callers look it up.
STAGES: Final = (
    ("JSON to raw article", "streams.core.clean:decode"),
    ("metadata", "streams.core.clean:describe"),
    ("lines, controls, encoding", "streams.core.clean:repaired_lines"),
    ("rules of the source", "streams.core.clean:apply_rules"),
    ("folding of lines", "streams.core.residue.text_lines:comparison_forms"),
    ("words of lines", "streams.core.residue.text_lines:words_of"),
    ("phrases", "streams.core.residue.text_lines:phrase_hits"),
    ("line model", "streams.core.residue.cleaner:unlikely_lines"),
    ("repeats", "streams.core.residue.cleaner:find_repeats"),
    ("language", "streams.core.read.metadata:detect_language"),
    ("folding for keys", "streams.core.article.fingerprint:key_forms"),
    ("words for keys", "streams.core.article.fingerprint:words_of"),
    ("n-grams", "streams.core.article.fingerprint:grams_of_words"),
    ("numbers, names, terms", "streams.core.article.fingerprint:numbers_of"),
    ("numbers, names, terms", "streams.core.article.fingerprint:names_of"),
    ("numbers, names, terms", "streams.core.article.fingerprint:terms_of"),
    ("rest of the fingerprint", "streams.core.clean:fingerprint"),
    ("record for stage 2", "streams.core.messages.records:prepared"),
    ("rest of stage 1", "streams.agents.clean:clean_one"),
    ("look-up in the window", "streams.core.verdict.case:Case._search"),
    ("furniture", "streams.core.verdict.case:Case._lines"),
    ("comparisons, verdict", "streams.core.dedupe:judge"),
    ("outcome and record", "streams.core.dedupe:settle"),
    ("record to publish", "streams.core.messages.records:published"),
    ("remember", "streams.core.dedupe:Deduper.remember"),
    ("rest of stage 2", "streams.core.dedupe:Deduper.decide"),
)
FIRST_OF_STAGE_2: Final = "look-up in the window"


class Clock:
    """Own time of the functions in `STAGES`, by step, in seconds."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inner = [0.0]
        for stage, place in STAGES:
            module, _, name = place.partition(":")
            owner: Any = importlib.import_module(module)
            *path, name = name.split(".")
            for part in path:
                owner = getattr(owner, part)
            setattr(owner, name, self._timed(stage, getattr(owner, name)))

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **options: Any) -> Any:
            started = time.thread_time()
            self._inner.append(0.0)
            try:
                return function(*args, **options)
            finally:
                taken = time.thread_time() - started
                self.spent[stage] += taken - self._inner.pop()
                self._inner[-1] += taken

        return timed


class Batch(NamedTuple):
    """Articles to measure."""

    chars: int
    messages: list[Message]


def batch(script: str, chars: int, count: int, *, residue: bool) -> Batch:
    """Return articles of one script; a fifth are copies under another source."""
    rng = random.Random(f"{script} {chars} {residue}")
    texts: list[str] = []
    made = _texts(SCRIPTS[script], chars, rng)
    examples = [text for rule in phrase_rules() for text in rule.group.examples]
    messages = []
    for number in range(count):
        copied = bool(texts) and rng.random() < _COPY_SHARE
        lines = (rng.choice(texts) if copied else next(made)).split("\n")
        if not copied:
            texts.append("\n".join(lines))
        if residue:
            lines += rng.sample(examples, _LINES_OF_RESIDUE)
        fields = {
            "id": str(number),
            "source": f"source{number % 40}.example",
            "title": lines[0][:40],
            "content": "\n".join(lines),
        }
        value = json.dumps(fields, ensure_ascii=False).encode()
        messages.append(Message("news.raw", 0, number, 1_795_600_000_000, None, value))
    return Batch(sum(map(len, texts)) // len(texts), messages)


def _texts(script: tuple[str, str, str], chars: int, rng: random.Random) -> Iterator[str]:
    syllables, blank, stop = script
    parts = syllables.split()
    words = ["".join(rng.choices(parts, k=rng.randint(1, 4))) for _ in range(_WORDS)]
    # As frequent as in a language (Zipf).
    weights = [1 / rank for rank in range(1, _WORDS + 1)]
    while True:
        lines: list[str] = []
        while sum(map(len, lines)) < chars:
            chosen = rng.choices(words, weights, k=rng.randint(20, 48))
            chosen[0] = chosen[0].capitalize()
            chosen[len(chosen) // 2] = str(rng.randint(1, 9_999))
            lines.append(blank.join(chosen) + stop.strip())
        yield "\n".join(lines)


def measured(clock: Clock, articles: Batch, rounds: int) -> dict[str, float]:
    """Return microseconds an article by step, of the fastest round of each stage."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        clock.spent.clear()
        outputs = [
            stage_1.clean_one(message, CleanSettings(), DedupeSettings())
            for message in articles.messages
        ]
        entries = [PreparedArticle.model_validate_json(output.value or b"") for output in outputs]
        deduper = Deduper(DedupeSettings())
        for position, (entry, message) in enumerate(zip(entries, articles.messages, strict=True)):
            outcome = deduper.decide(entry, position, 1_000_000_000_000 + 1_000 * position)
            if outcome.article is not None and outcome.record is not None:
                records.published(outcome.article, message, DedupeSettings(), outcome.outcome)
                deduper.remember(position, outcome.record)
        for stage, spent in clock.spent.items():
            each = 1e6 * spent / len(articles.messages)
            best[stage] = min(best.get(stage, each), each)
    return best


def main() -> None:
    """Measure and print: steps by script, then both stages by size, with residue and without."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    clock, console = Clock(), Console()
    stages = list(dict.fromkeys(stage for stage, _ in STAGES))
    at = stages.index(FIRST_OF_STAGE_2)
    steps = Table(f"µs an article of {SIZE} characters, with residue", *SCRIPTS)
    sizes = Table("µs an article, stage 1 + stage 2", *SCRIPTS)
    found = {
        script: measured(clock, batch(script, SIZE, options.articles, residue=True), options.rounds)
        for script in SCRIPTS
    }
    for name, part in (("Stage 1", stages[:at]), ("Stage 2", stages[at:])):
        for stage in part:
            steps.add_row(stage, *(f"{found[script].get(stage, 0):.0f}" for script in SCRIPTS))
        totals = (sum(found[script].get(x, 0) for x in part) for script in SCRIPTS)
        steps.add_row(f"[bold]{name}", *(f"{total:.0f}" for total in totals))
    console.print(steps)
    for chars in SIZES:
        for residue in (False, True):
            row = []
            for script in SCRIPTS:
                articles = batch(script, chars, options.articles, residue=residue)
                spent = measured(clock, articles, options.rounds)
                one, two = (sum(spent.get(x, 0) for x in p) for p in (stages[:at], stages[at:]))
                row.append(f"{one:.0f} + {two:.0f}")
            sizes.add_row(f"{chars}, residue" if residue else f"{chars}", *row)
    console.print(sizes)


if __name__ == "__main__":
    main()
