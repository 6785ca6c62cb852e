"""What the line model sees of a line by itself: its form, its words, its copies.

Nothing here knows a language: signs are judged by Unicode class, and the words that count as
common are those of the article's own long sentences.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from streams.core.characters import KINDS, Kind, kinds_of
from streams.core.normalise import words_of

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
    "caseless",
    "wide",
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
    "sign_between_words",
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
    line_of = np.repeat(np.arange(n), lengths + 1)
    # How often in a line one kind of sign follows another; a line starts and ends with a blank.
    pairs = (line_of * KINDS + kinds[:-1]) * KINDS + kinds[1:]
    follows = np.bincount(pairs, minlength=n * KINDS * KINDS).reshape(n, KINDS, KINDS)
    follows = follows.astype(np.float32)
    count = follows.sum(1)
    starts = np.concatenate(([1], np.cumsum(lengths[:-1] + 1) + 1))
    first, last, before_last = (
        kinds[starts],
        kinds[starts + lengths - 1],
        kinds[starts + lengths - 2],
    )

    letters = count[:, Kind.UPPER] + count[:, Kind.LOWER] + count[:, Kind.CASELESS]
    letters = np.maximum(letters + count[:, Kind.WIDE], 1)
    width = lengths + (WIDE_WEIGHT - 1) * count[:, Kind.WIDE]
    begins = follows[:, Kind.SPACE]
    words = begins.sum(1) - begins[:, Kind.SPACE] + count[:, Kind.WIDE] / 2
    wordish = np.maximum(words, 1)
    ends = follows[:, Kind.END]
    sentences = (
        ends[:, Kind.SPACE] + ends[:, Kind.QUOTE] + ends[:, Kind.WIDE] + ends[:, Kind.CLOSING]
    )
    ends_quote = last == Kind.QUOTE
    ends_sentence = (last == Kind.END) | (
        (ends_quote | (last == Kind.CLOSING)) & (before_last == Kind.END)
    )
    signs = count[:, [Kind.OTHER, Kind.LINK, Kind.COLON, Kind.CLOSING]].sum(1)
    columns = (
        np.log1p(width),
        np.log1p(words),
        np.minimum(width / wordish, 30),
        count[:, Kind.UPPER] / letters,
        count[:, Kind.DIGIT] / np.maximum(lengths, 1),
        signs / np.maximum(lengths, 1),
        count[:, Kind.LINK] / wordish,
        count[:, Kind.CASELESS] / letters,
        count[:, Kind.WIDE] / letters,
        begins[:, Kind.UPPER] / wordish,
        begins[:, Kind.LOWER] / wordish,
        count[:, Kind.COMMA] / wordish,
        count[:, Kind.QUOTE] / wordish,
        np.minimum(sentences, 8),
        ends_sentence,
        last == Kind.COLON,
        ends_quote,
        first == Kind.LOWER,
        first == Kind.DIGIT,
        (first == Kind.LINK) | (first == Kind.OTHER),
        (follows[:, Kind.LOWER, Kind.UPPER] + follows[:, Kind.DIGIT, Kind.UPPER]) / wordish,
        (begins[:, Kind.LINK] + begins[:, Kind.OTHER]) / wordish,
    )
    return np.column_stack(columns).astype(np.float32)


def is_prose(form: Matrix) -> Flags:
    """Say which lines are sentences of some length, whatever else they may be."""
    wide_enough: Flags = form[:, 0] >= np.log1p(PROSE_WIDTH)
    return wide_enough & (form[:, FORM.index("sentences")] >= 1)


def word_features(keys: Sequence[str], title_key: str, prose: Flags) -> Matrix:
    """Return one row a line with the columns `WORDS`; `keys` are the lines' comparison forms."""
    n = len(keys)
    words = words_of([*keys, title_key])
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
    elsewhere = known[word] > counted

    def share(mask: Flags) -> Vector:
        shares: Vector = (np.bincount(line[mask], minlength=n) / size).astype(np.float32)
        return shares

    shared = share(in_title[word])
    size_title = max(int(in_title.sum()), 1)
    order: dict[str, int] = {}
    copies = np.zeros((n, 2), np.float32)
    for i, key in enumerate(keys):
        seen = order.get(key, 0)
        copies[i, 1] = seen > 0
        order[key] = seen + 1
    for i, key in enumerate(keys):
        copies[i, 0] = np.log1p(order[key] - 1) if order[key] > 1 else 0
    return np.column_stack(
        (
            share(common[word]),
            share(elsewhere),
            shared * size / np.maximum(size, size_title),
            copies,
        )
    ).astype(np.float32)
