"""What the line model sees of a line: its form, its words, its place and its neighbours.

Nothing here knows a language: signs are judged by Unicode class, and the words that count as
common are those of the article's own long sentences. Phrases come in as figures.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from streams.core.characters import KINDS, Kind, kinds_of
from streams.core.normalise import Words

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

# A sign of Han, kana or Hangul takes the place of about this many Latin letters in news text.
WIDE_WEIGHT = 2.5
# From this width on, and with a sentence's end in it, a line counts as prose.
PROSE_WIDTH = 80
# Words of at least this share of the prose lines are the language's small words.
_COMMON_SHARE = 0.25
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
    "starts_lower",
    "starts_digit",
    "starts_sign",
    "joined_words",
    "sign_words",
)
WORDS = ("common_words", "prose_words", "title_words", "copies", "is_copy")


def form_features(lines: Sequence[str]) -> Matrix:
    """Return one row a line with the columns `FORM`."""
    parts = [_form(lines[at : at + _LINES_AT_ONCE]) for at in range(0, len(lines), _LINES_AT_ONCE)]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _form(lines: Sequence[str]) -> Matrix:
    n = len(lines)
    kinds = kinds_of("\n" + "\n".join(lines) + "\n")
    lengths = np.fromiter(map(len, lines), np.intp, n)
    line_of = np.repeat(np.arange(n) * (KINDS * KINDS), lengths + 1)
    # How often in a line one kind of sign follows another; a line starts and ends with a blank.
    pairs = np.bincount(line_of + kinds[:-1] * KINDS + kinds[1:], minlength=n * KINDS * KINDS)
    follows = pairs.astype(np.float32).reshape(n, KINDS, KINDS)
    count = follows.sum(1)
    starts = np.cumsum(lengths + 1) - lengths
    ends_at = starts + lengths - 1
    first, last, before_last = kinds[starts], kinds[ends_at], kinds[ends_at - 1]

    wide = count[:, Kind.WIDE]
    letters = np.maximum(count[:, Kind.UPPER : Kind.WIDE + 1].sum(1), 1)
    width = lengths + (WIDE_WEIGHT - 1) * wide
    begins = follows[:, Kind.SPACE]
    words = begins.sum(1) - begins[:, Kind.SPACE] + wide / 2
    wordish = np.maximum(words, 1)
    ends = follows[:, Kind.END]
    after_end = (Kind.SPACE, Kind.QUOTE, Kind.WIDE, Kind.CLOSING)
    ends_quote = last == Kind.QUOTE
    sentence_closed = (ends_quote | (last == Kind.CLOSING)) & (before_last == Kind.END)
    features = np.empty((n, len(FORM)), np.float32)
    features[:, 0] = np.log1p(width)
    features[:, 1] = np.log1p(words)
    features[:, 2] = np.minimum(width / wordish, 30)
    features[:, 3] = count[:, Kind.UPPER] / letters
    features[:, 4] = count[:, Kind.DIGIT] / lengths
    features[:, 5] = count[:, (Kind.OTHER, Kind.LINK, Kind.COLON, Kind.CLOSING)].sum(1) / lengths
    features[:, 6] = count[:, Kind.LINK] / wordish
    features[:, 7] = begins[:, Kind.UPPER] / wordish
    features[:, 8] = begins[:, Kind.LOWER] / wordish
    features[:, 9] = count[:, Kind.COMMA] / wordish
    features[:, 10] = count[:, Kind.QUOTE] / wordish
    features[:, 11] = np.minimum(ends[:, after_end].sum(1), 8)
    features[:, 12] = (last == Kind.END) | sentence_closed
    features[:, 13] = last == Kind.COLON
    features[:, 14] = ends_quote
    features[:, 15] = first == Kind.LOWER
    features[:, 16] = first == Kind.DIGIT
    features[:, 17] = (first == Kind.LINK) | (first == Kind.OTHER)
    joined = follows[:, Kind.LOWER, Kind.UPPER] + follows[:, Kind.DIGIT, Kind.UPPER]
    features[:, 18] = joined / wordish
    features[:, 19] = (begins[:, Kind.LINK] + begins[:, Kind.OTHER]) / wordish
    return features


def is_prose(form: Matrix) -> Flags:
    """Say which lines are sentences of some length, whatever else they may be."""
    wide_enough: Flags = form[:, 0] >= np.log1p(PROSE_WIDTH)
    return wide_enough & (form[:, FORM.index("sentences")] >= 1)


def word_features(keys: Sequence[str], words: Words, prose: Flags) -> Matrix:
    """Return one row a line with the columns `WORDS`.

    `keys` are the lines' comparison forms, `words` the words of these and, last, of the title.
    """
    n = len(keys)
    unique, index = np.unique(words.hashes, return_inverse=True)
    pairs = np.unique(index * (n + 1) + words.text)
    word, line = pairs // (n + 1), pairs % (n + 1)
    in_title = np.zeros(len(unique), np.bool_)
    in_title[word[line == n]] = True
    word, line = word[line < n], line[line < n]
    counted = prose[line]
    known = np.bincount(word[counted], minlength=len(unique))
    common = known >= max(3, _COMMON_SHARE * int(prose.sum()))
    size = np.maximum(np.bincount(line, minlength=n), 1)

    features = np.zeros((n, len(WORDS)), np.float32)
    features[:, 0] = np.bincount(line[common[word]], minlength=n) / size
    features[:, 1] = np.bincount(line[known[word] > counted], minlength=n) / size
    of_title = np.bincount(line[in_title[word]], minlength=n)
    features[:, 2] = of_title / np.maximum(size, max(int(in_title.sum()), 1))
    _count_copies(keys, features)
    return features


def _count_copies(keys: Sequence[str], features: Matrix) -> None:
    times: dict[str, int] = {}
    for key in keys:
        times[key] = times.get(key, 0) + 1
    if len(times) == len(keys):
        return
    seen: set[str] = set()
    for i, key in enumerate(keys):
        if times[key] > 1:
            features[i, 3] = np.log(times[key])
            features[i, 4] = key in seen
            seen.add(key)
