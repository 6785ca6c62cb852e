"""A line's place and neighbours, as the line model sees them."""

from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.residue.form import FORM, is_prose
from streams.core.residue.words import WORDS
from streams.core.text.arrays import Flags, Floats, Matrix, Numbers, Vector

OWN = (*FORM, *WORDS, "phrase", "listed")
_AT = {name: column for column, name in enumerate(OWN)}

# What is seen of the lines beside a line, and how far.
_BESIDE: tuple[str, ...] = (
    "width",
    "ends_sentence",
    "capital_starts",
    "digits",
    "links",
    "ends_colon",
    "copies",
    "common_words",
    "title_words",
    "phrase",
)
_BESIDE_STEPS = (-1, 1)
_FURTHER = ("width", "ends_sentence", "capital_starts", "phrase")
_FURTHER_STEPS = (-2, 2)
_SEEN = (
    (np.array([_AT[name] for name in _BESIDE]), _BESIDE_STEPS),
    (np.array([_AT[name] for name in _FURTHER]), _FURTHER_STEPS),
)
_MEAN_RADII = (2, 5, 12, 30)
_MEANS = ("prose", "short", "width", "phrase")
_SHORT_WIDTH = 30
_SHORT = np.log1p(_SHORT_WIDTH)
_RADII = np.array(_MEAN_RADII)
_FAR = 200

NEIGHBOURS = tuple(
    f"{name}{step:+d}"
    for step, name in (*product(_BESIDE_STEPS, _BESIDE), *product(_FURTHER_STEPS, _FURTHER))
)
NEARBY = tuple(f"{name}~{radius}" for radius, name in product(_MEAN_RADII, _MEANS))
PLACE = (
    "prose",
    "from_prose",
    "to_prose",
    "text_before",
    "text_after",
    "prose_before",
    "prose_after",
    "from_top",
    "from_bottom",
    "since_title",
    "to_title",
    "wider_than_last",
    "wider_than_next",
)
_IN_PLACE = {name: column for column, name in enumerate(PLACE)}
# Counts of lines, whose logarithm is taken: two runs of columns, from the first to the last.
_COUNTED = tuple(
    slice(_IN_PLACE[first], _IN_PLACE[last] + 1)
    for first, last in (("from_prose", "to_prose"), ("prose_before", "to_title"))
)
# A line with so much of the title's words is the headline, or a link to this story.
_IS_TITLE = 0.8
ARTICLE = (
    "lines",
    "prose_lines",
    "prose_text",
    "short_lines",
    "sentence_lines",
    "copied_lines",
    "link_lines",
    "phrase_lines",
    "middle_width",
)
FEATURES = (*OWN, *NEIGHBOURS, *NEARBY, *PLACE, *ARTICLE)


def with_context(own: Matrix) -> Matrix:
    """Return `own` (columns `OWN`) with the columns of place, neighbours and article beside it."""
    prose = is_prose(own)
    n, width = own.shape
    features = np.empty((n, len(FEATURES)), np.float32)
    features[:, :width] = own
    parts = (_neighbours(own), _nearby(own, prose), _place(own, prose), _article(own, prose))
    for part in parts:
        features[:, width : width + part.shape[-1]] = part
        width += part.shape[-1]
    return features


def _neighbours(own: Matrix) -> Matrix:
    n = len(own)
    beside = np.zeros((n, len(NEIGHBOURS)), np.float32)
    at = 0
    for columns, steps in _SEEN:
        seen = own.take(columns, axis=1)
        for step in steps:
            here = beside[:, at : at + len(columns)]
            at += len(columns)
            if step < 0:
                here[-step:] = seen[:step]
            else:
                here[:-step] = seen[step:]
    return beside


def _nearby(own: Matrix, prose: Flags) -> Matrix:
    n = len(own)
    width = own[:, _AT["width"]]
    columns = {
        "prose": prose,
        "short": width < _SHORT,
        "width": width,
        "phrase": own[:, _AT["phrase"]] > 0,
    }
    sums = np.zeros((n + 1, len(_MEANS)))
    for at, name in enumerate(_MEANS):
        sums[1:, at] = columns[name]
    np.add.accumulate(sums, axis=0, out=sums)
    low, high, lines = _reach(n)
    means = (sums.take(high, axis=0) - sums.take(low, axis=0)) / lines
    return means.reshape(n, -1).astype(np.float32)


# What depends on the number of lines alone; longer texts are few.
_COMMON_LINES: Final = 128


def _reach(n: int) -> tuple[Numbers, Numbers, Floats]:
    """Return where the lines near each line begin and end, by radius, and how many they are."""
    return (_reach_once if n <= _COMMON_LINES else _reach_once.__wrapped__)(n)


@lru_cache(maxsize=_COMMON_LINES)
def _reach_once(n: int) -> tuple[Numbers, Numbers, Floats]:
    low = np.maximum(np.arange(n)[:, None] - _RADII, 0)
    high = np.minimum(np.arange(1, n + 1)[:, None] + _RADII, n)
    return low, high, (high - low).astype(np.float64)[:, :, None]


def _place(own: Matrix, prose: Flags) -> Matrix:
    n = len(own)
    here = np.arange(n)
    width = own[:, _AT["width"]].copy()
    text = prose * np.expm1(width)
    before: Vector = text.cumsum() - text
    total = max(float(text.sum()), 1.0)
    count_before: Vector = prose.cumsum().astype(np.float32) - prose
    is_title = own[:, _AT["title_words"]] >= _IS_TITLE
    since = _since(np.array((prose, prose[::-1], is_title, is_title[::-1])))
    wider_than_last = np.empty(n, np.float32)
    wider_than_last[0] = width[0]
    np.subtract(width[1:], width[:-1], out=wider_than_last[1:])
    place = np.empty((len(PLACE), n), np.float32)
    columns = {
        "prose": prose,
        "from_prose": since[0],
        "to_prose": since[1, ::-1],
        "text_before": before / total,
        "text_after": 1 - (before + text) / total,
        "prose_before": count_before,
        "prose_after": count_before[-1] + prose[-1] - count_before - prose,
        "from_top": here,
        "from_bottom": here[::-1],
        "since_title": since[2],
        "to_title": since[3, ::-1],
        "wider_than_last": wider_than_last,
    }
    for name, column in columns.items():
        place[_IN_PLACE[name]] = column
    wider_than_next = place[_IN_PLACE["wider_than_next"]]
    np.negative(wider_than_last[1:], out=wider_than_next[:-1])
    wider_than_next[-1] = width[-1]
    for counted in _COUNTED:
        np.log1p(place[counted], out=place[counted])
    return place.T


def _since(masks: NDArray[np.bool_]) -> Matrix:
    """Return for each line, by mask, how many lines above it the mask last held."""
    here = np.arange(masks.shape[1])
    last = np.maximum.accumulate(np.where(masks, here, -_FAR), axis=1)
    since = np.full(masks.shape, _FAR, np.float32)
    since[:, 1:] = np.minimum(here[1:] - last[:, :-1], _FAR)
    return since


def _article(own: Matrix, prose: Flags) -> Matrix:
    n = len(own)
    width = own[:, _AT["width"]]
    text = np.expm1(width)
    columns = {
        "lines": np.log1p(n),
        "prose_lines": np.count_nonzero(prose) / n,
        "prose_text": float(text[prose].sum()) / max(float(text.sum()), 1.0),
        "short_lines": np.count_nonzero(width < _SHORT) / n,
        "sentence_lines": np.count_nonzero(own[:, _AT["ends_sentence"]]) / n,
        "copied_lines": np.count_nonzero(own[:, _AT["is_copy"]]) / n,
        "link_lines": np.count_nonzero(own[:, _AT["links"]] > 0) / n,
        "phrase_lines": np.count_nonzero(own[:, _AT["phrase"]] > 0) / n,
        "middle_width": _median(width),
    }
    return np.array([columns[name] for name in ARTICLE], np.float32)


def _median(values: Vector) -> float:
    """As numpy has it, in a third of the time for a few values."""
    ordered = np.sort(values)
    half = len(ordered) // 2
    return float(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)
