"""A line's place and neighbours, as the line model sees them."""

from itertools import product

import numpy as np

from streams.core.residue.form import FORM, is_prose
from streams.core.residue.words import WORDS
from streams.core.text.arrays import Flags, Matrix, Vector

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
# Counts of lines, whose logarithm is taken.
_COUNTED = [
    _IN_PLACE[name]
    for name in PLACE
    if name.startswith(("from_", "to_", "since_")) or name in {"prose_before", "prose_after"}
]
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
    for names, steps in ((_BESIDE, _BESIDE_STEPS), (_FURTHER, _FURTHER_STEPS)):
        seen = own[:, [_AT[name] for name in names]]
        for step in steps:
            here = beside[:, at : at + len(names)]
            at += len(names)
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
        np.cumsum(columns[name], out=sums[1:, at])
    low = np.maximum(np.arange(n)[:, None] - _RADII, 0)
    high = np.minimum(np.arange(1, n + 1)[:, None] + _RADII, n)
    means: Matrix = ((sums[high] - sums[low]) / (high - low)[:, :, None]).astype(np.float32)
    return means.reshape(n, -1)


def _place(own: Matrix, prose: Flags) -> Matrix:
    n = len(own)
    here = np.arange(n)
    text = prose * np.expm1(own[:, _AT["width"]])
    before: Vector = np.cumsum(text) - text
    total = max(float(text.sum()), 1.0)
    count_before: Vector = np.cumsum(prose).astype(np.float32) - prose
    width = own[:, _AT["width"]]
    is_title = own[:, _AT["title_words"]] >= _IS_TITLE
    wider_than_last = np.concatenate((width[:1], width[1:] - width[:-1]))
    columns = {
        "prose": prose,
        "from_prose": _since(prose),
        "to_prose": _since(prose[::-1])[::-1],
        "text_before": before / total,
        "text_after": 1 - (before + text) / total,
        "prose_before": count_before,
        "prose_after": count_before[-1] + prose[-1] - count_before - prose,
        "from_top": here,
        "from_bottom": n - 1 - here,
        "since_title": _since(is_title),
        "to_title": _since(is_title[::-1])[::-1],
        "wider_than_last": wider_than_last,
        "wider_than_next": np.concatenate((-wider_than_last[1:], width[-1:])),
    }
    place = np.empty((n, len(PLACE)), np.float32)
    for name, column in columns.items():
        place[:, _IN_PLACE[name]] = column
    place[:, _COUNTED] = np.log1p(place[:, _COUNTED])
    return place


def _since(mask: Flags) -> Vector:
    """Return for each line how many lines above it the mask last held."""
    if not mask.any():
        return np.full(len(mask), _FAR, np.float32)
    here = np.arange(len(mask))
    last = np.maximum.accumulate(np.where(mask, here, -_FAR))
    last = np.concatenate(([-_FAR], last[:-1]))
    return np.minimum(here - last, _FAR).astype(np.float32)


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
