"""Train the line model: `python -m benchmarks.train_line_model DATA` writes line_model.json.

DATA is a directory of labelled pages (benchmarks/cleaning_data.py). Needs the extra `bench`
(CatBoost). With `--folds N`
it trains on all domains but those of each fold in turn, and writes N models for the benchmark.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.cleaning_data import (
    CLEAN_DRAWS,
    INJECT_DRAWS,
    Sample,
    clean_parts,
    injected,
    read_pages,
    samples_of,
)
from benchmarks.disguise import DISGUISES
from benchmarks.growing import Growth
from streams.core.residue.context import FEATURES
from streams.core.residue.model import LINE_MODEL
from streams.core.residue.phrases import phrase_rules
from streams.core.residue.text_lines import features_of, read_lines
from streams.core.text.arrays import Matrix

# Figures found by cross-validation over domains on the development pages (docs/cleaning.md).
GROWTH = Growth(trees=200, depth=6, learning_rate=0.12, l2=8, decimals=4)
# Single lines strewn at random are rare in life; disguised pages are only a help.
TASK_WEIGHT = {
    "raw": 1.0,
    "inject": 2.0,
    "part": 1.0,
    "scatter": 0.6,
    "extracted": 1.0,
    "truth": 1.0,
}
DISGUISE_WEIGHT = 0.6
# Pages of news are few among the blogs, and are what the cleaner is for.
NEWS_WEIGHT = 3.0
# Most repeats are found by streams/core/residue/repeats.py already.
COPY_WEIGHT = 0.6
# Many texts come without a title, and other languages' phrase tables are thinner.
TITLE_SHARE, PHRASE_LOSS = 0.6, 0.25

LIST_HEADS = frozenset(rule.name for rule in phrase_rules() if rule.group.heads_list)

Hits = list[str | None]


def hits_of(lines: Sequence[str]) -> Hits:
    """Return the name of the phrase group that each line hits."""
    return [rule.name if rule else None for rule in read_lines(lines, None).hits]


def evidence(samples: Sequence[Sample], hits: Sequence[Hits]) -> dict[str, float]:
    """Return for each phrase group the log-odds that a line which hits it is residue."""
    counts: Counter[tuple[str | None, int]] = Counter()
    for sample, names in zip(samples, hits, strict=True):
        if sample.task == "raw":
            counts.update(zip(names, sample.labels, strict=True))
    groups = [rule.name for rule in phrase_rules()]
    odds = {name: (counts[name, 0] + 2) / (counts[name, 1] + 1) for name in groups}
    return {str(n): round(float(np.clip(np.log(odd), -1, 5)), 2) for n, odd in odds.items()}


def rows_of(
    sample: Sample, names: Hits, phrase: Mapping[str, float]
) -> Iterator[tuple[float, Matrix]]:
    """Yield the features of a sample as it is and in one disguise, with their weight."""
    rng = random.Random(f"{sample.page} {sample.task}")
    values = [phrase.get(name or "", 0.0) for name in names]
    title = sample.title if rng.random() < TITLE_SHARE else ""
    weight = TASK_WEIGHT[sample.task] / len(sample.lines) ** 0.5
    if sample.is_news:
        weight *= NEWS_WEIGHT
    heads = [name in LIST_HEADS for name in names]
    yield weight, features_of(read_lines(sample.lines, title), values, heads)
    disguise = DISGUISES[rng.choice(list(DISGUISES))]
    lines = [line if line.strip() else "-" for line in disguise(sample.lines, rng)]
    values = [0.0 if rng.random() < PHRASE_LOSS else value for value in values]
    heads = [head and value > 0 for head, value in zip(heads, values, strict=True)]
    title = disguise([sample.title], rng)[0] if rng.random() < TITLE_SHARE else ""
    yield weight * DISGUISE_WEIGHT, features_of(read_lines(lines, title), values, heads)


def train(
    features: Matrix, labels: npt.NDArray[np.int8], weights: npt.NDArray[np.float64]
) -> dict[str, object]:
    """Return the record of a model, as streams/core/residue/model.py reads it."""
    weights = weights * np.where(features[:, FEATURES.index("is_copy")] > 0, COPY_WEIGHT, 1)
    return GROWTH.grow(features, labels, weights / weights.mean(), FEATURES)


def write(record: dict[str, object], path: Path) -> None:
    """Write a model, a tree a line, so that a person can read it and a diff shows what changed."""
    trees = record.pop("trees")
    assert isinstance(trees, list)  # noqa: S101 - as made above
    head = json.dumps(record, indent=1, sort_keys=True)[:-2]
    rows = ",\n  ".join(json.dumps(tree) for tree in trees)
    path.write_text(f'{head},\n "trees": [\n  {rows}\n ]\n}}\n', "utf-8")


def main() -> None:
    """Train on DATA and write the model, or one a fold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=LINE_MODEL)
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    samples = [
        sample
        for page in read_pages(options.data)
        for sample in (
            *samples_of(page),
            *injected(page, INJECT_DRAWS),
            *clean_parts(page, CLEAN_DRAWS),
        )
    ]
    hits = [hits_of(sample.lines) for sample in samples]
    phrase = evidence(samples, hits)
    rows = [
        (sample, weight, matrix)
        for sample, names in zip(samples, hits, strict=True)
        for weight, matrix in rows_of(sample, names, phrase)
    ]
    for fold in range(options.folds) or [None]:
        used = [
            row for row in rows if fold is None or fold_of(row[0].domain, options.folds) != fold
        ]
        record = train(
            np.vstack([matrix for _, _, matrix in used]),
            np.concatenate([np.array(sample.labels, np.int8) for sample, _, _ in used]),
            np.concatenate([np.full(len(matrix), weight) for _, weight, matrix in used]),
        )
        record["evidence"] = phrase
        out = options.out if fold is None else options.out.with_suffix(f".fold{fold}.json")
        write(record, out)
        print(f"{out}: {len(used)} texts, {sum(len(matrix) for _, _, matrix in used)} lines")


def fold_of(domain: str, folds: int) -> int:
    """Return the fold that a domain is tested in: all its pages are in one."""
    return random.Random(domain).randrange(folds)


if __name__ == "__main__":
    main()
