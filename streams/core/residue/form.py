"""What the line model sees of a line's form. Signs are judged by Unicode class, in any language."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from streams.core.text.arrays import Flags, Matrix
from streams.core.text.characters import KINDS, SignKind, kinds_of

# A sign of Han, kana or Hangul takes the place of about this many Latin letters in news text.
WIDE_WEIGHT = 2.5
# From this width on, and with a sentence's end in it, a line counts as prose.
PROSE_WIDTH = 80
_QUESTION = "?？؟"  # noqa: RUF001 - question marks of three scripts
# Bounds the table of transitions: 256 counters a line.
_LINES_AT_ONCE = 2_000
# OpenBLAS starts threads from some 260,000 multiplications on; a row takes 3,600.
_ROWS_AT_ONCE = 64

_SIZES = ("width", "words", "word_width", "sentences")
# Counts: the first by the line's letters, the next two by its signs, the others by its words.
_RATIOS = (
    "upper",
    "digits",
    "signs",
    "links",
    "capital_starts",
    "lower_starts",
    "commas",
    "quotes",
    "joined_words",
    "sign_words",
)
_BY_LETTER, _BY_SIGN = slice(0, 1), slice(1, 3)
_ENDS = ("ends_sentence", "ends_colon", "ends_quote")
_STARTS = ("starts_lower", "starts_digit", "starts_sign")
FORM = (*_SIZES, *_RATIOS, *_ENDS, *_STARTS, "ends_question")
_AT = {name: column for column, name in enumerate(FORM)}


def _columns(group: Sequence[str]) -> slice:
    """Return where a group of columns stands in `FORM`, one beside the other."""
    first = _AT[group[0]]
    return slice(first, first + len(group))


_IN_RATIOS, _IN_ENDS, _IN_STARTS = map(_columns, (_RATIOS, _ENDS, _STARTS))
_COUNTS = (*_RATIOS, "letters", "wide", "begins", "sentences")
_PAIRS = KINDS * KINDS
_KINDS = np.uint8(KINDS)


def form_features(lines: Sequence[str]) -> Matrix:
    """Return one row a line with the columns `FORM`."""
    parts = [_form(lines[at : at + _LINES_AT_ONCE]) for at in range(0, len(lines), _LINES_AT_ONCE)]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _form(lines: Sequence[str]) -> Matrix:
    n = len(lines)
    kinds = kinds_of("\n" + "\n".join(lines) + "\n")
    lengths = np.fromiter(map(len, lines), np.intp, n)
    line_of = (np.arange(n) * _PAIRS).repeat(lengths + 1)
    line_of += kinds[:-1] * _KINDS + kinds[1:]  # below 256, as `_PAIRS` is
    # How often in a line one kind of sign follows another; a line starts and ends with a blank.
    pairs = np.bincount(line_of, minlength=n * _PAIRS).astype(np.float32).reshape(n, _PAIRS)
    tables = _tables()
    counts = _product(pairs, tables.counters).astype(np.float64)
    ratios, (letters, wide, begins, sentences) = counts[:, : len(_RATIOS)], counts.T[len(_RATIOS) :]
    starts = (lengths + 1).cumsum() - lengths
    ends_at = starts + lengths - 1
    words = begins + wide / 2
    one_word = np.maximum(words, 1)
    sizes = np.empty((n, len(_RATIOS)))
    sizes[:] = one_word[:, None]
    sizes[:, _BY_LETTER] = np.maximum(letters, 1)[:, None]
    sizes[:, _BY_SIGN] = lengths[:, None]
    width = lengths + (WIDE_WEIGHT - 1) * wide

    features = np.empty((n, len(FORM)), np.float32)
    features[:, _AT["width"]] = np.log1p(width)
    features[:, _AT["words"]] = np.log1p(words)
    features[:, _AT["word_width"]] = np.minimum(width / one_word, 30)
    features[:, _AT["sentences"]] = np.minimum(sentences, 8)
    features[:, _IN_RATIOS] = ratios / sizes
    last = kinds.take(ends_at - 1) * _KINDS + kinds.take(ends_at)
    features[:, _IN_ENDS] = tables.ends.take(last, axis=0)
    features[:, _IN_STARTS] = tables.starts.take(kinds.take(starts), axis=0)
    features[:, _AT["ends_question"]] = [line[-1] in _QUESTION for line in lines]
    return features


def _product(rows: Matrix, table: Matrix) -> Matrix:
    """Return the matrix product, piece by piece: BLAS gives larger ones to threads, which spin.

    A page of 240 blocks took 12 ms of CPU instead of 4, on two cores with other load.
    """
    pieces = [rows[at : at + _ROWS_AT_ONCE] @ table for at in range(0, len(rows), _ROWS_AT_ONCE)]
    return np.concatenate(pieces) if len(pieces) > 1 else pieces[0]


class _Tables(NamedTuple):
    """What kinds of signs say, so that a product and two look-ups answer for all lines."""

    counters: Matrix  # by pair of kinds: does it count for each of `_COUNTS`
    ends: Matrix  # by the last pair: `_ENDS`
    starts: Matrix  # by the first kind: `_STARTS`


@cache
def _tables() -> _Tables:
    before, after = np.divmod(np.arange(_PAIRS), KINDS)
    begins = before == SignKind.SPACE
    ended = np.isin(after, (SignKind.SPACE, SignKind.QUOTE, SignKind.WIDE, SignKind.CLOSING))
    small = (before == SignKind.LOWER) | (before == SignKind.DIGIT)
    is_link = (after == SignKind.LINK) | (after == SignKind.OTHER)
    closed = ((after == SignKind.QUOTE) | (after == SignKind.CLOSING)) & (before == SignKind.END)
    counters = {
        "upper": after == SignKind.UPPER,
        "digits": after == SignKind.DIGIT,
        "signs": is_link | (after == SignKind.COLON) | (after == SignKind.CLOSING),
        "links": after == SignKind.LINK,
        "capital_starts": begins & (after == SignKind.UPPER),
        "lower_starts": begins & (after == SignKind.LOWER),
        "commas": after == SignKind.COMMA,
        "quotes": after == SignKind.QUOTE,
        "joined_words": small & (after == SignKind.UPPER),
        "sign_words": begins & is_link,
        "letters": (after >= SignKind.UPPER) & (after <= SignKind.WIDE),
        "wide": after == SignKind.WIDE,
        "begins": begins & (after != SignKind.SPACE),
        "sentences": (before == SignKind.END) & ended,
    }
    ends = {
        "ends_sentence": (after == SignKind.END) | closed,
        "ends_colon": after == SignKind.COLON,
        "ends_quote": after == SignKind.QUOTE,
    }
    kind = np.arange(KINDS)
    starts = {
        "starts_lower": kind == SignKind.LOWER,
        "starts_digit": kind == SignKind.DIGIT,
        "starts_sign": (kind == SignKind.LINK) | (kind == SignKind.OTHER),
    }
    return _Tables(
        np.column_stack([counters[name] for name in _COUNTS]).astype(np.float32),
        np.column_stack([ends[name] for name in _ENDS]).astype(np.float32),
        np.column_stack([starts[name] for name in _STARTS]).astype(np.float32),
    )


_PROSE = np.log1p(PROSE_WIDTH)


def is_prose(form: Matrix) -> Flags:
    """Say which lines are sentences of some length, whatever else they may be."""
    wide_enough: Flags = form[:, _AT["width"]] >= _PROSE
    return wide_enough & (form[:, _AT["sentences"]] >= 1)
