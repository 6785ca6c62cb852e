"""Measures of a cleaned text against the labelled one."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_GRAM = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the word 4-grams of a text, counted, as article-extraction-benchmark does."""
    words = _WORD.findall(text)
    if len(words) < _GRAM:
        return Counter([tuple(words)]) if words else Counter()
    return Counter(zip(*(words[i:] for i in range(_GRAM)), strict=False))


def shingle_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the F1 of 4-grams over pairs of (cleaned, true) text, each with the same weight."""
    hit = extra = missed = 0.0
    for cleaned, true in pairs:
        have, want = shingles(cleaned), shingles(true)
        both = (have & want).total()
        whole = (have | want).total() or 1
        hit += both / whole
        extra += (have.total() - both) / whole
        missed += (want.total() - both) / whole
    return 2 * hit / (2 * hit + extra + missed) if hit else 0.0


@dataclass(frozen=True, slots=True)
class LineScore:
    """Lines kept and dropped over many documents. Shares are 0..1."""

    f1: float  # of keeping, over all lines
    f1_by_text: float  # mean over documents
    exact: float  # documents with every line right
    lost: float  # genuine lines that went
    removed: float  # residue lines that went


def line_score(rows: Sequence[tuple[Sequence[bool], Sequence[int]]]) -> LineScore:
    """Return the score of (kept, label) rows, one a document."""
    each = [_counts(kept, labels) for kept, labels in rows]
    hit, extra, missed, gone = (sum(column) for column in zip(*each, strict=True))
    return LineScore(
        f1=_f1(hit, extra, missed),
        f1_by_text=sum(_f1(*row[:3]) for row in each) / len(each),
        exact=sum(row[1] == row[2] == 0 for row in each) / len(each),
        lost=missed / max(hit + missed, 1),
        removed=gone / max(gone + extra, 1),
    )


def _counts(kept: Sequence[bool], labels: Sequence[int]) -> tuple[int, int, int, int]:
    pairs = Counter((bool(keep), bool(label)) for keep, label in zip(kept, labels, strict=True))
    return pairs[True, True], pairs[True, False], pairs[False, True], pairs[False, False]


def _f1(hit: int, extra: int, missed: int) -> float:
    return 2 * hit / (2 * hit + extra + missed) if hit else 0.0
