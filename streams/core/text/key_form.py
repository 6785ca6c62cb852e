# ruff: noqa: RUF001 - look-alikes are what this file is about
"""The form of which keys are made: what two spellings of one text share. Never published.

Folds more than `comparison_form`: accents, letters that only spelling habits tell apart, digits
of every script, and letters of another script that look the same.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.text.normalise import COMMON_TYPOGRAPHY, LONG_FOLDS, nfkc, typography_folds
from streams.core.text.unicode_data import categories

# Spellings that one text has in two places: Arabic with and without hamza, teh marbuta and dots
# of the last ye (the folds of Lucene's ArabicNormalizer), Persian and Urdu ye, kaf and heh.
_LETTERS: Final = {
    "ا": "أإآٱ", "ي": "ىیېئ", "ك": "کڪ", "ه": "ةۀەہھۃ", "و": "ؤ", "ं": "ँ", "е": "ё",
    "Е": "Ё", "i": "ı", "o": "ø", "O": "Ø", "d": "đ", "D": "Đ", "l": "ł", "L": "Ł", ".": "٫",
    ",": "٬",
}  # fmt: skip
# Letters whose capitals look like Latin ones (Unicode confusables): a text in which some were
# replaced is still that text. Whole Cyrillic or Greek texts are folded alike and lose nothing.
_LOOK_ALIKES: Final = {
    "АВЕКМНОРСТУХІЅЈ": "ABEKMHOPCTYXISJ",
    "авекмнорстухіѕј": "abekmhopctyxisj",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "ABEZHIKMNOPTYX",
    "αβεζηικμνορτυχ": "abezhikmnoptyx",
}
# Signs that a writer may leave out: tatweel, Arabic and Hebrew vowel marks, nukta.
_LEFT_OUT: Final = (
    range(0x0591, 0x05BE), range(0x05BF, 0x05C0), range(0x05C1, 0x05C3), range(0x05C4, 0x05C6),
    range(0x0610, 0x061B), range(0x0640, 0x0641), range(0x064B, 0x0660), range(0x0670, 0x0671),
    range(0x06D6, 0x06DD), range(0x06DF, 0x06E9), range(0x06EA, 0x06EE), range(0x093C, 0x093D),
)  # fmt: skip
# Letters with accents or other marks: Latin with its supplements, Greek, Vietnamese.
_ACCENTED: Final = (range(0x00C0, 0x0250), range(0x0370, 0x0400), range(0x1E00, 0x2000))
# A letter of one script between letters of another; a brand inside a word stands at its edge.
_MIXED: Final = re.compile(r"[A-Za-z][\u0370-\u03bb\u03bd-\u03ff\u0400-\u04ff]+[A-Za-z]")
_ENOUGH_MIXED: Final = 2
_GREEK_LEADS: Final = bytes(range(0xCD, 0xD4))  # of U+0370 to U+04FF: Greek and Cyrillic
_TABLE_SIZE: Final = 0x10000
_DROPPED: Final = 0xFFFF_FFFF
_CONTROLS: Final = bytes((*range(9), *range(14, 28), 127))


def key_forms(texts: Sequence[str]) -> list[str]:
    """Return the form of each text of which its keys are made, its case kept.

    >>> key_forms(["“Año” ۱۲", "كتابٌ عربى"])
    ["'Ano' 12", 'كتاب عربي']
    """
    joined = "\n".join([text.replace("\n", " ") for text in texts])
    if not joined.isascii():
        for typographic, plain in COMMON_TYPOGRAPHY:
            joined = joined.replace(typographic, plain)
    if not joined.isascii():
        for letter, plain in _LONG:
            if letter in joined:
                joined = joined.replace(letter, plain)
        joined = _folded(nfkc(joined))
    else:
        plain_bytes = joined.replace('"', "'").replace("`", "'").encode()
        joined = plain_bytes.translate(None, _CONTROLS).decode()
    return joined.split("\n")


_LONG: Final = tuple((chr(point), plain) for point, plain in LONG_FOLDS.items())


def mixes_scripts(text: str) -> bool:
    """Return whether words mix Latin with Cyrillic or Greek letters: a text in disguise.

    >>> mixes_scripts("The b\u0430nk raised its r\u0430tes"), mixes_scripts("Банк CityBank")
    (True, False)
    """
    if text.isascii():
        return False
    # Most text has no byte with which such a letter begins in UTF-8, and that is seen at once.
    data = text.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _GREEK_LEADS)) == len(data):
        return False
    return len(_MIXED.findall(text)) >= _ENOUGH_MIXED


def _folded(text: str) -> str:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    points = np.where(points < _TABLE_SIZE, _table().take(points, mode="clip"), points)
    kept: bytes = points[points != _DROPPED].tobytes()
    return kept.decode("utf-32-le", "surrogatepass")


@cache
def _table() -> NDArray[np.uint32]:
    """Folded code point of every character of the basic plane."""
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    for point in (categories()[:_TABLE_SIZE] == b"Nd").nonzero()[0].tolist():
        table[point] = ord("0") + unicodedata.decimal(chr(point))
    for span in _ACCENTED:
        for point in span:
            base = unicodedata.normalize("NFKD", chr(point))[0]
            if base.isalpha():
                table[point] = ord(base)
    for point, plain in typography_folds().items():
        if point < _TABLE_SIZE and len(plain or " ") == 1:
            table[point] = ord(plain) if plain else _DROPPED
    for span in _LEFT_OUT:
        table[span.start : span.stop] = _DROPPED
    table[list(_CONTROLS)] = _DROPPED
    pairs = [(other, letter) for letter, others in _LETTERS.items() for other in others]
    for letters, plain in _LOOK_ALIKES.items():
        pairs += zip(letters, plain, strict=True)
    for letter, plain in pairs:
        table[table == ord(letter)] = ord(plain)
    return table
