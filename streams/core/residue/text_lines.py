"""A text's lines with what every means of the cleaner looks at, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schemas.removal import Reason
from streams.core.residue.context import with_context
from streams.core.residue.form import form_features, is_prose
from streams.core.residue.phrases import PhraseRule, phrase_hits
from streams.core.residue.words import word_features
from streams.core.text.arrays import Flags, Matrix
from streams.core.text.normalise import Words, comparison_forms, words_of

# Lists of other stories are seldom longer.
_MAX_LISTED = 12


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """Why a line goes. `copy_of` is the number of the line that stays in its place."""

    reason: Reason
    rule: str
    why: str
    copy_of: int | None = None


LineVerdicts = list[LineVerdict | None]


@dataclass(frozen=True, slots=True)
class TextLines:
    """The lines of one text, their comparison forms, all words (last the title's), phrase hits."""

    texts: Sequence[str]
    keys: Sequence[str]
    title_key: str
    words: Words
    hits: Sequence[PhraseRule | None]


def read_lines(texts: Sequence[str], title: str | None) -> TextLines:
    """Return the reading of a text's lines."""
    *keys, title_key = comparison_forms((*texts, title or ""))
    words = words_of([*keys, title_key])
    return TextLines(texts, keys, title_key, words, phrase_hits(texts, keys, words))


def features_of(
    reading: TextLines, evidence: Sequence[float], list_heads: Sequence[bool]
) -> Matrix:
    """Return what the line model sees.

    `evidence` is the weight of each line's phrase, `list_heads` whether it heads a list of stories.
    """
    form = form_features(reading.texts)
    prose = is_prose(form)
    words = word_features(reading.keys, reading.words, prose)
    own = np.empty((len(form), form.shape[1] + words.shape[1] + 2), np.float32)
    own[:, : form.shape[1]] = form
    own[:, form.shape[1] : -2] = words
    own[:, -2] = evidence
    own[:, -1] = _listed(list_heads, evidence, prose) if any(list_heads) else 0
    return with_context(own)


def list_heads(hits: Sequence[PhraseRule | None]) -> list[bool]:
    """Say which lines head a list of other stories."""
    return [hit is not None and hit.group.heads_list for hit in hits]


def _listed(heads: Sequence[bool], evidence: Sequence[float], prose: Flags) -> list[int]:
    """Return how far below the head of a list each line stands, up to a paragraph or a phrase."""
    listed, below = [0] * len(heads), 0
    for i, (head, known, is_paragraph) in enumerate(
        zip(heads, evidence, prose.tolist(), strict=True)
    ):
        if head:
            below = 1
        elif below and not known and not is_paragraph and below <= _MAX_LISTED:
            listed[i] = below
            below += 1
        else:
            below = 0
    return listed
