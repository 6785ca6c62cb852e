"""A text's lines with what every means of the cleaner looks at, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schemas.removal import Reason
from streams.core.residue.context import with_context
from streams.core.residue.form import form_features, is_prose
from streams.core.residue.phrases import PhraseRule, phrase_hits
from streams.core.residue.words import word_features
from streams.core.text.arrays import Matrix
from streams.core.text.normalise import Words, comparison_form, words_of


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
    keys = [comparison_form(text) for text in texts]
    title_key = comparison_form(title or "")
    words = words_of([*keys, title_key])
    return TextLines(texts, keys, title_key, words, phrase_hits(texts, keys, words))


def features_of(reading: TextLines, evidence: Sequence[float]) -> Matrix:
    """Return what the line model sees; `evidence` is the weight of each line's phrase."""
    form = form_features(reading.texts)
    words = word_features(reading.keys, reading.words, is_prose(form))
    return with_context(np.hstack((form, words, np.array(evidence, np.float32)[:, None])))
