"""Stems: what the forms of a word have in common, without a dictionary of any language."""

import re
from collections.abc import Iterator
from typing import Final

from streams.core.text.characters import WORD

# Endings change with the case of a noun. Han, kana, Hangul are read by pairs, Thai by threes.
_STEM_CHARS, _MIN_WORD_CHARS = 5, 4
# Vowels count as signs in Indic scripts, so their words are as long with fewer sounds.
_INDIC, _MIN_INDIC_CHARS = range(0x0900, 0x0E00), 3
# Arabic writes "and", "the", "to" before a word without a blank, and vowel marks or none.
_ARABIC: Final = range(0x0600, 0x0700)
_ARABIC_MARKS: Final = re.compile("[\u0640\u064b-\u065f\u0670]")
_ARABIC_FRONT: Final = re.compile("^(?:[وف]?(?:[بك]?ال|لل)(?=.{3})|[وفبل](?=.{4}))")
_UNSPACED_FROM, _PAIRS_FROM = 0x0E00, 0x2E80


def stems(key: str) -> Iterator[str]:
    """Yield the stems of the words of a text in comparison form; short words have none.

    >>> list(stems("the ferries and a ferry-boat"))
    ['ferri', 'ferry', 'boat']
    """
    for word in WORD.findall(key):
        point = ord(word[0])
        if point >= _UNSPACED_FROM:
            size = 2 if point >= _PAIRS_FROM else 3
            yield from (word[at : at + size] for at in range(len(word) - size + 1))
            continue
        if point in _ARABIC:
            word = _ARABIC_FRONT.sub("", _ARABIC_MARKS.sub("", word))  # noqa: PLW2901 - the stem
        if len(word) >= (_MIN_INDIC_CHARS if point in _INDIC else _MIN_WORD_CHARS):
            yield word[:_STEM_CHARS]
