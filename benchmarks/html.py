"""How well pages of HTML become articles: `python -m benchmarks.html DIR`.

DIR is in the layout of benchmarks/html_data.py. `--models DIR` takes the block models that
`train_block_model.py --folds N --out DIR/m.json` wrote, and judges each page by the model that did
not see its domain: the only honest figures on pages that were trained on.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.html_data import LabelledPage, read_labelled
from benchmarks.scores import shingles
from benchmarks.train_line_model import fold_of
from schemas import PreparedArticle
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.core.page.judge import Judged
from streams.core.page.model import BlockModel, read_block_model
from streams.settings import CleanSettings

Reader = Callable[[LabelledPage], str]
# For each page the shares of 4-grams that are right, too many, and missing; see scores.shingle_f1.
Parts = NDArray[np.float64]

_RESAMPLINGS = 1_000
BASE = "trafilatura"


@dataclass(frozen=True, slots=True)
class Result:
    """What a reader made of all pages."""

    parts: Parts
    pages_per_s: float


def cleanwire(page: LabelledPage) -> str:
    """Return the paragraphs of the whole stage, from bytes to record."""
    headers = (("content-type", b"text/html"), ("cleanwire-url", page.url.encode()))
    message = Message("html", 0, 0, 1_780_000_000_000, None, page.html, headers)
    article = clean(message, CleanSettings(max_value_bytes=len(page.html)))
    if not isinstance(article, PreparedArticle):
        return ""
    return "\n".join(paragraph.text for paragraph in article.paragraphs)


def by_fold(models: Sequence[BlockModel]) -> Reader:
    """Return `cleanwire` with the model that did not see the page's domain."""

    def reader(page: LabelledPage) -> str:
        model = models[fold_of(page.domain, len(models))]
        with patch("streams.core.page.judge.block_model", lambda: model):
            return cleanwire(page)

    return reader


def without_page_model(page: LabelledPage) -> str:
    """Return what the line cleaner alone leaves of trafilatura's text."""
    with patch(
        "streams.core.page.extract.judge_blocks", lambda _tree, text, _title, **_: Judged(text, ())
    ):
        return cleanwire(page)


def trafilatura(page: LabelledPage, *, precision: bool = False) -> str:
    """Return trafilatura's text without comments."""
    from trafilatura import extract  # noqa: PLC0415 - a peer, loaded when it is asked for

    return str(extract(page.markup, include_comments=False, favor_precision=precision) or "")


def trafilatura_precision(page: LabelledPage) -> str:
    """Return trafilatura's text, with less of what may be residue."""
    return trafilatura(page, precision=True)


def resiliparse(page: LabelledPage) -> str:
    """Return the main content as resiliparse finds it."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - a peer

    return str(extract_plain_text(page.markup, main_content=True))


def readers(models: Sequence[BlockModel]) -> Mapping[str, Reader]:
    """Return all that is compared, by name; the one that others are measured against first."""
    rows: dict[str, Reader] = {
        BASE: trafilatura,
        "trafilatura, precision": trafilatura_precision,
        "cleanwire": by_fold(models) if models else cleanwire,
        "cleanwire, no page model": without_page_model,
    }
    if find_spec("resiliparse"):
        rows["resiliparse"] = resiliparse
    return rows


def measure(reader: Reader, pages: Sequence[LabelledPage]) -> Result:
    """Return how well and how fast a reader reads."""
    for page in pages[:3]:
        reader(page)
    parts, took = [], 0.0
    for page in pages:
        start = time.process_time()
        text = reader(page)
        took += time.process_time() - start
        parts.append(parts_of(text, page))
    return Result(np.array(parts), len(pages) / max(took, 1e-9))


def parts_of(text: str, page: LabelledPage) -> tuple[float, float, float]:
    """Return the shares of 4-grams right, too many and missing."""
    have, want = shingles(text), _truth(page.truth)
    both = (have & want).total()
    whole = (have | want).total() or 1
    return both / whole, (have.total() - both) / whole, (want.total() - both) / whole


_truth = cache(shingles)


def f1(parts: Parts) -> float:
    """Return the F1 over pages, each with the same weight."""
    hit, extra, missed = parts.sum(0)
    return float(2 * hit / max(2 * hit + extra + missed, 1e-9))


def spread(parts: Parts, base: Parts) -> float:
    """Return the bootstrap's standard deviation of the difference in F1 on the same pages."""
    rng = np.random.default_rng(1)
    picks = (rng.integers(0, len(parts), len(parts)) for _ in range(_RESAMPLINGS))
    return float(np.std([f1(parts[pick]) - f1(base[pick]) for pick in picks]))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--models", type=Path, help="directory of block models by fold")
    parser.add_argument("--worst", type=int, default=10, help="pages to list")
    options = parser.parse_args()
    pages = list(read_labelled(options.directory))
    models = (
        [read_block_model(json.loads(p.read_text())) for p in sorted(options.models.glob("*.json"))]
        if options.models
        else []
    )
    print(
        f"{len(pages)} pages; {'block models by fold' if models else 'the installed block model'}"
    )
    print(f"{'':26} {'F1':>6} {'P':>6} {'R':>6} {'exact':>6}  to {BASE}  pages/s")
    results: dict[str, Result] = {}
    for name, reader in readers(models).items():
        results[name] = result = measure(reader, pages)
        hit, extra, missed = result.parts.sum(0)
        exact = (result.parts[:, 1:].sum(1) == 0).mean()
        base = results[BASE].parts
        print(
            f"{name:26} {f1(result.parts):6.4f} {hit / (hit + extra):6.3f}"
            f" {hit / (hit + missed):6.3f} {exact:6.1%}"
            f" {f1(result.parts) - f1(base):+.4f} ±{spread(result.parts, base):.4f}"
            f" {result.pages_per_s:8.0f}"
        )
    _worst(pages, results, options.worst)


def _worst(pages: Sequence[LabelledPage], results: Mapping[str, Result], count: int) -> None:
    ours, base = results["cleanwire"].parts, results[BASE].parts
    each = [(f1(a[None]), f1(b[None]), page) for a, b, page in zip(ours, base, pages, strict=True)]
    print(f"\nworst pages: F1 of cleanwire and of {BASE}")
    for mine, theirs, page in sorted(each, key=lambda row: row[0])[:count]:
        print(f"  {mine:.3f} {theirs:.3f}  {page.name} {page.url[:80]}")
    print(f"\npages that lose most against {BASE}")
    for mine, theirs, page in sorted(each, key=lambda row: row[0] - row[1])[:count]:
        print(f"  {mine:.3f} {theirs:.3f}  {page.name} {page.url[:80]}")


if __name__ == "__main__":
    main()
