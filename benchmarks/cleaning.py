"""How well cleaning works on labelled pages: `python -m benchmarks.cleaning DATA`.

DATA is in the format of benchmarks/cleaning_data.py. `--models DIR` takes the models that
`train_line_model.py --folds N --out DIR/m.json` wrote, and judges each page by the model that did
not see its domain: the only honest figures on pages that were trained on.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.cleaning_data import TASKS, Sample, read_pages, samples_of
from benchmarks.cleaning_peers import PEERS
from benchmarks.scores import line_score, shingle_f1
from benchmarks.train_line_model import fold_of
from schemas.removal import Reason
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.core.residue.cleaner import find_residue
from streams.core.residue.model import LineModel, read_line_model
from streams.core.residue.text_lines import read_lines
from streams.settings import CleanSettings

Kept = list[bool]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, help="directory of models by fold")
    parser.add_argument("--no-peers", action="store_true", help="leave out the peers (minutes)")
    parser.add_argument("--worst", type=int, default=10, help="documents to list")
    options = parser.parse_args()
    samples = [sample for page in read_pages(options.data) for sample in samples_of(page)]
    models = (
        [read_line_model(json.loads(p.read_text())) for p in sorted(options.models.glob("*.json"))]
        if options.models
        else []
    )
    print(f"{len(samples)} texts; {'models by fold' if models else 'the installed model'}\n")
    kept = [ours(sample, models) for sample in samples]
    _table("cleanwire", samples, kept)
    if not options.no_peers:
        for name, peer in PEERS.items():
            _table(name, samples, [peer(x.lines, x.title) for x in samples])
    _by_kind(samples, kept)
    _worst(samples, kept, options.worst)
    _speed(samples)


def ours(sample: Sample, models: Sequence[LineModel]) -> Kept:
    """Return which lines cleanwire keeps."""
    model = models[fold_of(sample.domain, len(models))] if models else None
    return [verdict is None for verdict in find_residue(sample.lines, sample.title, model).verdicts]


def _table(name: str, samples: Sequence[Sample], kept: Sequence[Kept]) -> None:
    rows: Mapping[str, list[tuple[Sample, Kept]]] = defaultdict(list)
    for sample, keep in zip(samples, kept, strict=True):
        rows[sample.task].append((sample, keep))
    print(f"{name:30} line F1 (by text)  shingle F1  exact   lost  removed")
    for task in TASKS:
        score = line_score([(keep, sample.labels) for sample, keep in rows[task]])
        shingle = shingle_f1(
            ("\n".join(x for x, keep in zip(s.lines, k, strict=True) if keep), s.truth)
            for s, k in rows[task]
        )
        print(
            f"  {task:28} {score.f1:7.3f} ({score.f1_by_text:.3f}) {shingle:11.3f}"
            f" {score.exact:6.1%} {score.lost:6.2%} {score.removed:8.1%}"
        )


def _by_kind(samples: Sequence[Sample], kept: Sequence[Kept]) -> None:
    """Residue of whole pages by the kind of phrase in it, and how much of it went."""
    gone: Counter[tuple[str, bool]] = Counter()
    for sample, keep in zip(samples, kept, strict=True):
        if sample.task != "raw":
            continue
        hits = read_lines(sample.lines, None).hits
        for hit, keeps, label in zip(hits, keep, sample.labels, strict=True):
            if not label:
                gone[hit.group.reason if hit else "no phrase", keeps] += 1
    print("\nresidue of whole pages by kind: lines, share removed")
    for kind in (*Reason, "no phrase"):
        total = gone[kind, True] + gone[kind, False]
        if total:
            print(f"  {kind:28} {total:7} {gone[kind, False] / total:7.1%}")


def _worst(samples: Sequence[Sample], kept: Sequence[Kept], count: int) -> None:
    def errors(row: tuple[Sample, Kept]) -> int:
        return sum(keep != bool(label) for keep, label in zip(row[1], row[0].labels, strict=True))

    rows = sorted(zip(samples, kept, strict=True), key=errors, reverse=True)
    print("\nworst documents: wrong lines of all, genuine ones lost")
    for sample, keep in rows[:count]:
        lost = sum(bool(y) and not k for k, y in zip(keep, sample.labels, strict=True))
        print(
            f"  {errors((sample, keep)):5} of {len(keep):5}, {lost:4} lost"
            f"  {sample.task:10} {sample.page}"
        )


def _speed(samples: Sequence[Sample]) -> None:
    """Articles a second through the whole stage, on one core, for texts of about 4.5 KB."""
    values = [
        json.dumps({"content": "\n".join(s.lines), "title": s.title, "language": "en"}).encode()
        for s in samples
        if s.task == "truth" and 4_000 <= sum(map(len, s.lines)) <= 5_000
    ]
    messages = [Message("t", 0, i, 1_780_000_000_000, None, v) for i, v in enumerate(values)]
    settings = CleanSettings()
    for message in messages[:20]:
        clean(message, settings)
    start = time.process_time()
    for message in messages:
        clean(message, settings)
    took = time.process_time() - start
    print(f"\nspeed: {len(messages) / max(took, 1e-9):.0f} texts/s of 4-5 KB, bytes to article")


if __name__ == "__main__":
    main()
