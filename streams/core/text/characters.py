"""Kinds of characters in one table, so that a whole article is classified at once."""

import re
import unicodedata
from enum import IntEnum
from functools import cache
from itertools import groupby

import numpy as np
import numpy.typing as npt

from streams.core.text.unicode_data import blanks, categories


class SignKind(IntEnum):
    """What a character is to the reader of news. Each has exactly one."""

    OTHER = 0
    UPPER = 1
    LOWER = 2
    CASELESS = 3
    WIDE = 4  # Han, kana, Hangul: one sign carries as much as a syllable or word
    DIGIT = 5
    SPACE = 6
    END = 7
    COMMA = 8
    QUOTE = 9
    LINK = 10
    COLON = 11
    CLOSING = 12


KINDS = len(SignKind)

# Ends of sentences in the scripts of the news: Latin, CJK, Arabic, Urdu, Devanagari, Armenian,
# Ethiopic, Burmese, Khmer.
_END = ".!?…。！？．؟۔।॥։።၊။។‽"  # noqa: RUF001 - the marks themselves
_COMMA = ",，、،;；؛"  # noqa: RUF001 - as above
_QUOTE = "\"'“”„‟‘’‚«»‹›「」『』《》〈〉＂"  # noqa: RUF001 - as above
_COLON = ":：︰"  # noqa: RUF001 - as above
_CLOSING = ")]）】"  # noqa: RUF001 - as above
# Signs of links, menus and counters rather than of prose.
_LINK = "|→←↑↓▶►▼▲◀•·●■□★☆✓✔✕✖×#@©®™\\/_=+<>{}~^*"  # noqa: RUF001 - as above
_BY_SIGN = {
    sign: kind
    for kind, signs in (
        (SignKind.END, _END),
        (SignKind.COMMA, _COMMA),
        (SignKind.QUOTE, _QUOTE),
        (SignKind.COLON, _COLON),
        (SignKind.CLOSING, _CLOSING),
        (SignKind.LINK, _LINK),
    )
    for sign in signs
}
_BY_CATEGORY = {
    b"Lu": SignKind.UPPER,
    b"Lt": SignKind.UPPER,
    b"Ll": SignKind.LOWER,
    b"Lo": SignKind.CASELESS,
    b"Lm": SignKind.CASELESS,
    b"Nd": SignKind.DIGIT,
    b"Nl": SignKind.DIGIT,
    b"No": SignKind.DIGIT,
}
_WIDE = (range(0x3040, 0x3100), range(0x3400, 0xA000), range(0xAC00, 0xD7A4))
_LAST = 0xFFFF  # stands for all signs beyond the basic plane: emoji for the most part

Kinds = npt.NDArray[np.uint8]


def _marks() -> str:
    """Return the marks of all scripts as ranges of a regular expression."""
    points = [x for x in range(0x300, 0x2000) if unicodedata.category(chr(x)) in ("Mn", "Mc")]
    runs = groupby(enumerate(points), key=lambda row: row[1] - row[0])
    ends = ([point for _, point in run] for _, run in runs)
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in ends)


# A word of letters. Vowels of Indic scripts and Thai are marks, which Python takes for no letters.
WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_marks()}])*")


def kinds_of(text: str) -> Kinds:
    """Return the `SignKind` of each character of `text`."""
    if text.isascii():
        return np.frombuffer(text.encode().translate(_ascii_kinds()), np.uint8)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds: Kinds = _table().take(codes, mode="clip")
    return kinds


@cache
def _table() -> Kinds:
    table = np.full(_LAST + 1, SignKind.OTHER, np.uint8)
    for category, kind in _BY_CATEGORY.items():
        table[categories()[: _LAST + 1] == category] = kind
    for span in _WIDE:
        table[span.start : span.stop] = SignKind.WIDE
    table[[blank for blank in blanks() if blank <= _LAST]] = SignKind.SPACE
    for sign, kind in _BY_SIGN.items():
        table[ord(sign)] = kind
    table[_LAST] = SignKind.LINK
    return table


@cache
def _ascii_kinds() -> bytes:
    return _table()[:256].tobytes()
