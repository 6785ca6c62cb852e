"""What the line model sees of a line's form. Signs are judged by Unicode class, in any language."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from streams.core.characters import KINDS, Kind, kinds_of

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

# A sign of Han, kana or Hangul takes the place of about this many Latin letters in news text.
WIDE_WEIGHT = 2.5
# From this width on, and with a sentence's end in it, a line counts as prose.
PROSE_WIDTH = 80
_QUESTION = "?？؟"  # noqa: RUF001 - question marks of three scripts
# Bounds the table of transitions: 256 counters a line.
_LINES_AT_ONCE = 2_000

FORM = (
    "width",
    "words",
    "word_width",
    "upper",
    "digits",
    "signs",
    "links",
    "capital_starts",
    "lower_starts",
    "commas",
    "quotes",
    "sentences",
    "ends_sentence",
    "ends_colon",
    "ends_quote",
    "ends_question",
    "starts_lower",
    "starts_digit",
    "starts_sign",
    "joined_words",
    "sign_words",
)
_BY_WORD = ("links", "capital_starts", "lower_starts", "commas", "quotes")
_COUNTS = (
    "wide",
    "letters",
    "upper",
    "digits",
    "signs",
    "begins",
    *_BY_WORD,
    "sentences",
    "joined_words",
    "sign_words",
)
_PAIRS = KINDS * KINDS


def form_features(lines: Sequence[str]) -> Matrix:
    """Return one row a line with the columns `FORM`."""
    parts = [_form(lines[at : at + _LINES_AT_ONCE]) for at in range(0, len(lines), _LINES_AT_ONCE)]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _form(lines: Sequence[str]) -> Matrix:
    n = len(lines)
    kinds = kinds_of("\n" + "\n".join(lines) + "\n")
    lengths = np.fromiter(map(len, lines), np.intp, n)
    line_of = np.repeat(np.arange(n) * _PAIRS, lengths + 1)
    line_of += kinds[:-1] * KINDS
    line_of += kinds[1:]
    # How often in a line one kind of sign follows another; a line starts and ends with a blank.
    pairs = np.bincount(line_of, minlength=n * _PAIRS).astype(np.float32).reshape(n, _PAIRS)
    counts = dict(zip(_COUNTS, (pairs @ _counters()).T.astype(np.float64), strict=True))
    starts = np.cumsum(lengths + 1) - lengths
    ends_at = starts + lengths - 1
    first, last, before_last = kinds[starts], kinds[ends_at], kinds[ends_at - 1]

    width = lengths + (WIDE_WEIGHT - 1) * counts["wide"]
    words = counts["begins"] + counts["wide"] / 2
    wordish = np.maximum(words, 1)
    ends_quote = last == Kind.QUOTE
    closed = (ends_quote | (last == Kind.CLOSING)) & (before_last == Kind.END)
    features = np.empty((n, len(FORM)), np.float32)
    features[:, 0] = np.log1p(width)
    features[:, 1] = np.log1p(words)
    features[:, 2] = np.minimum(width / wordish, 30)
    features[:, 3] = counts["upper"] / np.maximum(counts["letters"], 1)
    features[:, 4] = counts["digits"] / lengths
    features[:, 5] = counts["signs"] / lengths
    for column, name in enumerate(_BY_WORD, 6):
        features[:, column] = counts[name] / wordish
    features[:, 11] = np.minimum(counts["sentences"], 8)
    features[:, 12] = (last == Kind.END) | closed
    features[:, 13] = last == Kind.COLON
    features[:, 14] = ends_quote
    features[:, 15] = [line[-1] in _QUESTION for line in lines]
    features[:, 16] = first == Kind.LOWER
    features[:, 17] = first == Kind.DIGIT
    features[:, 18] = (first == Kind.LINK) | (first == Kind.OTHER)
    features[:, 19] = counts["joined_words"] / wordish
    features[:, 20] = counts["sign_words"] / wordish
    return features


@cache
def _counters() -> Matrix:
    """Return which pairs of kinds count for each of `_COUNTS`, so that one product counts all."""
    before, after = np.divmod(np.arange(_PAIRS), KINDS)
    begins = before == Kind.SPACE
    letters = (after >= Kind.UPPER) & (after <= Kind.WIDE)
    signs = np.isin(after, (Kind.OTHER, Kind.LINK, Kind.COLON, Kind.CLOSING))
    ended = np.isin(after, (Kind.SPACE, Kind.QUOTE, Kind.WIDE, Kind.CLOSING))
    small = (before == Kind.LOWER) | (before == Kind.DIGIT)
    columns = {
        "wide": after == Kind.WIDE,
        "letters": letters,
        "upper": after == Kind.UPPER,
        "digits": after == Kind.DIGIT,
        "signs": signs,
        "begins": begins & (after != Kind.SPACE),
        "links": after == Kind.LINK,
        "capital_starts": begins & (after == Kind.UPPER),
        "lower_starts": begins & (after == Kind.LOWER),
        "commas": after == Kind.COMMA,
        "quotes": after == Kind.QUOTE,
        "sentences": (before == Kind.END) & ended,
        "joined_words": small & (after == Kind.UPPER),
        "sign_words": begins & ((after == Kind.LINK) | (after == Kind.OTHER)),
    }
    return np.column_stack([columns[name] for name in _COUNTS]).astype(np.float32)


def is_prose(form: Matrix) -> Flags:
    """Say which lines are sentences of some length, whatever else they may be."""
    wide_enough: Flags = form[:, 0] >= np.log1p(PROSE_WIDTH)
    return wide_enough & (form[:, FORM.index("sentences")] >= 1)
