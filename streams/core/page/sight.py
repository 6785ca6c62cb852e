"""What the block model sees of a block: its text, the elements around it, what was extracted.

Nothing here knows a language but the names of elements, which are English on pages of all
languages, and the phrase tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from streams.core.page.columns import KEPT, Columns, as_summary, place_columns
from streams.core.page.match import Match, match_words
from streams.core.page.outline import Weights, outline
from streams.core.page.tree import PageTree
from streams.core.residue.form import FORM, form_features, is_prose
from streams.core.residue.phrases import PhraseRule, phrase_hits
from streams.core.residue.words import WORDS, word_features
from streams.core.text.arrays import Flags, Numbers
from streams.core.text.normalise import comparison_form, comparison_forms, words_of

# The longest development page has 1,349; 8,000 take some 0.2 s.
MAX_BLOCKS = 8_000
_EVIDENCE = tuple(f"{table}_{how}" for table in ("kept", "left") for how in ("max", "min", "sum"))


@dataclass(frozen=True, slots=True)
class Sight:
    """A page beside what an extractor made of it. `columns` are features, a value a block."""

    texts: Sequence[str]
    words: Numbers  # how many each block has,
    line_words: Numbers  # and each line
    match: Match
    kept: Flags
    heading: Numbers  # level of the heading that a block is, or 0
    # For each block the names of the elements around it, and its phrase.
    names: Sequence[frozenset[str]]
    hits: Sequence[PhraseRule | None]
    columns: Columns


def look_at(
    tree: PageTree, lines: Sequence[str], title: str | None, summary: str | None = None
) -> Sight | None:
    """Return what is to be seen of a page from which `lines` were extracted.

    `title` and `summary` are the page's own. Nothing when the page has no text, or too much.
    """
    size = len(tree.texts)
    if not 0 < size <= MAX_BLOCKS:
        return None
    keys = tree.keys
    words = words_of([*keys, comparison_form(title or "")])
    extracted = words_of(comparison_forms(lines))
    match = match_words(words, size, extracted)
    if match is None:
        return None
    kept = match.kept >= KEPT
    form = form_features(tree.texts)
    # A sign of East Asia says as much as some letters; half a letter is the smallest step.
    width = np.rint(2 * np.expm1(form[:, FORM.index("width")].astype(np.float64))) / 2
    seen = outline(tree, width * kept)
    word = word_features(keys, words, is_prose(form))
    columns: Columns = dict(zip((*FORM, *WORDS), (*form.T, *word.T), strict=True))
    columns |= place_columns(tree, seen, match.kept, width, columns)
    columns["as_summary"] = as_summary(keys, comparison_form(summary or ""))
    return Sight(
        texts=tree.texts,
        words=np.bincount(words.text, minlength=size)[:size],
        line_words=np.bincount(extracted.text, minlength=len(lines)),
        match=match,
        kept=kept,
        heading=seen.heading[tree.owners],
        names=[seen.names[i] for i in tree.owners.tolist()],
        hits=phrase_hits(tree.texts, keys, words),
        columns=columns,
    )


def phrase_name(hit: PhraseRule | None) -> str | None:
    """Return under which name a phrase is weighed among the names of elements."""
    return f"phrase {hit.group.reason} {hit.group.strength}" if hit else None


def evidence(sight: Sight, weights: Weights) -> Columns:
    """Return what the names around each block, and its phrase, weigh."""
    numbers: dict[frozenset[str], int] = {}
    at = [numbers.setdefault(names, len(numbers)) for names in sight.names]
    weighed = np.array([_weigh(names, weights) for names in numbers], np.float32)
    phrases = [weights.get(phrase_name(hit) or "", (0.0, 0.0)) for hit in sight.hits]
    table = np.column_stack((weighed[at], np.array(phrases, np.float32)))
    return dict(zip((*_EVIDENCE, "kept_phrase", "left_phrase"), table.T, strict=True))


def _weigh(names: frozenset[str], weights: Weights) -> Sequence[float]:
    found = [weights[name] for name in names if name in weights]
    if not found:
        return (0.0,) * 6
    kept, left = zip(*found, strict=True)
    return (max(kept), min(kept), sum(kept), max(left), min(left), sum(left))
