"""Labelled pairs against what the streams made of them.

A pair counts as found when both belong to one story, or when the later contains the earlier whole
and says so (`longer_version`: another source's longer text is published, not held back).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.dedupe_streams import Article, Decided
from schemas import CleanArticle

SAME_WIRE: Final = ("duplicate", "update")
Pair = dict[str, Any]


def read_pairs(data: Path, articles: dict[str, Article]) -> list[Pair]:
    """Return the pairs of every `*pairs.jsonl` that are labelled, each with its set."""
    pairs = [
        json.loads(line)
        for path in sorted(data.glob("*pairs.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [
        {**pair, "set": articles[pair["a"]].set} for pair in pairs if pair["positive"] is not None
    ]


@dataclass(slots=True)
class Score:
    """Hits and misses against the labels, by set and stratum."""

    counts: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def count(self, pair: Pair, *, found: bool) -> str:
        """Count a pair and return how it went."""
        kind = ("hit" if found else "missed") if pair["positive"] else ("wrong" if found else "ok")
        self.counts[pair["set"], pair["stratum"]][kind] += 1
        return kind

    @property
    def sets(self) -> list[str]:
        """The sets that have pairs."""
        return sorted({name for name, _ in self.counts})

    def figures(self, sets: Sequence[str] | None = None) -> tuple[float, float, float]:
        """Return precision, recall and F1, of all or of some sets; 1 where there is nothing."""
        chosen = (counts for (name, _), counts in self.counts.items() if not sets or name in sets)
        total: Counter[str] = sum(chosen, Counter())
        called, copies = total["hit"] + total["wrong"], total["hit"] + total["missed"]
        precision = total["hit"] / called if called else 1.0
        recall = total["hit"] / copies if copies else 1.0
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def print_figures(name: str, figures: tuple[float, float, float], rest: str = "") -> None:
    """Print a line of figures."""
    precision, recall, f1 = figures
    print(f"{name:34} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}{rest}")


def print_quality(
    pairs: Sequence[Pair],
    decided: dict[str, Decided],
    articles: dict[str, Article],
    *,
    texts: bool,
) -> None:
    """Print hits by set and stratum, the figures, and every pair that went wrong."""
    score, strict, told, wrongs = Score(), Score(), Counter[bool](), []
    for pair in pairs:
        earlier, later = _in_order(pair, decided)
        same_story = earlier.story_id == later.story_id
        strict.count(pair, found=same_story)
        kind = score.count(pair, found=same_story or _is_longer_version(earlier, later))
        if kind in {"missed", "wrong"}:
            wrongs.append((kind, pair, later))
        if same_story and pair["label"] in SAME_WIRE and earlier.source == later.source:
            told[later.verdict == pair["label"]] += 1
    print("set       stratum   hit missed wrong    ok")
    for (name, stratum), counts in sorted(score.counts.items()):
        cells = (counts[kind] for kind in ("hit", "missed", "wrong", "ok"))
        print(f"{name:9} {stratum:8}" + "".join(f"{cell:6}" for cell in cells))
    for name in score.sets:
        print_figures(f"copy or version of, {name}", score.figures([name]))
    print_figures("copy or version of", score.figures())
    print_figures("of them in one story", strict.figures())
    shared = [pair for pair in pairs if pair["label"].startswith("shares-")]
    called = sum(kind == "wrong" and pair in shared for kind, pair, _ in wrongs)
    print(f"share only boilerplate or background, called copies: {called} of {len(shared)}")
    print(f"update told from duplicate, same source: {told[True]} of {told.total()}\n")
    for kind, pair, later in wrongs:
        print(f"{kind}: {pair['a']} {pair['b']} {pair['label']} ({pair.get('reason', '')})")
        for candidate in later.decision.candidates:
            print(
                f"    {candidate.article.id}: containment {candidate.containment}, "
                f"coverage {candidate.coverage}, {candidate.note or 'decides'}"
            )
        if texts:
            for name in ("a", "b"):
                print(f"  {name}:", "\n     ".join(articles[pair[name]].paragraphs))
    print()


def _in_order(pair: Pair, decided: dict[str, Decided]) -> tuple[CleanArticle, CleanArticle]:
    one, other = decided[pair["a"]], decided[pair["b"]]
    first, second = (one, other) if one.position < other.position else (other, one)
    return first.article, second.article


def _is_longer_version(earlier: CleanArticle, later: CleanArticle) -> bool:
    return "longer_version" in later.decision.notes and any(
        candidate.story_id == earlier.story_id and candidate.note == "longer"
        for candidate in later.decision.candidates
    )
