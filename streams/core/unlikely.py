"""Lines that the model takes for residue, by the measure of the text in which they stand."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.removal import Reason
from streams.core.context import FEATURES
from streams.core.features import Vector
from streams.core.line_model import LineModel
from streams.core.phrase_rules import PhraseRule
from streams.core.reading import Reading, Verdict, features_of

# The measure of a text is its share of lines that are residue for sure. With few of them it is an
# article or an extractor's output, and a line must be hopeless to go; with many it is a page.
# Found by cross-validation over domains, so that clean texts lose about half a per cent of lines.
_SURE = -2.2  # log-odds of .1
_CLEAN_SHARE, _PAGE_SHARE = 0.04, 0.10
_CLEAN_LIMIT, _PAGE_LIMIT = 0.05, 0.45  # probabilities
# A line that reads like a paragraph and has no residue phrase must be worse in any text.
_PROSE_LIMIT = -1.4  # log-odds of .2
# The longest page of the development set has 1,467 lines; a text far beyond is no page, and would
# only cost time and a record of its own size in explanations.
MAX_LINES = 3_000
# A line that stays is doubtful from this probability of residue on; it goes when the source repeats
# it. On the development pages .7 is the first bound at which none of the repeated lines is genuine
# (at .6 headings like "Pros" are); docs/cleaning.md has the figures.
DOUBTFUL = 0.7
_PROSE, _PHRASE = FEATURES.index("prose"), FEATURES.index("phrase")
# Pages name themselves by a menu or a button; without one the share counts for little.
_STRONG_PHRASE = 3.0
_NO_PHRASE_WEIGHT = 0.15


class Unlikely(NamedTuple):
    """By number of the line: why it goes, or how probably one that stays is residue."""

    gone: dict[int, Verdict]
    doubts: dict[int, float]


def unlikely_lines(reading: Reading, model: LineModel) -> Unlikely:
    """Return the lines that go, with the features that spoke against them, and the doubtful ones.

    A text without any residue phrase is taken as clean and costs nothing: on the development pages
    the model found 10 lines in 1,000 such texts that were not one odd document's.
    """
    if not any(reading.hits) or len(reading.texts) > MAX_LINES:
        return Unlikely({}, {})
    evidence = [model.evidence.get(hit.name, 0.0) if hit else 0.0 for hit in reading.hits]
    features = features_of(reading, evidence)
    scores = model.scores(features)
    limit = _limit(scores, no_phrase=max(evidence) < _STRONG_PHRASE)
    prose = features[:, _PROSE] > 0
    limits = np.where(prose & (features[:, _PHRASE] == 0), min(limit, _PROSE_LIMIT), limit)
    stays = scores >= limits
    below = np.flatnonzero(~stays)
    reasons = model.reasons(features[below]) if len(below) else []
    gone = {
        i: _verdict(reading.hits[i], f"Score {scores[i]:.1f} below {limits[i]:.1f}: {why}.")
        for i, why in zip(below.tolist(), reasons, strict=True)
    }
    return Unlikely(gone, _doubts(scores, stays))


def _doubts(scores: Vector, stays: NDArray[np.bool_]) -> dict[int, float]:
    doubtful = stays & (scores <= -_log_odds(DOUBTFUL))
    return {i: round(1 / (1 + math.exp(scores[i])), 2) for i in np.flatnonzero(doubtful).tolist()}


def _verdict(hit: PhraseRule | None, why: str) -> Verdict:
    if hit is None:
        return Verdict(Reason.LINE_MODEL, "line_model/trees", why)
    return Verdict(hit.group.reason, hit.name, f"{hit.group.why} {why}")


def _limit(scores: Vector, *, no_phrase: bool) -> float:
    """Return the score below which a line goes: low in a text that looks clean, high in a page."""
    sure = float((scores < _SURE).mean()) * (_NO_PHRASE_WEIGHT if no_phrase else 1)
    share = min(max((sure - _CLEAN_SHARE) / (_PAGE_SHARE - _CLEAN_SHARE), 0.0), 1.0)
    probability = _CLEAN_LIMIT + share * (_PAGE_LIMIT - _CLEAN_LIMIT)
    return _log_odds(probability)


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
