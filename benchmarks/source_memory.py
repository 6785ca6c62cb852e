"""What a source's memory adds to cleaning: `python -m benchmarks.source_memory DATA --models DIR`.

The pages of each domain that has three or more go through stage 1, each judged by the model that
did not see its domain (see benchmarks/cleaning.py), and then as a stream through stage 2. Printed
are the lines that stage 1 left and those that stage 2 took, as residue / genuine.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from benchmarks.cleaning_data import TASKS, Sample, read_pages, samples_of
from benchmarks.made_articles import prepared
from benchmarks.train_line_model import fold_of
from streams.core.dedupe import Deduper
from streams.core.residue.cleaner import find_residue
from streams.core.residue.model import LineModel, read_line_model
from streams.settings import DedupeSettings
from streams.units import HOUR_MS

_MIN_PAGES = 3


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True, help="directory of models by fold")
    options = parser.parse_args()
    models = [
        read_line_model(json.loads(p.read_text())) for p in sorted(options.models.glob("*.json"))
    ]
    pages = [list(samples_of(page)) for page in read_pages(options.data)]
    count = Counter(samples[0].domain for samples in pages if samples)
    for task in TASKS:
        samples = [
            x for page in pages for x in page if x.task == task and count[x.domain] >= _MIN_PAGES
        ]
        print(f"{task:10} {len(samples)} texts")
        for name, labels in sorted(_stream(samples, models).items()):
            print(f"    {name:18} {labels[0]} / {labels[1]}")


def _stream(samples: list[Sample], models: list[LineModel]) -> dict[str, Counter[int]]:
    """Return by label the lines that stage 1 left, and those that each rule of stage 2 took."""
    deduper = Deduper(DedupeSettings())
    lines: dict[str, Counter[int]] = {"left by stage 1": Counter()}
    for position, sample in enumerate(samples):
        model = models[fold_of(sample.domain, len(models))]
        verdicts, doubts, *_ = find_residue(sample.lines, sample.title, model)
        kept = [i for i, verdict in enumerate(verdicts) if verdict is None]
        article = prepared([sample.lines[i] for i in kept], position, source=sample.domain)
        doubted = [
            paragraph.model_copy(update={"doubt": doubts.get(i)})
            for paragraph, i in zip(article.paragraphs, kept, strict=True)
        ]
        article = article.model_copy(update={"paragraphs": tuple(doubted)})
        outcome = deduper.decide(article, position, 1_000 * HOUR_MS)
        lines["left by stage 1"].update(sample.labels[i] for i in kept)
        if outcome.article is None or outcome.record is None:
            continue
        deduper.remember(position, outcome.record)
        line_at = {paragraph.start: i for paragraph, i in zip(doubted, kept, strict=True)}
        for removal in outcome.article.removals:
            lines.setdefault(removal.rule, Counter())[sample.labels[line_at[removal.start]]] += 1
    return lines


if __name__ == "__main__":
    main()
