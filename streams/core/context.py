"""A line's place and neighbours, as the line model sees them."""

from itertools import product

import numpy as np

from streams.core.features import FORM, WORDS, Flags, Matrix, Vector, is_prose

OWN = (*FORM, *WORDS, "phrase")
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
_MEAN_RADII = (2, 5, 12, 30)
_MEANS = ("prose", "short", "width", "phrase")
_SHORT_WIDTH = 30
_FAR = 200

NEIGHBOURS = tuple(f"{name}{step:+d}" for step, name in product(_BESIDE_STEPS, _BESIDE))
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
    "wider_than_last",
    "wider_than_next",
)
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
    return np.hstack(
        (own, _neighbours(own), _nearby(own, prose), _place(own, prose), _article(own, prose))
    )


def _neighbours(own: Matrix) -> Matrix:
    reach = max(_BESIDE_STEPS)
    seen = own[:, [_AT[name] for name in _BESIDE]]
    padded = np.pad(seen, ((reach, reach), (0, 0)))
    n = len(own)
    return np.hstack([padded[reach + step : reach + step + n] for step in _BESIDE_STEPS])


def _nearby(own: Matrix, prose: Flags) -> Matrix:
    n = len(own)
    width = own[:, 0]
    columns = (prose, width < np.log1p(_SHORT_WIDTH), width, own[:, _AT["phrase"]] > 0)
    sums = np.zeros((n + 1, len(columns)))
    np.cumsum(np.column_stack(columns), axis=0, out=sums[1:])
    here = np.arange(n)
    means = []
    for radius in _MEAN_RADII:
        low, high = np.maximum(here - radius, 0), np.minimum(here + radius + 1, n)
        means.append((sums[high] - sums[low]) / (high - low)[:, None])
    return np.hstack(means).astype(np.float32)


def _place(own: Matrix, prose: Flags) -> Matrix:
    n = len(own)
    here = np.arange(n)
    text = prose * np.expm1(own[:, 0])
    before: Vector = np.cumsum(text) - text
    total = max(float(text.sum()), 1.0)
    count_before: Vector = np.cumsum(prose).astype(np.float32) - prose
    place = np.empty((n, len(PLACE)), np.float32)
    place[:, 0] = prose
    place[:, 1] = _since(prose)
    place[:, 2] = _since(prose[::-1])[::-1]
    place[:, 3] = before / total
    place[:, 4] = 1 - (before + text) / total
    place[:, 5] = count_before
    place[:, 6] = count_before[-1] + prose[-1] - count_before - prose
    place[:, 7] = here
    place[:, 8] = n - 1 - here
    place[:, 9] = np.diff(own[:, 0], prepend=0)
    place[:, 10] = -np.diff(own[:, 0], append=0)
    for column in (1, 2, 5, 6, 7, 8):
        place[:, column] = np.log1p(place[:, column])
    return place


def _since(mask: Flags) -> Vector:
    """Return for each line how many lines above it the mask last held."""
    here = np.arange(len(mask))
    last = np.maximum.accumulate(np.where(mask, here, -_FAR))
    last = np.concatenate(([-_FAR], last[:-1]))
    return np.minimum(here - last, _FAR).astype(np.float32)


def _article(own: Matrix, prose: Flags) -> Matrix:
    n = len(own)
    width = own[:, 0]
    text = np.expm1(width)
    row = (
        np.log1p(n),
        prose.mean(),
        float((prose * text).sum()) / max(float(text.sum()), 1.0),
        (width < np.log1p(_SHORT_WIDTH)).mean(),
        own[:, _AT["ends_sentence"]].mean(),
        own[:, _AT["is_copy"]].mean(),
        (own[:, _AT["links"]] > 0).mean(),
        (own[:, _AT["phrase"]] > 0).mean(),
        np.median(width),
    )
    return np.broadcast_to(np.array(row, np.float32), (n, len(row)))
