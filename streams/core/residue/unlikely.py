"""Lines that the model takes for residue, by the measure of the text in which they stand."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.removal import Reason
from schemas.rule import PhraseMatch, Strength
from streams.core.residue.model import LineModel
from streams.core.residue.phrases import PhraseRule
from streams.core.residue.text_lines import LineVerdict, TextLines, features_of, list_heads
from streams.core.text.arrays import Vector
from streams.core.text.trees import log_odds

# The measure of a text is its share of lines that are residue for sure. With few of them it is an
# article or an extractor's output, and a line must be hopeless to go; with many it is a page, or an
# article with much residue in it. Found by cross-validation over domains, so that clean texts, and
# short ones too, lose less than half a per cent of their lines.
_SURE = -2.2  # log-odds of .1
_CLEAN_SHARE, _PAGE_SHARE = 0.05, 0.1
_CLEAN_LIMIT, _PAGE_LIMIT = 0.005, 0.5  # probabilities
# One odd line makes no page of a short text: these are added to its lines, and one does not count.
# On news pages that halves the genuine lines lost of a clean text, for .001 of line F1 elsewhere.
_PRIOR_LINES, _ODD_LINES = 5, 1
# A long page names itself by menus and buttons. A long text with hardly one is an article in which
# the share counts for little: a list of restaurants or products looks like a menu all through.
_LONG_LINES = 100
_STRONG_PHRASE = 4.0
_STRONG_SHARE = 0.01
# A text of which nothing would stay is a list that the model does not understand, unless it is no
# more than a handful of labels: then only the hopeless lines go.
_WHOLE_LIST = 20
_NO_PHRASE_WEIGHT = 0.1
# The longest page of the development set has 1,467 lines; a text far beyond is no page, and would
# only cost time and a record of its own size in explanations.
JUDGED_LINES = 3_000
# A line that stays is doubtful from this probability of residue on; it goes when the source repeats
# it. On the development pages .7 is the first bound at which none of the repeated lines is genuine
# (at .6 headings like "Pros" are); docs/cleaning.md has the figures.
DOUBTFUL = 0.7
# Half of all news articles consist of paragraphs but for two lines at most and have no residue
# phrase (counted in 33 web news articles of 4 to 5 KB): they are clean, and are spared the model.
_LABEL_CHARS, _FEW_LABELS = 60, 2
BY_MODEL = "line_model/trees"  # the rule of what goes by its features alone


class Unlikely(NamedTuple):
    """By number of the line: why it goes, or how probably one that stays is residue."""

    gone: dict[int, LineVerdict]
    doubts: dict[int, float]


def unlikely_lines(
    reading: TextLines, model: LineModel, known: Sequence[object] | None = None
) -> Unlikely:
    """Return the lines that go, with what spoke against them, and the doubtful ones.

    `known` says, by what is not nothing, which lines go already.
    """
    if not _may_have_residue(reading) or len(reading.texts) > JUDGED_LINES:
        return Unlikely({}, {})
    evidence = [
        model.evidence.get(hit.name, hit.group.weight) if hit else 0.0 for hit in reading.hits
    ]
    features = features_of(reading, evidence, list_heads(reading.hits))
    answers = model.trees.answers(features)
    scores = model.trees.scores_of(answers)
    limit = _limit(scores, evidence, _labels(reading))
    stays = scores >= limit
    if _goes_whole(stays, known or (None,) * len(scores)):
        limit = log_odds(_CLEAN_LIMIT)
        stays = scores >= limit
    below = np.flatnonzero(~stays)
    reasons = model.trees.reasons_of(answers[:, below]) if len(below) else []
    gone = {
        i: _verdict(reading.hits[i], f"Score {scores[i]:.1f} below {limit:.1f}: {why}.")
        for i, why in zip(below.tolist(), reasons, strict=True)
    }
    return Unlikely(gone, _doubts(scores, stays))


def _goes_whole(stays: NDArray[np.bool_], known: Sequence[object]) -> bool:
    """Say whether nothing would be left of a list, `known` being what goes already."""
    asked = 0
    for line_stays, verdict in zip(stays.tolist(), known, strict=True):
        if verdict is None and line_stays:
            return False
        asked += verdict is None
    return asked >= _WHOLE_LIST


def _may_have_residue(reading: TextLines) -> bool:
    """Say whether a text has a residue phrase, or lines that are no paragraphs, to speak of."""
    if any(reading.hits):
        return True
    return sum(len(key) < _LABEL_CHARS for key in reading.keys) > _FEW_LABELS


def _doubts(scores: Vector, stays: NDArray[np.bool_]) -> dict[int, float]:
    doubtful = stays & (scores <= -log_odds(DOUBTFUL))
    return {i: round(1 / (1 + math.exp(scores[i])), 2) for i in np.flatnonzero(doubtful).tolist()}


def _verdict(hit: PhraseRule | None, why: str) -> LineVerdict:
    if hit is None:
        return LineVerdict(Reason.LINE_MODEL, BY_MODEL, why)
    return LineVerdict(hit.group.reason, hit.name, f"{hit.group.why} {why}")


def _labels(reading: TextLines) -> NDArray[np.bool_]:
    """Return which lines are labels by a phrase that is the whole line, and certain."""
    return np.fromiter(
        (
            hit is not None
            and hit.group.strength is Strength.CERTAIN
            and hit.group.match is PhraseMatch.WHOLE
            for hit in reading.hits
        ),
        np.bool_,
        len(reading.hits),
    )


def _limit(scores: Vector, evidence: Sequence[float], labels: NDArray[np.bool_]) -> float:
    """Return the score below which a line goes: low in a text that looks clean, high in a page.

    In scripts without case the model is sure of few lines, so known labels count as sure too.
    """
    strong_phrases = sum(weight >= _STRONG_PHRASE for weight in evidence)
    odd = max(int(((scores < _SURE) | labels).sum()) - _ODD_LINES, 0)
    sure = odd / (len(scores) + _PRIOR_LINES)
    if len(scores) >= _LONG_LINES and strong_phrases < _STRONG_SHARE * len(scores):
        sure *= _NO_PHRASE_WEIGHT
    share = min(max((sure - _CLEAN_SHARE) / (_PAGE_SHARE - _CLEAN_SHARE), 0.0), 1.0)
    probability = _CLEAN_LIMIT + share * (_PAGE_LIMIT - _CLEAN_LIMIT)
    return log_odds(probability)
